// Domain values made of an input, by way of the field tables that the codec itself walks: a new
// type is filled as soon as it can be encoded.
#pragma once

#include "codec/wire/block_fields.hpp"
#include "codec/wire/transaction_fields.hpp"
#include "codec/words.hpp"
#include "fuzz/support/input.hpp"

namespace tally::fuzz {

/// Fills any value whatsoever that the format can carry.
class Maker : public codec::wire::Visitor {
 public:
  explicit Maker(Input& input) : input_(input) {}

  template <typename T>
  void field(std::uint32_t, std::string_view, T& x, auto, auto) {
    fill(x);
  }
  template <typename T>
  void alternative(std::uint32_t, std::string_view, auto& x, auto, auto) {
    if (position_++ == choice_) fill(x.template emplace<T>());
  }
  void oneof(auto& x) {
    choice_ = input_.choice(std::variant_size_v<std::remove_cvref_t<decltype(x)>>);
    position_ = 0;
    fields(*this, x);
  }
  void require(bool) {}

  template <typename T>
  void fill(T& x) {
    using namespace codec::wire;
    if constexpr (std::same_as<T, bool>) {
      x = input_.flag();
    } else if constexpr (Number<T>) {
      x = static_cast<T>(input_.number());
    } else if constexpr (std::same_as<T, contracts::ErrorCode>) {
      x = contracts::error_code(static_cast<std::uint16_t>(input_.number()))
              .value_or(contracts::ErrorCode::already_spent);
    } else if constexpr (Enum<T>) {
      x = codec::kWords<T>[input_.choice(codec::kWords<T>.size())].value;
    } else if constexpr (Fixed<T>) {
      const auto bytes = input_.take(input_.flag() ? 32 : 1);
      std::ranges::copy(bytes, bytes_of(x).begin());
    } else if constexpr (std::same_as<T, Bytes>) {
      const auto bytes = input_.take(input_.byte());
      x.assign(bytes.begin(), bytes.end());
    } else if constexpr (std::same_as<T, std::string>) {
      x.clear();
      for (const auto byte : input_.take(input_.choice(100))) {
        x += static_cast<char>(byte & 0x7f);
      }
    } else if constexpr (is_variant<T>) {
      Maker(input_).oneof(x);
    } else {
      Maker inner(input_);
      fields(inner, x);
    }
  }
  template <typename T>
  void fill(std::optional<T>& x) {
    x.reset();
    if (input_.flag()) fill(x.emplace());
  }
  template <typename T>
    requires(!codec::wire::Text<std::vector<T>>)
  void fill(std::vector<T>& x) {
    x.clear();
    for (auto left = input_.choice(5); left > 0 && !input_.empty(); --left) fill(x.emplace_back());
  }

 private:
  Input& input_;
  std::size_t choice_ = 0;
  std::size_t position_ = 0;
};

template <typename T>
T make(Input& input) {
  T x{};
  Maker(input).fill(x);
  return x;
}

}  // namespace tally::fuzz
