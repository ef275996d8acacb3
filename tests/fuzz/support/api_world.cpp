#include "fuzz/support/api_world.hpp"

#include <cstdlib>
#include <future>
#include <thread>

#include "base/check.hpp"
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "contracts/address.hpp"
#include "crypto/passphrase_box.hpp"
#include "custody/custody_store.hpp"
#include "fuzz/support/disks.hpp"
#include "fuzz/support/propose.hpp"
#include "fuzz/support/scratch.hpp"
#include "http/api/context.hpp"
#include "http/api/routes.hpp"
#include "http/api/stream.hpp"
#include "ledger/state_tables.hpp"
#include "provenance/capture.hpp"
#include "provenance/case_files.hpp"

namespace tally::fuzz {
namespace {

constexpr std::chrono::seconds kAnswerMax{60};
constexpr std::string_view kScratch = "api";

crypto::PublicKey key_of(std::string_view name) {
  return crypto::public_key(client::development_key(name));
}

std::string address_of(std::string_view name) {
  return contracts::encode_address(contracts::account_of(key_of(name)),
                                   contracts::NetworkKind::development);
}

template <typename T, typename E>
T need(std::expected<T, E> value) {
  CHECK(value.has_value());
  return std::move(*value);
}

storage::Options created(storage::Options options) {
  options.create = true;
  return options;
}

std::vector<codec::Block> settle_beginning(ledger::Ledger& ledger) {
  std::vector<codec::Block> blocks;
  auto time_ms = ledger.head().time_ms;
  for (const auto& tx : beginning().transactions) {
    ledger.begin(time_ms += kStepMs);
    const auto body = codec::encode_body(tx);
    const std::vector<Bytes> witnesses(tx.signers.size(), Bytes(64));
    CHECK(ledger.execute({tx, contracts::txid(network(), body), body, witnesses}).has_value());
    blocks.push_back(ledger.seal());
  }
  CHECK(ledger.commit(blocks).has_value());
  return blocks;
}

}  // namespace

struct ApiWorld::Node {
  Scratch scratch{kScratch};
  ManualClock clock{0};
  storage::MemoryDisk journal_disk, state_disk, views_disk, custody_disk, capture_disk;
  Bytes tip = Bytes(storage::TipFile::kBytes);
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<views::Views> views;
  std::unique_ptr<storage::Store> custody;
  std::unique_ptr<custody::NodeKey> node_key;
  std::unique_ptr<custody::Tokens> tokens;
  std::unique_ptr<custody::Agents> agents;
  std::unique_ptr<custody::Leases> leases;
  std::unique_ptr<custody::Sessions> sessions;
  std::unique_ptr<documents::DocumentStore> documents;
  std::unique_ptr<documents::ProfileStore> profiles;
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<provenance::Capture> capture;
  std::unique_ptr<provenance::CaseFiles> case_files;  // in capture's store
  std::unique_ptr<http::Background> background;
  http::StreamHub stream;
  http::Metrics metrics;
  std::unique_ptr<http::Api> api;
  std::thread follower;
  std::string session_token, agent_token;
  std::string settled_txid, order_id;

  Node();
  void open_ledger();
  void open_custody();
  void follow();
};

void ApiWorld::Node::open_ledger() {
  const auto genesis = codec::encode_genesis(client::development_genesis());
  auto journal = need(ledger::Journal::open(
      store_of(journal_disk, clock, ledger::Journal::store_options(network()), {}),
      need(storage::TipFile::open(std::make_unique<TipInMemory>(tip)))));
  ledger::LedgerOptions options;
  options.find_settled = [](const contracts::Txid&) { return std::optional<ledger::Outcome>{}; };
  ledger = need(
      ledger::Ledger::open(store_of(state_disk, clock, ledger::state_store_options(network()), {}),
                           std::move(journal), genesis, options));
  const auto blocks = settle_beginning(*ledger);
  settled_txid = txid_of(beginning().transactions.front()).hex();
  for (const auto& [key, entry] : beginning().model.registry.entries) {
    if (key.kind == contracts::RegistryKind::order) order_id = to_hex(key.id);
  }
  views = need(
      views::Views::open(store_of(views_disk, clock, views::Views::store_options(network()), {}),
                         client::development_genesis(),
                         [this](std::uint64_t height) { return ledger->journal().read(height); }));
  for (const auto& block : blocks) {
    const auto shared = std::make_shared<const codec::Block>(block);
    CHECK(views->apply(std::span(&shared, 1)).has_value());
  }
  clock.step_wall(ledger->head().time_ms + kStepMs);
}

void ApiWorld::Node::open_custody() {
  node_key = std::make_unique<custody::NodeKey>(
      need(custody::NodeKey::create(scratch.path() / "node.key", "development", {1, 1, 1})));
  custody = need(storage::open_memory_store(custody_disk, clock,
                                            custody::custody_options(network().bytes, true)));
  tokens = std::make_unique<custody::Tokens>(*custody);
  agents = std::make_unique<custody::Agents>(*custody, node_key->agent_wrapping_key());
  leases = std::make_unique<custody::Leases>(clock);
  sessions = std::make_unique<custody::Sessions>(clock, network().bytes, "localhost");
  documents::Options options;
  options.network_id = network().bytes;
  options.create = true;
  documents = need(documents::DocumentStore::open(scratch.path() / "documents", clock, options,
                                                  node_key->document_key()));
  profiles = need(
      documents::ProfileStore::open(scratch.path() / "profiles", clock, network().bytes, true));
  const auto challenge = sessions->challenge(key_of("ana"));
  auto made =
      need(sessions->redeem(key_of("ana"), challenge.nonce, challenge.expires_ms,
                            crypto::sign(client::development_key("ana"), challenge.digest)));
  session_token = as_text(made.text.view());
  const auto agent = need(agents->create(key_of("ana"), "till", clock.wall_ms()));
  auto issued = need(tokens->issue({.principal = agent.key,
                                    .scopes = {custody::Scope::capture, custody::Scope::query,
                                               custody::Scope::build, custody::Scope::read_own},
                                    .label = "till",
                                    .expires_ms = clock.wall_ms() + custody::kTokenLifeMsMax},
                                   clock.wall_ms()));
  agent_token = as_text(issued.text.view());
}

// Goes on while the process does.
void ApiWorld::Node::follow() {
  auto& feed = engine->feed();
  while (!feed.closed()) {
    const auto block = feed.get(views->next_height(), std::chrono::milliseconds(100));
    if (!block || !*block) continue;
    const auto height = (**block).header.height;
    CHECK(views->apply(std::span(&*block, 1)).has_value());
    engine->set_published(height);
  }
}

ApiWorld::Node::Node() {
  open_ledger();
  open_custody();
  engine::EngineOptions options;
  options.admission_threads = 1;
  engine = std::make_unique<engine::Engine>(*ledger, clock, options);
  follower = std::thread([this] { follow(); });
  auto capture_store = need(storage::open_memory_store(
      capture_disk, clock, created(provenance::capture_store_options(network().bytes))));
  case_files = std::make_unique<provenance::CaseFiles>(*capture_store, *documents);
  capture = std::make_unique<provenance::Capture>(std::move(capture_store), *documents, *agents,
                                                  *engine, *views, clock);
  background = std::make_unique<http::Background>(*views, 1);
  api = std::make_unique<http::Api>(http::Api{.engine = *engine,
                                              .views = *views,
                                              .tokens = *tokens,
                                              .sessions = *sessions,
                                              .agents = *agents,
                                              .leases = *leases,
                                              .node_key = *node_key,
                                              .documents = *documents,
                                              .profiles = *profiles,
                                              .background = *background,
                                              .stream = stream,
                                              .metrics = metrics,
                                              .clock = clock,
                                              .data_dir = scratch.path(),
                                              .public_url = "http://localhost:1",
                                              .sign_in_host = "localhost",
                                              .development = true,
                                              .capture = capture.get(),
                                              .cases = case_files.get()});
  stream.start(*api);
}

namespace {

// Takes what it is sent, like a reader that is never slow.
class Listener final : public http::WebSocketPeer {
 public:
  bool send(std::string, std::string) override { return true; }
  void close(std::uint16_t, std::string) override {}
  [[nodiscard]] std::size_t queued() const override { return 0; }
};

}  // namespace

ApiWorld::ApiWorld() : node_(std::make_unique<Node>()), router_(http::make_router(*node_->api)) {
  const auto snapshot = need(node_->views->snapshot());
  for (std::uint64_t height = 1; height <= snapshot.height(); ++height) {
    const auto block = need(node_->ledger->journal().read(height));
    for (auto& event : need(http::stream_events(*node_->api, snapshot, block))) {
      events_.push_back(std::move(event));
    }
  }
}

ApiWorld& ApiWorld::instance() {
  static auto* const kWorld = [] {
    // Its threads answer until the end, so only its files go.
    std::atexit([] {
      std::error_code ignored;
      std::filesystem::remove_all(Scratch::path_of(kScratch), ignored);
    });
    return new ApiWorld();
  }();
  return *kWorld;
}

std::uint64_t ApiWorld::next_height() const { return node_->views->next_height(); }

http::Response ApiWorld::ask(const http::Route& route, http::Request request) {
  std::promise<http::Response> answered;
  auto answer = answered.get_future();
  route.handler(std::move(request), http::Reply([&](http::Response response) {
                  answered.set_value(std::move(response));
                }));
  CHECK(answer.wait_for(kAnswerMax) == std::future_status::ready);
  return answer.get();
}

std::expected<void, http::Response> ApiWorld::greet(const http::Route& route,
                                                    http::Request request) {
  auto events = route.websocket(request, std::make_shared<Listener>());
  if (!events) return std::unexpected(std::move(events.error()));
  if (events->on_writable) events->on_writable();
  if (events->on_close) events->on_close();
  return {};
}

http::OrProblem<http::Read> ApiWorld::read(const http::Request& request) const {
  auto caller = http::identify(*node_->api, request);
  if (!caller) return std::unexpected(caller.error());
  return http::Read{*node_->api, request, std::move(*caller), need(node_->views->snapshot())};
}

std::vector<http::Header> ApiWorld::credentials(CallerKind kind) const {
  const auto bearer = [](std::string_view token) {
    return std::vector<http::Header>{{"authorization", "Bearer " + std::string(token)}};
  };
  switch (kind) {
    case CallerKind::stranger:
      return {};
    case CallerKind::anything:
      return bearer("dev");
    case CallerKind::account:
      return bearer(node_->session_token);
    case CallerKind::agent:
      return bearer(node_->agent_token);
    case CallerKind::wrong:
      return bearer("tally_0000");
  }
  return {};
}

std::string ApiWorld::sample(std::string_view name) const {
  if (name == "txid") return node_->settled_txid;
  if (name == "id" || name == "order") return node_->order_id;
  if (name == "height" || name == "min_height" || name == "limit") return "3";
  if (name == "asset" || name == "symbol") return "EUR";
  if (name == "command") return "asset_transfer";
  if (name == "attribute") return std::string(64, 'a');
  if (name.starts_with("gs1_key") || name == "item") return "01/09506000134352/21/A1";
  if (name == "prefix") return "9506000";
  if (name == "gtin") return "09506000134352";
  if (name == "serial") return "A1";
  return address_of("ana");
}

std::vector<std::string> braces_of(std::string_view pattern) {
  std::vector<std::string> out;
  for (auto open = pattern.find('{'); open != std::string_view::npos;
       open = pattern.find('{', open + 1)) {
    auto name = pattern.substr(open + 1, pattern.find('}', open) - open - 1);
    if (name.ends_with("...")) name.remove_suffix(3);
    out.emplace_back(name);
  }
  return out;
}

}  // namespace tally::fuzz
