// How a domain type's fields are listed: once, for everything that walks them.
//
//     void fields(auto& v, Is<contracts::Coin> auto& x) {
//       TALLY_FIELD(1, asset);
//       ...
//
// gives the numbers and names that api/tally/v1 gives; a visitor `v` then writes canonical bytes
// (writer.hpp), reads a parsed message (reader.hpp), or makes the JSON view (json.cpp). Overloads
// are found through the visitor's namespace, so a visitor derives from Visitor.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/id.hpp"

namespace tally::codec::wire {

struct Visitor {};

template <typename X, typename T>
concept Is = std::same_as<std::remove_const_t<X>, T>;

// What a field can be.
template <typename T>
concept Number =
    std::same_as<T, bool> || std::same_as<T, std::uint32_t> || std::same_as<T, std::uint64_t>;
template <typename T>
concept Enum = std::is_enum_v<T>;
/// A value of one length, which is always written: Hash32, Id, Signature.
template <typename T>
concept Fixed = std::same_as<T, Hash32> || requires(T x) { x.bytes.size(); };
template <typename T>
concept Text = std::same_as<T, std::string> || std::same_as<T, Bytes>;
/// Anything else is a message inside the message.
template <typename T>
concept Message = !Number<T> && !Enum<T> && !Fixed<T> && !Text<T>;

inline std::span<std::uint8_t> bytes_of(Hash32& x) { return x; }
inline ByteView bytes_of(const Hash32& x) { return x; }
std::span<std::uint8_t> bytes_of(Fixed auto& x) { return x.bytes; }
ByteView bytes_of(const Fixed auto& x) { return x.bytes; }

// A variant, or a type that is one by inheritance.
template <typename T>
inline constexpr bool is_variant =
    requires(const T& x) { []<typename... Ts>(const std::variant<Ts...>&) {}(x); };

}  // namespace tally::codec::wire

// The accessors are of the generated class, whose names are those of the fields.
#define TALLY_ACCESSORS(name)                                           \
  [](const auto& message) -> decltype(auto) { return message.name(); }, \
      [](const auto& message) { return message.has_##name(); }

/// A field of struct `x` of the same name.
#define TALLY_FIELD(number, name) v.field(number, #name, x.name, TALLY_ACCESSORS(name))

/// An alternative of variant `x`, which is a `oneof` of the message.
#define TALLY_ALTERNATIVE(number, name, Type) \
  v.template alternative<Type>(number, #name, x, TALLY_ACCESSORS(name))
