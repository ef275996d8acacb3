#include "contracts/item/item_attest.hpp"

#include "contracts/item/claimed_items.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const ItemAttest& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  if (command.confidence_bps > kBasisPoints) {
    return fail(ErrorCode::field_value, 0, kBasisPoints);
  }
  if (!input.signed_by(command.appraiser)) return fail(ErrorCode::signature_missing);
  const auto* accreditation =
      input.registry.get<AccreditationEntry>(accreditation_key(command.appraiser, Role::appraiser));
  if (accreditation == nullptr || accreditation->revoked_ms != 0) {
    return fail(ErrorCode::not_accredited);
  }
  const auto item = live_item(input.registry, command.gs1_key, 0);
  if (!item) return std::unexpected(item.error());
  if ((*item)->authority == command.appraiser) return fail(ErrorCode::self_attestation);

  auto entry = **item;
  put_attestation(entry, {.appraiser = command.appraiser,
                          .verdict = command.verdict,
                          .confidence_bps = command.confidence_bps,
                          .method_hash = command.method_hash,
                          .evidence_hash = command.evidence_hash,
                          .time_ms = input.block.time_ms});
  return Delta{{{item_key(command.gs1_key), std::move(entry)}}};
}

}  // namespace tally::contracts
