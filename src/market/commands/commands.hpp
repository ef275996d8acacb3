// The builders by family. Each command is one row: its number, what it is, its parameters, and the
// function that makes its body from them.
#pragma once

#include <string_view>
#include <vector>

#include "codec/words.hpp"
#include "contracts/command.hpp"
#include "market/draft.hpp"
#include "market/parameters.hpp"
#include "market/schema.hpp"

namespace tally::market {

struct CommandBuilder {
  contracts::CommandNumber number = 0;
  std::string_view doc;
  std::vector<ParameterSchema> parameters;
  /// Spends and makes in the draft what the command claims, all of it, and returns its body. The
  /// parameters have passed check_parameters().
  contracts::CommandBody (*body)(Draft& draft, const Parameters& parameters);
};

[[nodiscard]] std::vector<CommandBuilder> governance_commands();
[[nodiscard]] std::vector<CommandBuilder> asset_commands();
[[nodiscard]] std::vector<CommandBuilder> item_commands();
[[nodiscard]] std::vector<CommandBuilder> composition_commands();
[[nodiscard]] std::vector<CommandBuilder> delegation_commands();
[[nodiscard]] std::vector<CommandBuilder> order_commands();
[[nodiscard]] std::vector<CommandBuilder> case_commands();
[[nodiscard]] std::vector<CommandBuilder> profile_commands();

// ---- Rows of the table. ----

inline ParameterSchema required(std::string_view name, ParameterType type, std::string_view doc,
                                std::string_view example) {
  return {.name = name, .type = type, .required = true, .doc = doc, .example = example};
}
inline ParameterSchema optional(std::string_view name, ParameterType type, std::string_view doc,
                                std::string_view example) {
  return {.name = name, .type = type, .doc = doc, .example = example};
}
inline ParameterSchema list_of(ParameterSchema parameter) {
  parameter.list = true;
  return parameter;
}
inline ParameterSchema instead_of(std::string_view other, ParameterSchema parameter) {
  parameter.instead_of = other;
  parameter.required = false;
  return parameter;
}
inline ParameterSchema with_members(ParameterSchema parameter,
                                    std::vector<ParameterSchema> members) {
  parameter.members = std::move(members);
  return parameter;
}
/// One of the words of an enum.
template <typename E>
ParameterSchema with_words(ParameterSchema parameter) {
  parameter.type = ParameterType::word;
  for (const auto& entry : codec::kWords<E>) parameter.words.push_back(entry.text);
  return parameter;
}

inline constexpr std::string_view kAddressExample = R"("tallyd1qz…")";
inline constexpr std::string_view kHashExample =
    R"("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")";
inline constexpr std::string_view kItemExample = R"("01/09521141000007/21/0001")";
inline constexpr std::string_view kTimeExample = R"("2027-03-01T12:00:00Z")";

/// Parameters that several commands share.
inline ParameterSchema to_parameter() {
  return required("to", ParameterType::key, "Who gets it.", kAddressExample);
}
inline ParameterSchema lock_parameter() {
  return instead_of(
      "to", optional("lock", ParameterType::lock,
                     "The lock it comes under, where that is more than one key.",
                     R"({"time": {"key": "tallyd1qz…", "not_before": "2027-03-01T12:00:00Z"}})"));
}
inline ParameterSchema amount_parameter() {
  return required("amount", ParameterType::amount, "How much, in whole units.", R"("12.50")");
}
inline ParameterSchema amount_minor_parameter() {
  return instead_of("amount", optional("amount_minor", ParameterType::number,
                                       "How much, in minor units.", R"("1250")"));
}
inline ParameterSchema from_parameter() {
  return optional(
      "from", ParameterType::account,
      "Whose coins are spent: the account's own, or those under a lock that it can open.",
      kAddressExample);
}
inline ParameterSchema preimage_parameter() {
  return optional("preimage", ParameterType::hash, "Opens what lies under a hash lock.",
                  kHashExample);
}
inline ParameterSchema on_behalf_of_parameter() {
  return optional("on_behalf_of", ParameterType::key,
                  "The principal whose delegation the account uses.", kAddressExample);
}
inline ParameterSchema event_hash_parameter() {
  return required("event_hash", ParameterType::hash, "The hash of the event that says so.",
                  kHashExample);
}

/// The lock that `to` or `lock` names; of `otherwise` if neither is given.
inline contracts::Lock lock_of(const Parameters& parameters,
                               const contracts::PublicKey& otherwise = {}) {
  if (const auto lock = parameters.lock("lock")) return *lock;
  return contracts::KeyLock{parameters.optional_key("to").value_or(otherwise)};
}

}  // namespace tally::market
