#include "views/item_links.hpp"

#include "chain.hpp"
#include "crypto/merkle.hpp"

namespace tally::views {
namespace {

using contracts::Item;

const std::string kClass = "01/09506000134352";
const std::string kLot = kClass + "/10/SPRING";
const std::string kCarton = "00/095060001300000019";

std::string bag(std::string_view serial) { return kClass + "/21/" + std::string(serial); }

// A market with a lot of three and whatever else a recall reaches.
class Trade : public Market {
 public:
  Trade() {
    for (std::size_t i = 0; i < 3; ++i) {
      payloads_.push_back(contracts::lot_leaf({}, i, "L" + std::to_string(i)));
    }
    settle({"brand"}, {}, {},
           contracts::LotCommission{
               kLot, std::string(kPrefix), 3, crypto::merkle_root(payloads_), {}, {}});
  }
  contracts::OutputNumber step_out(std::size_t index, std::string_view owner) {
    return settle(
               {"brand"}, {}, {Item{bag("L" + std::to_string(index)), lock_of(owner)}},
               contracts::LotStepOut{kLot, {{index, {}, crypto::merkle_prove(payloads_, index)}}})
        .first;
  }
  Made pack(contracts::OutputNumber carton, contracts::OutputNumber item, std::string_view owner) {
    return settle({owner}, {carton, item}, {outputs.at(carton)},
                  contracts::ItemAggregate{hash_of("packed")});
  }
  Made transform(contracts::OutputNumber item, std::string_view owner, const std::string& into) {
    const std::vector<contracts::Quantity> one{{"KGM", 1'000}};
    return settle({owner, "brand"}, {item}, {Item{into, lock_of(owner)}},
                  contracts::ItemTransform{std::string(kPrefix), hash_of("cut"), {}, one, one, {}});
  }

 private:
  std::vector<Hash32> payloads_;
};

struct Row {
  std::string key;
  TaintVia via;
  std::string from;
  bool operator==(const Row&) const = default;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.key << " by " << word(row.via) << " of " << row.from;
}

// Of two that are equally near either may come first.
std::vector<Row> sorted(std::vector<Row> rows) {
  std::ranges::sort(rows, {}, &Row::key);
  return rows;
}

std::vector<Row> rows_of(const Taint& taint) {
  std::vector<Row> out;
  for (const auto& row : taint.page.rows) {
    out.push_back({row.item.entry.gs1_key, row.via, row.from});
  }
  return out;
}

TEST(ItemLinks, AContainersPlaceIsThatOfWhatIsInIt) {
  Trade trade;
  const auto carton = trade.commission(kCarton, "shop");
  const auto first = trade.step_out(0, "shop");
  const auto packed = trade.pack(carton, first, "shop");
  trade.seal();
  ViewsOver over(trade);
  const auto look = [&] { return **find_item(over.look(), bag("L0")); };
  EXPECT_EQ(look().place->owner, account_of("shop"));
  EXPECT_EQ(look().place->number, packed.first);
  EXPECT_EQ(look().history_count, 2u);  // Stepped out, packed.
  const auto contents = list_contents(over.look(), contracts::item_id(kCarton), {});
  ASSERT_EQ(contents->rows.size(), 1u);
  EXPECT_EQ(contents->rows[0].entry.gs1_key, bag("L0"));

  const auto moved = trade.settle({"shop"}, {packed.first}, {Item{kCarton, lock_of("bob")}},
                                  contracts::ItemTransfer{});
  trade.seal();
  EXPECT_EQ(look().place->owner, account_of("bob"));
  trade.settle({"bob"}, {moved.first},
               {Item{kCarton, lock_of("bob")}, Item{bag("L0"), lock_of("bob")}},
               contracts::ItemDisaggregate{hash_of("unpacked")});
  trade.seal();
  EXPECT_EQ(look().place->number, moved.first + 2);
  EXPECT_TRUE(list_contents(over.look(), contracts::item_id(kCarton), {})->rows.empty());
  const auto items = list_items_with_prefix(over.look(), kPrefix, {});
  EXPECT_EQ(items->rows.size(), 2u);  // The carton, and what stepped out.
}

TEST(ItemLinks, ARecallOfALotReachesWhatWasMadeAndPackedAndOrdered) {
  Trade trade;
  const auto carton = trade.commission(kCarton, "shop");
  const auto other = trade.commission(kBag, "shop");
  const auto first = trade.step_out(0, "shop");
  const auto second = trade.step_out(1, "shop");
  const auto made = trade.transform(first, "shop", bag("MADE"));
  const auto again = trade.transform(made.first, "shop", bag("AGAIN"));
  const auto packed = trade.pack(carton, other, "shop");
  const auto full = trade.pack(packed.first, second, "shop");
  contracts::AssetDefine promise;
  promise.issuer = key_of("shop");
  promise.kind = contracts::AssetKind::iou;
  promise.symbol = "VOUCHER";
  promise.policies.supply_max = 10;
  promise.terms.emplace();
  promise.terms->promised_hash = contracts::item_id(bag("L1")).bytes;
  trade.settle({"shop"}, {}, {}, promise);
  const auto order = trade.offer(trade.terms(kCarton, 100), full.first);
  trade.seal();
  ViewsOver over(trade);
  const auto snapshot = over.look();
  const auto taint = **follow_taint(snapshot, kLot, {});
  EXPECT_EQ(sorted(rows_of(taint)),
            sorted({{bag("L0"), TaintVia::lot, kLot},
                    {bag("L1"), TaintVia::lot, kLot},
                    {bag("MADE"), TaintVia::transformation, bag("L0")},
                    {kCarton, TaintVia::container, bag("L1")},
                    {bag("AGAIN"), TaintVia::transformation, bag("MADE")}}));
  EXPECT_EQ(taint.orders, std::vector{order});
  EXPECT_EQ(taint.ious.size(), 1u);
  EXPECT_TRUE(taint.complete);
  // What else is in the carton is not affected; what is in a recalled carton is.
  const auto of_carton = **follow_taint(snapshot, kCarton, {});
  EXPECT_EQ(rows_of(of_carton).size(), 3u);
  EXPECT_EQ(of_carton.page.rows[1].via, TaintVia::content);
  EXPECT_FALSE(*follow_taint(snapshot, bag("NONE"), {}));
  EXPECT_FALSE(*follow_taint(snapshot, kClass + "/10/NONE", {}));
  static_cast<void>(again);

  std::vector<Row> paged;
  PageRequest request{.limit = 2};
  do {
    const auto page = follow_taint(snapshot, kLot, request);
    ASSERT_TRUE(page);
    for (auto& row : rows_of(**page)) paged.push_back(row);
    EXPECT_EQ((*page)->items, 5u);
    request.cursor = (*page)->page.next_cursor;
  } while (!request.cursor.empty());
  EXPECT_EQ(paged, rows_of(taint));
}

TEST(ItemLinks, FollowPartsAndMergesWhileTheyHold) {
  Trade trade;
  trade.commission(kBag, "shop");
  trade.commission(kShoe, "shop");
  const contracts::ItemAssociate fix{kBag, {kShoe}, {}, hash_of("fixed"), false};
  trade.settle({"brand"}, {}, {}, fix);
  trade.seal();
  ViewsOver over(trade);
  const auto of_strap = [&] { return rows_of(**follow_taint(over.look(), kShoe, {})); };
  EXPECT_EQ(of_strap(),
            (std::vector<Row>{{kShoe, TaintVia::itself, ""}, {kBag, TaintVia::part, kShoe}}));
  auto off = fix;
  off.dissociate = true;
  trade.settle({"brand"}, {}, {}, off);
  trade.seal();
  EXPECT_EQ(of_strap().size(), 1u);

  trade.quorum(contracts::Accredit{key_of("brand"), contracts::Role::centre, {}, 0});
  const std::string admitted = "8004/950600013A1";
  const auto title = trade.settle({"brand"}, {}, {Item{admitted, lock_of("bob")}},
                                  contracts::ItemAdmit{key_of("brand"), hash_of("photos"), {}});
  trade.settle({"bob", "brand"}, {title.first}, {Item{bag("OLD"), lock_of("bob")}},
               contracts::ItemMerge{std::string(kPrefix), hash_of("merged"), {}});
  trade.seal();
  EXPECT_EQ(rows_of(**follow_taint(over.look(), admitted, {})),
            (std::vector<Row>{{admitted, TaintVia::itself, ""},
                              {bag("OLD"), TaintVia::merge, admitted}}));
}

}  // namespace
}  // namespace tally::views
