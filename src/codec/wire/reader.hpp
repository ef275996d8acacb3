// Turns a parsed protobuf message into a domain value. It never stops early: what is unknown
// anywhere takes precedence over what is wrong somewhere.
#pragma once

#include "codec/wire/fields.hpp"
#include "codec/words.hpp"
#include "contracts/error_code.hpp"

namespace tally::codec::wire {

/// What is wrong with a message: the first of each kind, with the outermost field it is in
/// (`figure`) and the index in that field if it is a list.
struct Findings {
  std::optional<contracts::Error> unknown;
  std::optional<contracts::Error> wrong;

  std::uint32_t depth = 0;
  std::uint32_t field = 0;
  std::uint32_t index = 0;

  void note(contracts::ErrorCode code) {
    auto& slot = code == contracts::ErrorCode::unknown_field ? unknown : wrong;
    if (!slot) slot = contracts::Error{code, index, field};
  }
};

/// `M` is the generated class.
template <typename M>
class Reader : public Visitor {
 public:
  Reader(const M& message, Findings& findings) : message_(message), findings_(findings) {}

  /// Fills `x` from the message.
  template <typename T>
  void read(T& x) {
    if (!M::GetReflection()->GetUnknownFields(message_).empty()) {
      findings_.note(contracts::ErrorCode::unknown_field);
    }
    ++findings_.depth;
    if constexpr (is_variant<T>) {
      oneof(x);
    } else {
      fields(*this, x);
    }
    --findings_.depth;
  }

  template <typename T>
  void field(std::uint32_t number, std::string_view, T& x, auto get, auto has) {
    enter(number);
    if constexpr (Number<T> || Text<T>) {
      value(get(message_), x);
    } else if constexpr (Message<T>) {
      has(message_) ? value(get(message_), x) : findings_.note(contracts::ErrorCode::field_missing);
    } else if constexpr (Enum<T>) {
      get(message_) != 0 || known<T>(0) ? value(get(message_), x)
                                        : findings_.note(contracts::ErrorCode::field_missing);
    } else {
      get(message_).empty() ? findings_.note(contracts::ErrorCode::field_missing)
                            : value(get(message_), x);
    }
  }
  template <typename T>
  void field(std::uint32_t number, std::string_view, std::optional<T>& x, auto get, auto has) {
    enter(number);
    if (has(message_)) value(get(message_), x.emplace());
  }
  template <typename T>
    requires(!Text<std::vector<T>>)
  void field(std::uint32_t number, std::string_view, std::vector<T>& x, auto get, auto) {
    enter(number);
    const auto& list = get(message_);
    x.reserve(static_cast<std::size_t>(list.size()));
    for (int i = 0; i < list.size(); ++i) {
      if (findings_.depth == 1) findings_.index = static_cast<std::uint32_t>(i);
      value(list[i], x.emplace_back());
    }
  }
  template <typename T>
  void alternative(std::uint32_t number, std::string_view, auto& x, auto get, auto has) {
    if (!has(message_)) return;
    chosen_ = true;
    enter(number);
    value(get(message_), x.template emplace<T>());
  }
  void oneof(auto& x) {
    fields(*this, x);
    if (!chosen_) findings_.note(contracts::ErrorCode::field_missing);
  }
  void require(bool holds) {
    if (!holds) findings_.note(contracts::ErrorCode::field_value);
  }

 private:
  void enter(std::uint32_t number) {
    if (findings_.depth > 1) return;
    findings_.field = number;
    findings_.index = 0;
  }

  template <typename T>
  static bool known(std::int64_t number) {
    if constexpr (std::same_as<T, contracts::ErrorCode>) {
      return number > 0 && number <= 0xffff &&
             contracts::error_code(static_cast<std::uint16_t>(number)).has_value();
    } else {
      return from_number<T>(number).has_value();
    }
  }

  template <typename T>
  void value(const auto& raw, T& x) {
    if constexpr (Number<T>) {
      x = raw;
    } else if constexpr (Enum<T>) {
      if (!known<T>(raw)) return findings_.note(contracts::ErrorCode::field_value);
      x = static_cast<T>(raw);
    } else if constexpr (Fixed<T>) {
      const auto out = bytes_of(x);
      if (raw.size() != out.size()) return findings_.note(contracts::ErrorCode::field_length);
      std::copy(raw.begin(), raw.end(), out.begin());
    } else if constexpr (Text<T>) {
      x.assign(raw.begin(), raw.end());
    } else {
      Reader<std::remove_cvref_t<decltype(raw)>>(raw, findings_).read(x);
    }
  }

  const M& message_;
  Findings& findings_;
  bool chosen_ = false;
};

}  // namespace tally::codec::wire
