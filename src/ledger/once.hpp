// Once only: what has been answered is answered the same again.
//
// Rejections and transactions without inputs are remembered by txid until their validity ends;
// idempotency keys with their txid and outcome for kIdempotencyMs. Both lie in buckets by time that
// are dropped whole. A settled transaction with inputs needs no memory: its inputs are spent.
//
// The content follows from the journal alone, so it is not part of the registries' digest
// (docs/adr/0007-once-only-memory.md). The writer's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

#include "contracts/error_code.hpp"
#include "contracts/id.hpp"
#include "ledger/fault.hpp"
#include "ledger/snapshot.hpp"
#include "storage/store.hpp"

namespace tally::ledger {

/// A final outcome, as it is answered again. `error` is empty for a settled transaction.
struct Remembered {
  contracts::Txid txid;
  std::uint64_t height = 0;
  std::uint64_t time_ms = 0;  ///< Of its block.
  contracts::OutputNumber first_output_number = 0;
  std::optional<contracts::Error> error;
  bool operator==(const Remembered&) const = default;
};

/// Table key: kind(1) bucket(4) hash(32).
struct OnceKey {
  enum class Kind : std::uint8_t { txid = 1, idempotency = 2 };
  Kind kind;
  std::uint32_t bucket;
  Hash32 hash;
  bool operator==(const OnceKey&) const = default;
  [[nodiscard]] Bytes encode() const;
};
struct OnceKeyHash {
  std::size_t operator()(const OnceKey& key) const {
    return IdHash{}(key.hash) ^ (key.bucket * 0x9e3779b97f4a7c15ull);
  }
};
using OnceMap = std::unordered_map<OnceKey, Remembered, OnceKeyHash>;

/// The key of a txid: buckets of an hour by the end of its validity.
OnceKey once_key(const contracts::Txid& txid, std::uint64_t valid_until_ms);
/// The key of a signer's idempotency key in the bucket (a day) of `day_ms`.
OnceKey once_key(const contracts::PublicKey& signer, ByteView idempotency_key,
                 std::uint64_t day_ms);

class Once {
 public:
  explicit Once(Snapshot& snapshot) : snapshot_(snapshot) {}

  Faulty<std::optional<Remembered>> find(const contracts::Txid& txid,
                                         std::uint64_t valid_until_ms) const;
  /// The outcome under this key, if it is younger than kIdempotencyMs at `now_ms`.
  Faulty<std::optional<Remembered>> find(const contracts::PublicKey& signer,
                                         ByteView idempotency_key, std::uint64_t now_ms) const;
  void put(const OnceKey& key, const Remembered& value) { hot_[key] = value; }
  void undo(const OnceKey& key) { hot_.erase(key); }

  std::shared_ptr<const OnceMap> freeze();
  void thaw() { frozen_.reset(); }
  /// About what the hot generation takes in memory.
  [[nodiscard]] std::size_t hot_bytes() const {
    return hot_.size() * (sizeof(OnceMap::value_type) + 4 * sizeof(void*));
  }

 private:
  Faulty<std::optional<Remembered>> lookup(const OnceKey& key) const;

  Snapshot& snapshot_;
  OnceMap hot_;
  std::shared_ptr<const OnceMap> frozen_;
};

Bytes encode_remembered(const Remembered& value);
std::optional<Remembered> decode_remembered(ByteView bytes);

/// Erases up to `count_max` entries of buckets that ended before `now_ms`; returns how many.
std::expected<std::size_t, storage::Error> drop_old_buckets(storage::WriteTransaction& state,
                                                            std::uint64_t now_ms,
                                                            std::size_t count_max);

}  // namespace tally::ledger
