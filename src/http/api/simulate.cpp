#include "http/api/simulate.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "codec/json.hpp"
#include "codec/words.hpp"
#include "contracts/verify.hpp"
#include "http/api/read.hpp"
#include "http/api/submission.hpp"
#include "http/json.hpp"
#include "views/accounts.hpp"
#include "views/registry.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;

boost::json::value problem_json(const contracts::Error& error) {
  return boost::json::parse(problem_response(problem(error)).body);
}

// A write names what it changes to everyone; what it makes of it, to the transaction's signers.
boost::json::array writes_json(const Api& api, const std::vector<contracts::RegistryWrite>& writes,
                               bool own) {
  boost::json::array out;
  for (const auto& write : writes) {
    boost::json::object row{{"kind", codec::word(write.key.kind)}, {"id", to_hex(write.key.id)}};
    if (own) row["entry"] = codec::to_json(write.entry, api.kind());
    out.push_back(std::move(row));
  }
  return out;
}

// Runs the commands one after the other over what the views have, each over the writes of those
// before it, as contracts::verify() does with all of them.
class Explanation {
 public:
  Explanation(const Read& read, const contracts::Transaction& transaction, bool own)
      : read_(read), transaction_(transaction), own_(own) {}

  OrProblem<boost::json::array> commands() {
    if (const auto resolved = resolve(); !resolved) return std::unexpected(resolved.error());
    const views::SnapshotRegistry registry(read_.snapshot);
    contracts::RegistryOverlay overlay(registry);
    boost::json::array out;
    bool reached = inputs_live_;
    for (std::uint32_t i = 0; i < transaction_.commands.size(); ++i) {
      boost::json::object row{
          {"index", i},
          {"command",
           contracts::command_name(contracts::command_number(transaction_.commands[i].body))}};
      reached = reached ? run(i, overlay, row) : not_reached(row);
      out.push_back(std::move(row));
    }
    if (registry.fault()) return std::unexpected(problem(*registry.fault()));
    return out;
  }

 private:
  OrProblem<void> resolve() {
    for (const auto& input : transaction_.inputs) {
      auto found = checked(views::find_output(read_.snapshot, input.number));
      if (!found) return std::unexpected(found.error());
      // The verdict says which input is spent or unknown; no rule runs then.
      if (!*found || (*found)->spending || (*found)->stored.outpoint != input.outpoint) {
        inputs_live_ = false;
        return {};
      }
      outputs_.push_back(std::move((*found)->stored.output));
    }
    return {};
  }

  static bool not_reached(boost::json::object& row) {
    row["verdict"] = "not_reached";
    return false;
  }

  bool run(std::uint32_t index, contracts::RegistryOverlay& overlay, boost::json::object& row) {
    auto one = transaction_;
    one.commands = {transaction_.commands[index]};
    contracts::ResolvedTransaction resolved{one, {}, 0, {}};
    for (const auto& output : outputs_) resolved.inputs.push_back(&output);
    const auto delta = verify(
        resolved, overlay,
        {read_.snapshot.height() + 1, read_.api.engine.time_ms(), read_.snapshot.active_ms()});
    if (!delta) {
      row["verdict"] = "error";
      row["problem"] = problem_json(delta.error());
      return false;
    }
    row["verdict"] = "holds";
    row["writes"] = writes_json(read_.api, delta->writes, own_);
    for (const auto& write : delta->writes) overlay.put(write);
    return true;
  }

  const Read& read_;
  const contracts::Transaction& transaction_;
  const bool own_;
  std::deque<contracts::Output> outputs_;
  bool inputs_live_ = true;
};

OrProblem<Response> simulate(const Api& api, const Request& request) {
  auto caller = identify(api, request);
  if (!caller) return std::unexpected(caller.error());
  auto submission = checked(parse_submission(request));
  if (!submission) return std::unexpected(submission.error());
  const auto verdict = checked(api.engine.simulate(submission->body));
  if (!verdict) return std::unexpected(verdict.error());
  // Errors of form are the request's, and no rule may see it; a verdict of the rules is an answer.
  const auto transaction = checked(codec::decode_body(submission->body));
  if (!transaction) return std::unexpected(transaction.error());
  const auto shape = checked(contracts::check_shape(*transaction, api.network_id()));
  if (!shape) return std::unexpected(shape.error());
  auto snapshot = checked(api.views.snapshot());
  if (!snapshot) return std::unexpected(snapshot.error());
  const Read read{api, request, std::move(*caller), std::move(*snapshot)};
  const bool own = read.caller.anything ||
                   std::ranges::any_of(transaction->signers,
                                       [&](const auto& key) { return read.caller.may_read(key); });
  auto commands = Explanation(read, *transaction, own).commands();
  if (!commands) return std::unexpected(commands.error());
  boost::json::object body{
      {"txid", contracts::txid(api.network_id(), submission->body).hex()},
      {"would_settle", verdict->has_value()},
      {"problem", *verdict ? boost::json::value(nullptr) : problem_json(verdict->error())},
      {"commands", std::move(*commands)},
      {"writes", *verdict ? writes_json(api, (*verdict)->writes, own) : boost::json::array()}};
  return read.answer(std::move(body));
}

}  // namespace

void add_simulate_route(Router& router, const Api& api) {
  add_write(router, api, Method::kPost, "/v1/transactions:simulate", simulate,
            2 * codec::kSignedBytesMax);
}

}  // namespace tally::http
