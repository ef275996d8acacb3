#include "contracts/delegation/delegation_grant.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

const auto kKey = delegation_key(key_of("brand"), key_of("agent"));

DelegationPowers valid_powers(const Case& c) {
  DelegationPowers powers;
  powers.commands = {ItemCommission::kNumber, ItemObserve::kNumber};
  powers.prefixes = {kPrefix};
  powers.items_max = 1'000;
  powers.until_ms = c.block.time_ms + kDayMs;
  return powers;
}

Case valid_case() {
  Case c;
  put_member(c, "brand");
  c.sign("brand").command(DelegationGrant{key_of("brand"), key_of("agent"), valid_powers(c)});
  return c;
}

DelegationEntry granted(const Case& c) {
  DelegationEntry entry;
  entry.principal = key_of("brand");
  entry.agent = key_of("agent");
  entry.powers = valid_powers(c);
  entry.since_ms = c.block.time_ms;
  return entry;
}

TEST(DelegationGrant, WritesTheDelegationAndTheAgentsMembership) {
  const auto c = valid_case();
  MemberEntry member;
  member.key = key_of("agent");
  member.sponsor = key_of("brand");
  member.since_ms = c.block.time_ms;
  member.agent = true;
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{kKey, granted(c)}, {member_key(key_of("agent")), member}}}));
}

TEST(DelegationGrant, LeavesAMembershipAsItIs) {
  for (const std::uint64_t revoked_ms : {0, 1}) {
    auto c = valid_case();
    put_member(c, "agent").revoked_ms = revoked_ms;
    const auto delta = c.run();
    ASSERT_TRUE(delta);
    EXPECT_TRUE(*delta == (Delta{{{kKey, granted(c)}}}));
  }
}

TEST(DelegationGrant, ErrorsInPrecedenceOrder) {
  run_table(valid_case,
            {{"a coin is claimed", [](Case& c) { claim(c, coin()); }, ErrorCode::claim_count},
             {"no command", [](Case& c) { c.body<DelegationGrant>().powers.commands.clear(); },
              ErrorCode::delegation_invalid},
             {"the principal has not signed", [](Case& c) { c.tx.signers = {key_of("agent")}; },
              ErrorCode::signature_missing},
             {"the principal's membership was revoked",
              [](Case& c) { put_member(c, "brand").revoked_ms = 1; }, ErrorCode::member_unknown},
             {"there is one already", [](Case& c) { c.registry.put(kKey, granted(c)); },
              ErrorCode::delegation_exists}});
}

TEST(DelegationGrant, WantsAMember) {
  auto c = valid_case();
  c.sign("stranger").body<DelegationGrant>().principal = key_of("stranger");
  EXPECT_EQ(error_of(c).code, ErrorCode::member_unknown);
}

// Otherwise an agent's agent would outlive the member that answers for both.
TEST(DelegationGrant, AnAgentsAgentIsItsSponsors) {
  auto c = valid_case();
  put_member(c, "house");
  auto& brand = put_member(c, "brand");
  brand.sponsor = key_of("house");
  brand.agent = true;
  EXPECT_EQ(written<MemberEntry>(c.run(), member_key(key_of("agent"))).sponsor, key_of("house"));
  put_member(c, "house").revoked_ms = 1;
  EXPECT_EQ(error_of(c).code, ErrorCode::member_unknown);
}

TEST(DelegationGrant, ReplacesOneThatHasEnded) {
  for (const bool revoked : {true, false}) {
    auto c = valid_case();
    put_member(c, "agent");
    auto old = granted(c);
    old.items_used = 7;
    old.amount_used = 8;
    old.since_ms = 1;
    if (revoked) {
      old.revoked_ms = 2;
    } else {
      old.powers.until_ms = c.block.time_ms;
    }
    c.registry.put(kKey, old);
    const auto delta = c.run();
    ASSERT_TRUE(delta);
    EXPECT_TRUE(*delta == (Delta{{{kKey, granted(c)}}}));
  }
  auto c = valid_case();
  auto old = granted(c);
  old.powers.until_ms = c.block.time_ms + 1;
  c.registry.put(kKey, old);
  EXPECT_EQ(error_of(c).code, ErrorCode::delegation_exists);
}

TEST(DelegationGrant, CannotBeGivenToOneselfOrByAnAgent) {
  auto c = valid_case();
  c.body<DelegationGrant>().agent = key_of("brand");
  EXPECT_EQ(error_of(c).code, ErrorCode::delegation_invalid);

  auto chain = valid_case();
  chain.tx.signers = {key_of("agent")};
  chain.body<DelegationGrant>().agent = key_of("agent2");
  put_delegation(chain, "brand", "agent", DelegationGrant::kNumber);
  EXPECT_EQ(error_of(chain).code, ErrorCode::signature_missing);
}

TEST(DelegationGrant, HoldsPowersToTheirLimits) {
  using Change = std::function<void(DelegationPowers&, std::uint64_t now_ms)>;
  const auto many_prefixes = [](std::size_t count) -> Change {
    return [=](DelegationPowers& p, std::uint64_t) {
      p.prefixes.clear();
      for (std::size_t i = 0; i < count; ++i) p.prefixes.push_back(std::to_string(1'000 + i));
    };
  };
  const auto many_places = [](std::size_t count) -> Change {
    return [=](DelegationPowers& p, std::uint64_t) {
      for (std::size_t i = 0; i < count; ++i) p.places.push_back(hash_of(std::to_string(i)));
      std::ranges::sort(p.places);
    };
  };
  const auto commands = [](std::vector<CommandNumber> numbers) -> Change {
    return [=](DelegationPowers& p, std::uint64_t) { p.commands = numbers; };
  };
  const auto prefix = [](std::string text) -> Change {
    return [=](DelegationPowers& p, std::uint64_t) { p.prefixes = {text}; };
  };
  const auto until = [](std::uint64_t from_now_ms) -> Change {
    return [=](DelegationPowers& p, std::uint64_t now_ms) { p.until_ms = now_ms + from_now_ms; };
  };
  const std::vector<CommandNumber> sixteen{10, 11, 12, 13, 14, 15, 16, 17,
                                           18, 19, 20, 30, 31, 32, 33, 34};
  auto seventeen = sixteen;
  seventeen.push_back(35);
  const struct {
    std::string_view what;
    Change change;
    bool allowed;
  } rows[] = {
      {"the most commands", commands(sixteen), true},
      {"too many commands", commands(seventeen), false},
      {"commands twice", commands({40, 40}), false},
      {"commands out of order", commands({42, 40}), false},
      {"an unknown command", commands({99}), false},
      {"no prefix", many_prefixes(0), true},
      {"the most prefixes", many_prefixes(kDelegationPrefixesMax), true},
      {"too many prefixes", many_prefixes(kDelegationPrefixesMax + 1), false},
      {"the shortest prefix", prefix("9521"), true},
      {"a prefix too short", prefix("952"), false},
      {"the longest prefix", prefix("952123456789"), true},
      {"a prefix too long", prefix("9521234567890"), false},
      {"a prefix with a letter", prefix("9521A"), false},
      {"prefixes twice",
       [](DelegationPowers& p, std::uint64_t) { p.prefixes = {kPrefix, kPrefix}; }, false},
      {"the most places", many_places(kDelegationPlacesMax), true},
      {"too many places", many_places(kDelegationPlacesMax + 1), false},
      {"places twice", [](DelegationPowers& p, std::uint64_t) { p.places = {Hash32{}, Hash32{}}; },
       false},
      {"an asset and a sum",
       [](DelegationPowers& p, std::uint64_t) {
         p.asset = AssetId{};
         p.amount_max = 1;
       },
       true},
      {"an asset without a sum", [](DelegationPowers& p, std::uint64_t) { p.asset = AssetId{}; },
       false},
      {"a sum without an asset", [](DelegationPowers& p, std::uint64_t) { p.amount_max = 1; },
       false},
      {"no items", [](DelegationPowers& p, std::uint64_t) { p.items_max = 0; }, true},
      {"ends now", until(0), false},
      {"ends next", until(1), true},
      {"lasts longest", until(kDelegationMsMax), true},
      {"lasts too long", until(kDelegationMsMax + 1), false},
      {"never ends", [](DelegationPowers& p, std::uint64_t) { p.until_ms = ~std::uint64_t{0}; },
       false},
  };
  for (const auto& [what, change, allowed] : rows) {
    auto c = valid_case();
    change(c.body<DelegationGrant>().powers, c.block.time_ms);
    const auto delta = c.run();
    EXPECT_EQ(delta.has_value(), allowed) << what;
    if (!delta) {
      EXPECT_EQ(delta.error().code, ErrorCode::delegation_invalid) << what;
    }
  }
}

}  // namespace
}  // namespace tally::contracts
