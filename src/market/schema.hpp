// What each command's builder takes: one table of parameters for every command, from which a
// request is checked, `GET /v1/build` answers, the API is described and the command line helps.
//
// Parameters are what a person knows. docs/spec/builders.md has the conventions.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "contracts/registry.hpp"

namespace tally::market {

/// How a parameter is written in JSON.
enum class ParameterType : std::uint8_t {
  text,        ///< A string.
  number,      ///< A whole number from 0, as a number or as a string of digits.
  boolean,     ///< true or false.
  word,        ///< One of `words`.
  key,         ///< An address of a key (version 0), or 64 hexadecimal digits.
  account,     ///< Any address, or 64 hexadecimal digits, which mean a key.
  asset,       ///< A symbol, or an asset id in hexadecimal.
  amount,      ///< A string in whole units with the asset's decimals: "12.50".
  gs1_key,     ///< A GS1 key in canonical form: "01/09521141000007/21/0001".
  order,       ///< An order id in hexadecimal.
  hash,        ///< 64 hexadecimal digits.
  time,        ///< RFC 3339, or Unix milliseconds as a number or a string of digits.
  duration,    ///< "48h", "2m", "30s", "7d", or milliseconds as a number or a string of digits.
  attributes,  ///< An object of names with their values: {"colour": "black"}.
  lock,        ///< An object of one member: {"key": …}, {"multi": …}, {"time": …}, {"hash": …}.
  object,      ///< An object of `members`.
};

/// The type's name in documents, as `duration`.
[[nodiscard]] std::string_view name(ParameterType type);

struct ParameterSchema {
  std::string_view name;
  ParameterType type = ParameterType::text;
  bool required = false;
  bool list = false;                       ///< An array of that type.
  std::string_view doc;                    ///< One sentence.
  std::string_view example;                ///< JSON, of one element if it is a list.
  std::string_view instead_of{};           ///< May stand for this parameter, not beside it.
  std::vector<std::string_view> words{};   ///< Of a `word`.
  std::vector<ParameterSchema> members{};  ///< Of an `object`.
};

struct CommandSchema {
  contracts::CommandNumber number = 0;
  std::string_view name;
  std::string_view doc;
  std::vector<ParameterSchema> parameters;  ///< Its own, then `signers`, which all commands take.
};

/// Every command that exists, by number. Any thread.
[[nodiscard]] const std::vector<CommandSchema>& command_schemas();

/// The schema of a command; null if there is no such command. Any thread.
[[nodiscard]] const CommandSchema* find_command_schema(std::string_view command);

/// What a request of any command may say beside its own parameters, in the same object: account,
/// valid_for or valid_until, idempotency_key, note_hash, lease. Any thread.
[[nodiscard]] const std::vector<ParameterSchema>& request_schema();

}  // namespace tally::market
