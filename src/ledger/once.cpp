#include "ledger/once.hpp"

#include "base/check.hpp"
#include "contracts/limits.hpp"
#include "crypto/hash.hpp"
#include "ledger/state_tables.hpp"
#include "storage/scan.hpp"
#include "storage/sealed_record.hpp"

namespace tally::ledger {
namespace {

constexpr std::uint64_t kTxidBucketMs = 60 * contracts::kMinuteMs;
constexpr std::uint64_t kKeyBucketMs = contracts::kDayMs;

std::uint32_t bucket_of(std::uint64_t ms, std::uint64_t width_ms) {
  return static_cast<std::uint32_t>(ms / width_ms);
}

}  // namespace

Bytes OnceKey::encode() const {
  Bytes out;
  out.reserve(37);
  out.push_back(static_cast<std::uint8_t>(kind));
  append_be(out, bucket);
  append(out, hash);
  return out;
}

OnceKey once_key(const contracts::Txid& txid, std::uint64_t valid_until_ms) {
  return {OnceKey::Kind::txid, bucket_of(valid_until_ms, kTxidBucketMs), txid.bytes};
}

OnceKey once_key(const contracts::PublicKey& signer, ByteView idempotency_key,
                 std::uint64_t day_ms) {
  static const crypto::TaggedHasher hasher("tally/idempotency");
  return {OnceKey::Kind::idempotency, bucket_of(day_ms, kKeyBucketMs),
          hasher({signer.view(), idempotency_key})};
}

// remembered = txid(32) height(8) time(8) first_output(8) code(2) index(4) figure(8); code 0:
// settled.
Bytes encode_remembered(const Remembered& value) {
  Bytes out;
  append(out, value.txid.view());
  append_be(out, value.height);
  append_be(out, value.time_ms);
  append_be(out, value.first_output_number);
  append_be(out, static_cast<std::uint16_t>(
                     value.error ? static_cast<std::uint16_t>(value.error->code) : 0));
  append_be(out, value.error ? value.error->index : 0u);
  append_be(out, value.error ? value.error->figure : std::uint64_t{0});
  return out;
}

std::optional<Remembered> decode_remembered(ByteView bytes) {
  if (bytes.size() != 70) return std::nullopt;
  Remembered value;
  value.txid = *contracts::Txid::from(bytes.first(32));
  value.height = read_be<std::uint64_t>(bytes.subspan(32));
  value.time_ms = read_be<std::uint64_t>(bytes.subspan(40));
  value.first_output_number = read_be<std::uint64_t>(bytes.subspan(48));
  const auto number = read_be<std::uint16_t>(bytes.subspan(56));
  if (number == 0) return value;
  const auto code = contracts::error_code(number);
  if (!code) return std::nullopt;
  value.error = contracts::Error{*code, read_be<std::uint32_t>(bytes.subspan(58)),
                                 read_be<std::uint64_t>(bytes.subspan(62))};
  return value;
}

Faulty<std::optional<Remembered>> Once::lookup(const OnceKey& key) const {
  if (const auto found = hot_.find(key); found != hot_.end()) return found->second;
  if (frozen_) {
    if (const auto found = frozen_->find(key); found != frozen_->end()) return found->second;
  }
  const auto read = snapshot_.get();
  if (!read) return fault(read.error(), "once: begin read");
  const auto record = (*read)->get(kOnceTable, key.encode());
  if (!record) {
    if (record.error() == storage::Error::not_found) return std::optional<Remembered>{};
    return fault(record.error(), "once: get");
  }
  const auto payload = storage::open_record(*record);
  const auto value = payload ? decode_remembered(*payload) : std::nullopt;
  if (!value) {
    return fault(FaultCode::state_corrupt, 0, "once-only record " + to_hex(key.encode()));
  }
  return value;
}

Faulty<std::optional<Remembered>> Once::find(const contracts::Txid& txid,
                                             std::uint64_t valid_until_ms) const {
  return lookup(once_key(txid, valid_until_ms));
}

Faulty<std::optional<Remembered>> Once::find(const contracts::PublicKey& signer,
                                             ByteView idempotency_key, std::uint64_t now_ms) const {
  auto key = once_key(signer, idempotency_key, now_ms);
  constexpr std::uint32_t kBuckets = contracts::kIdempotencyMs / kKeyBucketMs + 1;
  const auto newest = key.bucket;
  for (std::uint32_t back = 0; back < kBuckets && back <= newest; ++back) {
    key.bucket = newest - back;
    auto found = lookup(key);
    if (!found) return found;
    if (*found && (*found)->time_ms + contracts::kIdempotencyMs > now_ms) return found;
  }
  return std::optional<Remembered>{};
}

std::shared_ptr<const OnceMap> Once::freeze() {
  CHECK(!frozen_);
  frozen_ = std::make_shared<const OnceMap>(std::move(hot_));
  hot_.clear();
  return frozen_;
}

std::expected<std::size_t, storage::Error> drop_old_buckets(storage::WriteTransaction& state,
                                                            std::uint64_t now_ms,
                                                            std::size_t count_max) {
  const auto drop = [&](OnceKey::Kind kind, std::uint32_t end_bucket,
                        std::size_t count) -> std::expected<std::size_t, storage::Error> {
    Bytes first{static_cast<std::uint8_t>(kind)};
    Bytes end = first;
    append_be(end, end_bucket);
    return storage::erase_range(state, kOnceTable, {first, end}, count);
  };
  // A txid's bucket ended an hour after the hour of its validity; a key's, kIdempotencyMs after its
  // day.
  const auto txids = drop(OnceKey::Kind::txid, bucket_of(now_ms, kTxidBucketMs), count_max);
  if (!txids) return txids;
  if (now_ms < contracts::kIdempotencyMs + kKeyBucketMs) return txids;
  const auto keys =
      drop(OnceKey::Kind::idempotency, bucket_of(now_ms - contracts::kIdempotencyMs, kKeyBucketMs),
           count_max - *txids);
  if (!keys) return keys;
  return *txids + *keys;
}

}  // namespace tally::ledger
