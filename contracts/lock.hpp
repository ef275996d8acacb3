// Locks: who may spend an output, and when. There is no script language; these four are all.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "contracts/error_code.hpp"
#include "contracts/id.hpp"

namespace tally::contracts {

/// One key.
struct KeyLock {
  PublicKey key;
  bool operator==(const KeyLock&) const = default;
};

/// Any `threshold` of the keys; keys strictly ascending, 1 <= threshold <= keys <= kLockKeysMax.
struct MultiLock {
  std::uint32_t threshold = 0;
  std::vector<PublicKey> keys;
  bool operator==(const MultiLock&) const = default;
};

/// A key, once the block's time has reached `not_before_ms`.
struct TimeLock {
  PublicKey key;
  std::uint64_t not_before_ms = 0;
  bool operator==(const TimeLock&) const = default;
};

/// A key, with the 32-byte preimage of a SHA-256 hash.
struct HashLock {
  PublicKey key;
  Hash32 hash{};
  bool operator==(const HashLock&) const = default;
};

using Lock = std::variant<KeyLock, MultiLock, TimeLock, HashLock>;

/// Whether the lock is well formed, or invalid_lock. Context-free.
Result<void> check_lock(const Lock& lock);

/// What an input brings to open a lock.
struct Unlock {
  const std::vector<PublicKey>& signers;  ///< The verified signers of the transaction.
  const std::optional<Hash32>& preimage;  ///< As the input gives it.
  std::uint64_t time_ms;                  ///< The block's time.
};

/// Whether `unlock` opens `lock`. Errors in precedence order: signature_missing, lock_time (figure:
/// the time it opens), preimage_missing, preimage_wrong. The index is `input_index`.
Result<void> open_lock(const Lock& lock, const Unlock& unlock, std::size_t input_index);

/// The account that a lock belongs to: a key, or the hash of a lock that is more than a key.
struct Account {
  enum class Kind : std::uint8_t { key = 0, lock = 1 };
  Kind kind = Kind::key;
  Hash32 id{};
  auto operator<=>(const Account&) const = default;
  /// 33 bytes: the kind, then the key or hash.
  [[nodiscard]] Bytes encode() const;
};

Account account_of(const Lock& lock);
Account account_of(const PublicKey& key);

}  // namespace tally::contracts
