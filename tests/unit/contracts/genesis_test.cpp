#include "contracts/genesis.hpp"

#include "unit/contracts/support.hpp"

namespace tally::contracts {
namespace {

Genesis valid() {
  Genesis genesis;
  genesis.name = "Test network";
  genesis.time_ms = 77;
  genesis.operators = {key_of("operator1"), key_of("operator2"), key_of("operator3")};
  std::sort(genesis.operators.begin(), genesis.operators.end());
  genesis.quorum = 2;
  return genesis;
}

void set_operators(Genesis& genesis, std::size_t count) {
  genesis.operators.clear();
  for (std::size_t i = 0; i < count; ++i) genesis.operators.push_back(key_of(std::to_string(i)));
  std::sort(genesis.operators.begin(), genesis.operators.end());
  genesis.quorum = static_cast<std::uint32_t>(count / 2 + 1);
}

TEST(Genesis, WritesTheNetworkAndItsMembers) {
  const auto genesis = valid();
  std::vector<RegistryWrite> expected{
      {network_key(), NetworkEntry{"Test network", genesis.operators, 2, kRuleVersion}}};
  for (const auto& key : genesis.operators) {
    expected.push_back({member_key(key), MemberEntry{key, std::nullopt, 77, 0}});
  }
  EXPECT_EQ(apply(genesis), expected);
}

TEST(Genesis, RefusesInOrder) {
  struct Fault {
    std::string_view what;
    std::function<void(Genesis&)> breaks;
    ErrorCode code;
  };
  const std::vector<Fault> rows{
      {"version", [](auto& g) { g.version = 2; }, ErrorCode::unknown_version},
      {"no name", [](auto& g) { g.name.clear(); }, ErrorCode::field_value},
      {"too many", [](auto& g) { set_operators(g, kOperatorsMax + 1); },
       ErrorCode::too_many_operators},
      {"none", [](auto& g) { g.operators.clear(); }, ErrorCode::field_missing},
      {"not ascending", [](auto& g) { std::swap(g.operators[0], g.operators[1]); },
       ErrorCode::field_value},
      {"zero", [](auto& g) { g.operators[0] = {}; }, ErrorCode::invalid_key},
      {"half is no quorum", [](auto& g) { g.quorum = 1; }, ErrorCode::quorum_invalid},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto genesis = valid();
    for (std::size_t k = rows.size(); k-- > i;) rows[k].breaks(genesis);
    const auto outcome = apply(genesis);
    ASSERT_FALSE(outcome) << rows[i].what;
    EXPECT_EQ(name(outcome.error().code), name(rows[i].code)) << rows[i].what;
    auto alone = valid();
    rows[i].breaks(alone);
    EXPECT_EQ(name(apply(alone).error().code), name(rows[i].code)) << rows[i].what;
  }
}

TEST(Genesis, Boundaries) {
  for (const auto count : {std::size_t{1}, kOperatorsMax}) {
    auto genesis = valid();
    set_operators(genesis, count);
    EXPECT_TRUE(apply(genesis)) << count;
    genesis.quorum = static_cast<std::uint32_t>(count + 1);
    EXPECT_EQ(apply(genesis).error(), (Error{ErrorCode::quorum_invalid, 0, count}));
  }
  for (const auto& [text, ok] : std::map<std::string, bool>{{"x", true},
                                                            {std::string(64, 'x'), true},
                                                            {std::string(65, 'x'), false},
                                                            {"tab\t", false},
                                                            {"caf\xc3\xa9", false},
                                                            {std::string(1, '\0'), false}}) {
    auto genesis = valid();
    genesis.name = text;
    EXPECT_EQ(apply(genesis).has_value(), ok) << text;
  }
  auto twice = valid();
  twice.operators[1] = twice.operators[0];
  EXPECT_EQ(apply(twice).error().code, ErrorCode::field_value);
}

// Computed with Python's hashlib.
TEST(Genesis, ItsHashNamesTheNetwork) {
  EXPECT_EQ(network_id(as_bytes("genesis")).hex(),
            "d350a088e76ebbe068ba9321f0f3bf3ca5a6a980713a62ac872834f3fd61abbb");
}

}  // namespace
}  // namespace tally::contracts
