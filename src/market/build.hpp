// Builders: start here. From what a person knows to an unsigned transaction.
//
//   read_request() ─▶ build() ─▶ body ─▶ the client checks it (check_built.hpp), signs and submits
//
// A builder is an assistant outside consensus: it reads the views, chooses coins and leases them
// for a moment, and computes exactly the outputs that the rule of the command demands. The ledger
// alone decides. Nothing here signs.
#pragma once

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "contracts/error_code.hpp"
#include "contracts/genesis.hpp"
#include "contracts/limits.hpp"
#include "contracts/lock.hpp"
#include "contracts/transaction.hpp"
#include "custody/leases.hpp"
#include "market/schema.hpp"
#include "views/page.hpp"
#include "views/views.hpp"

namespace tally::market {

inline constexpr std::uint64_t kLeaseMsDefault = 30'000;
/// BuildError::field of a command that there is not: it is in the path, not in the parameters.
inline constexpr std::string_view kCommandField = "/command";

/// What builders read and write; all of it outlives the call.
struct BuildContext {
  const views::Snapshot& snapshot;
  custody::Leases& leases;
  contracts::NetworkKind network_kind;
  contracts::NetworkId network_id;
  std::uint64_t now_ms = 0;  ///< What `valid_for` counts from, and the time of the forecast.
};

struct BuildRequest {
  std::string command;                              ///< As `asset_transfer`.
  const boost::json::object* parameters = nullptr;  ///< Of command_schemas(); outlives the call.
  contracts::PublicKey account;  ///< Who acts and signs first. Authenticated by the caller.
  /// Whose coins, items and orders the caller may see beside the account's own.
  std::vector<contracts::Account> readable;
  std::uint64_t valid_until_ms = 0;  ///< 0: kValidityMsDefault from now.
  Bytes idempotency_key;             ///< Empty: none.
  std::optional<Hash32> note_hash;
  std::uint64_t lease_ms = kLeaseMsDefault;  ///< 0: leases nothing.
};

struct CoinLease {
  custody::LeaseId id = 0;
  std::uint64_t expires_ms = 0;  ///< By `now_ms`.
  std::vector<contracts::OutputNumber> numbers;
};

struct BuildResult {
  contracts::Transaction transaction;
  Bytes body;                        ///< codec::encode_body() of it: what is signed.
  std::optional<CoinLease> lease;    ///< None if no coin is spent or none was wanted.
  std::vector<std::string> summary;  ///< explain() of it, and what it spends.
  /// What the rules would say now if all signers signed; none: it would settle.
  std::optional<contracts::Error> forecast;
};

/// Why there is no transaction.
struct BuildError {
  contracts::Error error;
  std::string field;   ///< JSON pointer to the parameter at fault, as `/payments/0/to`; or empty.
  std::string detail;  ///< One sentence for people. Holds nothing that the caller may not know.
  std::optional<ledger::Fault>
      fault{};  ///< With internal_error: for the node's log, not the caller.
};

/// Builds the transaction. Errors in precedence order:
///   - bad_parameter (kCommandField): no such command;
///   - of the form, in the order of the table, an object's members in their turn: unknown_parameter
///     (the detail names the nearest), bad_parameter (a JSON type; two of which one stands for the
///     other), field_missing;
///   - of values and what they name, in the order in which the builder reads them: bad_parameter,
///     invalid_key, gs1_key_invalid, attributes_invalid, invalid_lock, decimals_invalid,
///     amount_zero, amount_overflow, too_many_items; asset_unknown, item_unknown, order_unknown,
///     output_unknown, delegation_missing, order_state; not_yours (it belongs to somebody whose
///     affairs the caller may not see);
///   - of coins, asset by asset: not_enough_coins (figure: the minor units that the account lacks),
///     coins_leased (it has enough, but for leases; figure: the minor units that lack until they
///     end), too_many_inputs (its coins are too small; figure: what one transaction can pay);
///   - of the whole: those of contracts::check_shape(), body_too_large; bad_parameter (`/lease`);
///     coins_leased (too many leases).
/// A fault of the node is internal_error, before any of those that it may have led to. The lease is
/// taken last, so a request that fails leases nothing. Any thread; one at a time for each snapshot.
[[nodiscard]] std::expected<BuildResult, BuildError> build(const BuildRequest& request,
                                                           const BuildContext& context);

/// A request as the API takes it, and the object with its command's parameters alone, to which
/// `request.parameters` points.
struct ReadRequest {
  ReadRequest();
  ReadRequest(ReadRequest&&) noexcept;
  ReadRequest& operator=(ReadRequest&&) noexcept;
  ~ReadRequest();
  BuildRequest request;
  std::unique_ptr<boost::json::object> parameters;
};

/// Takes the members of request_schema() out of `body`. `account` is that of the member of this
/// name; `readable` stays empty. Errors: as build() has them for parameters; valid_too_long (more
/// than kValidityMsMax ahead; figure: that), idempotency_key_length. Any thread.
[[nodiscard]] std::expected<ReadRequest, BuildError> read_request(std::string_view command,
                                                                  const boost::json::object& body,
                                                                  const BuildContext& context);

}  // namespace tally::market
