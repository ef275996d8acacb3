#include "bench/workload.hpp"

#include <future>
#include <random>
#include <stdexcept>

#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "contracts/asset.hpp"
#include "contracts/limits.hpp"
#include "ledger/state_tables.hpp"
#include "storage/lmdb_store.hpp"

namespace tally::bench {

using namespace contracts;

namespace {

constexpr std::size_t kWallets = 1'000;
constexpr std::uint64_t kCoinAmount = 1'000;

template <typename T, typename E>
T need(std::expected<T, E> value, const char* what) {
  if (!value) throw std::runtime_error(what);
  return std::move(*value);
}

std::unique_ptr<storage::Store> open_store(const std::filesystem::path& directory,
                                           const Clock& clock, storage::Options options) {
  options.create = true;
  return need(storage::open_lmdb_store(directory, clock, options), "the store does not open");
}

}  // namespace

Wallet wallet(std::string_view name) {
  auto secret = client::development_key(name);
  const auto key = crypto::public_key(secret);
  return {std::move(secret), key};
}

std::unique_ptr<ledger::Ledger> open_ledger(const std::filesystem::path& directory,
                                            const Clock& clock) {
  std::filesystem::create_directories(directory);
  const auto genesis = codec::encode_genesis(client::development_genesis());
  const auto network = network_id(genesis);
  auto journal =
      need(ledger::Journal::open(
               open_store(directory / "journal", clock, ledger::Journal::store_options(network)),
               need(storage::TipFile::open(directory / "journal.tip", true),
                    "the tip file does not open")),
           "the journal does not open");
  auto state = open_store(directory / "state", clock, ledger::state_store_options(network));
  ledger::LedgerOptions remembered;
  remembered.unpublished_max = 10'000;  // there are no views here; a node's are never far behind
  return need(ledger::Ledger::open(std::move(state), std::move(journal), genesis, remembered),
              "the ledger does not open");
}

codec::SignedTransaction sign(const Transaction& transaction,
                              const std::vector<const Wallet*>& signers) {
  codec::SignedTransaction out{codec::encode_body(transaction), {}};
  const auto id = txid(transaction.network_id, out.body);
  for (const auto* signer : signers) {
    const auto signature = crypto::sign(signer->secret, id.bytes);
    out.witnesses.emplace_back(signature.bytes.begin(), signature.bytes.end());
  }
  return out;
}

Workload::Workload(const std::filesystem::path& directory, std::uint64_t outputs,
                   std::uint64_t seed)
    : seed_(seed) {
  open(directory);
  for (const auto name : client::development_operators()) operators_.push_back(wallet(name));
  for (std::size_t i = 0; i < kWallets; ++i) {
    wallets_.push_back(wallet(fmt::format("bench-{}", i)));
  }
  admit_wallets();
  define_asset();
  issue(outputs);
}

Workload::~Workload() {
  if (engine_) engine_->stop();
}

void Workload::open(const std::filesystem::path& directory) {
  ledger_ = open_ledger(directory, clock_);
  engine::EngineOptions options;
  options.admission_threads = std::max(1u, std::thread::hardware_concurrency());
  engine_ = std::make_unique<engine::Engine>(*ledger_, clock_, options);
}

ledger::Outcome Workload::settle(Transaction tx, const std::vector<const Wallet*>& signers) {
  tx.version = kTransactionVersion;
  tx.network_id = ledger_->network_id();
  tx.valid_until_ms = engine_->time_ms() + kDayMs / 2;
  for (const auto* signer : signers) tx.signers.push_back(signer->key);
  std::promise<ledger::Outcome> done;
  engine_->submit(sign(tx, signers), [&](ledger::Outcome o) { done.set_value(std::move(o)); });
  auto outcome = done.get_future().get();
  if (outcome.kind != ledger::Outcome::Kind::settled) {
    throw std::runtime_error(
        fmt::format("set-up was refused: {}", outcome.error ? name(outcome.error->code) : ""));
  }
  return outcome;
}

void Workload::admit_wallets() {
  for (std::size_t first = 0; first < wallets_.size(); first += kMembersPerCommandMax) {
    MemberAdmit admit;
    for (auto i = first; i < std::min(wallets_.size(), first + kMembersPerCommandMax); ++i) {
      admit.keys.push_back(wallets_[i].key);
    }
    Transaction tx;
    tx.commands.push_back({{}, {}, std::move(admit)});
    settle(std::move(tx), {&operators_[0], &operators_[1]});
  }
}

void Workload::define_asset() {
  AssetDefine define;
  define.issuer = wallets_[0].key;
  define.kind = AssetKind::utility;
  define.symbol = "BENCH";
  define.policies.supply_max = kSupplyMax;
  asset_ = asset_id(define.issuer, *fold_symbol(define.symbol));
  Transaction tx;
  tx.commands.push_back({{}, {}, std::move(define)});
  settle(std::move(tx), {&wallets_[0]});
}

void Workload::issue(std::uint64_t outputs) {
  coins_.reserve(outputs);
  while (coins_.size() < outputs) {
    const auto count = std::min<std::uint64_t>(kOutputsMax, outputs - coins_.size());
    Transaction tx;
    Command command{{}, {}, AssetIssue{asset_, count * kCoinAmount}};
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto owner = static_cast<std::uint32_t>((coins_.size() + i) % wallets_.size());
      tx.outputs.emplace_back(Coin{asset_, kCoinAmount, KeyLock{wallets_[owner].key}});
      command.outputs.push_back(i);
    }
    tx.commands.push_back(std::move(command));
    const auto outcome = settle(std::move(tx), {&wallets_[0]});
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto owner = static_cast<std::uint32_t>(coins_.size() % wallets_.size());
      coins_.push_back({outcome.first_output_number + i, {outcome.txid, i}, owner, kCoinAmount});
    }
  }
  std::mt19937_64 random(seed_);
  std::shuffle(coins_.begin(), coins_.end(), random);
}

codec::SignedTransaction Workload::sign_transfer(const OwnedCoin& coin, const Wallet& to) const {
  const auto& owner = wallets_[coin.wallet];
  Transaction tx;
  tx.version = kTransactionVersion;
  tx.network_id = ledger_->network_id();
  tx.signers = {owner.key};
  tx.valid_until_ms = engine_->time_ms() + kDayMs / 2;
  tx.inputs.push_back({coin.number, coin.outpoint, std::nullopt});
  tx.outputs.emplace_back(Coin{asset_, 400, KeyLock{to.key}});
  tx.outputs.emplace_back(Coin{asset_, coin.amount - 400, KeyLock{owner.key}});
  tx.commands.push_back({{0}, {0, 1}, AssetTransfer{}});
  return sign(tx, {&owner});
}

std::vector<codec::SignedTransaction> Workload::sign_transfers(std::size_t count,
                                                               unsigned threads) {
  if (count > coins_left()) throw std::runtime_error("the workload has too few coins");
  std::vector<codec::SignedTransaction> out(count);
  std::vector<std::future<void>> parts;
  for (unsigned part = 0; part < threads; ++part) {
    parts.push_back(std::async(std::launch::async, [&, part] {
      for (auto i = part; i < count; i += threads) {
        const auto& coin = coins_[next_coin_ + i];
        out[i] = sign_transfer(coin, wallets_[(coin.wallet + 1 + i) % wallets_.size()]);
      }
    }));
  }
  for (auto& part : parts) part.get();
  next_coin_ += count;
  return out;
}

}  // namespace tally::bench
