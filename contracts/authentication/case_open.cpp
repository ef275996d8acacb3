#include "contracts/authentication/case_open.hpp"

#include "contracts/authentication/case_step.hpp"
#include "contracts/item/claimed_items.hpp"
#include "contracts/membership.hpp"

namespace tally::contracts {
namespace {

// What the claims must be: the title on both sides if there is an item, then coins if there is
// something to pay.
Result<void> check_claims(const RuleInput& input, bool item, bool pays) {
  const std::size_t titles = item ? 1 : 0;
  const bool enough = pays ? input.inputs.size() > titles && input.outputs.size() >= titles
                           : input.inputs.size() == titles && input.outputs.size() == titles;
  if (!enough) return fail(ErrorCode::claim_count, 0, titles + (pays ? 1 : 0));
  for (std::size_t i = 0; i < input.inputs.size(); ++i) {
    const bool right = i < titles ? std::holds_alternative<Item>(*input.inputs[i].output)
                                  : std::holds_alternative<Coin>(*input.inputs[i].output);
    if (!right) return fail(ErrorCode::claim_type, input.inputs[i].index);
  }
  for (std::size_t i = 0; i < input.outputs.size(); ++i) {
    const bool right = i < titles ? std::holds_alternative<Item>(*input.outputs[i].output)
                                  : std::holds_alternative<Coin>(*input.outputs[i].output);
    if (!right) return fail(ErrorCode::claim_type, input.outputs[i].index);
  }
  return {};
}

// The title that is shown; its owner goes into the case.
Result<std::vector<RegistryWrite>> show_title(const RuleInput& input, const CaseOpen& command,
                                              CaseEntry& entry) {
  const auto& item = std::get<Item>(*input.inputs.front().output);
  const auto index = input.inputs.front().index;
  if (item.gs1_key != command.gs1_key || *input.outputs.front().output != Output(item)) {
    return fail(ErrorCode::item_mismatch, index);
  }
  const Item* const items[] = {&item};
  auto used = open_items(input, items, CaseOpen::kNumber);
  if (!used) return used;
  if (const auto live = live_item(input.registry, item.gs1_key, index); !live) {
    return std::unexpected(live.error());
  }
  entry.owner = account_of(item.lock);
  return used;
}

CaseEntry opened_case(const RuleInput& input, const CaseOpen& command, const PublicKey& member,
                      const PanelTerms& terms) {
  CaseEntry entry;
  entry.requester = command.requester;
  entry.member = member;
  entry.gs1_key = command.gs1_key;
  entry.description_hash = command.description_hash;
  entry.category_hash = command.category_hash;
  entry.source_hash = command.source_hash;
  entry.evidence_root = command.evidence_root;
  entry.sealed_hash = command.sealed_hash;
  entry.asset = command.asset;
  entry.terms = terms;
  entry.deadline_active_ms = input.block.active_ms + 1;  // In a later block.
  entry.opened_ms = input.block.time_ms;
  return entry;
}

// The fee comes from the requester's coins, or for a free case from the pool.
Result<void> take_fee(const RuleInput& input, const PanelEntry& panel, CaseEntry& entry,
                      Delta& delta) {
  const auto fee = panel.terms.fee;
  if (!entry.free) {
    if (fee > 0) {
      if (auto ok =
              enter_exactly(input, entry.requester, CaseOpen::kNumber, {entry.asset, fee}, delta);
          !ok) {
        return ok;
      }
    }
    entry.fee = fee;
  } else if (fee > 0 && panel.pool >= fee) {
    auto after = panel;
    after.pool -= fee;
    entry.fee = fee;
    delta.writes.push_back({panel_key(entry.asset), std::move(after)});
  }
  return {};
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const CaseOpen& command) {
  if (!input.signed_by(command.requester)) return fail(ErrorCode::signature_missing);
  const auto member = answering_member(input.registry, command.requester);
  if (!member) return fail(ErrorCode::member_unknown);
  const auto* panel = input.registry.get<PanelEntry>(panel_key(command.asset));
  if (panel == nullptr) return fail(ErrorCode::panel_unknown);
  const auto asker_key = requester_key((*member)->key);
  const auto* before = input.registry.get<RequesterEntry>(asker_key);
  RequesterEntry asker = before == nullptr ? RequesterEntry{(*member)->key, 0, 0} : *before;

  auto entry = opened_case(input, command, asker.member, panel->terms);
  entry.free = asker.cases == 0;
  const auto price = entry.free ? 0 : panel->terms.fee;
  if (command.fee != price) return fail(ErrorCode::case_price, 0, price);
  const bool pays = price > 0;
  if (auto ok = check_claims(input, !command.gs1_key.empty(), pays); !ok) {
    return std::unexpected(ok.error());
  }
  Delta delta;
  if (!command.gs1_key.empty()) {
    auto used = show_title(input, command, entry);
    if (!used) return std::unexpected(used.error());
    delta.writes = std::move(*used);
  }
  const auto key = case_key(case_id(command.requester, command.nonce));
  if (input.registry.find(key) != nullptr) return fail(ErrorCode::case_exists);
  if (asker.open >= panel->terms.open_max) {
    return fail(ErrorCode::case_quota, 0, panel->terms.open_max);
  }
  if (auto ok = take_fee(input, *panel, entry, delta); !ok) return std::unexpected(ok.error());
  ++asker.cases;
  ++asker.open;
  delta.writes.push_back({asker_key, asker});
  delta.writes.push_back({key, std::move(entry)});
  return delta;
}

}  // namespace tally::contracts
