// The real node on a small disk, driven and believed: what it acknowledges is a promise, and every
// other way out of a call is sorted. Throws Broken as soon as the node breaks its word.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "client/http_client.hpp"
#include "fault/common/program.hpp"
#include "fault/common/verdict.hpp"
#include "fault/harness.hpp"

namespace tally::fault {

/// What is wrong with the node.
struct Broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A final answer.
struct DiskPromise {
  contracts::Txid txid;
  Verdict told;
};

class DiskNode {
 public:
  /// `settings` as --set takes them.
  DiskNode(const Options& options, std::filesystem::path data, std::filesystem::path output,
           std::vector<std::string> settings, std::uint64_t seed);

  /// Starts it, with a failpoint if one is named. Throws Broken if it does not start; with a
  /// failpoint it may have ended instead.
  void start(const std::string& failpoint = {});
  /// SIGTERM; throws Broken unless it ends with 0.
  void stop();
  void kill();
  /// Whether it runs, and does not end within this time. A node that ended by itself, where no
  /// failpoint was set, throws Broken.
  bool running(std::chrono::milliseconds end_within = std::chrono::milliseconds(0));

  /// Sends the next `count` of the load, or until `until` says so. Ends early if the node does.
  void load(std::size_t count, const std::function<bool()>& until = {});
  /// Sends load until one is refused for want of room; false if that does not come to pass.
  bool load_until_refused(std::size_t count_max);
  /// What is not known of, sent again; and with `refused`, where there is room again, what was
  /// refused too, until it is taken. Before that nothing of it may be there.
  void resolve(bool refused);

  /// A call of the operator's; nothing if the node ended. `status` of another answer is thrown.
  std::optional<boost::json::object> operate(std::string_view target, std::string_view body = {});
  /// The status and body of a read; nothing if the node ended.
  std::optional<client::ClientResponse> get(std::string_view target);

  /// Asks for promises, the last `count` and some others: each is as it was.
  void check_promises(std::size_t count);

  [[nodiscard]] const std::vector<DiskPromise>& promises() const { return promises_; }
  [[nodiscard]] std::size_t refusals() const { return refusals_; }
  [[nodiscard]] const std::filesystem::path& data() const { return data_; }

 private:
  enum class Sent : std::uint8_t { answered, refused, lost };
  Sent send(const Made& made);
  Sent judge(const Made& made, const client::ClientResponse& response);
  void check_promise(const DiskPromise& promise);
  void check_refused();

  const Options& options_;
  const std::filesystem::path data_;
  const std::filesystem::path output_;
  const std::vector<std::string> settings_;
  Workload load_;
  std::unique_ptr<Program> program_;
  std::optional<client::HttpClient> client_;
  bool may_end_ = false;
  std::vector<DiskPromise> promises_;
  std::vector<Made> lost_;     // nothing is known of them
  std::vector<Made> refused_;  // known to have failed for want of room
  std::size_t refusals_ = 0;
};

}  // namespace tally::fault
