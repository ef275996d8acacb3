// Everything that changes the ledger goes this way: build, check, show, confirm, sign, submit,
// wait.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/bundle.hpp"
#include "cli/context.hpp"

namespace tally::cli {

/// What is asked of the ledger.
struct Wish {
  std::string command;          ///< As `asset_transfer`.
  json::object parameters;      ///< Of the command's schema.
  std::string valid_for;        ///< As `10m`; empty: 10 minutes.
  std::string idempotency_key;  ///< Empty: a random one.
  std::string note_hash;
};

/// Carries a wish out, or writes it to --out, or simulates it with --dry-run; prints what came of
/// it. Failures: `usage`; `not_as_asked`; the node's; `outcome_unknown`: it may have settled, and
/// the message says how to find out.
Result<void> transact(Context& context, Wish wish);

/// What a body means, as tables: what it does, who gets what, who signs, until when.
Result<std::string> describe(Context& context, const Bundle& bundle);

/// Submits a complete bundle and prints the outcome. Failures as transact().
Result<void> submit(Context& context, const Bundle& bundle);

/// Asks the node what the rules would say, and prints it.
Result<void> simulate(Context& context, const Bundle& bundle);

/// Signs with those keys of the context that are signers; the names of those that did.
Result<std::vector<std::string>> sign_with_own(Context& context, Bundle& bundle);

}  // namespace tally::cli
