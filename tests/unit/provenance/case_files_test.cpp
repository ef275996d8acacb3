#include "provenance/case_files.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "contracts/authentication.hpp"
#include "crypto/hash.hpp"
#include "provenance/capture_store.hpp"
#include "storage/memory_store.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::provenance {
namespace {

using Code = CaseFault::Code;

contracts::PublicKey key_of(std::string_view name) {
  return {crypto::tagged_hash("test/key", {as_bytes(name)})};
}

Bytes picture(std::uint8_t shade, std::uint32_t width = 400) {
  images::Pixels pixels{{width, 300}, {}};
  pixels.rgb.assign(std::size_t{width} * 300 * 3, shade);
  return images::encode_jpeg(pixels, 90);
}

class CaseFilesTest : public testing::Test {
 protected:
  CaseFilesTest() {
    auto options = capture_store_options({});
    options.create = true;
    auto store = storage::open_memory_store(disk_, clock_, options);
    EXPECT_TRUE(store);
    store_ = std::move(*store);
    auto documents = documents::DocumentStore::open(directory_.path() / "documents", clock_,
                                                    {.create = true}, crypto::AeadKey(key_));
    EXPECT_TRUE(documents);
    documents_ = std::move(*documents);
    files = std::make_unique<CaseFiles>(*store_, *documents_);
  }

  contracts::CaseId begin(std::uint8_t number = 1) {
    CaseFile file;
    file.requester = key_of("ana");
    file.nonce = Hash32{number};
    file.created_ms = 5;
    file.category = "handbag";
    file.source = "flea-market";
    EXPECT_TRUE(files->begin(file, "black tote", [](const auto&) { return false; }));
    return contracts::case_id(file.requester, file.nonce);
  }
  Photograph add(const contracts::CaseId& id, std::uint8_t shade) {
    const auto added = files->add_photograph(id, picture(shade), "logo", 7);
    EXPECT_TRUE(added);
    return added.value_or(Photograph{});
  }

  const test::TemporaryDirectory directory_;
  const ManualClock clock_{1'800'000'000'000};
  const std::array<std::uint8_t, 32> key_{7};
  storage::MemoryDisk disk_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<documents::DocumentStore> documents_;
  std::unique_ptr<CaseFiles> files;
};

TEST_F(CaseFilesTest, KeepsWhatBelongsToACase) {
  const auto id = begin();
  const auto file = files->find(id);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->category, "handbag");
  EXPECT_EQ(files->description(*file), "black tote");
  EXPECT_EQ(files->word(category_hash("handbag")), "handbag");
  EXPECT_EQ(files->word(source_hash("flea-market")), "flea-market");
  EXPECT_EQ(files->word(category_hash("shoe")), std::nullopt);
  EXPECT_EQ(files->find({Hash32{9}}).error().code, Code::not_found);
}

TEST_F(CaseFilesTest, APhotographIsKeptInThreeSizesAndNamedByItsHash) {
  const auto id = begin();
  const auto added = files->add_photograph(id, picture(90, 1'600), "zip", 7);
  ASSERT_TRUE(added);
  const auto full = files->read_photograph(id, added->id, PhotographSize::full);
  ASSERT_TRUE(full);
  EXPECT_EQ(crypto::sha256(*full), added->id);
  EXPECT_EQ(full->size(), added->bytes);
  EXPECT_EQ(images::declared_size(*full), (images::Size{1'600, 300}));
  EXPECT_EQ(images::declared_size(*files->read_photograph(id, added->id, PhotographSize::large)),
            (images::Size{1'280, 240}));
  EXPECT_EQ(images::declared_size(*files->read_photograph(id, added->id, PhotographSize::small)),
            (images::Size{320, 60}));
  EXPECT_EQ(evidence_root(files->find(id)->photographs),
            crypto::tagged_hash("tally/case-evidence", {added->id}));
}

TEST_F(CaseFilesTest, TheSamePictureIsOneAndWhatIsRemovedMayComeAgain) {
  const auto id = begin();
  const auto first = add(id, 10);
  EXPECT_EQ(add(id, 10), first);
  EXPECT_EQ(files->find(id)->photographs.size(), 1u);
  ASSERT_TRUE(files->remove_photograph(id, first.id, 8));
  EXPECT_EQ(files->read_photograph(id, first.id, PhotographSize::full).error().code,
            Code::not_found);
  EXPECT_EQ(documents_->get(first.full).error(), documents::Error::erased) << "its key is gone";
  EXPECT_EQ(add(id, 10).id, first.id);
  EXPECT_EQ(files->remove_photograph(id, Hash32{1}, 8).error().code, Code::not_found);
}

TEST_F(CaseFilesTest, HasRoomForSoManyPhotographs) {
  const auto id = begin();
  for (std::size_t i = 0; i < kPhotographsMax; ++i) add(id, static_cast<std::uint8_t>(i * 20));
  EXPECT_EQ(files->add_photograph(id, picture(255), "logo", 7).error().code, Code::too_many);
}

TEST_F(CaseFilesTest, RefusesWhatIsNoPicture) {
  const auto id = begin();
  const auto refused = files->add_photograph(id, as_bytes("GIF89a"), "logo", 7);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::image);
  EXPECT_EQ(refused.error().image, images::Error::unknown_format);
  EXPECT_EQ(files->add_photograph({Hash32{9}}, picture(1), "logo", 7).error().code,
            Code::not_found);
}

TEST_F(CaseFilesTest, DraftsAreFewAndOpenedOnesDoNotCount) {
  for (std::uint8_t i = 0; i < kDraftsMax; ++i) begin(i);
  CaseFile more;
  more.requester = key_of("ana");
  more.nonce = Hash32{99};
  EXPECT_EQ(files->begin(more, "x", [](const auto&) { return false; }).error().code,
            Code::too_many);
  const auto one = contracts::case_id(key_of("ana"), Hash32{0});
  EXPECT_TRUE(files->begin(more, "x", [&](const auto& id) { return id == one; }));
  more.requester = key_of("bo");
  EXPECT_TRUE(files->begin(more, "x", [](const auto&) { return false; })) << "another's";
}

TEST_F(CaseFilesTest, AnInspectionReplacesTheOneBefore) {
  const auto id = begin();
  ASSERT_TRUE(files->put_inspection(id, key_of("a1"), 1, "first", 7));
  const auto before = files->find(id)->inspections[0].document;
  ASSERT_TRUE(files->put_inspection(id, key_of("a2"), 1, "another's", 7));
  ASSERT_TRUE(files->put_inspection(id, key_of("a1"), 1, "second", 8));
  const auto file = files->find(id);
  ASSERT_EQ(file->inspections.size(), 2u);
  EXPECT_EQ(files->read_inspection(file->inspections[0]), "second");
  EXPECT_EQ(documents_->get(before).error(), documents::Error::erased);
}

TEST_F(CaseFilesTest, NothingIsPlainOnDisk) {
  const auto id = begin();
  const auto added = add(id, 42);
  const auto jpeg = files->read_photograph(id, added.id, PhotographSize::full);
  const auto found = documents_->get(added.full);
  ASSERT_TRUE(found);
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(directory_.path() / "documents")) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(bytes.find(as_text(*jpeg)), std::string::npos) << entry.path();
    EXPECT_EQ(bytes.find("black tote"), std::string::npos) << entry.path();
  }
}

TEST(CaseFile, RecordsAreReadAsTheyWereWritten) {
  CaseFile file;
  file.requester = key_of("ana");
  file.gs1_key = "01/09521234000013/21/A1";
  file.category = "handbag";
  file.photographs = {{Hash32{1}, "zip", {3, 4}, 5, {Hash32{6}}, {Hash32{7}}, {Hash32{8}}}};
  file.inspections = {{key_of("a1"), 2, {Hash32{9}}}};
  const auto bytes = encode(file);
  EXPECT_EQ(decode_case_file(bytes), file);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    EXPECT_FALSE(decode_case_file(ByteView(bytes).first(cut))) << cut;
  }
  auto longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(decode_case_file(longer));
}

TEST(CaseFile, WordsAreNoSentences) {
  for (const auto* good : {"handbag", "a", "size-42", "example.com"}) {
    EXPECT_TRUE(is_case_word(good)) << good;
  }
  for (const auto* bad : {"", "Handbag", "two words", "<b>", "caf\u00e9"}) {
    EXPECT_FALSE(is_case_word(bad)) << bad;
  }
  EXPECT_FALSE(is_case_word(std::string(kCaseWordBytesMax + 1, 'a')));
}

}  // namespace
}  // namespace tally::provenance
