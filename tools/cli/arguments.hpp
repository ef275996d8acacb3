// A command's parameters (market/schema.hpp) as options of the command line, and back as the JSON
// object that a builder takes.
//
// Every parameter is an option of its name, with dashes. The members of an object are options too:
// of their own name, or with the object's in front where that is taken (--loyalty-asset). For a
// list of objects they make one element; --payment '{"to": …}', as often as wanted, makes more.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.hpp"
#include "market/schema.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace tally::cli {

/// The canonical GS1 key of a Digital Link URI (as printed or scanned) or an EPC URN; any other
/// text as it is. `usage`: a URI that names no thing.
Result<std::string> gs1_key_of(const std::string& text);

class Arguments {
 public:
  /// Declares the options on `app`. `positionals`: names of parameters, or of members behind a dot
  /// (`payments.to`), that may also stand alone, in this order. `fixed`: a JSON object of
  /// parameters that the command sets itself, which get no options. Everything outlives the
  /// parsing.
  Arguments(CLI::App& app, const market::CommandSchema& schema,
            const std::vector<std::string_view>& positionals, std::string_view fixed);
  ~Arguments();

  /// What was given, as the builder's parameters. Resolves what only people write: `dev:ana` and
  /// `key:NAME` (Context::account_named()), `@FILE` for the SHA-256 of a file, Digital Link URIs
  /// and EPC URNs for items. `usage` with the option's name.
  [[nodiscard]] Result<json::object> parameters(Context& context) const;

 private:
  struct Bound;
  void bind(CLI::App& app, const market::ParameterSchema& schema,
            const market::ParameterSchema* parent, const std::string& flag);
  std::vector<std::unique_ptr<Bound>> bound_;
  std::vector<std::string_view> positionals_;
  json::object fixed_;
};

}  // namespace tally::cli
