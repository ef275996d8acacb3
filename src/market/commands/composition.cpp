// Items in lots, in containers, in each other.
#include "market/commands/commands.hpp"

namespace tally::market {
namespace {

using contracts::CommandBody;
using contracts::ErrorCode;

constexpr std::string_view kLotExample = R"("01/09521141000007/10/SPRING")";
constexpr std::string_view kContainerExample = R"("00/095211410000000014")";

ParameterSchema prefix_parameter() {
  return required("prefix", ParameterType::text, "The brand's GS1 company prefix.", R"("9521141")");
}
ParameterSchema lot_parameter() {
  return required("lot", ParameterType::text, "The key of the lot.", kLotExample);
}
ParameterSchema container_parameter() {
  return required("container", ParameterType::gs1_key, "What they are packed in.",
                  kContainerExample);
}
ParameterSchema items_parameter(std::string_view doc) {
  return list_of(required("gs1_keys", ParameterType::gs1_key, doc, kItemExample));
}
ParameterSchema reason_parameter() {
  return required("reason_hash", ParameterType::hash, "The hash of the stated reason.",
                  kHashExample);
}
ParameterSchema attributes_parameter() {
  return optional("attributes", ParameterType::attributes, "What the brand says of them.",
                  R"({"colour": "black", "model": "tote"})");
}
ParameterSchema owner_parameter(std::string_view doc) {
  return optional("to", ParameterType::key, doc, kAddressExample);
}
ParameterSchema unit_member() {
  return required("unit", ParameterType::text, "Its code of UN/ECE Recommendation 20.", R"("KGM")");
}
ParameterSchema milli_member() {
  return required("milli", ParameterType::number, "How much, in thousandths of the unit.",
                  R"("2500")");
}
ParameterSchema quantities_parameter(std::string_view name, std::string_view doc) {
  return list_of(with_members(
      required(name, ParameterType::object, doc,
               R"({"gs1_key": "01/09521141000007/21/0001", "milli": "2500", "unit": "KGM"})"),
      {required("gs1_key", ParameterType::gs1_key, "Which item.", kItemExample), milli_member(),
       unit_member()}));
}

// Spends one item; gives the lock that it was under.
contracts::Lock spend_item(Draft& draft, const Parameters& p, const std::string& gs1_key,
                           const std::string& field) {
  const auto output = draft.find_item(gs1_key, field);
  if (!output) return {};
  draft.spend(*output, p.optional_hash("preimage"));
  return std::get<contracts::Item>(output->stored.output).lock;
}

// The brand that has the prefix signs too, unless its agent acts for it.
void sign_for_prefix(Draft& draft, const std::string& prefix,
                     const contracts::PublicKey& principal) {
  const auto* entry = draft.registry().get<contracts::PrefixEntry>(contracts::prefix_key(prefix));
  if (entry != nullptr && entry->registered() && entry->brand != principal) {
    draft.sign(entry->brand);
  }
}

CommandBody lot_commission(Draft& draft, const Parameters& p) {
  contracts::LotCommission commission;
  static_cast<void>(draft.principal(p));
  commission.gs1_key = p.text("lot");
  commission.prefix = p.text("prefix");
  commission.count = p.number("count");
  commission.root = p.hash("root");
  commission.event_hash = p.hash("event_hash");
  commission.attributes = p.attributes("attributes");
  return commission;
}

CommandBody lot_step_out(Draft& draft, const Parameters& p) {
  contracts::LotStepOut out;
  const auto lock = lock_of(p, draft.principal(p));
  out.lot = p.text("lot");
  for (const auto& step : p.objects("steps")) {
    out.steps.push_back({step.number("index"), step.hash("salt"), step.hashes("path")});
    draft.make(contracts::Item{step.gs1_key("gs1_key"), lock});
  }
  return out;
}

CommandBody item_aggregate(Draft& draft, const Parameters& p) {
  static_cast<void>(draft.principal(p));
  const auto container = p.gs1_key("container");
  const auto lock = spend_item(draft, p, container, p.pointer("container"));
  const auto gs1_keys = p.gs1_keys("gs1_keys");
  for (std::size_t i = 0; i < gs1_keys.size() && draft.ok(); ++i) {
    spend_item(draft, p, gs1_keys[i], p.pointer("gs1_keys") + '/' + std::to_string(i));
  }
  draft.make(contracts::Item{container, lock});
  return contracts::ItemAggregate{p.hash("event_hash")};
}

CommandBody item_disaggregate(Draft& draft, const Parameters& p) {
  static_cast<void>(draft.principal(p));
  const auto container = p.gs1_key("container");
  const auto lock = spend_item(draft, p, container, p.pointer("container"));
  draft.make(contracts::Item{container, lock});
  for (auto& gs1_key : p.gs1_keys("gs1_keys")) {
    draft.make(contracts::Item{std::move(gs1_key), lock});
  }
  return contracts::ItemDisaggregate{p.hash("event_hash")};
}

CommandBody item_associate(Draft& draft, const Parameters& p) {
  contracts::ItemAssociate associate;
  static_cast<void>(draft.principal(p));
  associate.gs1_key = p.gs1_key("gs1_key");
  associate.parts = p.gs1_keys("parts");
  associate.seals = p.hashes("seals");
  associate.event_hash = p.hash("event_hash");
  associate.dissociate = p.boolean("dissociate", false);
  return associate;
}

CommandBody item_transform(Draft& draft, const Parameters& p) {
  contracts::ItemTransform transform;
  const auto principal = draft.principal(p);
  transform.prefix = p.text("prefix");
  transform.event_hash = p.hash("event_hash");
  transform.attributes = p.attributes("attributes");
  for (const auto& used : p.objects("used")) {
    if (!draft.ok()) break;
    spend_item(draft, p, used.gs1_key("gs1_key"), used.pointer("gs1_key"));
    transform.used.push_back({used.text("unit"), used.number("milli")});
  }
  const auto lock = lock_of(p, principal);
  for (const auto& made : p.objects("made")) {
    draft.make(contracts::Item{made.gs1_key("gs1_key"), lock});
    transform.made.push_back({made.text("unit"), made.number("milli")});
  }
  for (const auto& lost : p.objects("lost")) {
    transform.lost.push_back({lost.text("unit"), lost.number("milli")});
  }
  sign_for_prefix(draft, transform.prefix, principal);
  return transform;
}

CommandBody item_event_error(Draft& draft, const Parameters& p) {
  static_cast<void>(draft.principal(p));
  return contracts::ItemEventError{p.gs1_keys("gs1_keys"), p.hash("wrong_hash"),
                                   p.hash("reason_hash"), p.hash("event_hash")};
}

// The admitted item's owner keeps the thing unless it says otherwise.
CommandBody item_merge(Draft& draft, const Parameters& p) {
  contracts::ItemMerge merge;
  const auto principal = draft.principal(p);
  merge.prefix = p.text("prefix");
  merge.event_hash = p.hash("event_hash");
  merge.attributes = p.attributes("attributes");
  auto lock = spend_item(draft, p, p.gs1_key("admitted"), p.pointer("admitted"));
  const auto gs1_key = p.gs1_key("gs1_key");
  if (p.boolean("issued", false)) spend_item(draft, p, gs1_key, p.pointer("gs1_key"));
  if (p.has("to") || p.has("lock")) lock = lock_of(p);
  draft.make(contracts::Item{gs1_key, lock});
  sign_for_prefix(draft, merge.prefix, principal);
  return merge;
}

CommandBody item_hand_over(Draft& draft, const Parameters& p) {
  contracts::ItemHandOver over;
  over.gs1_keys = p.gs1_keys("gs1_keys");
  over.from = draft.account();
  over.to = p.key("to");
  over.event_hash = p.hash("event_hash");
  draft.sign(over.to);
  return over;
}

std::vector<CommandBuilder> lot_commands() {
  return {
      {contracts::LotCommission::kNumber,
       "Issues a lot of new items under the brand's prefix, by the root over their serials.",
       {lot_parameter(), prefix_parameter(),
        required("count", ParameterType::number, "How many items it holds.", R"("1000000")"),
        required("root", ParameterType::hash, "The root over their serials.", kHashExample),
        event_hash_parameter(), attributes_parameter(), on_behalf_of_parameter()},
       lot_commission},
      {contracts::LotStepOut::kNumber,
       "Takes items out of their lot, each with its proof.",
       {lot_parameter(),
        list_of(with_members(
            required("steps", ParameterType::object, "The items with their proofs.",
                     R"({"gs1_key": "01/09521141000007/21/0001", "index": "0", "salt": )"
                     R"("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", )"
                     R"("path": []})"),
            {required("gs1_key", ParameterType::gs1_key, "Which item.", kItemExample),
             required("index", ParameterType::number, "Its place in the lot, from 0.", R"("0")"),
             required("salt", ParameterType::hash, "The salt of its leaf.", kHashExample),
             list_of(optional("path", ParameterType::hash, "The siblings from the leaf up.",
                              kHashExample))})),
        owner_parameter("Who owns them; the brand if left out."), lock_parameter(),
        on_behalf_of_parameter()},
       lot_step_out},
  };
}

std::vector<CommandBuilder> container_commands() {
  return {
      {contracts::ItemAggregate::kNumber,
       "Packs items into another; whoever owns that owns them.",
       {container_parameter(), items_parameter("What goes into it."), event_hash_parameter(),
        preimage_parameter(), on_behalf_of_parameter()},
       item_aggregate},
      {contracts::ItemDisaggregate::kNumber,
       "Takes items out of what they are packed in.",
       {container_parameter(), items_parameter("What comes out of it."), event_hash_parameter(),
        preimage_parameter(), on_behalf_of_parameter()},
       item_disaggregate},
      {contracts::ItemAssociate::kNumber,
       "Fixes parts and seals to an item, or takes them off.",
       {required("gs1_key", ParameterType::gs1_key, "Which item.", kItemExample),
        list_of(
            optional("parts", ParameterType::gs1_key, "Items that are parts of it.", kItemExample)),
        list_of(optional("seals", ParameterType::hash, "The hashes of what stands on the seals.",
                         kHashExample)),
        event_hash_parameter(),
        optional("dissociate", ParameterType::boolean, "true to take them off.", "false"),
        on_behalf_of_parameter()},
       item_associate},
  };
}

std::vector<CommandBuilder> making_commands() {
  return {
      {contracts::ItemTransform::kNumber,
       "Uses items up and makes others of them under the brand's prefix.",
       {prefix_parameter(), event_hash_parameter(),
        quantities_parameter("used", "What is used up, and how much it is."),
        quantities_parameter("made", "The new identities, and how much each is."),
        list_of(with_members(
            optional("lost", ParameterType::object, "What is lost, by unit in ascending order.",
                     R"({"unit": "KGM", "milli": "250"})"),
            {unit_member(), milli_member()})),
        attributes_parameter(), owner_parameter("Who owns what is made; the account if left out."),
        lock_parameter(), preimage_parameter(), on_behalf_of_parameter()},
       item_transform},
      {contracts::ItemEventError::kNumber,
       "Takes back an event of the items' brand or centre; it undoes nothing.",
       {items_parameter("Which items."),
        required("wrong_hash", ParameterType::hash, "The hash of the event in error.",
                 kHashExample),
        reason_parameter(), event_hash_parameter(), on_behalf_of_parameter()},
       item_event_error},
      {contracts::ItemMerge::kNumber,
       "Takes a thing that a centre admitted under its brand's identity.",
       {required("admitted", ParameterType::gs1_key, "The admitted item.",
                 R"("8004/9521141A1995")"),
        required("gs1_key", ParameterType::gs1_key, "The brand's identity of it.", kItemExample),
        prefix_parameter(), event_hash_parameter(),
        optional("issued", ParameterType::boolean, "true if the brand issued it before.", "false"),
        attributes_parameter(), owner_parameter("Who owns it; as before if left out."),
        lock_parameter(), preimage_parameter(), on_behalf_of_parameter()},
       item_merge},
      {contracts::ItemHandOver::kNumber,
       "Passes custody of items on; the title stays where it is.",
       {items_parameter("Which items."),
        required("to", ParameterType::key, "Who takes them; signs too.", kAddressExample),
        event_hash_parameter()},
       item_hand_over},
  };
}

}  // namespace

std::vector<CommandBuilder> composition_commands() {
  auto all = lot_commands();
  for (auto& command : container_commands()) all.push_back(std::move(command));
  for (auto& command : making_commands()) all.push_back(std::move(command));
  return all;
}

}  // namespace tally::market
