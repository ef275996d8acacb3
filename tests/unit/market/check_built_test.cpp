#include "market/check_built.hpp"

#include "unit/market/world.hpp"

namespace tally::market {
namespace {

struct Payment {
  contracts::Transaction tx;
  Expectation expected;
};

// What ana asked for, and what an honest node built of it.
Payment payment() {
  static const auto kTransaction = [] {
    auto world = furnished();
    return world
        ->build("asset_transfer", "ana",
                "{'payments': [{'to': '@bo', 'asset': 'EUR', 'amount': '10'}, {'to': "
                "'@cai', 'asset': 'EUR', 'amount': '20'}]}")
        ->transaction;
  }();
  const auto eur = contracts::asset_id(test::key("bank"), *contracts::fold_symbol("EUR"));
  return {kTransaction, expect_payment(test::network(), test::key("ana"),
                                       {{eur, 1'000, contracts::KeyLock{test::key("bo")}},
                                        {eur, 2'000, contracts::KeyLock{test::key("cai")}}},
                                       kTransaction.valid_until_ms)};
}

contracts::Coin& coin(Payment& p, std::size_t index) {
  return std::get<contracts::Coin>(p.tx.outputs.at(index));
}

// An output more, claimed by the command.
void make(Payment& p, contracts::Output output) {
  p.tx.commands.front().outputs.push_back(static_cast<std::uint32_t>(p.tx.outputs.size()));
  p.tx.outputs.push_back(std::move(output));
}

TEST(CheckBuilt, TakesWhatWasAskedFor) {
  auto p = payment();
  EXPECT_TRUE(check_built(p.tx, p.expected));
  p.expected.valid_until_ms_max += 1;
  EXPECT_TRUE(check_built(p.tx, p.expected));
  p.expected.spendable = {p.tx.inputs.front().outpoint};
  EXPECT_TRUE(check_built(p.tx, p.expected));
  // Change may come in several coins.
  make(p, contracts::Coin{coin(p, 0).asset, 1, contracts::KeyLock{test::key("ana")}});
  EXPECT_TRUE(check_built(p.tx, p.expected));
}

// Every way in which a node could cheat, each with all those after it.
TEST(CheckBuilt, FindsWhatWasNot) {
  struct Row {
    std::string_view what;
    std::function<void(Payment&)> cheats;
    BuiltFault fault;
    std::size_t index = 0;
  };
  const std::vector<Row> rows{
      {"another network", [](Payment& p) { p.tx.network_id = {}; }, BuiltFault::shape},
      {"another signer", [](Payment& p) { p.tx.signers.push_back(test::key("eve")); },
       BuiltFault::signers},
      {"valid for longer", [](Payment& p) { ++p.tx.valid_until_ms; }, BuiltFault::validity},
      {"a key", [](Payment& p) { p.tx.idempotency_key = {1}; }, BuiltFault::idempotency_key},
      {"a note", [](Payment& p) { p.tx.note_hash = hash_of("note"); }, BuiltFault::note},
      {"a delegation",
       [](Payment& p) {
         p.tx.references.push_back({contracts::delegation_key(test::key("bo"), test::key("ana"))});
       },
       BuiltFault::references},
      {"a command more",
       [](Payment& p) { p.tx.commands.push_back({{}, {}, contracts::MemberAdmit{}}); },
       BuiltFault::commands, 1},
      {"another coin",
       [](Payment& p) {
         p.expected.spendable = {p.tx.inputs.front().outpoint};
         p.tx.commands.front().inputs.push_back(1);
         p.tx.inputs.push_back({99, {contracts::Txid{hash_of("other")}, 0}, {}});
       },
       BuiltFault::foreign_input, 1},
      {"another payee", [](Payment& p) { coin(p, 0).lock = contracts::KeyLock{test::key("eve")}; },
       BuiltFault::output_unexpected, 0}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto alone = payment();
    rows[i].cheats(alone);
    auto together = payment();
    for (std::size_t k = rows.size(); k-- > i;) rows[k].cheats(together);
    for (const auto* p : {&alone, &together}) {
      const auto checked = check_built(p->tx, p->expected);
      ASSERT_FALSE(checked) << rows[i].what;
      EXPECT_EQ(static_cast<int>(checked.error().fault), static_cast<int>(rows[i].fault))
          << rows[i].what;
      EXPECT_EQ(checked.error().index, rows[i].index) << rows[i].what;
    }
  }
}

TEST(CheckBuilt, CountsOutputs) {
  const auto expect = [](const Payment& p, BuiltMismatch mismatch) {
    const auto checked = check_built(p.tx, p.expected);
    ASSERT_FALSE(checked);
    EXPECT_TRUE(checked.error() == mismatch)
        << static_cast<int>(checked.error().fault) << ' ' << checked.error().index;
  };
  auto twice = payment();
  make(twice, twice.tx.outputs.front());
  expect(twice, {BuiltFault::output_unexpected, 3});
  auto less = payment();
  coin(less, 0).amount -= 1;
  expect(less, {BuiltFault::output_unexpected, 0});
  // A payment that became change.
  auto kept = payment();
  coin(kept, 1).lock = contracts::KeyLock{test::key("ana")};
  expect(kept, {BuiltFault::output_missing, 1});
  // A lock of ana's key is not ana's account.
  auto locked = payment();
  coin(locked, 2).lock = contracts::TimeLock{test::key("ana"), 4'000'000'000'000};
  expect(locked, {BuiltFault::output_unexpected, 2});
}

TEST(CheckBuilt, LeavesTheReserveToTheLedger) {
  auto p = payment();
  contracts::Order order;
  order.id = contracts::OrderId{hash_of("order")};
  order.loyalty_reserved = true;
  make(p, order);
  order.loyalty_reserved = false;
  p.expected.outputs.emplace_back(order);
  EXPECT_TRUE(check_built(p.tx, p.expected));
  std::get<contracts::Order>(p.expected.outputs.back()).terms.bond = 1;
  EXPECT_FALSE(check_built(p.tx, p.expected));
}

}  // namespace
}  // namespace tally::market
