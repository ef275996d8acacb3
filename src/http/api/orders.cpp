#include "http/api/orders.hpp"

#include <boost/json.hpp>

#include "codec/json.hpp"
#include "codec/words.hpp"
#include "http/api/parties.hpp"
#include "http/json.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;
using contracts::OrderState;

boost::json::object order_json(const Read& read, const views::OrderView& view) {
  const auto kind = read.api.kind();
  return {{"id", view.id.hex()},
          {"state", codec::word(view.entry.state)},
          {"price", json_number(view.entry.price)},
          {"price_asset", asset_label(read.api, read.snapshot, view.entry.price_asset)},
          {"entry", codec::to_json(contracts::RegistryEntry(view.entry), kind)},
          {"order", codec::to_json(contracts::Output(view.order), kind)},
          {"first_height", json_number(view.first_height)},
          {"changed_height", json_number(view.changed_height)}};
}

boost::json::object step_json(const Read& read, const views::OrderStepView& step) {
  boost::json::object out{{"state", codec::word(step.state)},
                          {"height", json_number(step.height)},
                          {"position", step.position},
                          {"time_ms", json_number(step.time_ms)},
                          {"txid", step.txid.hex()},
                          {"command", contracts::command_name(step.command)},
                          {"signer", nullptr}};
  if (step.signer) out["signer"] = address_of(read.api, *step.signer);
  return out;
}

// An offer that nobody is named in is for everybody to see, as long as it is open.
bool is_open_offer(const views::OrderView& view) {
  return view.entry.state == OrderState::offered && !view.order.terms.named_buyer;
}

OrProblem<Response> answer_page(const Read& read, const views::Page<views::OrderView>& page) {
  boost::json::array rows;
  for (const auto& view : page.rows) rows.push_back(order_json(read, view));
  boost::json::object body{{"orders", std::move(rows)}};
  add_page(body, page);
  return read.answer(std::move(body));
}

OrProblem<views::OrderFilter> parse_filter(const Request& request) {
  views::OrderFilter filter;
  if (const auto side = request.query_value("side")) {
    if (*side != "seller" && *side != "buyer") {
      return std::unexpected(bad_parameter("side", "seller or buyer"));
    }
    filter.side = *side == "seller" ? views::OrderSide::seller : views::OrderSide::buyer;
  }
  if (const auto state = request.query_value("state")) {
    filter.state = codec::from_word<OrderState>(*state);
    if (!filter.state) return std::unexpected(bad_parameter("state", "a state of an order"));
  }
  return filter;
}

OrProblem<Response> list_open(const Read& read) {
  for (const auto* name : {"side", "state", "party"}) {
    if (read.request.query_value(name)) {
      return std::unexpected(bad_parameter(name, "does not go with open=true"));
    }
  }
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto buyer = read.caller.may(custody::Scope::read_own) ? read.caller.account : std::nullopt;
  const auto page = checked(views::list_offers(read.snapshot, buyer, *request));
  if (!page) return std::unexpected(page.error());
  return answer_page(read, *page);
}

OrProblem<Response> list(const Read& read) {
  const auto open = flag_parameter(read.request, "open");
  if (!open) return std::unexpected(open.error());
  if (*open) return list_open(read);
  const auto party = asked_party(read, "whose orders");
  if (!party) return std::unexpected(party.error());
  return list_orders_of(read, *party);
}

// An order of others answers as one that is not there: whether it exists is theirs to know.
OrProblem<Response> one(const Read& read) {
  const auto id = contracts::OrderId::parse(read.request.param("id"));
  if (!id) return std::unexpected(bad_parameter("id", "64 hexadecimal digits"));
  const auto found = checked(views::find_order(read.snapshot, *id));
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::unexpected(problem(ErrorCode::order_unknown));
  const auto& view = **found;
  if (!concerns(parties_of(view.order), read.caller) && !is_open_offer(view)) {
    return std::unexpected(problem(ErrorCode::order_unknown));
  }
  const auto steps = checked(views::list_order_steps(read.snapshot, *id));
  if (!steps) return std::unexpected(steps.error());
  auto body = order_json(read, view);
  boost::json::array rows;
  for (const auto& step : *steps) rows.push_back(step_json(read, step));
  body["steps"] = std::move(rows);
  return read.answer(std::move(body));
}

}  // namespace

OrProblem<Response> list_orders_of(const Read& read, const contracts::PublicKey& party) {
  const auto filter = parse_filter(read.request);
  if (!filter) return std::unexpected(filter.error());
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto page = checked(views::list_orders(read.snapshot, party, *filter, *request));
  if (!page) return std::unexpected(page.error());
  return answer_page(read, *page);
}

void add_order_routes(Router& router, const Api& api) {
  add_read(router, api,
           {.pattern = "/v1/orders",
            .handler = list,
            .query = {{"side"}, {"state"}, {"open"}, {"party"}},
            .paged = true});
  add_read(router, api, {.pattern = "/v1/orders/{id}", .handler = one});
}

}  // namespace tally::http
