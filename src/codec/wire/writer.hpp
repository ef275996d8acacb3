// Writes a domain value as canonical protobuf: fields by number, defaults left out, shortest
// varints, repeated numbers packed, a message inside always there. docs/spec/transaction.md,
// "Canonical form".
#pragma once

#include "base/check.hpp"
#include "base/planted.hpp"
#include "codec/wire/fields.hpp"

namespace tally::codec::wire {

class Writer : public Visitor {
 public:
  /// Appends to `out`, which outlives the writer.
  explicit Writer(Bytes& out) : out_(out) {}

  template <typename T>
  void field(std::uint32_t number, std::string_view, const T& x, auto, auto) {
    put(number, x);
  }
  template <typename T>
  void alternative(std::uint32_t number, std::string_view, const auto& x, auto, auto) {
    if (const auto* chosen = std::get_if<T>(&x)) element(number, *chosen);
  }
  void oneof(const auto& x) { fields(*this, x); }
  /// What the ledger itself makes is right, or there is a bug. Nothing that users write has these.
  void require(bool holds) { CHECK(holds); }

 private:
  enum WireType : std::uint32_t { kVarint = 0, kDelimited = 2 };

  // A field without presence: left out when it has its default.
  template <typename T>
  void put(std::uint32_t number, const T& x) {
    if constexpr (Number<T> || Enum<T>) {
      if (x == T{}) return;
    } else if constexpr (Text<T>) {
      if (x.empty()) return;
    }
    element(number, x);
  }
  template <typename T>
  void put(std::uint32_t number, const std::optional<T>& x) {
    if (x && !(PLANTED(lose_an_empty_optional) && *x == T{})) element(number, *x);
  }
  template <typename T>
  void put(std::uint32_t number, const std::vector<T>& list) {
    for (const auto& x : list) element(number, x);
  }
  void put(std::uint32_t number, const Bytes& x) {
    if (!x.empty()) element(number, x);
  }
  void put(std::uint32_t number, const std::vector<std::uint32_t>& list) {
    if (list.empty()) return;
    const auto start = open(number);
    for (const auto x : list) varint(x);
    close(start);
  }

  // A field that is there, whatever its value.
  template <typename T>
  void element(std::uint32_t number, const T& x) {
    if constexpr (Number<T> || Enum<T>) {
      tag(number, kVarint);
      varint(static_cast<std::uint64_t>(x));
    } else if constexpr (Fixed<T>) {
      tag(number, kDelimited);
      const ByteView bytes = bytes_of(x);
      varint(bytes.size());
      append(out_, bytes);
    } else if constexpr (Text<T>) {
      tag(number, kDelimited);
      varint(x.size());
      out_.insert(out_.end(), x.begin(), x.end());
    } else {
      const auto start = open(number);
      fields(*this, x);
      close(start);
    }
  }

  // Opens a field whose length is not known yet, with one byte for it; close() makes more room for
  // the few that need it.
  std::size_t open(std::uint32_t number) {
    tag(number, kDelimited);
    out_.push_back(0);
    return out_.size();
  }
  void close(std::size_t start) {
    std::uint64_t size = out_.size() - start;
    std::array<std::uint8_t, 10> digits;
    const auto count = encode(size, digits);
    out_[start - 1] = digits[0];
    if (count > 1) {
      out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(start), digits.begin() + 1,
                  digits.begin() + static_cast<std::ptrdiff_t>(count));
    }
  }

  void tag(std::uint32_t number, WireType type) { varint(number << 3 | type); }

  void varint(std::uint64_t value) {
    if (value < 0x80) {
      out_.push_back(static_cast<std::uint8_t>(value));
      return;
    }
    std::array<std::uint8_t, 10> digits;
    const auto count = encode(value, digits);
    out_.insert(out_.end(), digits.begin(), digits.begin() + static_cast<std::ptrdiff_t>(count));
  }

  static std::size_t encode(std::uint64_t value, std::array<std::uint8_t, 10>& digits) {
    std::size_t count = 0;
    for (; value >= 0x80; value >>= 7) digits[count++] = static_cast<std::uint8_t>(value | 0x80);
    digits[count++] = static_cast<std::uint8_t>(value);
    return count;
  }

  Bytes& out_;
};

/// The canonical bytes of `x`.
template <typename T>
Bytes encode(const T& x, std::size_t size_hint = 256) {
  Bytes out;
  out.reserve(size_hint);
  Writer writer(out);
  fields(writer, x);
  return out;
}

}  // namespace tally::codec::wire
