// Blocks for the views' tests: transactions that the rules have really decided, with their writes,
// and without signatures, which views never look at.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <vector>

#include "codec/block.hpp"
#include "contracts/authentication/case_flow.hpp"
#include "contracts/genesis.hpp"
#include "contracts/limits.hpp"
#include "contracts/order/order_flow.hpp"
#include "contracts/verify.hpp"
#include "crypto/hash.hpp"
#include "storage/memory_store.hpp"
#include "views/page.hpp"
#include "views/views.hpp"

namespace tally::views {

inline contracts::PublicKey key_of(std::string_view name) {
  return {crypto::tagged_hash("test/key", {as_bytes(name)})};
}
inline contracts::Account account_of(std::string_view name) {
  return contracts::account_of(key_of(name));
}
inline contracts::Lock lock_of(std::string_view name) { return contracts::KeyLock{key_of(name)}; }
inline Hash32 hash_of(std::string_view text) {
  return crypto::tagged_hash("test/hash", {as_bytes(text)});
}

inline constexpr std::uint64_t kStartMs = 1'800'000'000'000;
inline constexpr std::string_view kPrefix = "950600013";
inline const std::string kBag = "01/09506000134352/21/BAG1";
inline const std::string kShoe = "01/09506000134352/21/SHOE2";

inline contracts::Genesis genesis() {
  contracts::Genesis out{.kind = contracts::NetworkKind::development,
                         .name = "test",
                         .time_ms = kStartMs,
                         .operators = {key_of("operator1"), key_of("operator2")},
                         .quorum = 2};
  std::ranges::sort(out.operators);
  return out;
}

/// Where an output came to lie.
struct Made {
  contracts::Txid txid;
  contracts::OutputNumber first = 0;
};

/// A chain that grows block by block; also a registry and a source of blocks.
class Chain : public contracts::Registry {
 public:
  Chain() {
    const auto writes = contracts::apply(genesis());
    for (const auto& write : *writes) put(write);
    blocks.push_back(std::make_shared<codec::Block>());
    auto block = codec::Block{};
    block.header.time_ms = kStartMs;
    blocks.back() = std::make_shared<const codec::Block>(block);
  }

  [[nodiscard]] const contracts::RegistryEntry* find(
      const contracts::RegistryKey& key) const override {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second;
  }

  /// One transaction with one command that claims all of it, into the open block.
  Made settle(std::vector<std::string_view> signers, std::vector<contracts::OutputNumber> inputs,
              std::vector<contracts::Output> made, contracts::CommandBody body) {
    contracts::Transaction tx = begin(signers, inputs, std::move(made));
    contracts::Command command{.inputs = {}, .outputs = {}, .body = std::move(body)};
    for (std::uint32_t i = 0; i < tx.inputs.size(); ++i) command.inputs.push_back(i);
    for (std::uint32_t i = 0; i < tx.outputs.size(); ++i) command.outputs.push_back(i);
    tx.commands.push_back(std::move(command));
    return settle(tx);
  }

  [[nodiscard]] contracts::Transaction begin(const std::vector<std::string_view>& signers,
                                             const std::vector<contracts::OutputNumber>& inputs,
                                             std::vector<contracts::Output> made) {
    contracts::Transaction tx;
    tx.version = contracts::kTransactionVersion;
    tx.valid_until_ms = now_ms + contracts::kValidityMsDefault + ++count_;  // No two are the same.
    for (const auto signer : signers) tx.signers.push_back(key_of(signer));
    for (const auto number : inputs) {
      tx.inputs.push_back({.number = number, .outpoint = outpoints_.at(number), .preimage = {}});
    }
    tx.outputs = std::move(made);
    return tx;
  }

  /// Has the rules decide it, as one that settles.
  Made settle(const contracts::Transaction& tx) {
    const auto body = codec::encode_body(tx);
    const Made made{contracts::txid(tx.network_id, body), outputs.size()};
    contracts::ResolvedTransaction resolved{tx, made.txid, made.first, {}};
    std::vector<contracts::Output> spent;
    for (const auto& input : tx.inputs) spent.push_back(outputs.at(input.number));
    for (const auto& output : spent) resolved.inputs.push_back(&output);
    const auto delta = contracts::verify(resolved, *this, {height(), now_ms, active_ms});
    if (!delta) {
      ADD_FAILURE() << "refused: " << contracts::name(delta.error().code) << ' '
                    << delta.error().index << ' ' << delta.error().figure;
      return made;
    }
    for (const auto& write : delta->writes) put(write);
    for (std::uint32_t i = 0; i < tx.outputs.size(); ++i) {
      outpoints_.push_back({made.txid, i});
      outputs.push_back(tx.outputs[i]);
    }
    open_.outcomes.push_back(codec::SettledRecord{body, {}, delta->writes});
    ++open_.header.settled_count;
    open_.header.outputs_count += static_cast<std::uint32_t>(tx.outputs.size());
    return made;
  }

  void reject(const contracts::Txid& txid, const contracts::Error& error) {
    codec::RejectedRecord record;
    record.txid = txid;
    record.error = error;
    record.first_signer = key_of("alice");
    record.valid_until_ms = now_ms;
    open_.outcomes.push_back(record);
    ++open_.header.rejected_count;
  }

  /// Ends the block; the next is `step_ms` later.
  std::uint64_t seal(std::uint64_t step_ms = 1'000) {
    open_.header.height = height();
    open_.header.time_ms = now_ms;
    open_.header.active_ms = active_ms;
    open_.header.first_output_number = sealed_outputs_;
    sealed_outputs_ = outputs.size();
    blocks.push_back(std::make_shared<const codec::Block>(std::move(open_)));
    open_ = {};
    now_ms += step_ms;
    active_ms += step_ms;
    return blocks.size() - 1;
  }

  /// Of the open block.
  [[nodiscard]] std::uint64_t height() const { return blocks.size(); }
  [[nodiscard]] BlockSource source() const {
    return [this](std::uint64_t at) -> ledger::Faulty<codec::Block> {
      if (at >= blocks.size()) return ledger::fault(storage::Error::not_found, "test", at);
      return *blocks[at];
    };
  }

  std::vector<std::shared_ptr<const codec::Block>> blocks;
  std::vector<contracts::Output> outputs;  ///< By number.
  std::uint64_t now_ms = kStartMs + 1'000;
  std::uint64_t active_ms = 1'000;

 private:
  void put(contracts::RegistryWrite write) { entries_[write.key] = std::move(write.entry); }

  std::map<contracts::RegistryKey, contracts::RegistryEntry> entries_;
  std::vector<contracts::Outpoint> outpoints_;
  codec::Block open_;
  std::uint64_t sealed_outputs_ = 0;
  std::uint64_t count_ = 0;
};

/// A small market on a chain: EURO by `bank`, items by `brand`, people by name.
class Market : public Chain {
 public:
  Market() {
    quorum(contracts::MemberAdmit{
        {key_of("alice"), key_of("bob"), key_of("shop"), key_of("brand"), key_of("agent")}});
    quorum(contracts::LicenceGrant{key_of("bank"), contracts::AssetKind::payment, hash_of("bank")});
    quorum(contracts::PrefixRegister{std::string(kPrefix), key_of("brand"), hash_of("gs1")});
    contracts::AssetDefine define;
    define.issuer = key_of("bank");
    define.symbol = "EURO";
    define.policies.supply_max = contracts::kSupplyMax;
    settle({"bank"}, {}, {}, define);
    seal();
  }

  void quorum(contracts::CommandBody body) {
    settle({"operator1", "operator2"}, {}, {}, std::move(body));
  }
  [[nodiscard]] contracts::Output coin(std::string_view owner, std::uint64_t amount) const {
    return contracts::Coin{euro, amount, lock_of(owner)};
  }
  /// New coins; gives the first one's number.
  contracts::OutputNumber issue(std::string_view owner, const std::vector<std::uint64_t>& amounts) {
    std::vector<contracts::Output> coins;
    std::uint64_t sum = 0;
    for (const auto amount : amounts) {
      coins.push_back(coin(owner, amount));
      sum += amount;
    }
    return settle({"bank"}, {}, std::move(coins), contracts::AssetIssue{euro, sum}).first;
  }
  Made pay(std::string_view from, contracts::OutputNumber input, std::string_view to,
           std::uint64_t amount) {
    const auto whole = std::get<contracts::Coin>(outputs.at(input)).amount;
    std::vector<contracts::Output> out{coin(to, amount)};
    if (whole > amount) out.push_back(coin(from, whole - amount));
    return settle({from}, {input}, std::move(out), contracts::AssetTransfer{});
  }
  contracts::OutputNumber commission(const std::string& gs1_key, std::string_view owner) {
    return settle({"brand"}, {}, {contracts::Item{gs1_key, lock_of(owner)}},
                  contracts::ItemCommission{std::string(kPrefix), hash_of("made " + gs1_key), {}})
        .first;
  }

  [[nodiscard]] contracts::OrderTerms terms(const std::string& gs1_key, std::uint64_t price) const {
    contracts::OrderTerms out;
    out.seller = key_of("shop");
    out.lines = {{.gs1_key = gs1_key, .price = price, .attributes = {}}};
    out.price_asset = euro;
    out.periods = {kStage, kStage, kStage, kStage, kStage, kStage};
    return out;
  }
  /// The order's id; its output's number is that of `at`.
  contracts::OrderId offer(const contracts::OrderTerms& terms, contracts::OutputNumber item) {
    const auto order = contracts::offered_order(terms, outpoint(item));
    at[order.id] = settle({"shop"}, {item}, {order}, contracts::OrderOffer{terms}).first;
    return order.id;
  }
  void fund(const contracts::OrderId& id, std::string_view buyer,
            contracts::OutputNumber coin_number, std::uint64_t amount) {
    const auto held = std::vector<contracts::Holding>{{euro, amount}};
    const auto whole = std::get<contracts::Coin>(outputs.at(coin_number)).amount;
    std::vector<contracts::Output> out{
        contracts::funded_order(order(id), key_of(buyer), held, false)};
    if (whole > amount) out.push_back(coin(buyer, whole - amount));
    at[id] = settle({buyer}, {at[id], coin_number}, std::move(out),
                    contracts::OrderFund{key_of(buyer), held})
                 .first;
  }
  void accept(const contracts::OrderId& id) {
    at[id] = settle({"shop"}, {at[id]}, {contracts::accepted_order(order(id), false)},
                    contracts::OrderAccept{})
                 .first;
  }
  void ship(const contracts::OrderId& id) {
    const auto tracking = hash_of("parcel");
    at[id] = settle({"shop"}, {at[id]}, {contracts::shipped_order(order(id), tracking)},
                    contracts::OrderShip{tracking})
                 .first;
  }
  void deliver(const contracts::OrderId& id, std::string_view buyer) {
    at[id] = settle({buyer}, {at[id]}, {contracts::delivered_order(order(id))},
                    contracts::OrderDeliver{})
                 .first;
  }
  /// Gives the number of the payout's first output: the item.
  contracts::OutputNumber release(const contracts::OrderId& id, std::string_view buyer) {
    return settle({buyer}, {at[id]}, contracts::release_outcome(order(id), facts(id)).outputs,
                  contracts::OrderRelease{})
        .first;
  }
  Made refund(const contracts::OrderId& id, std::vector<std::string_view> signers,
              contracts::OrderParty bond_to = contracts::OrderParty::seller) {
    return settle(std::move(signers), {at[id]},
                  contracts::refund_outcome(order(id), bond_to).outputs, contracts::OrderRefund{});
  }
  Made time_out(const contracts::OrderId& id) {
    return settle({}, {at[id]}, contracts::timeout_outcome(order(id), true, facts(id)).outputs,
                  contracts::OrderTimeout{});
  }
  /// A whole sale in one block each step; the buyer is issued what it pays.
  contracts::OrderId sell(const std::string& gs1_key, std::string_view buyer, std::uint64_t price) {
    const auto item = commission(gs1_key, "shop");
    const auto money = issue(buyer, {price});
    seal();
    const auto id = offer(terms(gs1_key, price), item);
    seal();
    fund(id, buyer, money, price);
    seal();
    accept(id);
    seal();
    ship(id);
    deliver(id, buyer);
    seal();
    release(id, buyer);
    seal();
    return id;
  }

  /// A panel of one, who has a stake of 100 and judges for nothing.
  void open_panel() {
    quorum(contracts::MemberAdmit{{key_of("judge")}});
    quorum(contracts::Accredit{key_of("judge"), contracts::Role::appraiser, hash_of("diploma"), 0});
    contracts::PanelTerms terms;
    terms.judges = terms.agreeing = terms.open_max = 1;
    terms.bond = terms.challenge_bond = 1;
    terms.commit_ms = terms.reveal_ms = terms.challenge_ms = contracts::kCasePeriodMsMin;
    quorum(contracts::PanelDefine{euro, terms});
    settle({"judge"}, {issue("judge", {100})}, {},
           contracts::AppraiserBond{key_of("judge"), euro, 100});
    seal();
  }
  void advance(const contracts::CaseId& id, std::uint64_t step_ms = 1'000) {
    const auto& entry = *get<contracts::CaseEntry>(contracts::case_key(id));
    const auto outcome = contracts::advance_case(*this, id, entry, {height(), now_ms, active_ms});
    ASSERT_TRUE(outcome);
    settle({}, {}, outcome->outputs, contracts::CaseAdvance{id, entry.state});
    seal(step_ms);
  }
  /// A case from its opening to its close; what was sealed is `fake` with the nonce as salt.
  contracts::CaseId judge_case(std::string_view requester, std::string_view nonce,
                               std::string_view category, std::string_view source,
                               contracts::Verdict verdict) {
    contracts::CaseOpen open;
    open.requester = key_of(requester);
    open.asset = euro;
    open.nonce = hash_of(nonce);
    open.category_hash = hash_of(category);
    open.source_hash = hash_of(source);
    const auto id = contracts::case_id(open.requester, open.nonce);
    open.sealed_hash = contracts::case_answer(id, contracts::Verdict::fake, open.nonce);
    settle({requester}, {}, {}, open);
    seal();
    advance(id);
    const contracts::Finding finding{verdict, 9'000, hash_of("method"), hash_of("points")};
    const auto salt = hash_of("salt");
    const auto judge = key_of("judge");
    settle(
        {"judge"}, {}, {},
        contracts::CaseCommit{id, judge, contracts::case_commitment(id, judge, 1, finding, salt)});
    settle({"judge"}, {}, {},
           contracts::CaseReveal{id, judge, verdict, 9'000, finding.method_hash,
                                 finding.points_hash, salt});
    seal();
    advance(id, contracts::kCasePeriodMsMin);
    advance(id);
    return id;
  }

  [[nodiscard]] const contracts::Order& order(const contracts::OrderId& id) {
    return std::get<contracts::Order>(outputs.at(at[id]));
  }
  [[nodiscard]] contracts::Outpoint outpoint(contracts::OutputNumber number) {
    return begin({}, {number}, {}).inputs.front().outpoint;
  }
  [[nodiscard]] std::vector<contracts::AssetFacts> facts(const contracts::OrderId& id) {
    return contracts::asset_facts(order(id).terms.seller, order(id).payment, *this);
  }

  static constexpr std::uint64_t kStage = contracts::kDayMs;
  const contracts::AssetId euro =
      contracts::asset_id(key_of("bank"), *contracts::fold_symbol("EURO"));
  std::map<contracts::OrderId, contracts::OutputNumber> at;
};

/// Views in memory over a chain.
class ViewsOver {
 public:
  explicit ViewsOver(const Chain& chain) : chain_(chain) { open(); }

  void open() {
    views.reset();
    auto options = Views::store_options(contracts::NetworkId{});
    options.create = true;
    auto store = storage::open_memory_store(disk, clock_, options);
    ASSERT_TRUE(store);
    auto opened = Views::open(std::move(*store), genesis(), chain_.source());
    ASSERT_TRUE(opened) << ledger::describe(opened.error());
    views = std::move(*opened);
  }
  /// Applies what the chain has more, and looks.
  Snapshot look() {
    const auto more = std::span(chain_.blocks).subspan(views->next_height());
    const auto done = views->apply(more);
    EXPECT_TRUE(done) << ledger::describe(done.error());
    auto snapshot = views->snapshot();
    EXPECT_TRUE(snapshot);
    return std::move(*snapshot);
  }

  storage::MemoryDisk disk;
  std::unique_ptr<Views> views;

 private:
  const Chain& chain_;
  ManualClock clock_{kStartMs};
};

/// All rows of a list, page by page of `limit` rows; query(request) gives a page.
template <typename Query>
auto all_pages(std::size_t limit, Query&& query) {
  PageRequest request{.limit = limit, .cursor = {}};
  auto page = query(request);
  EXPECT_TRUE(page);
  auto rows = std::move(page->rows);
  while (page && !page->next_cursor.empty()) {
    request.cursor = page->next_cursor;
    page = query(request);
    EXPECT_TRUE(page);
    if (!page) break;
    EXPECT_LE(page->rows.size(), limit);
    rows.insert(rows.end(), page->rows.begin(), page->rows.end());
  }
  return rows;
}

}  // namespace tally::views
