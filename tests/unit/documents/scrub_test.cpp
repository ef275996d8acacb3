// The scrub of the documents, with the node's keys and without.
#include "documents/scrub.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "unit/storage/temporary_directory.hpp"

namespace tally::documents {
namespace {

class DocumentScrubTest : public testing::Test {
 protected:
  void SetUp() override {
    Options options;
    options.network_id = {1};
    options.create = true;
    store_ = std::move(*DocumentStore::open(path(), clock_, options, Hash32{9}));
    small_ = *store_->put(Bytes(100, 1), metadata_);
    large_ = *store_->put(Bytes(40'000, 2), metadata_);
    erased_ = *store_->put(Bytes(50'000, 3), metadata_);
    ASSERT_TRUE(store_->erase(erased_, EraseReason::requested, 1));
  }
  std::filesystem::path path() const { return directory_ / "documents"; }
  std::filesystem::path blob() const { return blob_path(path(), large_); }
  static void flip(const std::filesystem::path& file, std::streamoff at) {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(at);
    const auto byte = static_cast<char>(bytes.get() ^ 1);
    bytes.seekp(at);
    bytes.put(byte);
  }
  auto with_keys() { return scrub_documents(path(), store_.get(), {}); }
  auto without() { return scrub_documents(path(), nullptr, {}); }

  test::TemporaryDirectory directory_;
  SystemClock clock_;
  const Metadata metadata_{"text/plain", Hash32{5}, 1000};
  std::unique_ptr<DocumentStore> store_;
  DocumentHash small_{};
  DocumentHash large_{};
  DocumentHash erased_{};
};

TEST_F(DocumentScrubTest, FindsNothingInWhatIsWholeAndSaysWhatItLookedAt) {
  for (const auto& report : {with_keys(), without()}) {
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_EQ(report->files, 1u);
    EXPECT_EQ(report->records, 5u)
        << "two documents, one of them inline, a tombstone, the key check";
    EXPECT_FALSE(report->ended_early);
  }
}

TEST_F(DocumentScrubTest, AFileThatIsNotThereOrCutOffIsFoundWithoutKeys) {
  std::filesystem::resize_file(blob(), 40'027);
  EXPECT_FALSE(without());
  EXPECT_FALSE(with_keys());
  std::filesystem::remove(blob());
  const auto missing = without();
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().what.find("its file"), std::string::npos);
  EXPECT_EQ(missing.error().key, Bytes(large_.view().begin(), large_.view().end()));
  EXPECT_FALSE(with_keys());
}

TEST_F(DocumentScrubTest, AFlippedBitOfAContentIsFoundWithTheKeys) {
  flip(blob(), 20'000);
  EXPECT_FALSE(with_keys());
  EXPECT_TRUE(without()) << "it is sealed";
}

TEST_F(DocumentScrubTest, ADamagedKeyIsFoundEitherWay) {
  flip(path() / "keys", 128 + 40);
  EXPECT_FALSE(with_keys());
  EXPECT_FALSE(without());
  std::filesystem::remove(path() / "keys");
  EXPECT_FALSE(without());
  EXPECT_FALSE(std::filesystem::exists(path() / "keys")) << "looking makes nothing";
}

}  // namespace
}  // namespace tally::documents
