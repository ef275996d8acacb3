// Rows as bytes: fixed fields, integers big-endian, so that keys sort as their numbers do. Private
// to this folder.
#pragma once

#include <cstdint>
#include <optional>

#include "base/byte_reader.hpp"
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

/// Takes a row apart, as ByteReader does.
class RowReader : public ByteReader {
 public:
  using ByteReader::ByteReader;

  std::uint8_t u8() { return number<std::uint8_t>(); }
  std::uint16_t u16() { return number<std::uint16_t>(); }
  std::uint32_t u32() { return number<std::uint32_t>(); }
  std::uint64_t u64() { return number<std::uint64_t>(); }
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
};

}  // namespace tally::views
