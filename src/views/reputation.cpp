#include "views/reputation.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "contracts/limits.hpp"
#include "views/list.hpp"
#include "views/registry.hpp"
#include "views/reputation_rows.hpp"
#include "views/tables.hpp"

namespace tally::views {
namespace {

using contracts::Account;
using contracts::OrderState;
using contracts::PublicKey;

constexpr std::array kTotalsFields{&SideTotals::released,
                                   &SideTotals::refunded,
                                   &SideTotals::refunded_own_blame,
                                   &SideTotals::refunded_other_blame,
                                   &SideTotals::split,
                                   &SideTotals::disputed,
                                   &SideTotals::timed_out,
                                   &SideTotals::not_funded,
                                   &SideTotals::accepted,
                                   &SideTotals::shipped,
                                   &SideTotals::shipping_missed,
                                   &SideTotals::counterparties};

constexpr std::uint8_t kTimedOut = 1;
constexpr std::uint8_t kDisputed = 2;
constexpr std::uint8_t kShipped = 4;

// Union by size keeps ways to a root this short for any number of accounts.
constexpr int kClusterDepthMax = 64;

OrderFact decode_fact(const storage::Entry& entry, Reader& reader) {
  RowReader key(entry.key);
  RowReader row(entry.value);
  OrderFact out;
  out.side = static_cast<OrderSide>(key.skip(32).u8());
  out.height = key.u64();
  out.order = key.id<contracts::OrderId>();
  out.counterparty = row.id<PublicKey>();
  out.price_asset = row.id<contracts::AssetId>();
  out.price = row.u64();
  out.state = static_cast<OrderState>(row.u8());
  out.blame = static_cast<Blame>(row.u8());
  out.buyer_bps = row.u32();
  const auto flags = row.u8();
  out.timed_out = (flags & kTimedOut) != 0;
  out.disputed = (flags & kDisputed) != 0;
  out.shipped = (flags & kShipped) != 0;
  out.ended_ms = row.u64();
  if (!key.complete() || !row.complete()) reader.corrupt(kFactsTable);
  return out;
}

// Which shares of an order speak for the party and against it, in basis points.
std::pair<std::uint32_t, std::uint32_t> shares_of(const OrderFact& fact) {
  const auto own = fact.side == OrderSide::seller ? Blame::seller : Blame::buyer;
  if (fact.state == OrderState::released) return {contracts::kBasisPoints, 0};
  if (fact.state == OrderState::refunded && fact.blame == own) return {0, contracts::kBasisPoints};
  if (fact.state == OrderState::split) {
    const auto sellers = contracts::kBasisPoints - fact.buyer_bps;
    if (fact.side == OrderSide::seller) return {sellers, fact.buyer_bps};
    return {fact.buyer_bps, sellers};
  }
  return {0, 0};
}

// What decides whether a fact counts, looked up once for each asset and counterparty.
class Judge {
 public:
  Judge(const Snapshot& snapshot, const PublicKey& party, Reader& reader)
      : snapshot_(snapshot), reader_(reader), party_(party) {
    root_ = find_cluster(contracts::account_of(party), reader).root;
  }

  std::optional<Experience> experience(const OrderFact& fact) {
    const auto [good, bad] = shares_of(fact);
    if (good == 0 && bad == 0) return std::nullopt;
    const auto unit = value_unit(fact.price_asset);
    if (unit == 0 || related(fact.counterparty)) return std::nullopt;
    const auto now = snapshot_.time_ms();
    return Experience{.counterparty = fact.counterparty,
                      .value = fact.price,
                      .value_unit = unit,
                      .good_bps = good,
                      .bad_bps = bad,
                      .age_ms = now > fact.ended_ms ? now - fact.ended_ms : 0};
  }

 private:
  // 0: a price in this asset does not count.
  std::uint64_t value_unit(const contracts::AssetId& asset) {
    if (const auto known = units_.find(asset); known != units_.end()) return known->second;
    const auto entry = find_entry(snapshot_, contracts::asset_key(asset));
    if (!entry) reader_.set(entry.error());
    std::uint64_t unit = 0;
    if (entry && *entry) {
      const auto& found = std::get<contracts::AssetEntry>((*entry)->entry);
      if (found.kind == contracts::AssetKind::payment) {
        unit = kValueUnits;
        for (std::uint32_t i = 0; i < found.decimals; ++i) unit *= 10;  // At most 10^19.
      }
    }
    return units_[asset] = unit;
  }

  bool related(const PublicKey& other) {
    if (other == party_) return true;
    if (const auto known = related_.find(other); known != related_.end()) return known->second;
    return related_[other] = find_cluster(contracts::account_of(other), reader_).root == root_;
  }

  const Snapshot& snapshot_;
  Reader& reader_;
  const PublicKey party_;
  Account root_;
  std::map<contracts::AssetId, std::uint64_t> units_;
  std::map<PublicKey, bool> related_;
};

SideReputation rate(const Snapshot& snapshot, const PublicKey& party, OrderSide side,
                    Reader& reader) {
  SideReputation out;
  out.totals = get_totals(party, side, reader);
  Judge judge(snapshot, party, reader);
  std::vector<OrderFact> facts;
  std::vector<Experience> experiences;
  std::size_t seen = 0;
  const auto prefix = side_key(party, side);
  const auto end = storage::prefix_end(prefix);
  reader.scan(kFactsTable, {prefix, end}, storage::Direction::backward,
              [&](const storage::Entry& entry) {
                const auto fact = decode_fact(entry, reader);
                if (auto experience = judge.experience(fact)) {
                  facts.push_back(fact);
                  experiences.push_back(*experience);
                }
                return reader.ok() && ++seen < kScoredFactsMax;
              });
  out.score = score(experiences);
  out.facts_scored = experiences.size();
  for (const auto& influence : out.score.influences) {
    out.moved_most.push_back({facts[influence.index], influence.points});
  }
  return out;
}

std::vector<Volume> volumes_of(const PublicKey& party, Reader& reader) {
  std::vector<Volume> out;
  reader.scan_prefix(kVolumesTable, party.view(), [&](const storage::Entry& entry) {
    const auto side = static_cast<OrderSide>(RowReader(entry.key).skip(32).u8());
    out.push_back({side, last_id<contracts::AssetId>(entry.key), RowReader(entry.value).u64()});
    return out.size() < kVolumesMax;
  });
  return out;
}

}  // namespace

SideTotals get_totals(const PublicKey& party, OrderSide side, Reader& reader) {
  SideTotals totals;
  if (const auto value = reader.get(kTotalsTable, side_key(party, side))) {
    RowReader row(*value);
    for (const auto field : kTotalsFields) totals.*field = row.u64();
    if (!row.complete()) reader.corrupt(kTotalsTable);
  }
  return totals;
}

Bytes encode(const SideTotals& totals) {
  Row row;
  for (const auto field : kTotalsFields) row.u64(totals.*field);
  return row.bytes();
}

Bytes encode(const OrderFact& fact) {
  const auto flags = (fact.timed_out ? kTimedOut : 0) | (fact.disputed ? kDisputed : 0) |
                     (fact.shipped ? kShipped : 0);
  return Row()
      .id(fact.counterparty)
      .id(fact.price_asset)
      .u64(fact.price)
      .u8(static_cast<std::uint8_t>(fact.state))
      .u8(static_cast<std::uint8_t>(fact.blame))
      .u32(fact.buyer_bps)
      .u8(static_cast<std::uint8_t>(flags))
      .u64(fact.ended_ms)
      .bytes();
}

Cluster find_cluster(const Account& account, Reader& reader) {
  Cluster out{.root = account};
  for (int depth = 0; depth < kClusterDepthMax; ++depth) {
    const auto value = reader.get(kClustersTable, out.root.encode());
    if (!value) return out;
    RowReader row(*value);
    const auto parent = row.account();
    out.size = row.u32();
    if (!row.complete()) break;
    if (parent == out.root) return out;
    out.root = parent;
  }
  reader.corrupt(kClustersTable);
  return out;
}

ledger::Faulty<Reputation> find_reputation(const Snapshot& snapshot, const PublicKey& account) {
  Reader reader(snapshot.tables());
  Reputation out;
  out.account = account;
  out.height = snapshot.height();
  out.time_ms = snapshot.time_ms();
  out.as_seller = rate(snapshot, account, OrderSide::seller, reader);
  out.as_buyer = rate(snapshot, account, OrderSide::buyer, reader);
  out.volumes = volumes_of(account, reader);
  return reader.finish(std::move(out));
}

Answer<Page<OrderFact>> list_order_facts(const Snapshot& snapshot, const PublicKey& account,
                                         OrderSide side, const PageRequest& request) {
  const ListKeys keys{
      .table = kFactsTable, .prefix = side_key(account, side).bytes(), .heights = HeightRange{}};
  return list_rows<OrderFact>(
      snapshot, keys, request,
      [](Reader& reader, const storage::Entry& entry, std::uint64_t) -> std::optional<OrderFact> {
        return decode_fact(entry, reader);
      });
}

ledger::Faulty<bool> same_cluster(const Snapshot& snapshot, const Account& a, const Account& b) {
  Reader reader(snapshot.tables());
  const bool same = find_cluster(a, reader).root == find_cluster(b, reader).root;
  return reader.finish(same);
}

}  // namespace tally::views
