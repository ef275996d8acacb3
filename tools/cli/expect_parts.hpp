// Private to the checks of expect.hpp: what they share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/expect.hpp"
#include "market/build.hpp"
#include "market/check_built.hpp"
#include "market/parameters.hpp"

namespace tally::cli {

using market::Expectation;

/// `not_as_asked`: the node built something else.
[[nodiscard]] std::unexpected<Failure> not_as_asked(std::string what);
/// What is wrong with a parameter, by the name of its option.
[[nodiscard]] Failure failure_of(const market::BuildError& error);

/// The parameters of one check, and the builder of a command that spends nothing: that one needs no
/// state but the registry, so it runs here over empty views.
class Again {
 public:
  Again(const Asked& asked, const KnownRegistry& registry, const Network& network)
      : asked_(asked),
        network_(network),
        reading_{registry, network.kind},
        parameters_(asked.parameters, {}, reading_) {}

  [[nodiscard]] const market::Parameters& parameters() const { return parameters_; }
  [[nodiscard]] const contracts::Registry& registry() const { return reading_.registry; }
  [[nodiscard]] std::optional<market::BuildError> error() const { return reading_.error; }

  /// For whom the account acts.
  [[nodiscard]] contracts::PublicKey principal() const {
    return parameters_.optional_key("on_behalf_of").value_or(asked_.account);
  }

  /// Command and outputs as the builder makes them. Nothing: this command spends what only the node
  /// knows of.
  Result<void> build(Expectation& expected);

 private:
  const Asked& asked_;
  const Network& network_;
  market::Reading reading_;
  market::Parameters parameters_;
};

/// The outputs of the inputs, each read from the transaction that made it, whose body proves
/// itself.
Result<std::vector<contracts::Output>> spent_outputs(const contracts::Transaction& built,
                                                     Node& node);
[[nodiscard]] std::vector<contracts::Outpoint> outpoints(const contracts::Transaction& built);

/// Whether the command spends items, which only the node can find.
[[nodiscard]] bool spends_items(std::string_view command);
/// Fills in what such a command must be.
Result<void> expect_items(const Again& again, const Asked& asked,
                          const contracts::Transaction& built, Node& node, Expectation& expected);

/// Fills in what an order's command must be.
Result<void> expect_order(const Again& again, const Asked& asked,
                          const contracts::Transaction& built, Node& node, Expectation& expected);
/// The same of a panel's, appraiser's or case's.
Result<void> expect_case(Again& again, const Asked& asked, const contracts::Transaction& built,
                         Node& node, Expectation& expected);

}  // namespace tally::cli
