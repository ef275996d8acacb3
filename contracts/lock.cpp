#include "contracts/lock.hpp"

#include <algorithm>

#include "contracts/limits.hpp"
#include "crypto/hash.hpp"

namespace tally::contracts {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

bool signed_by(const Unlock& unlock, const PublicKey& key) {
  return std::find(unlock.signers.begin(), unlock.signers.end(), key) != unlock.signers.end();
}

// Whether a key is a point on the curve is found out when it signs: finding out earlier would cost
// a tenth of a signature's verification for every output, and a wrong key harms nobody but its
// writer.
Result<void> check_key(const PublicKey& key) {
  if (key.is_zero()) return fail(ErrorCode::invalid_lock);
  return {};
}

// lock = kind fields ; kind = %x01 / %x02 / %x03 (multi, time, hash); integers big-endian.
Bytes encode_lock(const Lock& lock) {
  Bytes out;
  std::visit(Overloaded{[&](const KeyLock& l) { append(out, l.key.view()); },
                        [&](const MultiLock& l) {
                          out.push_back(1);
                          append_be(out, l.threshold);
                          for (const auto& key : l.keys) append(out, key.view());
                        },
                        [&](const TimeLock& l) {
                          out.push_back(2);
                          append(out, l.key.view());
                          append_be(out, l.not_before_ms);
                        },
                        [&](const HashLock& l) {
                          out.push_back(3);
                          append(out, l.key.view());
                          append(out, l.hash);
                        }},
             lock);
  return out;
}

}  // namespace

Result<void> check_lock(const Lock& lock) {
  return std::visit(Overloaded{[](const KeyLock& l) { return check_key(l.key); },
                               [](const MultiLock& l) -> Result<void> {
                                 if (l.keys.empty() || l.keys.size() > kLockKeysMax ||
                                     l.threshold == 0 || l.threshold > l.keys.size()) {
                                   return fail(ErrorCode::invalid_lock);
                                 }
                                 for (std::size_t i = 0; i < l.keys.size(); ++i) {
                                   if (i > 0 && !(l.keys[i - 1] < l.keys[i]))
                                     return fail(ErrorCode::invalid_lock);
                                   if (auto ok = check_key(l.keys[i]); !ok) return ok;
                                 }
                                 return {};
                               },
                               [](const TimeLock& l) { return check_key(l.key); },
                               [](const HashLock& l) { return check_key(l.key); }},
                    lock);
}

Result<void> open_lock(const Lock& lock, const Unlock& unlock, std::size_t input_index) {
  const auto demand = [&](const PublicKey& key) -> Result<void> {
    if (!signed_by(unlock, key)) return fail(ErrorCode::signature_missing, input_index);
    return {};
  };
  return std::visit(Overloaded{[&](const KeyLock& l) { return demand(l.key); },
                               [&](const MultiLock& l) -> Result<void> {
                                 const auto count = std::count_if(
                                     l.keys.begin(), l.keys.end(),
                                     [&](const auto& k) { return signed_by(unlock, k); });
                                 if (count < static_cast<std::ptrdiff_t>(l.threshold)) {
                                   return fail(ErrorCode::signature_missing, input_index,
                                               l.threshold - static_cast<std::uint64_t>(count));
                                 }
                                 return {};
                               },
                               [&](const TimeLock& l) -> Result<void> {
                                 if (auto ok = demand(l.key); !ok) return ok;
                                 if (unlock.time_ms < l.not_before_ms) {
                                   return fail(ErrorCode::lock_time, input_index, l.not_before_ms);
                                 }
                                 return {};
                               },
                               [&](const HashLock& l) -> Result<void> {
                                 if (auto ok = demand(l.key); !ok) return ok;
                                 if (!unlock.preimage)
                                   return fail(ErrorCode::preimage_missing, input_index);
                                 if (crypto::sha256(*unlock.preimage) != l.hash) {
                                   return fail(ErrorCode::preimage_wrong, input_index);
                                 }
                                 return {};
                               }},
                    lock);
}

Bytes Account::encode() const {
  Bytes out{static_cast<std::uint8_t>(kind)};
  append(out, id);
  return out;
}

Account account_of(const PublicKey& key) { return {Account::Kind::key, key.bytes}; }

Account account_of(const Lock& lock) {
  if (const auto* key = std::get_if<KeyLock>(&lock)) return account_of(key->key);
  return {Account::Kind::lock, crypto::tagged_hash("tally/lock", {encode_lock(lock)})};
}

}  // namespace tally::contracts
