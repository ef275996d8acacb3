#include "documents/profile_store.hpp"

#include <gtest/gtest.h>

#include "storage/memory_store.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::documents {
namespace {

crypto::PublicKey key_of(std::uint8_t byte) {
  crypto::PublicKey key;
  key.bytes.fill(byte);
  return key;
}

AttributeKey attribute_of(std::uint8_t owner, std::uint8_t attribute) {
  AttributeKey key{key_of(owner), {}};
  key.attribute.fill(attribute);
  return key;
}

constexpr std::size_t kKept = 4;

class ProfileStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    auto options = ProfileStore::store_options({});
    options.create = true;
    auto store = storage::open_memory_store(disk_, clock_, options);
    ASSERT_TRUE(store);
    profiles_ = std::make_unique<ProfileStore>(std::move(*store), kKept);
  }

  ManualClock clock_{1'000};
  storage::MemoryDisk disk_;
  std::unique_ptr<ProfileStore> profiles_;
};

ProfileBlob blob(std::uint8_t byte) {
  ProfileBlob out;
  out.commitment.fill(byte);
  out.document.bytes.fill(byte);
  out.stored_ms = byte;
  return out;
}

TEST_F(ProfileStoreTest, ReplacesABlobAndForgetsItsWrappedKeys) {
  const auto place = attribute_of(1, 1);
  const Bytes wrapped{1, 2, 3};
  EXPECT_EQ(profiles_->find(place).error(), Error::not_found);
  EXPECT_EQ(profiles_->put_key(place, key_of(9), wrapped).error(), Error::not_found);
  EXPECT_EQ(profiles_->put(place, blob(1)).value(), std::nullopt);
  ASSERT_TRUE(profiles_->put_key(place, key_of(9), wrapped));
  EXPECT_EQ(profiles_->find_key(place, key_of(9)).value(), wrapped);
  EXPECT_EQ(profiles_->find_key(place, key_of(8)).error(), Error::not_found);
  EXPECT_EQ(profiles_->find_key(attribute_of(1, 2), key_of(9)).error(), Error::not_found);
  EXPECT_EQ(profiles_->put(place, blob(2)).value(), blob(1));
  EXPECT_EQ(profiles_->find(place).value(), blob(2));
  EXPECT_EQ(profiles_->find_key(place, key_of(9)).error(), Error::not_found);
  EXPECT_EQ(profiles_->erase(place).value(), blob(2));
  EXPECT_EQ(profiles_->erase(place).error(), Error::not_found);
}

TEST_F(ProfileStoreTest, NotesWhatIsReplacedUntilItIsForgotten) {
  const auto place = attribute_of(1, 1);
  EXPECT_TRUE(profiles_->replaced(9)->empty());
  ASSERT_TRUE(profiles_->put(place, blob(1)));
  ASSERT_TRUE(profiles_->put(place, blob(1)));
  EXPECT_TRUE(profiles_->replaced(9)->empty()) << "the same again replaces nothing";
  ASSERT_TRUE(profiles_->put(place, blob(2)));
  ASSERT_TRUE(profiles_->put(place, blob(3)));
  EXPECT_EQ(profiles_->replaced(9).value(), (std::vector{blob(1).document, blob(2).document}));
  EXPECT_EQ(profiles_->replaced(1)->size(), 1u);
  ASSERT_TRUE(profiles_->put(place, blob(2)));
  EXPECT_EQ(profiles_->replaced(9).value(), (std::vector{blob(1).document, blob(3).document}))
      << "one that is back in use must not be erased";
  ASSERT_TRUE(profiles_->forget_replaced(blob(1).document));
  ASSERT_TRUE(profiles_->forget_replaced(blob(1).document)) << "a second time";
  EXPECT_EQ(profiles_->replaced(9).value(), std::vector{blob(3).document});
  EXPECT_EQ(profiles_->find(place).value(), blob(2));
}

TEST(ReplacedDocuments, AreErasedByTheNextLife) {
  // A life that commits what replaces a document and dies before it erases it.
  storage::MemoryDisk disk;
  const test::TemporaryDirectory directory;
  const SystemClock clock;
  documents::Options options;
  options.create = true;
  const auto documents = DocumentStore::open(directory.path(), clock, options, Hash32{9});
  ASSERT_TRUE(documents);
  const Metadata metadata{.media_type = "text/plain", .owner = {}, .created_ms = 1};
  auto before = blob(1);
  auto after = blob(2);
  before.document = (*documents)->put(as_bytes("before"), metadata).value();
  after.document = (*documents)->put(as_bytes("after"), metadata).value();
  auto store_options = ProfileStore::store_options({});
  store_options.create = true;
  const auto life = [&] {
    return std::make_unique<ProfileStore>(
        std::move(*storage::open_memory_store(disk, clock, store_options)));
  };
  {
    const auto profiles = life();
    ASSERT_TRUE(profiles->put(attribute_of(1, 1), before));
    ASSERT_TRUE(profiles->put(attribute_of(1, 1), after));
  }
  const auto profiles = life();
  ASSERT_TRUE((*documents)->get(before.document));
  ASSERT_TRUE(erase_replaced(*profiles, **documents, 2));
  EXPECT_EQ((*documents)->get(before.document).error(), Error::erased);
  EXPECT_TRUE((*documents)->get(after.document));
  EXPECT_TRUE(profiles->replaced(9)->empty());
}

TEST_F(ProfileStoreTest, RefusesWhatIsTooMuch) {
  const auto place = attribute_of(1, 0);
  ASSERT_TRUE(profiles_->put(place, blob(1)));
  EXPECT_EQ(profiles_->put_key(place, key_of(9), {}).error(), Error::invalid);
  EXPECT_EQ(profiles_->put_key(place, key_of(9), Bytes(kWrappedKeyBytesMax + 1)).error(),
            Error::invalid);
  EXPECT_TRUE(profiles_->put_key(place, key_of(9), Bytes(kWrappedKeyBytesMax)));
  auto another = attribute_of(1, 1);
  for (std::size_t i = 1; i < kAttributesPerOwnerMax; ++i) {
    another.attribute[0] = static_cast<std::uint8_t>(i >> 8);
    another.attribute[1] = static_cast<std::uint8_t>(i);
    ASSERT_TRUE(profiles_->put(another, blob(1)));
  }
  EXPECT_EQ(profiles_->put(attribute_of(1, 200), blob(1)).error(), Error::too_large);
  EXPECT_TRUE(profiles_->put(place, blob(2))) << "one that is there may be replaced";
  EXPECT_TRUE(profiles_->put(attribute_of(2, 200), blob(1))) << "another owner's";
}

TEST_F(ProfileStoreTest, TellsAccessesLatestFirstAndKeepsABoundedNumber) {
  Access access;
  access.reader = key_of(9);
  for (std::uint64_t i = 0; i < kKept + 2; ++i) {
    access.time_ms = i;
    access.grant = i;
    ASSERT_TRUE(profiles_->record(key_of(1), access));
  }
  ASSERT_TRUE(profiles_->record(key_of(2), access));
  const auto latest = profiles_->accesses(key_of(1), UINT64_MAX, 2);
  ASSERT_TRUE(latest);
  ASSERT_EQ(latest->size(), 2u);
  EXPECT_EQ((*latest)[0].number, kKept + 1);
  EXPECT_EQ((*latest)[0].time_ms, kKept + 1);
  EXPECT_EQ((*latest)[1].grant, kKept);
  EXPECT_EQ(profiles_->accesses(key_of(1), UINT64_MAX, SIZE_MAX)->size(), kKept);
  EXPECT_TRUE(profiles_->accesses(key_of(1), 2, 10)->empty()) << "the oldest are gone";
  EXPECT_EQ(profiles_->accesses(key_of(1), 3, 10)->size(), 1u);
  EXPECT_TRUE(profiles_->accesses(key_of(3), UINT64_MAX, 10)->empty());
}

}  // namespace
}  // namespace tally::documents
