#include "fault/power_loss/recording.hpp"

#include <fmt/format.h>

#include <atomic>
#include <boost/json.hpp>
#include <exception>
#include <random>
#include <stdexcept>
#include <thread>

#include "base/clock.hpp"
#include "client/development.hpp"
#include "client/http_client.hpp"
#include "contracts/address.hpp"
#include "contracts/limits.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "fault/common/answer.hpp"
#include "fault/common/captures.hpp"
#include "fault/common/node_program.hpp"
#include "fault/common/verdict.hpp"
#include "market/profile_commitment.hpp"

namespace tally::fault {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kLogBytesMax = std::uint64_t{4} << 30;  // sparse
constexpr std::size_t kWindow = 24;               // transactions on their way together
constexpr const char* kSyncMicroseconds = "300";  // as an ordinary solid-state disk takes
constexpr std::size_t kWindowsOfAnArchive = 4;
constexpr std::string_view kArchive = R"({"keep_blocks": 16})";
constexpr std::string_view kKeeper = "keeper";
constexpr std::size_t kSmallBlob = 600;
constexpr std::size_t kLargeBlob = 40'000;  // in a file of its own
constexpr std::size_t kAttributes = 5;
constexpr std::size_t kEventsPerDocument = 3;
constexpr std::size_t kAgentsKept = 6;

[[noreturn]] void fail(std::string_view what, std::string_view detail) {
  throw std::runtime_error(fmt::format("{}: {}", what, detail));
}

client::HttpClient connect(const std::string& url) {
  auto client = client::HttpClient::open(url);
  if (!client) fail(url, client::name(client.error()));
  return std::move(*client);
}

std::uint64_t now_ms() { return SystemClock().wall_ms(); }

// ---- Transactions. ----

class Payer {
 public:
  Payer(Recording& recording, const std::string& url, std::uint64_t seed)
      : recording_(recording), client_(connect(url)), load_({.seed = seed}) {}

  /// Sends until so many have their answers.
  void run(std::uint64_t count) {
    for (std::size_t windows = 1; recording_.transactions.size() < count; ++windows) {
      send_window();
      if (windows % kWindowsOfAnArchive == 0) archive();
    }
  }

 private:
  void send_window() {
    std::vector<Made> window;
    std::string requests;
    const auto sent = recording_.log->position();
    for (std::size_t i = 0; i < kWindow; ++i) {
      window.push_back(load_.next(now_ms()));
      requests += client_.encode("POST", "/v1/transactions", "application/x-protobuf",
                                 as_text(codec::encode_signed(window.back().bytes)));
    }
    if (const auto done = client_.send(requests); !done) {
      fail("sending transactions", client::name(done.error()));
    }
    for (const auto& made : window) {
      const auto response = client_.receive();
      if (!response) fail("an answer", client::name(response.error()));
      note(made, {sent, recording_.log->position()}, *response);
    }
  }

  // The node does it by itself too, but not as often as a short recording needs it.
  void archive() {
    const auto response = client_.post("/v1/admin/archive", "application/json", kArchive,
                                       {{"Authorization", "Bearer dev"}});
    if (!response) fail("archiving", client::name(response.error()));
    if (response->status != 200) fail("archiving", response->body);
  }

  void note(const Made& made, Moment moment, const client::ClientResponse& response) {
    const auto verdict = read_verdict(response);
    if (!verdict) fail(made.txid.hex(), verdict.error());
    if (const auto wrong = wrong_with(*verdict, made, now_ms()); !wrong.empty()) {
      fail("the recorded node", wrong);
    }
    if (verdict->settled) {
      load_.settled(made.txid, verdict->first_output_number);
    } else {
      load_.rejected(made.txid, verdict->code);
    }
    // What was refused at the door is not in the journal, and was not promised to be.
    if (!verdict->journaled()) return;
    recording_.transactions.push_back({moment, made.txid, verdict->settled,
                                       std::string(verdict->settled ? "" : name(verdict->code)),
                                       verdict->height, verdict->first_output_number});
  }

  Recording& recording_;
  client::HttpClient client_;
  Workload load_;
};

// ---- Documents and custody. ----

class Keeper {
 public:
  Keeper(Recording& recording, const std::string& url, std::uint64_t seed)
      : recording_(recording), client_(connect(url)), random_(seed) {}

  /// Becomes a member with a prefix, an agent and a token to capture with.
  void set_up() {
    done(admit_capturer(client_, kKeeper));
    sign_in();
    const auto agent = make_agent();
    done(delegate_capture(client_, kKeeper, agent.key));
    capture_token_ = make_token("capture", agent.key).text;
  }

  void run(const std::atomic<bool>& stop) {
    while (!stop) {
      put_blob(random_() % kAttributes, random_() % 2 == 0 ? kSmallBlob : kLargeBlob);
      capture();
      auto token = make_token("read_own", std::nullopt);
      if (random_() % 4 != 0) revoke(token, ids_.back());
      recording_.tokens.push_back(std::move(token));
      recording_.agents.push_back(make_agent());
      if (recording_.agents.size() > kAgentsKept + removed_) {
        remove(recording_.agents[removed_++]);
      }
      if (recording_.tokens.size() > kTokensMax) return;
    }
  }

 private:
  static constexpr std::size_t kTokensMax = 60;  // an account may have 64

  static crypto::PublicKey key(std::string_view name) {
    return crypto::public_key(client::development_key(name));
  }
  static void done(const std::expected<void, std::string>& outcome) {
    if (!outcome) fail(kKeeper, outcome.error());
  }
  std::uint64_t position() const { return recording_.log->position(); }

  Answer ask(std::string_view method, const std::string& target, std::string_view type,
             std::string_view body, std::string_view token, int expected) {
    std::vector<client::ClientHeader> headers;
    if (!token.empty()) headers.push_back({"Authorization", "Bearer " + std::string(token)});
    const auto response = client_.request(method, target, type, body, headers);
    if (!response) fail(target, client::name(response.error()));
    if (response->status != expected) fail(target, response->body);
    return read_answer(*response);
  }
  Answer ask_json(const std::string& target, const json::object& body, std::string_view token,
                  int expected) {
    return ask("POST", target, "application/json", json::serialize(body), token, expected);
  }

  void sign_in() {
    auto session = fault::sign_in(client_, kKeeper);
    if (!session) fail("sign-in", kKeeper);
    session_ = std::move(*session);
  }

  PromisedAgent make_agent() {
    PromisedAgent out;
    out.created.sent = position();
    const auto answer = ask_json("/v1/agents", {{"label", "erp"}}, session_, 201);
    out.created.answered = position();
    const auto account =
        contracts::decode_address(answer.text("address"), contracts::NetworkKind::development);
    if (!account) fail("agent", answer.text("address"));
    out.key = crypto::PublicKey{account->id};
    return out;
  }

  void remove(PromisedAgent& agent) {
    const auto name = contracts::encode_address(contracts::account_of(agent.key),
                                                contracts::NetworkKind::development);
    agent.removed.sent = position();
    ask("DELETE", "/v1/agents/" + name, "", "", session_, 204);
    agent.removed.answered = position();
  }

  PromisedToken make_token(std::string_view scope, const std::optional<crypto::PublicKey>& agent) {
    json::object body{{"scopes", json::array{scope}},
                      {"label", "test"},
                      {"expires_ms", std::to_string(now_ms() + contracts::kDayMs)}};
    if (agent) {
      body["agent"] = contracts::encode_address(contracts::account_of(*agent),
                                                contracts::NetworkKind::development);
    }
    PromisedToken out;
    out.issued.sent = position();
    const auto answer = ask_json("/v1/tokens", body, session_, 201);
    out.issued.answered = position();
    out.text = answer.text("token");
    ids_.push_back(answer.text("id"));
    return out;
  }

  void revoke(PromisedToken& token, const std::string& id) {
    token.revoked.sent = position();
    ask("DELETE", "/v1/tokens/" + id, "", "", session_, 204);
    token.revoked.answered = position();
  }

  void put_blob(std::size_t index, std::size_t size) {
    auto& attributes = recording_.attributes;
    if (index >= attributes.size()) {
      index = attributes.size();
      attributes.push_back({key(kKeeper), fmt::format("attribute-{}", index), {}});
    }
    std::string content(size, '\0');
    for (auto& c : content) c = static_cast<char>(random_());
    const auto target = fmt::format("/v1/profile/{}?commitment={}", attributes[index].name,
                                    to_hex(crypto::tagged_hash("tally/test", {as_bytes(content)})));
    Moment moment{position(), kNever};
    const auto answer = ask("PUT", target, "application/octet-stream", content, session_, 200);
    moment.answered = position();
    const auto document = documents::DocumentHash::parse(answer.text("document"));
    if (!document) fail(target, "no document");
    attributes[index].blobs.push_back({moment, *document});
  }

  void capture() {
    const auto document = capture_document(serial_, kEventsPerDocument);
    PromisedJob job;
    job.moment.sent = position();
    const auto answer =
        ask("POST", "/epcis/v2/capture", "application/ld+json", document, capture_token_, 202);
    job.moment.answered = position();
    const auto id = provenance::JobId::parse(answer.text("captureID"));
    if (!id) fail("capture", json::serialize(answer.body));
    job.id = *id;
    recording_.jobs.push_back(std::move(job));
  }

  Recording& recording_;
  client::HttpClient client_;
  std::mt19937_64 random_;
  std::string session_;
  std::string capture_token_;
  std::vector<std::string> ids_;  // of the tokens, as they are issued
  std::size_t removed_ = 0;
  std::uint64_t serial_ = 0;
};

void converse(Recording& recording, const std::string& url, std::uint64_t transactions,
              std::uint64_t seed) {
  Keeper keeper(recording, url, seed);
  keeper.set_up();
  std::atomic<bool> stop{false};
  std::exception_ptr failed;
  std::thread documents([&] {
    try {
      keeper.run(stop);
    } catch (...) {
      failed = std::current_exception();
    }
  });
  try {
    Payer(recording, url, seed).run(transactions);
  } catch (...) {
    stop = true;
    documents.join();
    throw;
  }
  stop = true;
  documents.join();
  if (failed) std::rethrow_exception(failed);
}

}  // namespace

const std::vector<std::string>& recorded_settings() {
  static const std::vector<std::string> settings{
      "storage.checkpoint_blocks_max=12", "storage.overlay_outputs_max=1000",
      "storage.overlay_entries_max=1000", "engine.block_transactions_max=8",
      "storage.archive_keep_blocks=24",   "storage.archive_segment_blocks=8"};
  return settings;
}

RecordedNode start_recorded(const Options& options, const std::filesystem::path& disk,
                            const std::filesystem::path& log) {
  const auto recorder = std::filesystem::absolute(options.bin_dir / "tally-recorder.so");
  if (!std::filesystem::exists(recorder)) fail(recorder.string(), "is not there: build it");
  const auto root = std::filesystem::absolute(disk);
  RecordedNode out;
  out.program = start_node(
      options.bin_dir, {.data = root / kDataName,
                        .output = log.string() + ".out",
                        .settings = recorded_settings(),
                        .environment = {{"LD_PRELOAD", recorder.string()},
                                        {recorder::kLogVariable, std::filesystem::absolute(log)},
                                        {recorder::kRootVariable, root.string()},
                                        {recorder::kSyncVariable, kSyncMicroseconds}}});
  const auto url = url_of(*out.program);
  if (!url) fail("tallyd does not listen", out.program->printed());
  out.url = *url;
  return out;
}

void stop_recorded(Program& program, const WriteLog& log) {
  if (const auto done = stop_node(program); !done) fail("the recorded node", done.error());
  if (const auto complaint = log.complaint()) fail("the recording", *complaint);
}

Recording record(const Options& options, const std::filesystem::path& directory,
                 std::uint64_t transactions, std::uint64_t seed) {
  Recording out;
  out.disk = directory / "disk";
  std::filesystem::create_directories(out.disk);
  const auto log_path = directory / "log";
  out.log = std::make_unique<WriteLog>(log_path, kLogBytesMax);
  const auto node = start_recorded(options, out.disk, log_path);
  out.ready = out.log->position();
  try {
    converse(out, node.url, transactions, seed);
  } catch (const std::exception& error) {
    fail(error.what(), node.program->printed());
  }
  stop_recorded(*node.program, *out.log);
  return out;
}

}  // namespace tally::fault
