#include "provenance/event_mapping.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "contracts/delegation/authority.hpp"
#include "contracts/limits.hpp"
#include "epcis/attributes.hpp"
#include "provenance/commitments.hpp"

namespace tally::provenance {
namespace {

// Each may need a reference and a command, beside the claim.
constexpr std::size_t kPrincipalsMax = 32;
static_assert(kPrincipalsMax <= contracts::kReferencesMax &&
              kPrincipalsMax + 1 <= contracts::kCommandsMax);

using contracts::CommandNumber;
using contracts::PublicKey;
using epcis::Action;

contracts::Disposition disposition_of(std::string_view word) {
  using contracts::Disposition;
  static constexpr std::pair<std::string_view, Disposition> kWords[] = {
      {"active", Disposition::active},
      {"in_transit", Disposition::in_transit},
      {"in_progress", Disposition::in_progress},
      {"sellable_accessible", Disposition::sellable_accessible},
      {"sellable_not_accessible", Disposition::sellable_not_accessible},
      {"retail_sold", Disposition::retail_sold},
      {"damaged", Disposition::damaged},
      {"destroyed", Disposition::destroyed},
  };
  for (const auto& [known, disposition] : kWords) {
    if (known == word) return disposition;
  }
  return Disposition::other;
}

const epcis::Identifier* party(const std::vector<epcis::TypedIdentifier>& list,
                               std::string_view type) {
  const auto found = std::ranges::find_if(
      list, [&](const auto& entry) { return entry.type && *entry.type == type; });
  return found == list.end() ? nullptr : &found->id;
}

// The account of a party: the brand of the registered prefix that its GLN is under.
std::optional<PublicKey> account_of_party(const epcis::Identifier* party,
                                          const LedgerFacts& facts) {
  if (party == nullptr || !party->key) return std::nullopt;
  const auto registration = covering(facts, *party->key);
  return registration ? std::optional(registration->brand) : std::nullopt;
}

// Gathers the commands of one transaction.
class Draft {
 public:
  Draft(const Author& author, const LedgerFacts& facts) : author_(author), facts_(facts) {}

  // Whether the agent may try this in the principal's name, or is the principal. A transaction
  // takes so many references and no more.
  [[nodiscard]] bool may(const PublicKey& principal, CommandNumber command) const {
    if (principal == author_.agent) return true;
    if (principals_.size() >= kPrincipalsMax && !principals_.contains(principal)) return false;
    const auto delegation = facts_.delegation(principal, author_.agent);
    return delegation && contracts::live(*delegation, facts_.time_ms()) &&
           std::ranges::binary_search(delegation->powers.commands, command);
  }

  void in_name_of(const PublicKey& principal) {
    if (principal != author_.agent) principals_.insert(principal);
  }
  std::uint32_t spend(const Title& title) {
    part_.inputs.push_back({title.number, title.outpoint, std::nullopt});
    return static_cast<std::uint32_t>(part_.inputs.size() - 1);
  }
  std::uint32_t make(contracts::Item item) {
    part_.outputs.emplace_back(std::move(item));
    return static_cast<std::uint32_t>(part_.outputs.size() - 1);
  }
  void command(contracts::Command command) { part_.commands.push_back(std::move(command)); }

  Part finish() {
    part_.principals.assign(principals_.begin(), principals_.end());
    return std::move(part_);
  }

 private:
  const Author& author_;
  const LedgerFacts& facts_;
  Part part_;
  std::set<PublicKey> principals_;
};

void claim(Draft& draft, const EventFacts& event, std::vector<std::string> keys,
           const Author& author, const LedgerFacts& facts, bool own_name) {
  const auto& principal = author.principal;
  const auto covered = [&] {
    const auto delegation = facts.delegation(principal, author.agent);
    return delegation && std::ranges::all_of(keys, [&](const std::string& key) {
             return std::ranges::any_of(delegation->powers.prefixes, [&](const auto& prefix) {
               return contracts::gs1_key_has_prefix(key, prefix);
             });
           });
  };
  const bool on_behalf = !own_name && principal != author.agent &&
                         draft.may(principal, contracts::ItemClaim::kNumber) && covered();
  if (on_behalf) draft.in_name_of(principal);
  draft.command({{},
                 {},
                 contracts::ItemClaim{.claimant = on_behalf ? principal : author.agent,
                                      .event_hash = event.hash,
                                      .gs1_keys = std::move(keys)}});
}

using Keys = std::vector<std::string>;

// The lock of a title under one key; null if the item has no such title.
const contracts::KeyLock* key_lock(const std::optional<ItemFacts>& item) {
  return item && item->title ? std::get_if<contracts::KeyLock>(&item->title->lock) : nullptr;
}

// ADD with commissioning: new identities, under the brand's key. Returns what is left to claim.
Keys commission(Draft& draft, const EventFacts& event, std::span<const std::string> keys,
                const LedgerFacts& facts) {
  struct Batch {
    PublicKey brand;
    std::vector<std::uint32_t> outputs;
  };
  std::map<std::string, Batch> batches;  // by prefix
  Keys rest;
  for (const auto& key : keys) {
    const auto parsed = epcis::parse_canonical(key);
    const auto registration = parsed ? covering(facts, *parsed) : std::nullopt;
    if (!registration || !draft.may(registration->brand, contracts::ItemCommission::kNumber) ||
        facts.item(key)) {
      rest.push_back(key);
      continue;
    }
    auto& batch = batches[registration->prefix];
    batch.brand = registration->brand;
    batch.outputs.push_back(draft.make({key, contracts::KeyLock{registration->brand}}));
  }
  std::vector<contracts::Attribute> attributes;
  for (const auto& [name, value] : epcis::attributes(event.event)) {
    attributes.push_back({name, contracts::attribute_hash(name, value)});
  }
  for (auto& [prefix, batch] : batches) {
    draft.in_name_of(batch.brand);
    draft.command(
        {{}, std::move(batch.outputs), contracts::ItemCommission{prefix, event.hash, attributes}});
  }
  return rest;
}

// DELETE: the owner ends its items.
Keys decommission(Draft& draft, const EventFacts& event, std::span<const std::string> keys,
                  const LedgerFacts& facts) {
  Keys rest;
  std::vector<std::uint32_t> inputs;
  for (const auto& key : keys) {
    const auto item = facts.item(key);
    const auto* lock = key_lock(item);
    if (lock == nullptr || !draft.may(lock->key, contracts::ItemDecommission::kNumber)) {
      rest.push_back(key);
      continue;
    }
    draft.in_name_of(lock->key);
    inputs.push_back(draft.spend(*item->title));
  }
  if (!inputs.empty()) {
    draft.command({std::move(inputs), {}, contracts::ItemDecommission{event.hash}});
  }
  return rest;
}

// AggregationEvent ADD: the owner packs its items into its container. Returns what is left to
// observe.
Keys pack(Draft& draft, const EventFacts& event, const std::string& container_key,
          std::span<const std::string> keys, const LedgerFacts& facts) {
  Keys rest;
  const auto container = facts.item(container_key);
  const auto* owner = key_lock(container);
  if (owner == nullptr || !draft.may(owner->key, contracts::ItemAggregate::kNumber)) {
    return {keys.begin(), keys.end()};
  }
  std::vector<Title> titles{*container->title};
  for (const auto& key : keys) {
    const auto item = facts.item(key);
    const auto* lock = key_lock(item);
    if (lock == nullptr || *lock != *owner || key == container_key) {
      rest.push_back(key);
    } else {
      titles.push_back(*item->title);
    }
  }
  if (titles.size() == 1) return rest;
  draft.in_name_of(owner->key);
  contracts::Command command{{}, {}, contracts::ItemAggregate{event.hash}};
  for (const auto& title : titles) command.inputs.push_back(draft.spend(title));
  command.outputs.push_back(draft.make({container_key, *owner}));
  draft.command(std::move(command));
  return rest;
}

// AggregationEvent DELETE: the owner takes items out of its container. Returns as pack() does.
Keys unpack(Draft& draft, const EventFacts& event, const std::string& container_key,
            std::span<const std::string> keys, const LedgerFacts& facts) {
  Keys rest;
  Keys loose;
  const auto container = facts.item(container_key);
  const auto* owner = key_lock(container);
  if (owner == nullptr || !draft.may(owner->key, contracts::ItemDisaggregate::kNumber)) {
    return {keys.begin(), keys.end()};
  }
  for (const auto& key : keys) {
    const auto item = facts.item(key);
    (item && item->packed_in == container_key ? loose : rest).push_back(key);
  }
  if (loose.empty()) return rest;
  draft.in_name_of(owner->key);
  contracts::Command command{{}, {}, contracts::ItemDisaggregate{event.hash}};
  command.inputs.push_back(draft.spend(*container->title));
  command.outputs.push_back(draft.make({container_key, *owner}));
  for (auto& key : loose) command.outputs.push_back(draft.make({std::move(key), *owner}));
  draft.command(std::move(command));
  return rest;
}

// AssociationEvent ADD and DELETE: the authorities fix parts to an item or take them off. Returns
// what is left to observe.
Keys associate(Draft& draft, const EventFacts& event, const std::string& whole_key, bool off,
               std::span<const std::string> keys, const LedgerFacts& facts) {
  constexpr auto kNumber = contracts::ItemAssociate::kNumber;
  Keys rest;
  const auto whole = facts.item(whole_key);
  if (!whole || whole->decommissioned || !draft.may(whole->authority, kNumber)) {
    return {keys.begin(), keys.end()};
  }
  contracts::ItemAssociate command;
  command.gs1_key = whole_key;
  command.event_hash = event.hash;
  command.dissociate = off;
  std::set<PublicKey> principals{whole->authority};
  for (const auto& key : keys) {
    const auto item = facts.item(key);
    const bool fits = item && !item->decommissioned && key != whole_key &&
                      item->fixed_to == (off ? whole_key : "") &&
                      command.parts.size() < contracts::kPartsMax;
    if (!fits || !draft.may(item->authority, kNumber)) {
      rest.push_back(key);
      continue;
    }
    principals.insert(item->authority);
    command.parts.push_back(key);
  }
  if (command.parts.empty()) return rest;
  for (const auto& principal : principals) draft.in_name_of(principal);
  draft.command({{}, {}, std::move(command)});
  return rest;
}

// What the event does to a parent that is an item. Returns what is left to observe.
Keys compose(Draft& draft, const EventFacts& event, std::span<const std::string> keys,
             const LedgerFacts& facts) {
  Keys all(keys.begin(), keys.end());
  const auto* id = epcis::parent(event.event);
  if (id == nullptr || !id->key) return all;
  const auto parent = id->key->canonical();
  if (const auto* packing = std::get_if<epcis::AggregationEvent>(&event.event.what)) {
    if (packing->action == Action::add) return pack(draft, event, parent, keys, facts);
    if (packing->action == Action::remove) return unpack(draft, event, parent, keys, facts);
  }
  if (const auto* fixing = std::get_if<epcis::AssociationEvent>(&event.event.what)) {
    const bool off = fixing->action == Action::remove;
    if (fixing->action != Action::observe) {
      return associate(draft, event, parent, off, keys, facts);
    }
  }
  return all;
}

// The new owner that the event states, if both parties of the change are known accounts.
struct OwnerChange {
  PublicKey from;
  PublicKey to;
};

std::optional<OwnerChange> owner_change(const epcis::Event& event, const LedgerFacts& facts) {
  const auto from = account_of_party(party(event.sources, "owning_party"), facts);
  const auto to = account_of_party(party(event.destinations, "owning_party"), facts);
  if (!from || !to || *from == *to) return std::nullopt;
  return OwnerChange{*from, *to};
}

contracts::ItemObserve observation(const EventFacts& facts) {
  const auto& event = facts.event;
  contracts::ItemObserve out;
  out.event_hash = facts.hash;
  if (event.disposition) out.disposition = disposition_of(*event.disposition);
  if (const auto* custodian = party(event.destinations, "possessing_party")) {
    out.custodian = custodian_commitment(*custodian);
  }
  if (event.read_point) out.place = place_hash(event.read_point->id);
  if (const auto* pack = std::get_if<epcis::AggregationEvent>(&event.what)) {
    if (pack->action == Action::add && pack->parent) {
      out.container = container_commitment(*pack->parent);
    } else if (pack->action == Action::remove) {
      out.container = Hash32{};
    }
  }
  return out;
}

// Everything else: the event is chained to the items; title passes where the event says so.
Keys observe(Draft& draft, const EventFacts& event, std::span<const std::string> keys,
             const LedgerFacts& facts) {
  const auto change = owner_change(event.event, facts);
  auto seen = observation(event);
  // Transfers apart from, and together with, an observation that chains the event already.
  contracts::Command alone{{}, {}, contracts::ItemTransfer{event.hash}};
  contracts::Command together{{}, {}, contracts::ItemTransfer{}};
  Keys rest;
  for (const auto& key : keys) {
    const auto item = facts.item(key);
    const bool live = item && !item->decommissioned;
    const bool may_observe = live && draft.may(item->authority, contracts::ItemObserve::kNumber);
    const auto* lock = live ? key_lock(item) : nullptr;
    const bool may_transfer = change && lock != nullptr && lock->key == change->from &&
                              draft.may(change->from, contracts::ItemTransfer::kNumber);
    if (may_observe) {
      draft.in_name_of(item->authority);
      seen.gs1_keys.push_back(key);
    }
    if (may_transfer) {
      draft.in_name_of(change->from);
      auto& command = may_observe ? together : alone;
      command.inputs.push_back(draft.spend(*item->title));
      command.outputs.push_back(draft.make({key, contracts::KeyLock{change->to}}));
    }
    if (!may_observe && !may_transfer) rest.push_back(key);
  }
  if (!together.inputs.empty()) draft.command(std::move(together));
  if (!alone.inputs.empty()) draft.command(std::move(alone));
  if (!seen.gs1_keys.empty()) draft.command({{}, {}, std::move(seen)});
  return rest;
}

}  // namespace

std::vector<std::string> subjects(const epcis::Event& event) {
  std::vector<std::string> out;
  std::unordered_set<std::string> known;
  for (const auto* id : epcis::things(event)) {
    if (!id->key) continue;
    auto key = id->key->canonical();
    if (!contracts::valid_gs1_key(key) || !known.insert(key).second) continue;
    out.push_back(std::move(key));
  }
  return out;
}

std::vector<std::string> touched(const epcis::Event& event) {
  auto out = subjects(event);
  const auto* id = epcis::parent(event);
  if (id != nullptr && id->key) out.push_back(id->key->canonical());
  return out;
}

std::vector<std::span<const std::string>> slices(const std::vector<std::string>& keys) {
  std::vector<std::span<const std::string>> out;
  for (std::size_t at = 0; at < keys.size(); at += kItemsPerTransactionMax) {
    out.push_back(std::span(keys).subspan(at, std::min(kItemsPerTransactionMax, keys.size() - at)));
  }
  if (out.empty()) out.emplace_back();
  return out;
}

Part plan(const EventFacts& event, std::span<const std::string> keys, const Author& author,
          const LedgerFacts& facts) {
  Draft draft(author, facts);
  const auto* object = std::get_if<epcis::ObjectEvent>(&event.event.what);
  const bool mapped = object != nullptr ||
                      std::holds_alternative<epcis::AggregationEvent>(event.event.what) ||
                      std::holds_alternative<epcis::AssociationEvent>(event.event.what);
  Keys rest(keys.begin(), keys.end());
  // An error declaration takes nothing back: it is put on record beside what it speaks of. So is
  // what no command says: transactions, and transformations, which on the ledger need a quantity of
  // each thing, where EPCIS has those of classes alone.
  if (mapped && !event.event.error_declaration) {
    if (object != nullptr && object->action == Action::add &&
        event.event.biz_step == "commissioning") {
      rest = commission(draft, event, keys, facts);
    } else if (object != nullptr && object->action == Action::remove) {
      rest = decommission(draft, event, keys, facts);
    } else {
      rest = observe(draft, event, compose(draft, event, keys, facts), facts);
    }
  }
  if (!rest.empty() || keys.empty()) claim(draft, event, std::move(rest), author, facts, false);
  return draft.finish();
}

Part plan_claim(const EventFacts& event, std::span<const std::string> keys, const Author& author,
                const LedgerFacts& facts, bool own_name) {
  Draft draft(author, facts);
  claim(draft, event, {keys.begin(), keys.end()}, author, facts, own_name);
  return draft.finish();
}

Standing standing(const std::vector<contracts::Command>& commands) {
  Standing out;
  for (const auto& command : commands) {
    if (std::holds_alternative<contracts::ItemClaim>(command.body)) {
      ++out.claims;
    } else if (const auto* seen = std::get_if<contracts::ItemObserve>(&command.body)) {
      out.facts += static_cast<std::uint32_t>(seen->gs1_keys.size());
    } else if (std::holds_alternative<contracts::ItemAggregate>(command.body)) {
      out.facts += static_cast<std::uint32_t>(command.inputs.size() - 1);
    } else if (std::holds_alternative<contracts::ItemDisaggregate>(command.body)) {
      out.facts += static_cast<std::uint32_t>(command.outputs.size() - 1);
    } else if (const auto* fixed = std::get_if<contracts::ItemAssociate>(&command.body)) {
      out.facts += static_cast<std::uint32_t>(fixed->parts.size());
    } else if (const auto* moved = std::get_if<contracts::ItemTransfer>(&command.body)) {
      // Without its own hash it stands beside an observation, which counts the same items.
      if (moved->event_hash) out.facts += static_cast<std::uint32_t>(command.inputs.size());
    } else {
      out.facts += static_cast<std::uint32_t>(command.inputs.size() + command.outputs.size());
    }
  }
  return out;
}

std::vector<PublicKey> readers(const epcis::Event& event, const LedgerFacts& facts) {
  std::set<PublicKey> out;
  const auto add = [&](const epcis::Identifier& id) {
    if (!id.key || out.size() >= kReadersMax) return;
    if (const auto item = facts.item(id.key->canonical())) {
      // Once it is sold, what happens to it is no longer its brand's to read.
      if (item->owners == 0) out.insert(item->authority);
    } else if (const auto registration = covering(facts, *id.key)) {
      out.insert(registration->brand);
    }
  };
  for (const auto* id : epcis::things(event)) add(*id);
  if (const auto* id = epcis::parent(event)) add(*id);
  for (const auto* list : {&event.sources, &event.destinations}) {
    for (const std::string_view type : {"owning_party", "possessing_party"}) {
      const auto account = account_of_party(party(*list, type), facts);
      if (account && out.size() < kReadersMax) out.insert(*account);
    }
  }
  return {out.begin(), out.end()};
}

}  // namespace tally::provenance
