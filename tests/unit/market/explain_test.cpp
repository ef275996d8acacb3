#include "market/explain.hpp"

#include <gmock/gmock.h>

#include "unit/market/world.hpp"

namespace tally::market {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> summary(World& w, std::string_view command, std::string_view who,
                                 const std::string& parameters) {
  const auto built = w.build(command, who, parameters);
  EXPECT_TRUE(built) << built.error().detail;
  return built ? built->summary : std::vector<std::string>{};
}

TEST(Explain, APayment) {
  auto world = furnished();
  const auto lines = summary(*world, "asset_transfer", "ana",
                             "{'payments': [{'to': '@bo', 'asset': 'EUR', 'amount': '12.5'}]}");
  const auto bank = address("bank");
  const auto of_bank = " EUR (of " + bank.substr(0, 12) + "…" + bank.substr(bank.size() - 6) + ")";
  EXPECT_THAT(
      lines, ElementsAre("asset_transfer", "spends 1000.00" + of_bank + " in 1 coin",
                         "12.50" + of_bank + " to " + address("bo"), "987.50" + of_bank + " to you",
                         "signed by you", HasSubstr("valid until 2026-09-2"), "fees: none"));
}

TEST(Explain, TakenApart) {
  auto world = furnished();
  const auto built = world->build(
      "asset_transfer", "ana", "{'payments': [{'to': '@bo', 'asset': 'EUR', 'amount': '12.5'}]}");
  ASSERT_TRUE(built);
  const auto what = explain(built->transaction, {.me = contracts::account_of(test::key("ana"))});
  EXPECT_THAT(what.commands, ElementsAre("asset_transfer"));
  ASSERT_EQ(what.coins.size(), 2u);
  EXPECT_EQ(what.coins[0].amount, 1'250u);
  EXPECT_FALSE(what.coins[0].to_me);
  EXPECT_EQ(what.coins[1].amount, 98'750u);
  EXPECT_TRUE(what.coins[1].to_me);
  EXPECT_THAT(what.signers, ElementsAre(test::key("ana")));
  EXPECT_EQ(what.valid_until_ms, built->transaction.valid_until_ms);
  // Without its name an asset is written by its id, in minor units: never as something it is not.
  const auto eur = contracts::asset_id(test::key("bank"), *contracts::fold_symbol("EUR"));
  EXPECT_THAT(what.lines,
              Contains("1250 minor units of asset " + eur.hex() + " to " + address("bo")));
}

TEST(Explain, AnOrder) {
  auto world = furnished();
  auto& w = *world;
  const auto offer = "{'lines': [{'gs1_key': '" + kBag +
                     "', 'price': '90'}], 'price_asset': 'EUR', 'bond': '5', "
                     "'loyalty': {'asset': 'POINTS', 'amount': '9'}}";
  const auto offered = summary(w, "order_offer", "boutique", offer);
  EXPECT_THAT(offered, Contains("spends item " + kBag));
  EXPECT_THAT(offered, Contains(HasSubstr("sells item " + kBag + " for 90.00 EUR")));
  EXPECT_THAT(offered, Contains(HasSubstr("the seller's bond is 5.00 EUR")));
  EXPECT_THAT(offered, Contains(HasSubstr("the buyer gets 9 POINTS")));
  EXPECT_THAT(offered, Contains("must be commissioned by the brand"));
  EXPECT_THAT(offered, Contains(HasSubstr("ship 120 h, transit 336 h")));
  EXPECT_THAT(offered, Contains("if a dispute ends undecided the buyer gets back 100.00 %"));
  const auto order = order_of(w, w.settle("order_offer", "boutique", offer));
  const auto funded = summary(w, "order_fund", "bo", "{'order': '" + order + "'}");
  EXPECT_THAT(funded, Contains(HasSubstr("order_fund: 90.00 EUR")));
  EXPECT_THAT(funded, Contains(HasSubstr("is funded from here on")));
  EXPECT_THAT(funded, Contains(HasSubstr("in escrow for you: 90.00 EUR")));
}

TEST(Explain, CommandsByTheirFields) {
  auto world = furnished();
  const auto lines = summary(*world, "accredit", "operator-1",
                             "{'key': '@cai', 'role': 'carrier', 'evidence_hash': '#e', "
                             "'signers': ['@operator-2']}");
  EXPECT_EQ(lines.front(), "accredit: key " + address("cai") + ", role carrier, evidence_hash " +
                               to_hex(hash_of("e")) + ", quota 0");
  EXPECT_THAT(lines, Contains("signed by you, " + address("operator-2")));
}

TEST(Explain, LocksAndGrants) {
  contracts::Transaction tx;
  const auto ana = test::key("ana");
  const auto bo = test::key("bo");
  tx.outputs = {contracts::Item{kBag, contracts::MultiLock{2, {ana, bo}}},
                contracts::Item{kBag, contracts::TimeLock{bo, 0}},
                contracts::Item{kBag, contracts::HashLock{bo, hash_of("h")}},
                contracts::Grant{ana, hash_of("a"), bo, {}, 1'803'902'400'000}};
  tx.references.push_back({contracts::delegation_key(bo, ana)});
  tx.note_hash = hash_of("note");
  const auto what = explain(tx, {.me = contracts::account_of(ana)});
  EXPECT_THAT(what.lines, Contains("item " + kBag + " to any 2 of you, " + address("bo")));
  EXPECT_THAT(what.lines, Contains("item " + kBag + " to " + address("bo") +
                                   ", not before 1970-01-01T00:00:00Z"));
  EXPECT_THAT(what.lines, Contains(HasSubstr("with the preimage of " + to_hex(hash_of("h")))));
  EXPECT_THAT(what.lines, Contains(HasSubstr("until 2027-03-01T12:00:00Z")));
  EXPECT_THAT(what.lines, Contains(HasSubstr("acts under the delegation ")));
  EXPECT_THAT(what.lines, Contains("with the note " + to_hex(hash_of("note"))));
  EXPECT_THAT(what.lines, Contains("signed by nobody"));
}

}  // namespace
}  // namespace tally::market
