#include "market/commands/commands.hpp"
#include "market/profile_commitment.hpp"

namespace tally::market {
namespace {

using contracts::CommandBody;
using contracts::ErrorCode;

std::optional<Hash32> attribute_id(const Parameters& p) {
  if (p.has("attribute")) return profile_attribute_id(p.text("attribute"));
  return p.optional_hash("attribute_id");
}

CommandBody profile_set(Draft& draft, const Parameters& p) {
  contracts::ProfileSet set;
  set.owner = draft.account();
  set.attribute_id = attribute_id(p).value_or(Hash32{});
  const auto* before = draft.registry().get<contracts::ProfileEntry>(
      contracts::profile_key(set.owner, set.attribute_id));
  set.version = p.number("version", before == nullptr ? 1 : before->version + 1);
  if (!p.has("value")) {
    if (p.has("salt")) p.refuse(ErrorCode::bad_parameter, "salt", "it goes with a value");
    set.commitment = p.hash("commitment");
    return set;
  }
  if (!p.has("salt")) p.refuse(ErrorCode::field_missing, "salt", "a value needs its salt");
  set.commitment =
      profile_commitment(p.hash("salt"), set.attribute_id, set.version, as_bytes(p.text("value")));
  return set;
}

CommandBody profile_grant(Draft& draft, const Parameters& p) {
  contracts::Grant grant;
  grant.owner = draft.account();
  grant.attribute_id = attribute_id(p).value_or(Hash32{});
  grant.reader = p.key("reader");
  grant.commitment = p.hash("commitment");
  grant.expires_ms = p.time_ms("expires");
  draft.make(grant);
  return contracts::ProfileGrant{};
}

// The account's live grants to a reader, of one attribute or of all.
void spend_grants_to(Draft& draft, const Parameters& p, const contracts::PublicKey& reader) {
  const auto attribute = attribute_id(p);
  views::PageRequest page{.limit = views::kPageRowsMax};
  do {
    const auto answer = draft.list_grants(page);
    if (!answer) return;
    for (const auto& row : answer->rows) {
      const auto& grant = std::get<contracts::Grant>(row.stored.output);
      const bool wanted =
          grant.reader == reader && (!attribute || grant.attribute_id == *attribute);
      if (wanted && draft.transaction().inputs.size() < contracts::kInputsMax) draft.spend(row);
    }
    page.cursor = answer->next_cursor;
  } while (!page.cursor.empty());
  if (draft.transaction().inputs.empty()) {
    p.refuse(ErrorCode::output_unknown, "reader", "the account has no grant to this reader");
  }
}

CommandBody profile_revoke(Draft& draft, const Parameters& p) {
  if (p.has("reader")) {
    spend_grants_to(draft, p, p.key("reader"));
    return contracts::ProfileRevoke{};
  }
  const auto numbers = p.numbers("grants");
  for (std::size_t i = 0; i < numbers.size() && draft.ok(); ++i) {
    const auto field = p.pointer("grants") + '/' + std::to_string(i);
    const auto output = draft.find_output(numbers[i], field);
    if (!output) break;
    const auto* grant = std::get_if<contracts::Grant>(&output->stored.output);
    // Whatever else has this number is nobody's business here.
    if (grant == nullptr || grant->owner != draft.account()) {
      draft.refuse(ErrorCode::output_unknown, field, "the account has no such grant");
      break;
    }
    draft.spend(*output);
  }
  if (numbers.empty()) p.refuse(ErrorCode::field_missing, "grants", "there is no grant");
  return contracts::ProfileRevoke{};
}

ParameterSchema attribute_parameter() {
  return required("attribute", ParameterType::text, "The attribute's name.", R"("shoe_size")");
}
ParameterSchema attribute_id_parameter() {
  return instead_of("attribute", optional("attribute_id", ParameterType::hash,
                                          "The hash of its name.", kHashExample));
}

}  // namespace

std::vector<CommandBuilder> profile_commands() {
  return {
      {contracts::ProfileSet::kNumber,
       "Commits to the value of an attribute of the profile.",
       {attribute_parameter(), attribute_id_parameter(),
        required("commitment", ParameterType::hash, "The commitment, made by the owner.",
                 kHashExample),
        instead_of("commitment", optional("value", ParameterType::text,
                                          "The value, which the node then learns.", R"("42")")),
        optional("salt", ParameterType::hash, "32 random bytes that go with the value.",
                 kHashExample),
        optional("version", ParameterType::number, "The next one if left out.", "1")},
       profile_set},
      {contracts::ProfileGrant::kNumber,
       "Lets a reader read one attribute until a time.",
       {attribute_parameter(), attribute_id_parameter(),
        required("reader", ParameterType::key, "Who may read.", kAddressExample),
        required("commitment", ParameterType::hash,
                 "Commitment to the wrapped key, scope and purpose.", kHashExample),
        required("expires", ParameterType::time, "Until when.", kTimeExample)},
       profile_grant},
      {contracts::ProfileRevoke::kNumber,
       "Takes grants back.",
       {list_of(required("grants", ParameterType::number, "Output numbers of grants.", "118")),
        instead_of("grants", optional("reader", ParameterType::key, "All grants to this reader.",
                                      kAddressExample)),
        optional("attribute", ParameterType::text, "Of the reader's grants: of this attribute.",
                 R"("shoe_size")"),
        attribute_id_parameter()},
       profile_revoke},
  };
}

}  // namespace tally::market
