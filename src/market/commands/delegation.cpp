#include <algorithm>

#include <fmt/format.h>

#include "market/commands/commands.hpp"

namespace tally::market {
namespace {

using contracts::CommandBody;

template <typename T>
std::vector<T> ascending(std::vector<T> values) {
  std::ranges::sort(values);
  return values;
}

std::vector<contracts::CommandNumber> command_numbers(const Parameters& p) {
  std::vector<contracts::CommandNumber> numbers;
  for (const auto& name : p.texts("commands")) {
    // check_parameters() knows it as a word.
    if (const auto number = contracts::command_number(name)) numbers.push_back(*number);
  }
  return ascending(std::move(numbers));
}

CommandBody delegation_grant(Draft& draft, const Parameters& p) {
  contracts::DelegationGrant grant;
  grant.principal = draft.account();
  grant.agent = p.key("agent");
  auto& powers = grant.powers;
  powers.commands = command_numbers(p);
  powers.prefixes = ascending(p.texts("prefixes"));
  powers.places = ascending(p.hashes("places"));
  const auto* asset = p.asset("asset");
  if (asset != nullptr) {
    powers.asset = asset->id;
    powers.amount_max = p.amount("amount_max", asset);
  } else if (p.has("amount_max") || p.has("amount_max_minor")) {
    p.refuse(contracts::ErrorCode::field_missing, "asset", "an amount needs its asset");
  }
  powers.items_max = p.number("items_max");
  powers.until_ms = p.time_ms("until");
  return grant;
}

CommandBody delegation_revoke(Draft& draft, const Parameters& p) {
  return contracts::DelegationRevoke{draft.account(), p.key("agent")};
}

// The names of all commands, as words.
ParameterSchema commands_parameter() {
  auto parameter = list_of(
      required("commands", ParameterType::word, "What the agent may do.", R"("item_observe")"));
  const auto add = [&]<std::size_t... I>(std::index_sequence<I...>) {
    (parameter.words.push_back(contracts::command_name(
         std::variant_alternative_t<I, contracts::CommandAlternatives>::kNumber)),
     ...);
  };
  add(std::make_index_sequence<std::variant_size_v<contracts::CommandAlternatives>>{});
  return parameter;
}

}  // namespace

std::vector<CommandBuilder> delegation_commands() {
  return {
      {contracts::DelegationGrant::kNumber,
       "Lets an agent key act for the account, within limits.",
       {required("agent", ParameterType::key, "Whose key.", kAddressExample), commands_parameter(),
        list_of(optional("prefixes", ParameterType::text, "GS1 prefixes it may act under.",
                         R"("9521141")")),
        list_of(optional("places", ParameterType::hash,
                         "Hashes of the read points it may speak for; left out: any.",
                         kHashExample)),
        optional("asset", ParameterType::asset, "It may move coins of this asset.", R"("EUR")"),
        optional("amount_max", ParameterType::amount, "Up to this sum in all.", R"("500.00")"),
        instead_of("amount_max", optional("amount_max_minor", ParameterType::number,
                                          "The same in minor units.", R"("50000")")),
        optional("items_max", ParameterType::number, "How many items it may touch in all.",
                 "10000"),
        required("until", ParameterType::time, "When it ends.", kTimeExample)},
       delegation_grant},
      {contracts::DelegationRevoke::kNumber,
       "Takes a delegation back.",
       {required("agent", ParameterType::key, "Whose.", kAddressExample)},
       delegation_revoke},
  };
}

}  // namespace tally::market
