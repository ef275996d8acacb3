#include <algorithm>

#include <fmt/format.h>

#include "contracts/order/authenticity.hpp"
#include "contracts/order/order_flow.hpp"
#include "market/commands/commands.hpp"
#include "market/commands/order_terms.hpp"
#include "market/values.hpp"

namespace tally::market {
namespace {

using contracts::CommandBody;
using contracts::ErrorCode;
using contracts::OrderState;

ParameterSchema order_parameter() {
  return required("order", ParameterType::order, "Which order, by its id.", kHashExample);
}

void make_all(Draft& draft, const contracts::OrderOutcome& outcome) {
  for (const auto& output : outcome.outputs) draft.make(output);
}

CommandBody order_offer(Draft& draft, const Parameters& p) {
  contracts::OrderOffer offer{read_terms(draft.account(), p)};
  const auto& terms = offer.terms;
  const auto* price_asset = p.asset("price_asset");
  const auto preimage = p.optional_hash("preimage");
  for (std::size_t i = 0; i < terms.lines.size() && draft.ok(); ++i) {
    const auto field = fmt::format("{}/{}/gs1_key", p.pointer("lines"), i);
    if (const auto item = draft.find_item(terms.lines[i].gs1_key, field)) {
      draft.spend(*item, preimage);
    }
  }
  if (!draft.ok() || price_asset == nullptr) return offer;
  if (terms.lines.empty()) {
    p.refuse(ErrorCode::field_missing, "lines", "an offer needs a line");
    return offer;
  }
  const auto first = draft.transaction().inputs.front().outpoint;
  draft.make(contracts::offered_order(terms, first));
  auto change = draft.spend_coins(contracts::account_of(draft.account()), *price_asset, terms.bond,
                                  p.pointer("bond"), preimage);
  if (change) draft.make(*std::move(change));
  return offer;
}

// The listed holdings; what they leave of the price is paid in the price's asset, unless that is
// listed itself.
std::vector<contracts::Holding> read_payment(const contracts::OrderTerms& terms,
                                             const Parameters& p) {
  std::vector<contracts::Holding> payment;
  Uint128 sum = 0;
  for (const auto& holding : p.objects("payment")) {
    const auto* asset = holding.asset("asset");
    const auto amount = holding.amount("amount", asset);
    if (asset == nullptr) return {};
    const bool is_listed =
        std::ranges::find(payment, asset->id, &contracts::Holding::asset) != payment.end();
    if (is_listed) holding.refuse(ErrorCode::bad_parameter, "asset", "the asset is listed twice");
    if (amount == 0) holding.refuse(ErrorCode::amount_zero, "amount", "the amount is zero");
    payment.push_back({asset->id, amount});
    sum += amount;
  }
  const auto price = contracts::order_price(terms).value_or(0);
  const bool names_price =
      std::ranges::find(payment, terms.price_asset, &contracts::Holding::asset) != payment.end();
  if (!names_price && sum < price) {
    payment.push_back({terms.price_asset, price - static_cast<std::uint64_t>(sum)});
  }
  std::ranges::sort(payment, {}, &contracts::Holding::asset);
  return payment;
}

CommandBody order_fund(Draft& draft, const Parameters& p) {
  contracts::OrderFund fund;
  fund.buyer = draft.account();
  const auto order = draft.find_order(p.order("order"), p.pointer("order"));
  if (!order) return fund;
  const auto& terms = order->order.terms;
  fund.payment = read_payment(terms, p);
  const auto preimage = p.optional_hash("preimage");
  if (!draft.ok()) return fund;
  draft.spend(*order);
  draft.make(contracts::funded_order(order->order, fund.buyer, fund.payment,
                                     contracts::reserves_loyalty(terms, draft.registry())));
  for (const auto& holding : fund.payment) {
    const auto* asset =
        draft.registry().get<contracts::AssetEntry>(contracts::asset_key(holding.asset));
    if (asset == nullptr) continue;  // The price's asset exists: the order could not be without.
    auto change = draft.spend_coins(p.account("from").value_or(contracts::account_of(fund.buyer)),
                                    *asset, holding.amount, p.pointer("payment"), preimage);
    if (change) draft.make(*std::move(change));
  }
  return fund;
}

// Spends the order that `order` names, if it is in one of these states; else reports order_state.
std::optional<contracts::Order> spend_order(Draft& draft, const Parameters& p,
                                            std::initializer_list<OrderState> states) {
  const auto found = draft.find_order(p.order("order"), p.pointer("order"));
  if (!found) return std::nullopt;
  if (std::ranges::find(states, found->entry.state) == states.end()) {
    p.refuse(ErrorCode::order_state, "order",
             fmt::format("the order is {}", codec::word(found->entry.state)));
    return std::nullopt;
  }
  draft.spend(*found);
  return found->order;
}

CommandBody order_accept(Draft& draft, const Parameters& p) {
  if (const auto order = spend_order(draft, p, {OrderState::funded})) {
    const bool reserve = contracts::reserves_loyalty(order->terms, draft.registry());
    draft.make(contracts::accepted_order(*order, reserve));
  }
  return contracts::OrderAccept{};
}

CommandBody order_ship(Draft& draft, const Parameters& p) {
  const contracts::OrderShip ship{p.hash("tracking_hash")};
  if (const auto order = spend_order(draft, p, {OrderState::accepted})) {
    draft.make(contracts::shipped_order(*order, ship.tracking_hash));
  }
  return ship;
}

CommandBody order_deliver(Draft& draft, const Parameters& p) {
  if (const auto order = spend_order(draft, p, {OrderState::shipped})) {
    draft.make(contracts::delivered_order(*order));
  }
  return contracts::OrderDeliver{};
}

std::vector<contracts::AssetFacts> facts_of(const Draft& draft, const contracts::Order& order) {
  return contracts::asset_facts(order.terms.seller, order.payment, draft.registry());
}

// Both parties decide together what becomes of a dispute.
void sign_both(Draft& draft, const contracts::Order& order) {
  draft.sign(order.buyer);
  draft.sign(order.terms.seller);
}

CommandBody order_release(Draft& draft, const Parameters& p) {
  const auto order = spend_order(draft, p, {OrderState::delivered, OrderState::disputed});
  if (!order) return contracts::OrderRelease{};
  if (order->state == OrderState::disputed) sign_both(draft, *order);
  make_all(draft, contracts::release_outcome(*order, facts_of(draft, *order)));
  return contracts::OrderRelease{};
}

CommandBody order_refund(Draft& draft, const Parameters& p) {
  const auto order = spend_order(draft, p,
                                 {OrderState::funded, OrderState::accepted, OrderState::shipped,
                                  OrderState::delivered, OrderState::disputed});
  if (!order) return contracts::OrderRefund{};
  if (order->state == OrderState::disputed || p.boolean("by_both", false)) {
    sign_both(draft, *order);
  }
  const auto& signers = draft.transaction().signers;
  const bool by_buyer = std::ranges::find(signers, order->buyer) != signers.end();
  const auto bond_to = contracts::refund_bond_to(order->state, by_buyer);
  make_all(draft, contracts::refund_outcome(*order, bond_to));
  return contracts::OrderRefund{};
}

CommandBody order_withdraw(Draft& draft, const Parameters& p) {
  if (const auto order = spend_order(draft, p, {OrderState::offered})) {
    make_all(draft, contracts::withdraw_outcome(*order));
  }
  return contracts::OrderWithdraw{};
}

CommandBody order_timeout(Draft& draft, const Parameters& p) {
  const auto order =
      spend_order(draft, p,
                  {OrderState::offered, OrderState::funded, OrderState::accepted,
                   OrderState::shipped, OrderState::delivered, OrderState::disputed});
  if (!order) return contracts::OrderTimeout{};
  const bool policy_holds =
      contracts::check_authenticity(order->terms, draft.registry(), draft.context().now_ms)
          .has_value();
  make_all(draft, contracts::timeout_outcome(*order, policy_holds, facts_of(draft, *order)));
  return contracts::OrderTimeout{};
}

CommandBody order_dispute(Draft& draft, const Parameters& p) {
  const contracts::OrderDispute dispute{p.hash("reason_hash")};
  if (const auto order = spend_order(draft, p, {OrderState::delivered})) {
    draft.make(contracts::disputed_order(*order));
  }
  return dispute;
}

std::vector<CommandBuilder> escrow_commands() {
  auto offer = terms_parameters();
  offer.push_back(preimage_parameter());
  const auto payment = list_of(with_members(
      optional("payment", ParameterType::object,
               "What goes into escrow. What it leaves of the price is paid in the price's asset, "
               "unless that is listed itself.",
               R"({"asset": "BAGCREDIT", "amount": "50.00"})"),
      {required("asset", ParameterType::asset, "The price's asset or an IOU that the seller takes.",
                R"("BAGCREDIT")"),
       amount_parameter(), amount_minor_parameter()}));
  return {
      {contracts::OrderOffer::kNumber, "The account offers items of its own for sale.",
       std::move(offer), order_offer},
      {contracts::OrderFund::kNumber,
       "The account buys: its payment goes into the order's escrow.",
       {order_parameter(), payment, from_parameter(), preimage_parameter()},
       order_fund},
  };
}

}  // namespace

std::vector<CommandBuilder> order_commands() {
  auto all = escrow_commands();
  const auto add = [&](contracts::CommandNumber number, std::string_view doc,
                       std::vector<ParameterSchema> more, auto* body) {
    more.insert(more.begin(), order_parameter());
    all.push_back({number, doc, std::move(more), body});
  };
  add(contracts::OrderAccept::kNumber, "The seller accepts and binds itself to ship.", {},
      order_accept);
  add(contracts::OrderShip::kNumber, "The seller has handed the goods over to be carried.",
      {required("tracking_hash", ParameterType::hash, "Commitment to the tracking number.",
                kHashExample)},
      order_ship);
  add(contracts::OrderDeliver::kNumber, "The buyer, or the carrier, says the goods are there.", {},
      order_deliver);
  add(contracts::OrderRelease::kNumber,
      "The buyer releases: items to the buyer, price to the seller. In a dispute both sign.", {},
      order_release);
  add(contracts::OrderRefund::kNumber,
      "Everything goes back to where it came from. In a dispute both sign.",
      {optional("by_both", ParameterType::boolean, "Whether buyer and seller both sign.", "false")},
      order_refund);
  add(contracts::OrderWithdraw::kNumber, "The seller takes back an offer that nobody has funded.",
      {}, order_withdraw);
  add(contracts::OrderTimeout::kNumber,
      "What the deadline of the order's state leads to. The node does this by itself.", {},
      order_timeout);
  add(contracts::OrderDispute::kNumber,
      "A party says that what was delivered no longer meets the authenticity policy.",
      {required("reason_hash", ParameterType::hash, "The hash of the stated reason.",
                kHashExample)},
      order_dispute);
  return all;
}

}  // namespace tally::market
