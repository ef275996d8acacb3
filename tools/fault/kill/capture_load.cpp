#include "fault/kill/capture_load.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "base/clock.hpp"
#include "contracts/address.hpp"
#include "contracts/limits.hpp"
#include "fault/common/captures.hpp"

namespace tally::fault {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr std::string_view kCapturer = "keeper";
constexpr std::size_t kEventsMax = 3;
constexpr std::uint64_t kFinishedAskedPct = 5;
constexpr auto kFinishedWithin = 30s;
constexpr auto kPause = 20ms;

std::optional<Answer> post(client::HttpClient& client, std::string_view target,
                           std::string_view token, const json::object& body) {
  const auto response = client.post(std::string(target), "application/json", json::serialize(body),
                                    {{"Authorization", fmt::format("Bearer {}", token)}});
  if (!response || response->status / 100 != 2) return std::nullopt;
  return read_answer(*response);
}

}  // namespace

std::string compare_job(std::string_view id, ToldJob& job, const Answer& now) {
  if (now.status != 200) {
    return fmt::format("capture {} was acknowledged and answers {}", id, now.status);
  }
  if (now.text("captureID") != id) return fmt::format("capture {} is another", id);
  if (now.is("running")) {
    return job.finished ? fmt::format("capture {} was finished and runs", id) : "";
  }
  if (!now.is("success")) {
    return fmt::format("capture {} failed: {}", id, json::serialize(now.body));
  }
  auto told = fmt::format("{}, {} events, {} duplicates, {} facts, {} claims",
                          now.text("finishedAt"), now.number("events"), now.number("duplicates"),
                          now.number("facts"), now.number("claims"));
  if (job.finished && told != job.told) {
    return fmt::format("capture {} was told '{}' and is now '{}'", id, job.told, told);
  }
  job = {.finished = true, .told = std::move(told)};
  return {};
}

std::string CaptureLoad::set_up(const std::string& url) {
  auto client = client::HttpClient::open(url);
  if (!client) return std::string(client::name(client.error()));
  if (const auto done = admit_capturer(*client, kCapturer); !done) return done.error();
  const auto session = sign_in(*client, kCapturer);
  if (!session) return "no session";
  const auto agent = post(*client, "/v1/agents", *session, {{"label", "erp"}});
  if (!agent) return "no agent";
  const auto address = agent->text("address");
  const auto account = contracts::decode_address(address, contracts::NetworkKind::development);
  if (!account) return address;
  const auto granted = delegate_capture(*client, kCapturer, crypto::PublicKey{account->id});
  if (!granted) return granted.error();
  const auto day = SystemClock().wall_ms() + contracts::kDayMs;
  const auto token = post(*client, "/v1/tokens", *session,
                          {{"scopes", json::array{"capture"}},
                           {"label", "capture"},
                           {"agent", address},
                           {"expires_ms", std::to_string(day)}});
  if (!token) return "no token";
  token_ = token->text("token");
  return {};
}

bool CaptureLoad::once(client::HttpClient& client) {
  const auto document = capture_document(serial_, 1 + random_() % kEventsMax);
  const auto response = client.post("/epcis/v2/capture", "application/ld+json", document,
                                    {{"Authorization", "Bearer " + token_}});
  if (!response || response->status != 202) return false;
  jobs_[read_answer(*response).text("captureID")] = {};
  return true;
}

bool CaptureLoad::ask(client::HttpClient& client, const std::string& id, ToldJob& job) {
  const auto response = client.request("GET", "/epcis/v2/capture/" + id, {}, {},
                                       {{"Authorization", "Bearer " + token_}});
  if (!response) return false;
  const bool before = job.finished;
  if (auto wrong = compare_job(id, job, read_answer(*response)); !wrong.empty()) {
    wrongs_.push_back(std::move(wrong));
  }
  finished_ += job.finished && !before;
  return true;
}

void CaptureLoad::check(client::HttpClient& client) {
  for (auto& [id, job] : jobs_) {
    if (job.finished && random_() % 100 >= kFinishedAskedPct) continue;
    if (!ask(client, id, job)) return;
  }
}

void CaptureLoad::check_all_finished(client::HttpClient& client) {
  const auto end = std::chrono::steady_clock::now() + kFinishedWithin;
  for (auto& [id, job] : jobs_) {
    do {
      if (!ask(client, id, job) || !wrongs_.empty()) return;
      if (!job.finished) std::this_thread::sleep_for(kPause);
    } while (!job.finished && std::chrono::steady_clock::now() < end);
    if (!job.finished) wrongs_.push_back(fmt::format("capture {} is never done", id));
  }
}

}  // namespace tally::fault
