#include "contracts/item/item_hand_over.hpp"

#include "contracts/item/claimed_items.hpp"
#include "crypto/hash.hpp"

namespace tally::contracts {

Hash32 custodian_of(const PublicKey& key) {
  static const crypto::TaggedHasher hasher("tally/custodian-key");
  return hasher({key.view()});
}

Result<Delta> apply(const RuleInput& input, const ItemHandOver& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  if (auto ok = check_named(command.gs1_keys); !ok) return std::unexpected(ok.error());
  if (!input.signed_by(command.from)) return fail(ErrorCode::signature_missing, 0);
  if (!input.signed_by(command.to)) return fail(ErrorCode::signature_missing, 1);
  Delta delta;
  delta.writes.reserve(command.gs1_keys.size());
  for (std::size_t i = 0; i < command.gs1_keys.size(); ++i) {
    const auto item = live_item(input.registry, command.gs1_keys[i], i);
    if (!item) return std::unexpected(item.error());
    auto entry = **item;
    if (entry.authority != command.from && entry.custodian != custodian_of(command.from)) {
      return fail(ErrorCode::custody_mismatch, i);
    }
    append_event(entry, command.event_hash);
    entry.custodian = custodian_of(command.to);
    delta.writes.push_back({item_key(entry.gs1_key), std::move(entry)});
  }
  return delta;
}

}  // namespace tally::contracts
