#include "documents/document_store.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "crypto/hash.hpp"
#include "storage/durable_file.hpp"
#include "support/failing_sync.hpp"
#include "unit/storage/file_size_limit.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::documents {
namespace {

constexpr std::uint64_t kDayMs = 24ull * 3600 * 1000;
constexpr std::size_t kFileMax = std::size_t{64} << 20;

Bytes content_of(std::size_t size, std::uint8_t seed = 1) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i * 31 + seed);
  return out;
}

Metadata metadata(std::uint64_t created_ms = 1000) {
  return {"application/ld+json", Hash32{5}, created_ms};
}

class DocumentStoreTest : public testing::Test {
 protected:
  std::expected<std::unique_ptr<DocumentStore>, Error> try_open(std::uint8_t key = 9,
                                                                std::uint8_t network = 1) {
    Options options;
    options.on_unknown_outcome = [this](std::string_view where) { told_ = where; };
    options.network_id = {network};
    options.create = true;
    options.content_bytes_max = 1 << 20;
    return DocumentStore::open(path(), clock_, options, Hash32{key});
  }
  std::unique_ptr<DocumentStore> open() {
    auto store = try_open();
    EXPECT_TRUE(store) << (store ? "" : name(store.error()));
    return store ? std::move(*store) : nullptr;
  }
  std::filesystem::path path() const { return directory_ / "documents"; }
  std::filesystem::path blob(const DocumentHash& hash) const {
    return path() / "blobs" / hash.hex().substr(0, 2) / hash.hex();
  }
  /// Whether any file of the store holds these bytes.
  bool is_on_disk(ByteView bytes) const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path())) {
      if (!entry.is_regular_file()) continue;
      const auto file = *storage::read_file(entry.path(), kFileMax);
      if (!std::ranges::search(file, bytes).empty()) return true;
    }
    return false;
  }

  std::string told_;  // of an unknown outcome
  test::TemporaryDirectory directory_;
  SystemClock clock_;
};

TEST_F(DocumentStoreTest, TheAddressIsATaggedHash) {
  EXPECT_EQ(document_hash(as_bytes("abc")).bytes,
            crypto::tagged_hash("tally/document", {as_bytes("abc")}));
}

// Sizes around the border between index and file.
TEST_F(DocumentStoreTest, KeepsDocumentsOverARestart) {
  std::vector<std::pair<DocumentHash, Bytes>> put;
  {
    auto store = open();
    for (const std::size_t size : {0, 1, 5'000, 16 * 1024 - 28, 16 * 1024 - 27, 300'000, 1 << 20}) {
      const auto content = content_of(size);
      const auto hash = store->put(content, metadata());
      ASSERT_TRUE(hash) << size;
      EXPECT_EQ(*hash, document_hash(content));
      EXPECT_EQ(std::filesystem::exists(blob(*hash)), size > 16 * 1024 - 28) << size;
      put.emplace_back(*hash, content);
    }
  }
  const auto store = open();
  for (const auto& [hash, content] : put) {
    const auto document = store->get(hash);
    ASSERT_TRUE(document);
    EXPECT_TRUE(std::ranges::equal(document->content.view(), content));
    EXPECT_EQ(document->info.size_bytes, content.size());
    EXPECT_EQ(document->info.metadata, metadata());
    EXPECT_EQ(store->stat(hash)->metadata, metadata());
    EXPECT_TRUE(*store->exists(hash));
  }
}

TEST_F(DocumentStoreTest, WhatIsForgottenLeavesNothingAndMayBePutAgain) {
  auto store = open();
  for (const std::size_t size : {100, 300'000}) {
    const auto content = content_of(size);
    const auto hash = *store->put(content, metadata());
    ASSERT_TRUE(store->forget(hash));
    EXPECT_FALSE(*store->exists(hash));
    EXPECT_FALSE(std::filesystem::exists(blob(hash)));
    EXPECT_EQ(store->tombstone(hash).error(), Error::not_found);
    EXPECT_EQ(store->forget(hash).error(), Error::not_found);
    ASSERT_TRUE(store->put(content, metadata()));
    EXPECT_TRUE(std::ranges::equal(store->get(hash)->content.view(), content));
  }
}

TEST_F(DocumentStoreTest, PuttingAgainChangesNothing) {
  auto store = open();
  const auto first = store->put(content_of(100), metadata());
  auto other = metadata(2000);
  other.owner = Hash32{6};
  const auto second = store->put(content_of(100), other);
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(store->stat(*first)->metadata, metadata());
  EXPECT_EQ(store->list({}, 10)->size(), 1u);
}

TEST_F(DocumentStoreTest, RefusesWhatItMayNotHold) {
  auto store = open();
  auto bad = metadata();
  bad.media_type = "a\nb";
  // Each row also holds the fault of the one below it.
  EXPECT_EQ(store->put(content_of((1 << 20) + 1), bad).error(), Error::too_large);
  EXPECT_EQ(store->put(content_of(1), bad).error(), Error::invalid);
  EXPECT_TRUE(store->list({}, 10)->empty());
}

TEST_F(DocumentStoreTest, NothingOfTheContentIsOnTheDisk) {
  auto store = open();
  const auto content = content_of(200);
  const auto large = content_of(50'000, 77);
  ASSERT_TRUE(store->put(content, metadata()));
  ASSERT_TRUE(store->put(large, metadata()));
  EXPECT_FALSE(is_on_disk(ByteView(content).first(32)));
  EXPECT_FALSE(is_on_disk(ByteView(large).first(32)));
}

TEST_F(DocumentStoreTest, UnknownDocumentsAreNotFound) {
  auto store = open();
  const auto hash = document_hash(as_bytes("nobody put it"));
  EXPECT_EQ(store->get(hash).error(), Error::not_found);
  EXPECT_EQ(store->stat(hash).error(), Error::not_found);
  EXPECT_EQ(store->erase(hash, EraseReason::requested, 1).error(), Error::not_found);
  EXPECT_EQ(store->tombstone(hash).error(), Error::not_found);
  EXPECT_FALSE(*store->exists(hash));
}

TEST_F(DocumentStoreTest, ErasingDestroysTheKeyAndLeavesATombstone) {
  for (const std::size_t size : {100, 100'000}) {
    auto store = open();
    const auto hash = *store->put(content_of(size), metadata());
    const auto keys = *storage::read_file(path() / "keys", kFileMax);
    const auto at = std::ranges::search(keys, hash.bytes);
    ASSERT_FALSE(at.empty());
    const Bytes sealed_key(at.begin() + 32, at.begin() + 92);
    const auto backup = size > 50'000 ? *storage::read_file(blob(hash), kFileMax) : Bytes();
    ASSERT_TRUE(store->erase(hash, EraseReason::ordered, 4711));
    EXPECT_FALSE(is_on_disk(sealed_key));
    EXPECT_FALSE(std::filesystem::exists(blob(hash)));
    for (int restart = 0; restart < 2; ++restart) {
      EXPECT_EQ(store->get(hash).error(), Error::erased);
      EXPECT_EQ(store->stat(hash).error(), Error::erased);
      EXPECT_EQ(store->put(content_of(size), metadata()).error(), Error::erased);
      EXPECT_EQ(store->erase(hash, EraseReason::ordered, 1).error(), Error::erased);
      EXPECT_EQ(*store->tombstone(hash), (Tombstone{4711, EraseReason::ordered}));
      EXPECT_FALSE(*store->exists(hash));
      EXPECT_TRUE(store->list({}, 10)->empty());
      if (!backup.empty()) {  // a restored ciphertext does not bring it back
        ASSERT_TRUE(storage::write_file(blob(hash), backup));
      }
      store.reset();
      store = open();
    }
  }
}

TEST_F(DocumentStoreTest, EveryDamageIsDetectedAndNeverServed) {
  auto store = open();
  const auto content = content_of(100'000);
  const auto hash = *store->put(content, metadata());
  const auto good = *storage::read_file(blob(hash), kFileMax);
  for (const std::size_t byte : {std::size_t{0}, std::size_t{50'000}, good.size() - 1}) {
    auto bad = good;
    bad[byte] ^= 1;
    ASSERT_TRUE(storage::write_file(blob(hash), bad));
    EXPECT_EQ(store->get(hash).error(), Error::corrupt) << byte;
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{20}, good.size() - 1}) {
    ASSERT_TRUE(storage::write_file(blob(hash), ByteView(good).first(size)));
    EXPECT_EQ(store->get(hash).error(), Error::corrupt) << size;
  }
  auto longer = good;
  longer.push_back(0);
  ASSERT_TRUE(storage::write_file(blob(hash), longer));
  EXPECT_EQ(store->get(hash).error(), Error::corrupt);
  // Another document's ciphertext in its place.
  const auto other = *store->put(content_of(100'000, 2), metadata());
  ASSERT_TRUE(storage::write_file(blob(hash), *storage::read_file(blob(other), kFileMax)));
  EXPECT_EQ(store->get(hash).error(), Error::corrupt);
  ASSERT_TRUE(storage::remove_file(blob(hash)));
  EXPECT_EQ(store->get(hash).error(), Error::corrupt);
  // Put back, it is there again; with its key damaged it is not.
  ASSERT_TRUE(storage::write_file(blob(hash), good));
  EXPECT_TRUE(store->get(hash));
  store.reset();
  auto keys = *storage::read_file(path() / "keys", kFileMax);
  keys[40] ^= 1;
  ASSERT_TRUE(storage::write_file(path() / "keys", keys));
  EXPECT_EQ(open()->get(hash).error(), Error::corrupt);
}

TEST_F(DocumentStoreTest, BelongsToOneKeyOneNetworkAndOneProcess) {
  auto store = open();
  EXPECT_EQ(try_open().error(), Error::locked);
  store.reset();
  EXPECT_EQ(try_open(8).error(), Error::wrong_key);
  EXPECT_EQ(try_open(9, 2).error(), Error::wrong_network);
  EXPECT_TRUE(try_open());
}

TEST_F(DocumentStoreTest, ListsInPages) {
  auto store = open();
  std::set<DocumentHash> put;
  for (std::uint8_t n = 0; n < 7; ++n) put.insert(*store->put(content_of(10, n), metadata(n)));
  std::vector<DocumentHash> seen;
  std::optional<DocumentHash> after;
  while (true) {
    const auto page = store->list(after, 3);
    ASSERT_TRUE(page);
    if (page->empty()) break;
    for (const auto& info : *page) seen.push_back(info.hash);
    after = seen.back();
  }
  EXPECT_EQ(seen, std::vector<DocumentHash>(put.begin(), put.end()));
  EXPECT_TRUE(store->list({}, 0)->empty());
}

TEST_F(DocumentStoreTest, SweepsOldOrphansOnly) {
  auto store = open();
  const auto referenced = *store->put(content_of(50'000, 1), metadata(1000));
  const auto orphan = *store->put(content_of(50'000, 2), metadata(1000));
  const auto small_orphan = *store->put(content_of(5, 3), metadata(1000));
  const auto fresh = *store->put(content_of(5, 4), metadata(kDayMs));
  // Put again lately: its ledger transaction may be on its way.
  const auto renewed = *store->put(content_of(5, 5), metadata(1000));
  ASSERT_TRUE(store->put(content_of(5, 5), metadata(kDayMs)));
  const auto is_referenced = [&](const DocumentHash& hash) { return hash == referenced; };
  EXPECT_EQ(store->sweep(is_referenced, kDayMs, 1)->documents, 1u);
  EXPECT_EQ(store->sweep(is_referenced, kDayMs, 100)->documents, 1u);
  EXPECT_EQ(store->sweep(is_referenced, kDayMs, 100)->documents, 0u);
  EXPECT_TRUE(store->get(referenced));
  EXPECT_TRUE(store->get(fresh));
  EXPECT_TRUE(store->get(renewed));
  EXPECT_EQ(store->get(orphan).error(), Error::not_found);
  EXPECT_EQ(store->get(small_orphan).error(), Error::not_found);
  EXPECT_FALSE(std::filesystem::exists(blob(orphan)));
  // An orphan is not an erased document: it can be put again.
  EXPECT_TRUE(store->put(content_of(50'000, 2), metadata(2 * kDayMs)));
}

TEST_F(DocumentStoreTest, WhatACrashLeavesIsCleared) {
  auto store = open();
  const auto kept = *store->put(content_of(50'000, 1), metadata());
  store.reset();
  // As after a crash between key, file and index: a key and two files that no document names.
  const auto lost = document_hash(as_bytes("lost"));
  {
    auto slots = KeySlots::open(path() / "keys");
    ASSERT_TRUE(slots->wipe_all_but([](auto slot) { return slot == 0; }));
    SealedKey key;
    key.fill(0x5c);
    ASSERT_TRUE(slots->store(lost.bytes, key));
  }
  std::filesystem::create_directories(blob(lost).parent_path());
  ASSERT_TRUE(storage::write_file(blob(lost), as_bytes("ciphertext")));
  ASSERT_TRUE(storage::write_file(blob(kept).parent_path() / (kept.hex() + ".tmp"), {}));
  store = open();
  EXPECT_FALSE(is_on_disk(Bytes(60, 0x5c)));
  EXPECT_EQ(store->sweep([](const auto&) { return true; }, 1, 1)->files, 2u);
  EXPECT_FALSE(std::filesystem::exists(blob(lost)));
  EXPECT_TRUE(store->get(kept));
}

TEST_F(DocumentStoreTest, AFullDiskStoresNothing) {
  auto store = open();
  ASSERT_TRUE(store->put(content_of(10), metadata()));
  {
    const test::FileSizeLimit limit(200'000);
    EXPECT_EQ(store->put(content_of(900'000), metadata()).error(), Error::disk_full);
  }
  EXPECT_FALSE(*store->exists(document_hash(content_of(900'000))));
  EXPECT_TRUE(store->put(content_of(900'000), metadata()));
}

// Of the key, of the ciphertext, of the index.
TEST_F(DocumentStoreTest, AfterAFailedSyncNothingMoreIsStored) {
  for (const auto* part : {"keys", "blobs", "index"}) {
    std::filesystem::remove_all(path());
    auto store = open();
    ASSERT_TRUE(store->put(content_of(10), metadata()));
    {
      const test::FailingSync failing((path() / part).native(), ENOSPC);
      EXPECT_EQ(store->put(content_of(900'000), metadata()).error(), Error::outcome_unknown)
          << part;
    }
    EXPECT_TRUE(told_.starts_with((path() / part).native())) << told_;
    EXPECT_EQ(store->put(content_of(900'000), metadata()).error(), Error::halted) << part;
    EXPECT_TRUE(store->get(document_hash(content_of(10)))) << part;
    store.reset();
    EXPECT_TRUE(open()->put(content_of(900'000), metadata())) << part;
  }
}

TEST_F(DocumentStoreTest, ReadersRunBesideWritersAndErasers) {
  auto store = open();
  std::vector<DocumentHash> hashes;
  for (std::uint8_t n = 0; n < 20; ++n) {
    hashes.push_back(*store->put(content_of(n % 2 ? 100 : 40'000, n), metadata()));
  }
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        for (const auto& hash : hashes) {
          const auto document = store->get(hash);
          if (document) {
            EXPECT_EQ(document_hash(document->content.view()), hash);
          } else {
            EXPECT_EQ(document.error(), Error::erased);
          }
        }
      }
    });
  }
  for (std::uint8_t n = 0; n < 20; ++n) {
    EXPECT_TRUE(store->erase(hashes[n], EraseReason::requested, 1));
    EXPECT_TRUE(store->put(content_of(40'000, static_cast<std::uint8_t>(100 + n)), metadata()));
  }
  done = true;
  for (auto& reader : readers) reader.join();
}

TEST_F(DocumentStoreTest, ACopyHasWhatWasThereAndNothingIsErasedMeanwhile) {
  auto store = open();
  const auto small = *store->put(content_of(100), metadata());
  const auto large = *store->put(content_of(300'000), metadata());
  const auto gone = *store->put(content_of(200), metadata());
  ASSERT_TRUE(store->erase(gone, EraseReason::requested, 2'000));
  // Slow enough that what follows comes in between.
  std::thread copier([&] {
    const storage::CopyOptions options{std::uint64_t{2} << 20, {}};
    const auto copied = store->copy_to(directory_ / "copy", options);
    EXPECT_TRUE(copied) << name(copied.error());
  });
  while (!std::filesystem::exists(directory_ / "copy/keys")) std::this_thread::yield();
  const auto erased = store->erase(small, EraseReason::requested, 3'000);
  const auto later = store->put(content_of(400'000), metadata());
  EXPECT_TRUE(later);
  copier.join();
  store.reset();
  Options options;
  options.network_id = {1};
  const auto copy = DocumentStore::open(directory_ / "copy", clock_, options, Hash32{9});
  ASSERT_TRUE(copy) << name(copy.error());
  EXPECT_TRUE(std::ranges::equal((*copy)->get(large)->content.view(), content_of(300'000)));
  EXPECT_EQ((*copy)->get(gone).error(), Error::erased);
  if (!erased) {
    EXPECT_EQ(erased.error(), Error::busy);
    EXPECT_TRUE((*copy)->get(small));
  }
}

}  // namespace
}  // namespace tally::documents
