// The ledger under measurement, and transactions signed in advance, outside the timing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "codec/transaction.hpp"
#include "crypto/schnorr.hpp"
#include "engine/engine.hpp"

namespace tally::bench {

/// One account of the workload.
struct Wallet {
  crypto::SecretKey secret;
  contracts::PublicKey key;
};

/// The development key of a name.
Wallet wallet(std::string_view name);

/// A development ledger on LMDB in a directory of its own. Throws std::runtime_error, as Workload.
std::unique_ptr<ledger::Ledger> open_ledger(const std::filesystem::path& directory,
                                            const Clock& clock);

/// A coin that a wallet can spend.
struct OwnedCoin {
  contracts::OutputNumber number = 0;
  contracts::Outpoint outpoint;
  std::uint32_t wallet = 0;
  std::uint64_t amount = 0;
};

/// An engine on LMDB in a directory of its own, with members, one asset and coins.
class Workload {
 public:
  /// Builds a ledger of `outputs` coins spread over the wallets. Throws std::runtime_error with
  /// what failed: a benchmark has nobody else to tell.
  Workload(const std::filesystem::path& directory, std::uint64_t outputs, std::uint64_t seed);
  ~Workload();

  [[nodiscard]] engine::Engine& engine() { return *engine_; }
  [[nodiscard]] const ledger::Ledger& ledger() const { return *ledger_; }
  [[nodiscard]] std::uint64_t coins_left() const { return coins_.size() - next_coin_; }

  /// Signs `count` transfers of 1 input and 2 outputs, each of another coin, in random order, on
  /// `threads` threads.
  std::vector<codec::SignedTransaction> sign_transfers(std::size_t count, unsigned threads);

 private:
  void open(const std::filesystem::path& directory);
  void admit_wallets();
  void define_asset();
  void issue(std::uint64_t outputs);
  ledger::Outcome settle(contracts::Transaction transaction,
                         const std::vector<const Wallet*>& signers);
  [[nodiscard]] codec::SignedTransaction sign_transfer(const OwnedCoin& coin,
                                                       const Wallet& to) const;

  SystemClock clock_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<engine::Engine> engine_;
  std::vector<Wallet> operators_;
  std::vector<Wallet> wallets_;
  contracts::AssetId asset_;
  std::vector<OwnedCoin> coins_;
  std::size_t next_coin_ = 0;
  std::uint64_t seed_;
};

/// Signs a body with each signer, in order.
codec::SignedTransaction sign(const contracts::Transaction& transaction,
                              const std::vector<const Wallet*>& signers);

}  // namespace tally::bench
