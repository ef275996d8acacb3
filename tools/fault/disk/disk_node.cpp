#include "fault/disk/disk_node.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <csignal>
#include <thread>

#include "base/clock.hpp"
#include "fault/common/answer.hpp"
#include "fault/common/node_program.hpp"

namespace tally::fault {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

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
  may_end_ = !failpoint.empty();
  program_ =
      start_node(options_.bin_dir,
                 {.data = data_, .output = output_, .settings = settings_, .failpoint = failpoint});
  const auto url = url_of(*program_);
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
  const auto done = stop_node(*program_);
  const bool killed = may_end_ && program_->wait(0ms) == 128 + SIGKILL;
  if (!done && !killed) throw Broken(done.error());
  program_.reset();
}

void DiskNode::kill() {
  may_end_ = true;
  program_->signal(SIGKILL);
  program_->wait(kNodePatience);
  program_.reset();
}

DiskNode::Sent DiskNode::judge(const Made& made, const client::ClientResponse& response) {
  const auto verdict = read_verdict(response);
  if (!verdict) throw Broken(verdict.error());
  if (!verdict->looked_at) {
    const bool for_room = verdict->code != contracts::ErrorCode::writing_halted ||
                          read_answer(response).text("detail").contains("_full");
    if (!for_room) throw Broken("a refusal for want of room does not say so: " + response.body);
    return Sent::refused;
  }
  if (const auto wrong = wrong_with(*verdict, made, now_ms()); !wrong.empty()) throw Broken(wrong);
  if (verdict->settled) {
    load_.settled(made.txid, verdict->first_output_number);
  } else {
    load_.rejected(made.txid, verdict->code);
  }
  if (verdict->journaled() && !made.copy) promises_.push_back({made.txid, *verdict});
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
    check_refused();
    open.insert(open.end(), refused_.begin(), refused_.end());
    refused_.clear();
  }
  const auto end = std::chrono::steady_clock::now() + kNodePatience;
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
  const auto response = get("/v1/transactions/" + promise.txid.hex());
  if (!response) return;
  if (const auto other = difference(promise.told, promise.txid, *response); !other.empty()) {
    throw Broken(other);
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
    if (chosen && promises_[i].told.height <= height) check_promise(promises_[i]);
  }
}

// Once there is room the views follow to the journal's end: what is there shows itself then.
void DiskNode::check_refused() {
  if (refused_.empty()) return;
  std::uint64_t height = 0;
  const auto end = std::chrono::steady_clock::now() + kNodePatience;
  for (bool waits = true; waits; std::this_thread::sleep_for(20ms)) {
    const auto status = operate("/v1/admin/status");
    if (!status) return;
    waits = status->at("waits_for_room").as_bool();
    height = number_of(*status, "height");
    if (waits && std::chrono::steady_clock::now() > end) {
      throw Broken("with room again, writing does not resume");
    }
  }
  for (const auto& made : refused_) {
    // A copy of one that settled before is there, of course.
    if (made.copy) continue;
    const auto response =
        get(fmt::format("/v1/transactions/{}?min_height={}", made.txid.hex(), height));
    if (response && response->status != 404) {
      throw Broken("it was refused for want of room and is there: " + response->body);
    }
  }
}

}  // namespace tally::fault
