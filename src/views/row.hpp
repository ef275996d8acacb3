// Rows as bytes: fixed fields, integers big-endian, so that keys sort as their numbers do. Private
// to this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "contracts/lock.hpp"

namespace tally::views {

/// Builds a key or a value.
class Row {
 public:
  template <typename T>
  Row& number(T value) {
    append_be(bytes_, value);
    return *this;
  }
  Row& u8(std::uint8_t value) { return number(value); }
  Row& u16(std::uint16_t value) { return number(value); }
  Row& u32(std::uint32_t value) { return number(value); }
  Row& u64(std::uint64_t value) { return number(value); }
  Row& raw(ByteView bytes) {
    append(bytes_, bytes);
    return *this;
  }
  template <typename Tag>
  Row& id(const Id<Tag>& id) {
    return raw(id.view());
  }
  Row& account(const contracts::Account& account) { return raw(account.encode()); }
  /// A byte that says whether there is one, then the identifier if there is.
  template <typename Tag>
  Row& maybe(const std::optional<Id<Tag>>& id) {
    u8(id.has_value());
    return id ? raw(id->view()) : *this;
  }
  Row& maybe(const std::optional<Hash32>& hash) {
    u8(hash.has_value());
    return hash ? raw(*hash) : *this;
  }
  Row& maybe(const std::optional<contracts::Account>& account) {
    u8(account.has_value());
    return account ? this->account(*account) : *this;
  }

  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  operator ByteView() const { return bytes_; }

 private:
  Bytes bytes_;
};

/// Takes a row apart. What is read beyond its end is zero, and complete() is then false.
class RowReader {
 public:
  explicit RowReader(ByteView row) : rest_(row) {}

  template <typename T>
  T number() {
    const auto bytes = take(sizeof(T));
    return bytes.empty() ? T{} : read_be<T>(bytes);
  }
  std::uint8_t u8() { return number<std::uint8_t>(); }
  std::uint16_t u16() { return number<std::uint16_t>(); }
  std::uint32_t u32() { return number<std::uint32_t>(); }
  std::uint64_t u64() { return number<std::uint64_t>(); }
  Hash32 hash() {
    Hash32 out{};
    const auto bytes = take(out.size());
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
  }
  template <typename IdType>
  IdType id() {
    return IdType{hash()};
  }
  contracts::Account account() {
    const auto kind = static_cast<contracts::Account::Kind>(u8());
    return {kind, hash()};
  }
  template <typename IdType>
  std::optional<IdType> maybe_id() {
    if (u8() == 0) return std::nullopt;
    return IdType{hash()};
  }
  std::optional<contracts::Account> maybe_account() {
    if (u8() == 0) return std::nullopt;
    return account();
  }
  /// Passes over `size` bytes.
  RowReader& skip(std::size_t size) {
    take(size);
    return *this;
  }
  /// Everything that is left.
  ByteView rest() { return std::exchange(rest_, {}); }
  /// Whether the row held all that was read, and nothing more.
  [[nodiscard]] bool complete() const { return whole_ && rest_.empty(); }

 private:
  ByteView take(std::size_t size) {
    if (rest_.size() < size) {
      whole_ = false;
      rest_ = {};
      return {};
    }
    const auto out = rest_.first(size);
    rest_ = rest_.subspan(size);
    return out;
  }

  ByteView rest_;
  bool whole_ = true;
};

}  // namespace tally::views
