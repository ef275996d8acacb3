#include "fault/disk/disk_node.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <csignal>
#include <thread>

#include "base/clock.hpp"
#include "fault/common/answer.hpp"

namespace tally::fault {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

constexpr std::string_view kListening = "listening on ";
constexpr std::chrono::seconds kPatience{60};
// A connection is closed before the process that had it is seen to have ended.
constexpr std::chrono::seconds kDying{5};
const std::vector<client::ClientHeader> kOperator{{"Authorization", "Bearer dev"}};

std::uint64_t now_ms() { return SystemClock().wall_ms(); }

Answer parse(const client::ClientResponse& response) {
  auto answer = read_answer(response);
  if (answer.body.empty()) throw Broken("an answer is no JSON object: " + response.body);
  return answer;
}

}  // namespace

DiskNode::DiskNode(const Options& options, std::filesystem::path data, std::filesystem::path output,
                   std::vector<std::string> settings, std::uint64_t seed)
    : options_(options),
      data_(std::move(data)),
      output_(std::move(output)),
      settings_(std::move(settings)),
      load_({.seed = seed, .expired_pct = 0}) {}

void DiskNode::start(const std::string& failpoint) {
  client_.reset();
  ProgramOptions program{
      .path = options_.bin_dir / "tallyd",
      .arguments = {"--dev", "--data", data_.string(), "--listen", "127.0.0.1:0"},
      .environment = {},
      .output = output_};
  for (const auto& setting : settings_) {
    program.arguments.insert(program.arguments.end(), {"--set", setting});
  }
  if (!failpoint.empty()) program.environment.emplace_back("TALLY_FAILPOINT", failpoint);
  may_end_ = !failpoint.empty();
  program_ = std::make_unique<Program>(std::move(program));
  const auto url = program_->wait_for_line(kListening, kPatience);
  if (!url) {
    if (may_end_ && program_->wait(0ms)) return;
    throw Broken("tallyd does not start: " + program_->printed());
  }
  auto client = client::HttpClient::open(*url);
  if (!client) throw Broken("no URL: " + *url);
  client_ = std::move(*client);
}

bool DiskNode::running(std::chrono::milliseconds end_within) {
  if (!program_) return false;
  const auto status = program_->wait(end_within);
  if (!status) return true;
  if (!may_end_)
    throw Broken(fmt::format("tallyd ended by itself with {}: {}", *status, program_->printed()));
  return false;
}

void DiskNode::stop() {
  program_->signal(SIGTERM);
  const auto status = program_->wait(kPatience);
  if (status != 0 && !(may_end_ && status == 128 + SIGKILL)) {
    throw Broken("tallyd does not stop as it should: " + program_->printed());
  }
  program_.reset();
}

void DiskNode::kill() {
  may_end_ = true;
  program_->signal(SIGKILL);
  program_->wait(kPatience);
  program_.reset();
}

DiskNode::Sent DiskNode::judge(const Made& made, const client::ClientResponse& response) {
  const auto answer = parse(response);
  if (response.status == 200) {
    load_.settled(made.txid, answer.number("first_output_number"));
    if (!made.copy) promises_.push_back({made, true, answer.number("height")});
    if (!made.may_settle) throw Broken("what must not settle did: " + made.txid.hex());
    return Sent::answered;
  }
  const auto code = contracts::error_code(static_cast<std::uint16_t>(answer.number("number")));
  if (!code) throw Broken("an answer without a code: " + response.body);
  const bool is_final = answer.body.at("final").as_bool();
  if (not_looked_at(*code)) {
    if (is_final) throw Broken("what was not looked at is told as final: " + response.body);
    if (*code == contracts::ErrorCode::writing_halted && !answer.text("detail").contains("_full")) {
      throw Broken("a refusal for want of room does not say so: " + response.body);
    }
    return Sent::refused;
  }
  if (!allowed(made, *code, now_ms())) {
    throw Broken(fmt::format("{} {} may not be refused with {}", kind_name(made.kind),
                             made.txid.hex(), response.body));
  }
  load_.rejected(made.txid, *code);
  if (is_final && answer.body.contains("height") && !made.copy) {
    promises_.push_back({made, false, answer.number("height")});
  }
  return Sent::answered;
}

DiskNode::Sent DiskNode::send(const Made& made) {
  if (!client_) return Sent::lost;
  const auto response = client_->post("/v1/transactions", "application/x-protobuf",
                                      as_text(codec::encode_signed(made.bytes)));
  if (response) return judge(made, *response);
  if (running(kDying)) throw Broken("no answer: " + std::string(name(response.error())));
  return Sent::lost;
}

void DiskNode::load(std::size_t count, const std::function<bool()>& until) {
  for (std::size_t i = 0; i < count && running() && !(until && until()); ++i) {
    auto made = load_.next(now_ms());
    const auto sent = send(made);
    if (sent == Sent::lost) lost_.push_back(std::move(made));
    if (sent == Sent::refused) {
      ++refusals_;
      refused_.push_back(std::move(made));
    }
  }
}

bool DiskNode::load_until_refused(std::size_t count_max) {
  const auto before = refusals_;
  load(count_max, [&] { return refusals_ > before; });
  return refusals_ > before;
}

void DiskNode::resolve(bool refused) {
  auto open = std::move(lost_);
  lost_.clear();
  if (refused) {
    open.insert(open.end(), refused_.begin(), refused_.end());
    refused_.clear();
  }
  const auto end = std::chrono::steady_clock::now() + kPatience;
  for (const auto& made : open) {
    auto sent = send(made);
    while (sent == Sent::refused && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(50ms);
      sent = send(made);
    }
    if (sent == Sent::refused) throw Broken("with room again, writing does not resume");
    if (sent == Sent::lost) lost_.push_back(made);
  }
}

std::optional<client::ClientResponse> DiskNode::get(std::string_view target) {
  if (!client_) return std::nullopt;
  auto response = client_->get(target, kOperator);
  if (response) return std::move(*response);
  if (running(kDying)) throw Broken(fmt::format("{}: {}", target, name(response.error())));
  return std::nullopt;
}

std::optional<json::object> DiskNode::operate(std::string_view target, std::string_view body) {
  if (!client_) return std::nullopt;
  const auto response = body.empty() ? client_->get(target, kOperator)
                                     : client_->post(target, "application/json", body, kOperator);
  if (response) {
    auto answer = parse(*response).body;
    answer["status"] = response->status;
    return answer;
  }
  if (running(kDying)) throw Broken(fmt::format("{}: {}", target, name(response.error())));
  return std::nullopt;
}

void DiskNode::check_promise(const DiskPromise& promise) {
  const auto txid = promise.made.txid.hex();
  const auto response = get("/v1/transactions/" + txid);
  if (!response) return;
  const auto there = parse(*response);
  const bool same = response->status == 200 && there.number("height") == promise.height &&
                    there.text("outcome") == (promise.settled ? "settled" : "rejected");
  if (!same) {
    throw Broken(fmt::format("{} was acknowledged at height {} and is now: {}", txid,
                             promise.height, response->body));
  }
}

void DiskNode::check_promises(std::size_t count) {
  // What the views do not have yet, for want of room perhaps, is asked for at the end.
  const auto status = operate("/v1/admin/status");
  if (!status) return;
  std::uint64_t height = UINT64_MAX;
  for (const auto& view : status->at("views").as_array()) {
    height = std::min(height, number_of(view.as_object(), "height"));
  }
  const auto size = promises_.size();
  const auto step = 1 + size / std::max<std::size_t>(count, 1);
  for (std::size_t i = 0; i < size; ++i) {
    const bool chosen = size - i <= count || i % step == 0;
    if (chosen && promises_[i].height <= height) check_promise(promises_[i]);
  }
}

void DiskNode::check_refused() {
  for (const auto& made : refused_) {
    // A copy of one that settled before is there, of course.
    if (made.copy) continue;
    const auto response = get("/v1/transactions/" + made.txid.hex());
    if (response && response->status != 404) {
      throw Broken("a write was refused for want of room and is there: " + response->body);
    }
  }
}

}  // namespace tally::fault
