// The node that is attacked, with an honest member whose calls are timed meanwhile.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "codec/transaction.hpp"
#include "contracts/transaction.hpp"
#include "fault/common/program.hpp"
#include "fault/harness.hpp"

namespace tally::fault {

/// A transaction of one command that claims all its inputs and outputs, signed by well-known names.
[[nodiscard]] codec::SignedTransaction sign_simple(contracts::Transaction tx,
                                                   contracts::CommandBody command,
                                                   const std::vector<std::string_view>& signers,
                                                   std::uint64_t now_ms);
/// A coin of the asset that the node of these attacks is founded with.
[[nodiscard]] contracts::Coin coin_of(std::string_view owner, std::uint64_t amount);

/// Where a transaction has put its outputs.
struct Placed {
  contracts::Txid txid;
  contracts::OutputNumber first = 0;
};

/// Adds an output of `placed` to the inputs.
void spend(contracts::Transaction& tx, const Placed& placed, std::uint32_t index);

/// A real tallyd on a new development network: the members ana (honest) and mallory, a utility
/// token of which both have coins, an item. Throws std::runtime_error if it does not start.
///
/// Its data is in memory where the system has room for that: a disk that others use as well makes a
/// sync last for hundreds of milliseconds now and then, which is nobody's attack. So quiet is
/// quick, and the bound on what an attack may add is the tighter.
class AttackedNode {
 public:
  /// With `tight`, what is bounded by rates and deadlines is bounded tighter than by default, so
  /// that seconds show it.
  AttackedNode(const Options& options, bool tight);
  ~AttackedNode();
  AttackedNode(const AttackedNode&) = delete;
  AttackedNode& operator=(const AttackedNode&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::string& url() const { return url_; }
  /// How many requests one address may be served within this time.
  [[nodiscard]] std::uint64_t requests_max(std::chrono::duration<double> time) const;
  [[nodiscard]] const std::string& item_target() const { return item_target_; }
  /// Coins of ana's and of mallory's, kCoins of each.
  [[nodiscard]] const Placed& coins_of_ana() const { return ana_; }
  [[nodiscard]] const Placed& coins_of_mallory() const { return mallory_; }
  static constexpr std::uint32_t kCoins = 64;

  /// The ledger's time now.
  [[nodiscard]] std::uint64_t time_ms() const;
  [[nodiscard]] static std::string address_of(std::string_view name);
  /// A session's token of a well-known name.
  [[nodiscard]] std::string sign_in(std::string_view name) const;
  [[nodiscard]] std::uint64_t resident_bytes() const;
  /// Whether it still runs, answers, writes and is ready.
  [[nodiscard]] bool healthy();

 private:
  Placed settle(const codec::SignedTransaction& transaction) const;

  const bool tight_;
  const std::filesystem::path data_dir_;
  std::unique_ptr<Program> program_;
  std::string url_;
  std::uint16_t port_ = 0;
  std::string item_target_;
  Placed ana_;
  Placed mallory_;
};

/// What an honest member met. What it still waits for counts with how long it has waited.
struct Honest {
  std::vector<double> transfers_ms;  ///< From when it was due until it had settled.
  std::vector<double> look_ups_ms;   ///< From when it was due until it was answered.
  std::uint64_t refused = 0;         ///< Calls that had to be repeated.
};

/// The value that `part` of them do not exceed; 0 if there are none.
[[nodiscard]] double quantile(std::vector<double> values, double part);

/// An honest member at a steady rate, whatever the node does (an open loop). Each of kWorkers
/// connections pays a coin to itself and each of as many others looks the item up, every kPeriod;
/// on one connection what comes late makes the next late too.
class HonestMember {
 public:
  explicit HonestMember(AttackedNode& node);
  ~HonestMember();
  /// What has been measured since the last call.
  Honest take();
  /// Whether none of its calls is late.
  [[nodiscard]] bool on_time();

  static constexpr std::size_t kWorkers = 6;
  static constexpr std::chrono::milliseconds kPeriod{50};

 private:
  using Clock = std::chrono::steady_clock;
  /// The call that a worker is at, and when it was due.
  struct Call {
    std::vector<double> Honest::* kind = nullptr;
    Clock::time_point due;
  };
  void pay(std::size_t index, std::string token);
  void look_up(std::size_t index);
  template <typename Try>
  void work(std::size_t index, std::vector<double> Honest::* kind, Try&& try_once);
  void begin(std::size_t index, Call call);
  void end(std::size_t index);

  AttackedNode& node_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  Honest met_;
  std::array<Call, 2 * kWorkers> calls_;
  std::vector<std::thread> threads_;
};

}  // namespace tally::fault
