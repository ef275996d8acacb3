#include "market/commands/commands.hpp"

namespace tally::market {
namespace {

using contracts::CommandBody;
using contracts::ErrorCode;

ParameterSchema item_parameter(std::string_view doc) {
  return required("gs1_key", ParameterType::gs1_key, doc, kItemExample);
}
ParameterSchema items_parameter(std::string_view doc) {
  return list_of(required("gs1_keys", ParameterType::gs1_key, doc, kItemExample));
}
ParameterSchema attributes_parameter() {
  return optional("attributes", ParameterType::attributes, "What the brand says of them.",
                  R"({"colour": "black", "model": "tote"})");
}
ParameterSchema evidence_parameter() {
  return required("evidence_hash", ParameterType::hash, "The hash of the evidence.", kHashExample);
}
// `to` where the goods may stay with whoever makes them.
ParameterSchema owner_parameter() {
  return optional("to", ParameterType::key, "Who owns them; the issuer if left out.",
                  kAddressExample);
}

CommandBody item_commission(Draft& draft, const Parameters& p) {
  contracts::ItemCommission commission;
  const auto principal = draft.principal(p);
  commission.prefix = p.text("prefix");
  commission.event_hash = p.hash("event_hash");
  commission.attributes = p.attributes("attributes");
  const auto lock = lock_of(p, principal);
  for (auto& gs1_key : p.gs1_keys("gs1_keys")) {
    draft.make(contracts::Item{std::move(gs1_key), lock});
  }
  return commission;
}

CommandBody item_admit(Draft& draft, const Parameters& p) {
  contracts::ItemAdmit admit;
  admit.centre = draft.principal(p);
  admit.evidence_hash = p.hash("evidence_hash");
  admit.attributes = p.attributes("attributes");
  draft.make(contracts::Item{p.gs1_key("gs1_key"), lock_of(p, admit.centre)});
  return admit;
}

CommandBody item_observe(Draft& draft, const Parameters& p) {
  contracts::ItemObserve observe;
  static_cast<void>(draft.principal(p));
  observe.gs1_keys = p.gs1_keys("gs1_keys");
  observe.event_hash = p.hash("event_hash");
  if (p.has("disposition")) observe.disposition = p.word<contracts::Disposition>("disposition");
  observe.custodian = p.optional_hash("custodian");
  observe.container = p.optional_hash("container");
  observe.place = p.optional_hash("place");
  return observe;
}

// Spends the items that `gs1_keys` names and returns the keys.
std::vector<std::string> spend_items(Draft& draft, const Parameters& p) {
  static_cast<void>(draft.principal(p));
  const auto preimage = p.optional_hash("preimage");
  auto gs1_keys = p.gs1_keys("gs1_keys");
  if (gs1_keys.size() > contracts::kItemsPerCommandMax) {
    p.refuse(ErrorCode::too_many_items, "gs1_keys", "at most 1000 items in one command",
             contracts::kItemsPerCommandMax);
  }
  for (std::size_t i = 0; i < gs1_keys.size() && draft.ok(); ++i) {
    const auto field = p.pointer("gs1_keys") + '/' + std::to_string(i);
    if (const auto output = draft.find_item(gs1_keys[i], field)) draft.spend(*output, preimage);
  }
  return gs1_keys;
}

CommandBody item_transfer(Draft& draft, const Parameters& p) {
  const auto lock = lock_of(p);
  for (auto& gs1_key : spend_items(draft, p)) {
    draft.make(contracts::Item{std::move(gs1_key), lock});
  }
  return contracts::ItemTransfer{p.optional_hash("event_hash")};
}

CommandBody item_attest(Draft& draft, const Parameters& p) {
  contracts::ItemAttest attest;
  attest.gs1_key = p.gs1_key("gs1_key");
  attest.appraiser = draft.account();
  attest.verdict = p.word<contracts::Verdict>("verdict");
  attest.confidence_bps = p.number_32("confidence_bps");
  attest.method_hash = p.hash("method_hash");
  attest.evidence_hash = p.hash("evidence_hash");
  return attest;
}

CommandBody item_challenge(Draft& draft, const Parameters& p) {
  contracts::ItemChallenge challenge;
  challenge.gs1_key = p.gs1_key("gs1_key");
  challenge.challenger = p.optional_key("challenger").value_or(draft.account());
  challenge.reason_hash = p.hash("reason_hash");
  challenge.resolve = p.boolean("resolve", false);
  return challenge;
}

CommandBody item_flag_set(Draft&, const Parameters& p) {
  contracts::ItemFlagSet flag;
  flag.gs1_key = p.item_or_lot_key("gs1_key");
  flag.flag = p.word<contracts::ItemFlag>("flag");
  flag.reason_hash = p.hash("reason_hash");
  flag.clear = p.boolean("clear", false);
  flag.expires_ms = p.time_ms("expires");
  if (!flag.clear && !p.has("expires")) {
    p.refuse(ErrorCode::field_missing, "expires", "a flag that is set needs an end");
  }
  return flag;
}

CommandBody item_decommission(Draft& draft, const Parameters& p) {
  static_cast<void>(spend_items(draft, p));
  return contracts::ItemDecommission{p.hash("event_hash")};
}

CommandBody item_claim(Draft& draft, const Parameters& p) {
  contracts::ItemClaim claim;
  claim.claimant = draft.principal(p);
  claim.event_hash = p.hash("event_hash");
  claim.gs1_keys = p.gs1_keys("gs1_keys");
  return claim;
}

std::vector<CommandBuilder> issuing_commands() {
  return {
      {contracts::ItemCommission::kNumber,
       "Issues new items under the brand's prefix.",
       {required("prefix", ParameterType::text, "The brand's GS1 company prefix.", R"("9521141")"),
        items_parameter("The new identities."), event_hash_parameter(), attributes_parameter(),
        owner_parameter(), lock_parameter(), on_behalf_of_parameter()},
       item_commission},
      {contracts::ItemAdmit::kNumber,
       "An accredited centre gives goods without an identity one under its own prefix.",
       {item_parameter("The new identity, usually a GIAI."), evidence_parameter(),
        attributes_parameter(), owner_parameter(), lock_parameter(), on_behalf_of_parameter()},
       item_admit},
      {contracts::ItemObserve::kNumber,
       "Records an event of the items' brand or centre.",
       {items_parameter("Which items."), event_hash_parameter(),
        with_words<contracts::Disposition>(
            optional("disposition", ParameterType::word, "What they are now.", R"("in_transit")")),
        optional("custodian", ParameterType::hash, "Commitment to who has them; zero: nobody.",
                 kHashExample),
        optional("container", ParameterType::hash,
                 "Commitment to what they are packed in; zero: loose.", kHashExample),
        optional("place", ParameterType::hash, "The hash of the read point.", kHashExample),
        on_behalf_of_parameter()},
       item_observe},
  };
}

std::vector<CommandBuilder> owning_commands() {
  return {
      {contracts::ItemTransfer::kNumber,
       "Passes the title to items on, without payment.",
       {items_parameter("Which items."), to_parameter(), lock_parameter(),
        optional("event_hash", ParameterType::hash, "The hash of the event that goes with it.",
                 kHashExample),
        preimage_parameter(), on_behalf_of_parameter()},
       item_transfer},
      {contracts::ItemAttest::kNumber,
       "An accredited appraiser's verdict on an item.",
       {item_parameter("Which item."),
        with_words<contracts::Verdict>(
            required("verdict", ParameterType::word, "What it is.", R"("genuine")")),
        required("confidence_bps", ParameterType::number, "In basis points, 0 to 10000.", "9500"),
        required("method_hash", ParameterType::hash, "The hash of the method's description.",
                 kHashExample),
        evidence_parameter()},
       item_attest},
      {contracts::ItemChallenge::kNumber,
       "Doubts an item in public, or closes a challenge.",
       {item_parameter("Which item."),
        required("reason_hash", ParameterType::hash, "The hash of the stated reason.",
                 kHashExample),
        optional("resolve", ParameterType::boolean, "true to close a challenge.", "false"),
        optional("challenger", ParameterType::key, "Whose challenge; the account's if left out.",
                 kAddressExample)},
       item_challenge},
      {contracts::ItemFlagSet::kNumber,
       "Flags an item or a lot, by its authority and a quorum of the operators; or lifts the flag.",
       {item_parameter("Which item, or the key of a lot."),
        with_words<contracts::ItemFlag>(
            required("flag", ParameterType::word, "What is said of it.", R"("stolen")")),
        required("reason_hash", ParameterType::hash, "The hash of the stated reason.",
                 kHashExample),
        optional("expires", ParameterType::time, "When a flag that is set ends.", kTimeExample),
        optional("clear", ParameterType::boolean, "true to lift it.", "false")},
       item_flag_set},
      {contracts::ItemDecommission::kNumber,
       "The owner ends items, for ever.",
       {items_parameter("Which items."), event_hash_parameter(), preimage_parameter(),
        on_behalf_of_parameter()},
       item_decommission},
      {contracts::ItemClaim::kNumber,
       "Records anyone's event; it changes no item.",
       {event_hash_parameter(),
        list_of(optional("gs1_keys", ParameterType::gs1_key, "What it says it is about.",
                         kItemExample)),
        on_behalf_of_parameter()},
       item_claim},
  };
}

}  // namespace

std::vector<CommandBuilder> item_commands() {
  auto all = issuing_commands();
  for (auto& command : owning_commands()) all.push_back(std::move(command));
  return all;
}

}  // namespace tally::market
