// A whole small network for the builders' tests: what they build is signed, settled by the ledger
// itself, and read back from the views. People are the development keys of their names.
#pragma once

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <boost/json.hpp>

#include <deque>
#include <regex>

#include "client/development.hpp"
#include "codec/json.hpp"
#include "codec/transaction.hpp"
#include "contracts/address.hpp"
#include "contracts/authentication.hpp"
#include "crypto/hash.hpp"
#include "market/build.hpp"
#include "support/ledger_on_memory.hpp"
#include "views/accounts.hpp"
#include "views/assets.hpp"

namespace tally::market {

using contracts::ErrorCode;

inline const std::string kBag = "01/09506000134352/21/BAG";
inline const std::string kShoe = "01/09506000134352/21/SHOE";
inline const std::string kPrefix = "950600013";

inline std::string address(std::string_view name) {
  return contracts::encode_address(contracts::account_of(test::key(name)),
                                   contracts::NetworkKind::development);
}
inline Hash32 hash_of(std::string_view text) {
  return crypto::tagged_hash("test/hash", {as_bytes(text)});
}

/// JSON with `@name` for an address, `#text` for a hash, and ' for ".
inline boost::json::object parse(std::string text) {
  std::ranges::replace(text, '\'', '"');
  std::string out;
  static const std::regex kName("([@#])([a-z0-9-]+)");
  std::sregex_iterator at(text.begin(), text.end(), kName);
  std::size_t end = 0;
  for (; at != std::sregex_iterator(); ++at) {
    out += text.substr(end, static_cast<std::size_t>(at->position()) - end);
    out += (*at)[1] == "@" ? address((*at)[2].str()) : to_hex(hash_of((*at)[2].str()));
    end = static_cast<std::size_t>(at->position() + at->length());
  }
  out += text.substr(end);
  boost::json::error_code error;
  auto value = boost::json::parse(out, error);
  EXPECT_FALSE(error) << out;
  return value.is_object() ? value.get_object() : boost::json::object{};
}

class World {
 public:
  World() {
    test::LedgerOnMemory& h = harness_;
    h.now_ms = test::kStartMs;
    auto store = storage::open_memory_store(disk_, h.clock, options());
    EXPECT_TRUE(store);
    auto opened = views::Views::open(
        std::move(*store), client::development_genesis(), [this](std::uint64_t height) {
          return blocks_.at(height) ? ledger::Faulty<codec::Block>(*blocks_.at(height))
                                    : ledger::fault(storage::Error::not_found, "test", height);
        });
    EXPECT_TRUE(opened);
    views_ = std::move(*opened);
    refresh();
  }

  /// Builds for `who`, with the coins, items and orders of `readable` in sight.
  std::expected<BuildResult, BuildError> build(std::string_view command, std::string_view who,
                                               const std::string& parameters,
                                               const std::vector<std::string_view>& readable = {}) {
    const auto object = parse(parameters);
    BuildRequest request;
    request.command = command;
    request.parameters = &object;
    request.account = test::key(who);
    request.lease_ms = lease_ms;
    for (const auto name : readable) {
      request.readable.push_back(contracts::account_of(test::key(name)));
    }
    return market::build(request, context());
  }

  /// Builds, holds the body against what every body must be, and settles it in a block of its own.
  /// Returns the transaction's outcome.
  ledger::Outcome settle(std::string_view command, std::string_view who,
                         const std::string& parameters,
                         const std::vector<std::string_view>& readable = {}) {
    const auto built = build(command, who, parameters, readable);
    if (!built) {
      ADD_FAILURE() << command << ": " << contracts::name(built.error().error.code) << " at "
                    << built.error().field << ": " << built.error().detail;
      return {};
    }
    const auto decoded = codec::decode_body(built->body);
    EXPECT_TRUE(decoded && *decoded == built->transaction) << command;
    EXPECT_TRUE(contracts::check_shape(built->transaction, test::network())) << command;
    EXPECT_FALSE(built->forecast) << command << ": " << contracts::name(built->forecast->code)
                                  << ' ' << built->forecast->index << ' '
                                  << built->forecast->figure;
    EXPECT_GE(built->summary.size(), 4u) << command;
    const auto outcome = submit(built->transaction);
    EXPECT_EQ(outcome.kind, ledger::Outcome::Kind::settled)
        << command << ": " << (outcome.error ? contracts::name(outcome.error->code) : "");
    return outcome;
  }

  /// Signs with the keys of its signers and puts it into a block of its own.
  ledger::Outcome submit(const contracts::Transaction& tx) {
    codec::SignedTransaction signed_tx{codec::encode_body(tx), {}};
    const auto id = contracts::txid(tx.network_id, signed_tx.body);
    for (const auto& signer : tx.signers) {
      const auto signature = crypto::sign(client::development_key(name_of(signer)), id.bytes);
      signed_tx.witnesses.emplace_back(signature.bytes.begin(), signature.bytes.end());
    }
    harness_.ledger->begin(harness_.now_ms);
    const auto outcome = harness_.ledger->execute({tx, id, signed_tx.body, signed_tx.witnesses});
    EXPECT_TRUE(outcome) << ledger::describe(outcome.error());
    seal();
    return outcome ? *outcome : ledger::Outcome{};
  }

  /// Empty blocks until so much active time has passed.
  void pass(std::uint64_t ms) {
    for (std::uint64_t passed = 0; passed < ms; passed += contracts::kActiveStepMsMax) {
      harness_.now_ms += contracts::kActiveStepMsMax;
      harness_.ledger->begin(harness_.now_ms);
      seal();
    }
  }

  [[nodiscard]] BuildContext context() {
    return {*snapshot_, leases, contracts::NetworkKind::development, test::network(),
            harness_.now_ms};
  }
  [[nodiscard]] const views::Snapshot& snapshot() const { return *snapshot_; }
  [[nodiscard]] views::Snapshot new_snapshot() const { return *views_->snapshot(); }
  [[nodiscard]] ManualClock& clock() { return harness_.clock; }

 private:
  static storage::Options options() {
    auto out = views::Views::store_options(test::network());
    out.create = true;
    return out;
  }
  static std::string name_of(const contracts::PublicKey& key) {
    for (const auto* name : {"operator-1", "operator-2", "operator-3", "operator-4", "operator-5",
                             "bank", "boutique", "brand", "centre", "ana", "bo", "cai", "dora",
                             "carrier", "appraiser", "appraiser-2", "registrar", "agent", "eve"}) {
      if (test::key(name) == key) return name;
    }
    ADD_FAILURE() << "nobody's key: " << key.hex();
    return "nobody";
  }
  void seal() {
    auto block = harness_.ledger->seal();
    EXPECT_TRUE(harness_.ledger->commit(std::span(&block, 1)));
    const auto height = block.header.height;
    const auto shared = std::make_shared<const codec::Block>(std::move(block));
    blocks_[height] = shared;
    EXPECT_TRUE(views_->apply(std::span(&shared, 1)));
    harness_.now_ms += 1'000;
    refresh();
  }
  void refresh() {
    snapshot_.reset();
    auto snapshot = views_->snapshot();
    ASSERT_TRUE(snapshot);
    snapshot_.emplace(std::move(*snapshot));
  }

  test::LedgerOnMemory harness_;
  storage::MemoryDisk disk_;
  std::map<std::uint64_t, std::shared_ptr<const codec::Block>> blocks_;
  std::unique_ptr<views::Views> views_;
  std::optional<views::Snapshot> snapshot_;

 public:
  custody::Leases leases{harness_.clock};
  std::uint64_t lease_ms = 0;  // Of build(): most tests lease nothing.
};

/// Members, prefix, appraisers, EUR of 2 decimals with 1000.00 for ana and bo and 100.00 for the
/// boutique, its store credit BAGCREDIT, its points, and two items of the boutique's.
inline std::unique_ptr<World> furnished() {
  auto world = std::make_unique<World>();
  auto& w = *world;
  const std::string two = "'signers': ['@operator-2']";
  w.settle("member_admit", "operator-1",
           "{'keys': ['@bank', '@boutique', '@brand', '@centre', '@ana', '@bo', '@cai', '@dora', "
           "'@carrier', '@appraiser', '@appraiser-2', '@registrar'], " +
               two + "}");
  w.settle("licence_grant", "operator-1",
           "{'issuer': '@bank', 'kind': 'payment', 'evidence_hash': '#licence', " + two + "}");
  w.settle("prefix_register", "operator-1",
           "{'prefix': '950600013', 'brand': '@brand', 'evidence_hash': '#gs1', " + two + "}");
  w.settle("asset_define", "bank",
           "{'kind': 'payment', 'symbol': 'EUR', 'decimals': 2, 'supply_max': '1000000', "
           "'freezable': true}");
  w.settle("asset_define", "boutique",
           "{'kind': 'iou', 'symbol': 'BAGCREDIT', 'decimals': 2, 'supply_max': '10000.00', "
           "'terms': {'promised_asset': 'EUR', 'document_hash': '#terms'}}");
  w.settle("asset_define", "boutique",
           "{'kind': 'loyalty', 'symbol': 'POINTS', 'supply_max_minor': '100000'}");
  w.settle("asset_issue", "bank",
           "{'asset': 'EUR', 'recipients': [{'to': '@ana', 'amount': '1000'}, {'to': '@bo', "
           "'amount': '1000.00'}, {'to': '@boutique', 'amount_minor': 10000}]}");
  w.settle("asset_issue", "boutique",
           "{'asset': 'BAGCREDIT', 'recipients': [{'to': '@ana', 'amount': '200.00'}]}");
  w.settle("item_commission", "brand",
           "{'prefix': '950600013', 'event_hash': '#made', 'gs1_keys': ['" + kBag + "', '" + kShoe +
               "'], 'attributes': {'colour': 'black', 'size': {'hash': '#m'}}, 'to': '@boutique'}");
  return world;
}

/// The account's coins of an asset, in minor units.
inline std::uint64_t balance(const World& w, std::string_view who, std::string_view symbol) {
  const auto asset = views::find_asset(w.snapshot(), symbol);
  if (!asset || !*asset) return 0;
  return views::find_balance(w.snapshot(), contracts::account_of(test::key(who)),
                             (*asset)->entry.id)
      ->amount;
}

/// The id of the order that the transaction made in its output 0.
inline std::string order_of(const World& w, const ledger::Outcome& outcome) {
  const auto output = views::find_output(w.snapshot(), outcome.first_output_number);
  if (!output || !*output) return {};
  const auto* order = std::get_if<contracts::Order>(&(*output)->stored.output);
  return order == nullptr ? std::string{} : order->id.hex();
}

/// Parameters of order_offer: one item for 90.00 EUR.
inline std::string offer_of(const std::string& gs1_key, const std::string& more = "") {
  return "{'lines': [{'gs1_key': '" + gs1_key +
         "', 'price': '90.00', 'attributes': {'colour': "
         "'black'}}], 'price_asset': 'EUR'" +
         more + "}";
}

/// A request that must be refused: with which code, and where.
struct Refusal {
  std::string_view what;
  std::string_view command;
  std::string_view who;
  std::string parameters;
  ErrorCode code;
  std::string_view field;
  std::uint64_t figure = 0;
};

inline void expect_refusals(World& world, const std::vector<Refusal>& rows) {
  for (const auto& row : rows) {
    const auto built = world.build(row.command, row.who, row.parameters);
    ASSERT_FALSE(built) << row.what;
    const auto& error = built.error();
    EXPECT_EQ(contracts::name(error.error.code), contracts::name(row.code))
        << row.what << ": " << error.detail;
    EXPECT_EQ(error.field, row.field) << row.what << ": " << error.detail;
    EXPECT_EQ(error.error.figure, row.figure) << row.what;
    EXPECT_FALSE(error.detail.empty()) << row.what;
  }
}

}  // namespace tally::market
