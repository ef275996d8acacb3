#include "contracts/item/item_challenge.hpp"

#include <algorithm>
#include <iterator>

#include "contracts/item/claimed_items.hpp"
#include "contracts/item/containers.hpp"
#include "contracts/limits.hpp"
#include "contracts/membership.hpp"

namespace tally::contracts {
namespace {

Result<void> may_open(const RuleInput& input, const PublicKey& challenger) {
  if (!input.signed_by(challenger)) return fail(ErrorCode::signature_missing);
  if (!answering_member(input.registry, challenger)) return fail(ErrorCode::member_unknown);
  return {};
}

Result<void> may_resolve(const RuleInput& input, const PublicKey& challenger) {
  if (input.signed_by(challenger)) return {};
  return input.signed_by_quorum();
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const ItemChallenge& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  const auto allowed = command.resolve ? may_resolve(input, command.challenger)
                                       : may_open(input, command.challenger);
  if (!allowed) return std::unexpected(allowed.error());
  const auto item = live_item(input.registry, command.gs1_key, 0);
  if (!item) return std::unexpected(item.error());

  auto entry = **item;
  auto& open = entry.challenges;
  const auto own = std::ranges::find(open, command.challenger, &Challenge::challenger);
  if (command.resolve) {
    if (own == open.end()) return fail(ErrorCode::challenge_not_open);
    open.erase(own);
  } else {
    if (own != open.end()) return fail(ErrorCode::challenge_exists);
    if (open.size() >= kChallengesOpenMax) {
      return fail(ErrorCode::too_many_challenges, 0, kChallengesOpenMax);
    }
    open.push_back({command.challenger, command.reason_hash, input.block.time_ms});
  }
  auto around = tell_containers(input.registry, entry, [&](Contents& sums) {
    command.resolve ? --sums.challenges : ++sums.challenges;
  });
  Delta delta{{{item_key(command.gs1_key), std::move(entry)}}};
  std::ranges::move(around, std::back_inserter(delta.writes));
  return delta;
}

}  // namespace tally::contracts
