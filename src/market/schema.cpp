#include "market/schema.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "contracts/command.hpp"
#include "market/commands/commands.hpp"
#include "market/commands/table.hpp"

namespace tally::market {

std::string_view name(ParameterType type) {
  switch (type) {
    case ParameterType::text:
      return "text";
    case ParameterType::number:
      return "number";
    case ParameterType::boolean:
      return "boolean";
    case ParameterType::word:
      return "word";
    case ParameterType::key:
      return "key";
    case ParameterType::account:
      return "account";
    case ParameterType::asset:
      return "asset";
    case ParameterType::amount:
      return "amount";
    case ParameterType::gs1_key:
      return "gs1_key";
    case ParameterType::order:
      return "order";
    case ParameterType::hash:
      return "hash";
    case ParameterType::time:
      return "time";
    case ParameterType::duration:
      return "duration";
    case ParameterType::attributes:
      return "attributes";
    case ParameterType::lock:
      return "lock";
    case ParameterType::object:
      return "object";
  }
  return "unknown";
}

const std::vector<CommandBuilder>& command_builders() {
  static const std::vector<CommandBuilder> kBuilders = [] {
    std::vector<CommandBuilder> all;
    for (auto* family : {governance_commands, asset_commands, item_commands, composition_commands,
                         delegation_commands, order_commands, case_commands, profile_commands}) {
      for (auto& command : family()) {
        command.parameters.push_back(list_of(optional(
            "signers", ParameterType::key, "Who signs beside the account.", kAddressExample)));
        all.push_back(std::move(command));
      }
    }
    std::ranges::sort(all, {}, &CommandBuilder::number);
    CHECK(all.size() == std::variant_size_v<contracts::CommandAlternatives>);
    return all;
  }();
  return kBuilders;
}

const CommandBuilder* find_builder(std::string_view command) {
  const auto number = contracts::command_number(command);
  if (!number) return nullptr;
  const auto& all = command_builders();
  const auto found = std::ranges::find(all, *number, &CommandBuilder::number);
  return found == all.end() ? nullptr : &*found;
}

const std::vector<CommandSchema>& command_schemas() {
  static const std::vector<CommandSchema> kSchemas = [] {
    std::vector<CommandSchema> all;
    for (const auto& builder : command_builders()) {
      all.push_back({builder.number, contracts::command_name(builder.number), builder.doc,
                     builder.parameters});
    }
    return all;
  }();
  return kSchemas;
}

const CommandSchema* find_command_schema(std::string_view command) {
  const auto& all = command_schemas();
  const auto found = std::ranges::find(all, command, &CommandSchema::name);
  return found == all.end() ? nullptr : &*found;
}

const std::vector<ParameterSchema>& request_schema() {
  static const std::vector<ParameterSchema> kSchema{
      required("account", ParameterType::key, "Who acts and signs first.", kAddressExample),
      optional("valid_for", ParameterType::duration,
               "How long the transaction may wait to be settled; 10m if left out, at most 24h.",
               R"("10m")"),
      instead_of("valid_for", optional("valid_until", ParameterType::time,
                                       "Until when it may be settled.", kTimeExample)),
      optional("idempotency_key", ParameterType::text,
               "At most 64 bytes: two transactions with the same one never both settle.",
               R"("invoice-4711")"),
      optional("note_hash", ParameterType::hash, "Commitment to a note kept elsewhere.",
               kHashExample),
      optional("lease", ParameterType::duration,
               "How long the coins chosen are kept from other builders; 30s if left out, at most "
               "60s, 0 for not at all.",
               R"("30s")"),
  };
  return kSchema;
}

}  // namespace tally::market
