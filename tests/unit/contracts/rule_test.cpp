#include "contracts/rule.hpp"

#include "unit/contracts/support.hpp"

namespace tally::contracts {
namespace {

TEST(RegistryOverlay, LaysWritesOverTheBase) {
  MapRegistry base;
  base.put(symbol_key("one"), SymbolEntry{AssetId{hash_of("old")}});
  RegistryOverlay overlay(base);
  EXPECT_EQ(overlay.get<SymbolEntry>(symbol_key("one"))->asset.bytes, hash_of("old"));
  EXPECT_EQ(overlay.find(symbol_key("two")), nullptr);
  overlay.put({symbol_key("one"), SymbolEntry{AssetId{hash_of("new")}}});
  overlay.put({symbol_key("two"), SymbolEntry{AssetId{hash_of("two")}}});
  overlay.put({symbol_key("one"), SymbolEntry{AssetId{hash_of("newest")}}});
  EXPECT_EQ(overlay.get<SymbolEntry>(symbol_key("one"))->asset.bytes, hash_of("newest"));
  EXPECT_EQ(base.get<SymbolEntry>(symbol_key("one"))->asset.bytes, hash_of("old"));
  EXPECT_EQ(overlay.take(), (std::vector<RegistryWrite>{
                                {symbol_key("one"), SymbolEntry{AssetId{hash_of("newest")}}},
                                {symbol_key("two"), SymbolEntry{AssetId{hash_of("two")}}}}));
}

RuleInput input_of(const Case& c) { return {c.registry, c.block, c.tx, Txid{}, 0, {}, {}}; }

TEST(SignedByQuorum, CountsOperatorsOnly) {
  Case c;
  EXPECT_EQ(input_of(c).signed_by_quorum().error(), (Error{ErrorCode::quorum_missing, 0, 2}));
  c.sign("operator1").sign("stranger");
  EXPECT_EQ(input_of(c).signed_by_quorum().error(), (Error{ErrorCode::quorum_missing, 0, 1}));
  c.sign("operator3");
  EXPECT_TRUE(input_of(c).signed_by_quorum());
}

TEST(SignedByQuorum, WithoutANetworkNobodyIsEnough) {
  Case c;
  c.sign_quorum();
  const MapRegistry empty;
  const RuleInput input{empty, c.block, c.tx, Txid{}, 0, {}, {}};
  EXPECT_EQ(input.signed_by_quorum().error().code, ErrorCode::quorum_missing);
}

TEST(ExpectCounts, SaysWhichSideAndHowMany) {
  Case c;
  c.spend(Grant{});
  c.spend(Grant{});
  c.make(Grant{});
  auto input = input_of(c);
  EXPECT_TRUE(expect_counts(input, 0, 0));
  input.inputs.push_back({1, &c.tx.inputs[1], &c.spent[1]});
  EXPECT_EQ(expect_counts(input, 0, 0).error(), (Error{ErrorCode::claim_count, 1, 0}));
  EXPECT_TRUE(expect_counts(input, 1, 0));
  EXPECT_EQ(expect_counts(input, 1, 2).error(), (Error{ErrorCode::claim_count, 0, 2}));
}

}  // namespace
}  // namespace tally::contracts
