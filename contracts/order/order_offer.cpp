#include "contracts/order/order_offer.hpp"

#include <algorithm>

#include "contracts/asset/coins.hpp"
#include "contracts/item/taint.hpp"
#include "contracts/order/order_step.hpp"
#include "contracts/order/order_terms.hpp"

namespace tally::contracts {
namespace {

// One item for each line, and coins if and only if there is a bond.
Result<void> check_claims(const RuleInput& input, const OrderTerms& terms) {
  const auto lines = terms.lines.size();
  const bool enough = terms.bond > 0 ? input.inputs.size() > lines
                                     : input.inputs.size() == lines && input.outputs.size() == 1;
  if (!enough || input.inputs.empty() || input.outputs.empty()) {
    return fail(ErrorCode::claim_count, 0, lines);
  }
  for (std::size_t i = 0; i < input.inputs.size(); ++i) {
    const auto& claimed = input.inputs[i];
    const bool right = i < lines ? std::holds_alternative<Item>(*claimed.output)
                                 : std::holds_alternative<Coin>(*claimed.output);
    if (!right) return fail(ErrorCode::claim_type, claimed.index);
  }
  for (std::size_t i = 0; i < input.outputs.size(); ++i) {
    const auto& claimed = input.outputs[i];
    const bool right = i == 0 ? std::holds_alternative<Order>(*claimed.output)
                              : std::holds_alternative<Coin>(*claimed.output);
    if (!right) return fail(ErrorCode::claim_type, claimed.index);
  }
  return {};
}

Result<void> check_item(const RuleInput& input, const ClaimedInput& claimed,
                        const OrderLine& line) {
  const auto& item = std::get<Item>(*claimed.output);
  if (item.gs1_key != line.gs1_key) return fail(ErrorCode::item_mismatch, claimed.index);
  if (auto ok = input.open(claimed, item.lock); !ok) return ok;
  const auto* entry = input.registry.get<ItemEntry>(item_key(item.gs1_key));
  if (entry == nullptr) return fail(ErrorCode::item_unknown, claimed.index);
  if (const auto flag = blocking_flag(*entry, input.registry, input.block.time_ms)) {
    return fail(ErrorCode::item_flagged, claimed.index, flag->expires_ms);
  }
  return {};
}

// The bond enters the escrow; nothing else of the coins stays.
Result<Delta> enter_bond(const RuleInput& input, const OrderTerms& terms) {
  Delta delta;
  if (terms.bond == 0) return delta;
  const auto entering = check_coins_enter(input, terms.seller, OrderOffer::kNumber, delta);
  if (!entering) return std::unexpected(entering.error());
  if (*entering != std::vector<Holding>{{terms.price_asset, terms.bond}}) {
    return fail(ErrorCode::not_conserved, input.inputs[terms.lines.size()].index, terms.bond);
  }
  return delta;
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const OrderOffer& command) {
  const auto& terms = command.terms;
  if (auto ok = check_claims(input, terms); !ok) return std::unexpected(ok.error());
  if (!input.signed_by(terms.seller)) return fail(ErrorCode::signature_missing);
  if (auto ok = check_terms(terms, input.registry); !ok) return std::unexpected(ok.error());
  for (std::size_t i = 0; i < terms.lines.size(); ++i) {
    if (auto ok = check_item(input, input.inputs[i], terms.lines[i]); !ok) {
      return std::unexpected(ok.error());
    }
  }
  auto bond = enter_bond(input, terms);
  if (!bond) return bond;

  const auto outcome = step_outcome(offered_order(terms, input.inputs.front().input->outpoint));
  if (auto ok = expect_outputs(std::span(input.outputs).first(1), outcome.outputs); !ok) {
    return std::unexpected(ok.error());
  }
  OrderEntry entry;
  entry.seller = terms.seller;
  entry.price_asset = terms.price_asset;
  entry.price = order_price(terms).value_or(0);
  auto delta = outcome_writes(input, nullptr, std::move(entry), outcome, false);
  std::ranges::move(bond->writes, std::back_inserter(delta.writes));
  return delta;
}

}  // namespace tally::contracts
