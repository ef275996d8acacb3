// An audit that catches no planted fault proves nothing.
#include "client/audit.hpp"

#include "crypto/merkle.hpp"
#include "support/ledger_on_memory.hpp"

namespace tally::client {
namespace {

using namespace contracts;
using Blocks = std::vector<codec::Block>;

// Root, numbers and chain as they follow from the outcomes: what is planted is then the only fault.
void reseal(Blocks& blocks) {
  std::uint64_t number = 0;
  std::optional<Hash32> previous;
  for (auto& block : blocks) {
    block.header.first_output_number = number;
    block.header.settled_count = 0;
    block.header.rejected_count = 0;
    if (previous) block.header.previous_hash = *previous;
    std::vector<Hash32> leaves;
    for (const auto& outcome : block.outcomes) {
      if (const auto* settled = std::get_if<codec::SettledRecord>(&outcome)) {
        const auto id = txid(test::network(), settled->body);
        leaves.push_back(codec::settled_leaf(id, number, settled->writes));
        number += codec::decode_body(settled->body)->outputs.size();
        ++block.header.settled_count;
      } else {
        const auto& rejected = std::get<codec::RejectedRecord>(outcome);
        leaves.push_back(codec::rejected_leaf(rejected.txid, rejected.error));
        ++block.header.rejected_count;
      }
    }
    block.header.transactions_root = crypto::merkle_root(leaves);
    previous = codec::block_hash(block.header);
  }
}

AuditCounts audit(const Blocks& blocks) {
  Audit audit(test::network());
  for (const auto& block : blocks) audit.take(block);
  return audit.counts();
}

codec::SettledRecord& settled(codec::Block& block, std::size_t index = 0) {
  return std::get<codec::SettledRecord>(block.outcomes.at(index));
}

void change_body(codec::SettledRecord& record, const std::function<void(Transaction&)>& change) {
  auto tx = *codec::decode_body(record.body);
  change(tx);
  record.body = codec::encode_body(tx);
}

// Heights 1 to 4: members, asset, coins; then a payment and a rejection.
Blocks payments() {
  test::LedgerOnMemory h;
  const auto funds = h.fund(3);
  h.block({test::pay(funds, 0, 30), test::pay(funds, 0, 31)});
  Blocks blocks;
  for (std::uint64_t height = 1; height <= h.ledger->head().height; ++height) {
    blocks.push_back(*h.ledger->journal().read(height));
  }
  return blocks;
}

struct Planted {
  std::string_view what;
  std::function<void(Blocks&)> plant;
  std::uint64_t AuditCounts::* count;
  bool reseals = true;
};

void expect_caught(const Blocks& honest, const std::vector<Planted>& rows) {
  for (const auto& row : rows) {
    auto blocks = honest;
    row.plant(blocks);
    if (row.reseals) reseal(blocks);
    EXPECT_GT(audit(blocks).*row.count, 0u) << row.what;
  }
}

void expect_clean(const AuditCounts& counts) {
  EXPECT_EQ(counts.spent_twice + counts.settled_twice + counts.sold_unverified +
                counts.broken_chain + counts.supply_mismatch,
            0u);
}

TEST(Audit, finds_what_is_planted_among_payments) {
  const auto honest = payments();
  expect_clean(audit(honest));
  EXPECT_EQ(audit(honest).settled, 4u);
  EXPECT_EQ(audit(honest).rejected, 1u);
  expect_caught(
      honest,
      {{"a payment again", [](Blocks& b) { b[3].outcomes.push_back(b[3].outcomes[0]); },
        &AuditCounts::settled_twice},
       {"a coin again",
        [](Blocks& b) {
          auto again = settled(b[3]);
          change_body(again, [](auto& tx) { tx.valid_until_ms += 1; });
          b[3].outcomes.emplace_back(again);
        },
        &AuditCounts::spent_twice},
       {"another output under a number",
        [](Blocks& b) {
          change_body(settled(b[3]), [](auto& tx) { tx.inputs[0].outpoint.index ^= 1; });
        },
        &AuditCounts::spent_twice},
       {"a settled transaction is rejected too",
        [](Blocks& b) {
          std::get<codec::RejectedRecord>(b[3].outcomes[1]).txid =
              txid(test::network(), settled(b[3]).body);
        },
        &AuditCounts::settled_twice},
       {"a rejection again", [](Blocks& b) { b[3].outcomes.push_back(b[3].outcomes[1]); },
        &AuditCounts::settled_twice},
       {"more comes out than goes in",
        [](Blocks& b) {
          change_body(settled(b[3]), [](auto& tx) { std::get<Coin>(tx.outputs[0]).amount += 1; });
        },
        &AuditCounts::supply_mismatch},
       {"coins of an asset that is nowhere defined",
        [](Blocks& b) {
          settled(b[1]).writes.clear();
          settled(b[2]).writes.clear();
        },
        &AuditCounts::supply_mismatch},
       {"a block is missing", [](Blocks& b) { b.erase(b.begin()); }, &AuditCounts::broken_chain},
       {"outcomes are not their header's", [](Blocks& b) { b[3].outcomes.pop_back(); },
        &AuditCounts::broken_chain, false},
       {"the writes are not their header's", [](Blocks& b) { settled(b[0]).writes.pop_back(); },
        &AuditCounts::broken_chain, false},
       {"numbers are left out", [](Blocks& b) { ++b[3].header.first_output_number; },
        &AuditCounts::broken_chain, false}});
}

// 100 of an asset: 20 as a coin, the rest in a panel and a case.
TEST(Audit, finds_what_is_missing_of_the_fees_and_bonds_of_cases) {
  AssetEntry asset;
  asset.id = AssetId{{9}};
  asset.issued = 100;
  PanelEntry panel;
  panel.asset = asset.id;
  panel.pool = 30;
  panel.roll = {{.appraiser = test::key("ana"), .amount = 25, .locked = 5},
                {.appraiser = test::key("bo"), .amount = 10, .locked = 0}};
  CaseEntry of_case;
  of_case.asset = asset.id;
  of_case.fee = 8;
  of_case.challenge_bond = 7;
  Transaction tx;
  tx.version = kTransactionVersion;
  tx.network_id = test::network();
  tx.commands.push_back({{}, {}, OrderTimeout{}});
  tx.outputs.emplace_back(Coin{asset.id, 20, KeyLock{test::key("cai")}});
  Blocks blocks(1);
  blocks[0].header.height = 1;
  blocks[0].outcomes.emplace_back(codec::SettledRecord{codec::encode_body(tx),
                                                       {},
                                                       {{asset_key(asset.id), asset},
                                                        {panel_key(asset.id), panel},
                                                        {case_key(CaseId{{1}}), of_case}}});
  reseal(blocks);
  expect_clean(audit(blocks));
  const auto write = [](Blocks& b, std::size_t i) -> RegistryEntry& {
    return settled(b[0]).writes[i].entry;
  };
  constexpr auto kMismatch = &AuditCounts::supply_mismatch;
  expect_caught(
      blocks,
      {{"the pool", [&](Blocks& b) { ++std::get<PanelEntry>(write(b, 1)).pool; }, kMismatch},
       {"a stake", [&](Blocks& b) { --std::get<PanelEntry>(write(b, 1)).roll[1].amount; },
        kMismatch},
       {"a fee", [&](Blocks& b) { std::get<CaseEntry>(write(b, 2)).fee = 0; }, kMismatch},
       {"a challenge's bond", [&](Blocks& b) { ++std::get<CaseEntry>(write(b, 2)).challenge_bond; },
        kMismatch}});
}

constexpr std::string_view kItem = "8004/95211410001";

codec::SettledRecord record(Transaction tx, std::vector<RegistryWrite> writes) {
  tx.version = kTransactionVersion;
  tx.network_id = test::network();
  tx.commands.push_back({{}, {}, OrderTimeout{}});
  return {codec::encode_body(tx), {}, std::move(writes)};
}

// An order that is delivered, in the first block, and released in the second.
Blocks sale() {
  Order order;
  order.id = OrderId{{7}};
  order.state = OrderState::delivered;
  order.terms.seller = test::key("boutique");
  order.terms.lines.push_back({std::string(kItem), 1, {}});
  order.buyer = test::key("bo");
  Transaction first;
  first.outputs.emplace_back(order);
  ItemEntry item;
  item.gs1_key = kItem;
  item.prefix = "9521141";
  item.authority = test::key("brand");
  PrefixEntry prefix;
  prefix.prefix = item.prefix;
  prefix.brand = item.authority;
  Blocks blocks(2);
  blocks[0].header.height = 1;
  blocks[0].outcomes.emplace_back(
      record(first, {{item_key(kItem), item}, {prefix_key(item.prefix), prefix}}));
  Transaction second;
  second.inputs.push_back({0, {txid(test::network(), settled(blocks[0]).body), 0}, std::nullopt});
  second.outputs.emplace_back(Item{std::string(kItem), KeyLock{order.buyer}});
  OrderEntry end;
  end.state = OrderState::released;
  blocks[1].header.height = 2;
  blocks[1].header.time_ms = 1'000;
  blocks[1].outcomes.emplace_back(record(second, {{order_key(order.id), end}}));
  reseal(blocks);
  return blocks;
}

ItemEntry& item(Blocks& blocks) { return std::get<ItemEntry>(settled(blocks[0]).writes[0].entry); }
PrefixEntry& prefix(Blocks& blocks) {
  return std::get<PrefixEntry>(settled(blocks[0]).writes[1].entry);
}

TEST(Audit, finds_what_is_sold_unverified_and_what_is_in_two_places) {
  const auto honest = sale();
  expect_clean(audit(honest));
  constexpr auto kUnverified = &AuditCounts::sold_unverified;
  expect_caught(
      honest,
      {{"no item", [](Blocks& b) { settled(b[0]).writes.erase(settled(b[0]).writes.begin()); },
        kUnverified},
       {"stolen", [](Blocks& b) { item(b).flag = FlagState{ItemFlag::stolen, {}, 0, 2'000}; },
        kUnverified},
       {"challenged", [](Blocks& b) { item(b).challenges.emplace_back(); }, kUnverified},
       {"decommissioned", [](Blocks& b) { item(b).status = ItemStatus::decommissioned; },
        kUnverified},
       {"admitted, not commissioned", [](Blocks& b) { item(b).status = ItemStatus::admitted; },
        kUnverified},
       {"the prefix is withdrawn", [](Blocks& b) { prefix(b).withdrawn_ms = 1; }, kUnverified},
       {"the prefix is another brand's", [](Blocks& b) { prefix(b).brand = test::key("bo"); },
        kUnverified},
       {"the item twice",
        [](Blocks& b) {
          change_body(settled(b[1]), [](auto& tx) { tx.outputs.push_back(tx.outputs[0]); });
        },
        &AuditCounts::spent_twice}});
}

// One transaction can end one order and carry another on.
TEST(Audit, holds_each_order_against_its_own_end) {
  auto blocks = sale();
  item(blocks).challenges.emplace_back();
  settled(blocks[1]).writes[0].key = order_key(OrderId{{8}});
  reseal(blocks);
  EXPECT_EQ(audit(blocks).sold_unverified, 0u);
}

}  // namespace
}  // namespace tally::client
