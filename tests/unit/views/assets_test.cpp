#include "views/assets.hpp"

#include "chain.hpp"

namespace tally::views {
namespace {

TEST(Assets, HaveSupplyHoldersAndStatus) {
  Market market;
  const auto coins = market.issue("alice", {50, 60});
  market.settle({"alice"}, {coins}, {}, contracts::AssetBurn{market.euro, 50});
  contracts::AssetDefine iou;
  iou.issuer = key_of("shop");
  iou.kind = contracts::AssetKind::iou;
  iou.symbol = "OWED";
  iou.policies.supply_max = 1'000;
  iou.terms.emplace();
  iou.terms->promised_asset = market.euro;
  market.settle({"shop"}, {}, {}, iou);
  market.seal();
  ViewsOver over(market);
  const auto snapshot = over.look();

  const auto euro = *find_asset(snapshot, market.euro);
  ASSERT_TRUE(euro);
  EXPECT_EQ(euro->entry.issued, 110u);
  EXPECT_EQ(euro->entry.burned, 50u);
  EXPECT_EQ(euro->entry.supply(), 60u);
  EXPECT_EQ(euro->holders, 1u);
  EXPECT_FALSE(euro->iou_status);

  EXPECT_EQ((*find_asset(snapshot, "owed"))->iou_status, contracts::IouStatus::due);
  EXPECT_EQ((*find_asset(snapshot, "eur0"))->entry.id, market.euro);
  EXPECT_FALSE(*find_asset(snapshot, "NONE"));
  EXPECT_FALSE(*find_asset(snapshot, "no symbol!"));
  EXPECT_FALSE(*find_asset(snapshot, contracts::AssetId{hash_of("none")}));

  const auto all = all_pages(
      1, [&](const PageRequest& request) { return list_assets(snapshot, std::nullopt, request); });
  EXPECT_EQ(all.size(), 2u);
  const auto banks = list_assets(snapshot, key_of("bank"), {});
  ASSERT_EQ(banks->rows.size(), 1u);
  EXPECT_EQ(banks->rows[0].entry.symbol, "EURO");
}

}  // namespace
}  // namespace tally::views
