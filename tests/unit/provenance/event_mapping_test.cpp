#include "provenance/event_mapping.hpp"

#include <gtest/gtest.h>

#include "contracts/limits.hpp"
#include "epcis/document.hpp"
#include "provenance/commitments.hpp"
#include "unit/provenance/world.hpp"

namespace tally::provenance {
namespace {

using tally::test::key;
using tally::test::kStartMs;
using test::bag;
using test::fixing_event;
using test::kOwnersChange;
using test::link;
using test::object_event;
using test::packing_event;

constexpr std::string_view kCarton = "https://id.gs1.org/00/095060001300000019";
constexpr std::string_view kCartonKey = "00/095060001300000019";

struct FakeFacts final : LedgerFacts {
  std::map<std::string, ItemFacts, std::less<>> items;
  std::map<std::string, contracts::PublicKey, std::less<>> prefixes{{"950600013", key("brand")},
                                                                    {"950600024", key("boutique")}};
  std::map<contracts::PublicKey, contracts::DelegationEntry> delegations;

  std::optional<ItemFacts> item(std::string_view gs1_key) const override {
    const auto found = items.find(gs1_key);
    return found == items.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<Registration> registration(std::string_view prefix) const override {
    const auto found = prefixes.find(prefix);
    if (found == prefixes.end()) return std::nullopt;
    return Registration{found->first, found->second};
  }
  std::optional<contracts::DelegationEntry> delegation(
      const contracts::PublicKey& principal, const contracts::PublicKey& agent) const override {
    const auto found = delegations.find(principal);
    if (found == delegations.end() || found->second.agent != agent) return std::nullopt;
    return found->second;
  }
  std::uint64_t time_ms() const override { return kStartMs; }

  void delegate(std::string_view principal, std::vector<contracts::CommandNumber> commands) {
    contracts::DelegationEntry entry;
    entry.principal = key(principal);
    entry.agent = key("agent");
    entry.powers.commands = std::move(commands);
    entry.powers.prefixes = {"950600013"};
    entry.powers.until_ms = kStartMs + 1;
    delegations[key(principal)] = entry;
  }
  void add_item(std::string_view serial, std::string_view owner) { add(bag(serial), owner); }
  void add(const std::string& gs1_key, std::string_view owner) {
    const auto number = items.size();
    items[gs1_key] = {.authority = key("brand"),
                      .decommissioned = false,
                      .owners = 0,
                      .title = Title{number, {}, contracts::KeyLock{key(owner)}}};
  }
};

const Author kAuthor{key("agent"), key("brand")};
const Hash32 kHash{42};

epcis::Event parse(const std::string& event) {
  const auto document = epcis::parse_document(test::document({event}));
  EXPECT_TRUE(document) << event;
  return document ? document->events.front() : epcis::Event{};
}

Part plan_of(const std::string& text, const FakeFacts& facts, const Author& author = kAuthor) {
  const auto event = parse(text);
  const auto keys = subjects(event);
  return plan({event, kHash}, keys, author, facts);
}

// The names of the commands, with how many items each is about.
std::string outline(const Part& part) {
  std::string out;
  for (const auto& command : part.commands) {
    std::size_t items = std::max(command.inputs.size(), command.outputs.size());
    if (const auto* seen = std::get_if<contracts::ItemObserve>(&command.body)) {
      items = seen->gs1_keys.size();
    }
    if (const auto* claim = std::get_if<contracts::ItemClaim>(&command.body)) {
      items = claim->gs1_keys.size();
    }
    if (const auto* fixed = std::get_if<contracts::ItemAssociate>(&command.body)) {
      items = fixed->parts.size();
    }
    if (!out.empty()) out += " ";
    out += fmt::format("{}:{}", contracts::command_name(contracts::command_number(command.body)),
                       items);
  }
  return out;
}

TEST(EventMapping, TableOfCommands) {
  FakeFacts facts;
  facts.delegate("brand", {40, 42, 43, 47, 48});
  facts.add_item("A1", "brand");
  facts.add_item("A2", "brand");
  facts.add_item("GONE", "brand");
  facts.items[bag("GONE")].decommissioned = true;
  facts.items[bag("GONE")].title.reset();
  facts.add_item("SOLD", "ana");
  facts.add_item("ESCROW", "brand");
  facts.items[bag("ESCROW")].title.reset();
  const auto foreign = std::string("https://id.gs1.org/01/04012345000009/21/1");
  struct Row {
    std::string_view name;
    std::string event;
    std::string_view outline;
  };
  const Row rows[] = {
      {"new identities", object_event("ADD", "commissioning", {link("N1"), link("N2")}),
       "item_commission:2"},
      {"an identity that exists is claimed", object_event("ADD", "commissioning", {link("A1")}),
       "item_claim:1"},
      {"some new, some not", object_event("ADD", "commissioning", {link("A1"), link("N1")}),
       "item_commission:1 item_claim:1"},
      {"another brand's prefix", object_event("ADD", "commissioning", {foreign}), "item_claim:1"},
      {"ADD that commissions nothing", object_event("ADD", "packing", {link("A1")}),
       "item_observe:1"},
      {"observed", object_event("OBSERVE", "shipping", {link("A1"), link("A2")}), "item_observe:2"},
      {"both spellings of one item",
       object_event("OBSERVE", "shipping", {link("A1"), "urn:epc:id:sgtin:950600013.0001.A1"}),
       "item_observe:1"},
      {"unknown items are claimed", object_event("OBSERVE", "shipping", {link("N1")}),
       "item_claim:1"},
      {"decommissioned ones too", object_event("OBSERVE", "shipping", {link("GONE")}),
       "item_claim:1"},
      {"a carton that nobody commissioned",
       object_event("OBSERVE", "shipping", {std::string(kCarton)}), "item_claim:1"},
      {"a class is no item",
       object_event("OBSERVE", "shipping", {"https://id.gs1.org/01/09506000130019"}),
       "item_claim:0"},
      {"a wrong check digit is no item",
       object_event("OBSERVE", "shipping", {"https://id.gs1.org/01/09506000130018/21/A1"}),
       "item_claim:0"},
      {"title passes", object_event("OBSERVE", "accepting", {link("A1")}, kOwnersChange),
       "item_transfer:1 item_observe:1"},
      {"not from who owns it not",
       object_event("OBSERVE", "accepting", {link("SOLD")}, kOwnersChange), "item_observe:1"},
      {"not out of an escrow",
       object_event("OBSERVE", "accepting", {link("ESCROW")}, kOwnersChange), "item_observe:1"},
      {"packed", packing_event("ADD", kCarton, {link("A1"), link("A2")}), "item_observe:2"},
      {"unpacked, all there is", packing_event("DELETE", kCarton, {}), "item_claim:0"},
      {"ended", object_event("DELETE", "destroying", {link("A1"), link("SOLD")}),
       "item_decommission:1 item_claim:1"},
      {"an error declaration takes nothing back",
       object_event("OBSERVE", "shipping", {link("A1")},
                    R"(,"errorDeclaration":{"declarationTime":"2026-03-01T00:00:00Z"})"),
       "item_claim:1"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(outline(plan_of(row.event, facts)), row.outline) << row.name;
}

TEST(EventMapping, PackingIsDoneWhereTheOwnerHasDelegatedIt) {
  FakeFacts facts;
  facts.delegate("brand", {42, 48, 53, 54});
  facts.add(std::string(kCartonKey), "brand");
  facts.add_item("A1", "brand");
  facts.add_item("A2", "brand");
  facts.add_item("SOLD", "ana");
  facts.add_item("IN", "brand");
  facts.items[bag("IN")].title.reset();
  facts.items[bag("IN")].packed_in = kCartonKey;
  facts.add_item("ELSEWHERE", "brand");
  facts.items[bag("ELSEWHERE")].title.reset();
  facts.items[bag("ELSEWHERE")].packed_in = bag("A1");
  struct Row {
    std::string_view name;
    std::string event;
    std::string_view outline;
  };
  const auto bags = [](std::initializer_list<std::string_view> serials) {
    std::vector<std::string> out;
    for (const auto serial : serials) out.push_back(link(serial));
    return out;
  };
  const Row rows[] = {
      {"packed", packing_event("ADD", kCarton, bags({"A1", "A2"})), "item_aggregate:3"},
      {"another's is observed", packing_event("ADD", kCarton, bags({"A1", "SOLD"})),
       "item_aggregate:2 item_observe:1"},
      {"what is packed already", packing_event("ADD", kCarton, bags({"IN"})), "item_observe:1"},
      {"not into itself", packing_event("ADD", kCarton, {std::string(kCarton)}), "item_observe:1"},
      {"unknown ones are claimed", packing_event("ADD", kCarton, bags({"A1", "N1"})),
       "item_aggregate:2 item_claim:1"},
      {"a parent that is no item", packing_event("ADD", link("N1"), bags({"A1"})),
       "item_observe:1"},
      {"a parent of another's", packing_event("ADD", link("SOLD"), bags({"A1"})), "item_observe:1"},
      {"a parent that is packed", packing_event("ADD", link("IN"), bags({"A1"})), "item_observe:1"},
      {"observed in it", packing_event("OBSERVE", kCarton, bags({"A1"})), "item_observe:1"},
      {"unpacked", packing_event("DELETE", kCarton, bags({"IN"})), "item_disaggregate:2"},
      {"what is not in it", packing_event("DELETE", kCarton, bags({"IN", "A1", "ELSEWHERE"})),
       "item_disaggregate:2 item_observe:2"},
      {"all there is", packing_event("DELETE", kCarton, {}), "item_claim:0"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(outline(plan_of(row.event, facts)), row.outline) << row.name;
  }
  facts.delegate("brand", {42, 48});
  EXPECT_EQ(outline(plan_of(rows[0].event, facts)), "item_observe:2");
  EXPECT_EQ(outline(plan_of(rows[9].event, facts)), "item_observe:1");
}

TEST(EventMapping, PackingClaimsTheContainerFirstAndCountsTheItems) {
  FakeFacts facts;
  facts.delegate("brand", {53, 54});
  facts.add_item("A1", "brand");
  facts.add(std::string(kCartonKey), "brand");
  const contracts::Lock lock = contracts::KeyLock{key("brand")};
  const contracts::Output carton = contracts::Item{std::string(kCartonKey), lock};
  const auto in = plan_of(packing_event("ADD", kCarton, {link("A1")}), facts);
  ASSERT_EQ(in.commands.size(), 1u);
  ASSERT_EQ(in.inputs.size(), 2u);
  EXPECT_EQ(in.inputs.front().number, facts.items[std::string(kCartonKey)].title->number);
  EXPECT_EQ(in.outputs, std::vector{carton});
  EXPECT_EQ(in.commands.front().body, contracts::CommandBody(contracts::ItemAggregate{kHash}));
  EXPECT_EQ(in.principals, std::vector{key("brand")});
  EXPECT_EQ(standing(in.commands), (Standing{1, 0}));

  facts.items[bag("A1")].title.reset();
  facts.items[bag("A1")].packed_in = kCartonKey;
  const auto out = plan_of(packing_event("DELETE", kCarton, {link("A1")}), facts);
  ASSERT_EQ(out.commands.size(), 1u);
  EXPECT_EQ(out.inputs.size(), 1u);
  EXPECT_EQ(out.outputs,
            (std::vector<contracts::Output>{carton, contracts::Item{bag("A1"), lock}}));
  EXPECT_EQ(out.commands.front().body, contracts::CommandBody(contracts::ItemDisaggregate{kHash}));
  EXPECT_EQ(standing(out.commands), (Standing{1, 0}));
}

TEST(EventMapping, PartsAreFixedWhereTheAuthoritiesHaveDelegatedIt) {
  FakeFacts facts;
  facts.delegate("brand", {42, 48, 55});
  for (const auto* serial : {"BAG", "STRAP", "ON", "GONE", "FOREIGN"}) {
    facts.add_item(serial, "brand");
  }
  facts.items[bag("ON")].fixed_to = bag("BAG");
  facts.items[bag("GONE")].decommissioned = true;
  facts.items[bag("FOREIGN")].authority = key("boutique");
  const auto of = [&](std::string_view action, std::string_view parent,
                      const std::vector<std::string>& parts) {
    return outline(plan_of(fixing_event(action, link(parent), parts), facts));
  };
  EXPECT_EQ(of("ADD", "BAG", {link("STRAP")}), "item_associate:1");
  EXPECT_EQ(of("ADD", "BAG", {link("STRAP"), link("ON")}), "item_associate:1 item_observe:1");
  EXPECT_EQ(of("ADD", "BAG", {link("BAG")}), "item_observe:1");
  EXPECT_EQ(of("ADD", "BAG", {link("GONE"), link("FOREIGN")}), "item_claim:2");
  EXPECT_EQ(of("ADD", "GONE", {link("STRAP")}), "item_observe:1");
  EXPECT_EQ(of("ADD", "FOREIGN", {link("STRAP")}), "item_observe:1");
  EXPECT_EQ(of("OBSERVE", "BAG", {link("ON")}), "item_observe:1");
  EXPECT_EQ(of("DELETE", "BAG", {link("ON"), link("STRAP")}), "item_associate:1 item_observe:1");
  const auto part = plan_of(fixing_event("DELETE", link("BAG"), {link("ON")}), facts);
  EXPECT_EQ(part.commands.front().body, contracts::CommandBody(contracts::ItemAssociate{
                                            bag("BAG"), {bag("ON")}, {}, kHash, true}));
  EXPECT_EQ(part.principals, std::vector{key("brand")});
  EXPECT_EQ(standing(part.commands), (Standing{1, 0}));
}

TEST(EventMapping, TouchesTheParentBesideTheSubjects) {
  const auto packing = parse(packing_event("ADD", kCarton, {link("A1")}));
  EXPECT_EQ(subjects(packing), std::vector{bag("A1")});
  EXPECT_EQ(touched(packing), (std::vector{bag("A1"), std::string(kCartonKey)}));
  EXPECT_EQ(touched(parse(object_event("OBSERVE", "shipping", {link("A1")}))),
            std::vector{bag("A1")});
}

TEST(EventMapping, WithoutTheDelegationEverythingIsAClaimInTheAgentsName) {
  FakeFacts facts;
  facts.add_item("A1", "brand");
  for (const auto& event : {object_event("ADD", "commissioning", {link("N1")}),
                            object_event("OBSERVE", "accepting", {link("A1")}, kOwnersChange),
                            object_event("DELETE", "destroying", {link("A1")}),
                            packing_event("ADD", kCarton, {link("A1")})}) {
    const auto part = plan_of(event, facts);
    EXPECT_EQ(outline(part), "item_claim:1") << event;
    EXPECT_EQ(std::get<contracts::ItemClaim>(part.commands.front().body).claimant, key("agent"));
    EXPECT_TRUE(part.principals.empty());
  }
}

TEST(EventMapping, AnExpiredDelegationIsNone) {
  FakeFacts facts;
  facts.delegate("brand", {40, 48});
  facts.delegations[key("brand")].powers.until_ms = kStartMs;
  EXPECT_EQ(outline(plan_of(object_event("ADD", "commissioning", {link("N1")}), facts)),
            "item_claim:1");
}

TEST(EventMapping, CommissionSaysPrefixHashAndAttributesAndLocksToTheBrand) {
  FakeFacts facts;
  facts.delegate("brand", {40});
  const auto part = plan_of(object_event("ADD", "commissioning", {link("N1")},
                                         R"(,"ilmd":{"ex:colour":" Noir ","ex:other":"x"})"),
                            facts);
  ASSERT_EQ(part.commands.size(), 1u);
  EXPECT_EQ(part.commands.front().body,
            contracts::CommandBody(contracts::ItemCommission{
                "950600013", kHash, {{"colour", contracts::attribute_hash("colour", "noir")}}}));
  EXPECT_EQ(part.outputs.front(),
            contracts::Output(contracts::Item{bag("N1"), contracts::KeyLock{key("brand")}}));
  EXPECT_EQ(part.principals, std::vector{key("brand")});
}

TEST(EventMapping, ObservationCommitsToPlaceCustodianAndContainer) {
  FakeFacts facts;
  facts.delegate("brand", {42});
  facts.add_item("A1", "brand");
  const auto observed = [&](const std::string& event) {
    return std::get<contracts::ItemObserve>(plan_of(event, facts).commands.front().body);
  };
  const auto shipped = observed(object_event(
      "OBSERVE", "shipping", {link("A1")},
      std::string(
          R"(,"disposition":"in_transit","readPoint":{"id":"urn:epc:id:sgln:950600013.201.0"})") +
          std::string(kOwnersChange)));
  EXPECT_EQ(shipped.event_hash, kHash);
  EXPECT_EQ(shipped.disposition, contracts::Disposition::in_transit);
  EXPECT_EQ(shipped.place,
            place_hash(epcis::Identifier::of("https://id.gs1.org/414/9506000132013")));
  EXPECT_EQ(shipped.custodian,
            custodian_commitment(epcis::Identifier::of("https://id.gs1.org/417/9506000240008")));
  EXPECT_FALSE(shipped.container);

  const auto packed = observed(packing_event("ADD", kCarton, {link("A1")}));
  EXPECT_EQ(packed.container,
            container_commitment(epcis::Identifier::of("urn:epc:id:sscc:950600013.00000001")));
  EXPECT_FALSE(packed.disposition);
  EXPECT_FALSE(packed.place);
  EXPECT_EQ(observed(packing_event("DELETE", kCarton, {link("A1")})).container, Hash32{});
  EXPECT_EQ(observed(object_event("OBSERVE", "shipping", {link("A1")},
                                  R"(,"disposition":"container_closed")"))
                .disposition,
            contracts::Disposition::other);
}

TEST(EventMapping, AnOwnerWithoutTheBrandsRightsPassesItsTitleWithTheEvent) {
  FakeFacts facts;
  facts.delegate("brand", {43});
  facts.add_item("A1", "brand");
  const auto part =
      plan_of(object_event("OBSERVE", "accepting", {link("A1")}, kOwnersChange), facts);
  ASSERT_EQ(outline(part), "item_transfer:1");
  EXPECT_EQ(std::get<contracts::ItemTransfer>(part.commands.front().body).event_hash, kHash);
  EXPECT_EQ(part.outputs.front(),
            contracts::Output(contracts::Item{bag("A1"), contracts::KeyLock{key("boutique")}}));
}

TEST(EventMapping, ClaimsAreOnBehalfOnlyWhereTheDelegationCoversThem) {
  FakeFacts facts;
  facts.delegate("brand", {48});
  const auto event = parse(object_event("OBSERVE", "shipping", {link("N1")}));
  const auto claimant = [&](const std::vector<std::string>& keys, bool own_name) {
    const auto part = plan_claim({event, kHash}, keys, kAuthor, facts, own_name);
    return std::get<contracts::ItemClaim>(part.commands.front().body).claimant;
  };
  EXPECT_EQ(claimant({bag("N1")}, false), key("brand"));
  EXPECT_EQ(claimant({bag("N1")}, true), key("agent"));
  EXPECT_EQ(claimant({bag("N1"), "01/04012345000009/21/1"}, false), key("agent"));
}

TEST(EventMapping, SlicesHoldAllKeysOnceAndOneSliceHoldsNone) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < kItemsPerTransactionMax + 1; ++i)
    keys.push_back(bag(fmt::format("{}", i)));
  const auto cut = slices(keys);
  ASSERT_EQ(cut.size(), 2u);
  EXPECT_EQ(cut[0].size(), kItemsPerTransactionMax);
  EXPECT_EQ(cut[1].size(), 1u);
  EXPECT_EQ(slices({}).size(), 1u);
}

TEST(EventMapping, TheLargestSliceFitsABody) {
  FakeFacts facts;
  facts.delegate("brand", {42, 43, 48});
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < kItemsPerTransactionMax; ++i) {
    auto text = fmt::format("8004/950600013{:0>21}", i);
    text += std::string(contracts::kGs1KeyBytesMax - text.size(), ' ');
    facts.items[text] = {
        .authority = key("brand"),
        .decommissioned = false,
        .owners = 0,
        .title = Title{UINT64_MAX - i, {{}, UINT32_MAX}, contracts::KeyLock{key("brand")}}};
    keys.push_back(text);
  }
  const auto event = parse(object_event("OBSERVE", "accepting", {link("A1")}, kOwnersChange));
  const auto part = plan({event, kHash}, keys, kAuthor, facts);
  contracts::Transaction tx;
  tx.inputs = part.inputs;
  tx.outputs = part.outputs;
  tx.commands = part.commands;
  EXPECT_LT(codec::encode_body(tx).size(), contracts::kBodyBytesMax - 4096);
}

TEST(EventMapping, StandingCountsEachItemOnce) {
  FakeFacts facts;
  facts.delegate("brand", {42, 43});
  facts.add_item("A1", "brand");
  const auto part =
      plan_of(object_event("OBSERVE", "accepting", {link("A1"), link("N1")}, kOwnersChange), facts);
  EXPECT_EQ(outline(part), "item_transfer:1 item_observe:1 item_claim:1");
  EXPECT_EQ(standing(part.commands).facts, 1u);
  EXPECT_EQ(standing(part.commands).claims, 1u);
}

TEST(EventMapping, ReadersAreTheBrandInTheTradeAndTheNamedParties) {
  FakeFacts facts;
  facts.add_item("A1", "brand");
  const auto readers_of = [&](const std::string& event) { return readers(parse(event), facts); };
  const auto sorted = [](std::vector<contracts::PublicKey> keys) {
    std::ranges::sort(keys);
    return keys;
  };
  const auto plain = object_event("OBSERVE", "shipping", {link("A1")});
  EXPECT_EQ(readers_of(plain), std::vector{key("brand")});
  EXPECT_EQ(readers_of(object_event("OBSERVE", "shipping", {link("A1")}, kOwnersChange)),
            sorted({key("brand"), key("boutique")}));
  EXPECT_EQ(readers_of(object_event("OBSERVE", "shipping", {std::string(kCarton)})),
            std::vector{key("brand")});
  facts.items[bag("A1")].owners = 1;
  EXPECT_TRUE(readers_of(plain).empty()) << "a sold bag is no longer its brand's to follow";
}

TEST(Covering, FindsThePrefixOfEveryKindOfKey) {
  const FakeFacts facts;
  for (const std::string_view uri :
       {"https://id.gs1.org/01/09506000130019/21/A", "https://id.gs1.org/01/09506000130019",
        "https://id.gs1.org/00/095060001300000019", "https://id.gs1.org/8004/950600013X",
        "https://id.gs1.org/8003/095060001301711", "https://id.gs1.org/414/9506000131016",
        "https://id.gs1.org/417/9506000130002"}) {
    const auto id = epcis::Identifier::of(std::string(uri));
    if (!id.key) continue;  // check digits are not what is tested here
    const auto found = covering(facts, *id.key);
    ASSERT_TRUE(found) << uri;
    EXPECT_EQ(found->brand, key("brand")) << uri;
  }
  EXPECT_FALSE(covering(facts, *epcis::Identifier::of("https://id.gs1.org/8004/95X").key));
}

}  // namespace
}  // namespace tally::provenance
