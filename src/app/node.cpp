#include "app/node.hpp"

#include <array>

#include "app/quarantine_file.hpp"
#include "backup/backup.hpp"
#include "base/check.hpp"
#include "base/failpoint.hpp"
#include "base/log.hpp"
#include "base/planted.hpp"
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "custody/custody_store.hpp"
#include "http/api/routes.hpp"
#include "ledger/state_tables.hpp"
#include "storage/durable_file.hpp"
#include "storage/lmdb_store.hpp"
#include "storage/posix.hpp"
#include "views/transactions.hpp"

namespace tally::app {
namespace {

constexpr std::size_t kGenesisBytesMax = 64 * 1024;
constexpr std::size_t kCatchUpBlocksMax = 256;
// A map doubles as it fills: that is nothing rare, and so it is tried long before it matters.
constexpr std::uint64_t kMapBytesFirst = 8 << 20;
constexpr int kSnapshotTries = 10;  // each waits for as long as the views' map may take to grow
// A development network's keys are no secret, so neither is what seals them.
constexpr std::string_view kDevelopmentPassphrase = "development";
// Nobody has to guess it, so a guess need not be dear: a development node starts in a moment.
constexpr crypto::ScryptCost kDevelopmentCost{.log2_n = 10};

// Where what was acknowledged is kept. State and views are not among them: the journal gives both.
struct Part {
  std::string_view file;  ///< Is there as soon as the part is whole.
  std::string_view name;
};
// In the order in which a first start makes them, each durable before the next.
constexpr std::array<Part, 7> kParts{{{"journal/data.mdb", "journal"},
                                      {"node.key", "node.key"},
                                      {"custody/data.mdb", "custody"},
                                      {"documents/index/data.mdb", "documents"},
                                      {"documents/keys", "documents/keys"},
                                      {"profiles/data.mdb", "profiles"},
                                      {"provenance/data.mdb", "provenance"}}};

std::unexpected<StartFailure> failure(std::string text) { return std::unexpected(std::move(text)); }

std::unexpected<StartFailure> failure(std::string_view what, storage::Error error) {
  const auto advice = storage::advice(error);
  return std::unexpected(
      fmt::format("{}: {}{}{}", what, storage::name(error), advice.empty() ? "" : ": ", advice));
}

storage::Options created(storage::Options options, std::uint64_t map_bytes_max) {
  options.create = true;
  options.map_bytes = kMapBytesFirst;
  options.map_bytes_max = map_bytes_max;
  return options;
}

std::string describe(const http::StartFault& fault) {
  const auto why = [&]() -> std::string_view {
    switch (fault.error) {
      case http::StartError::kNoListener:
        return "network.listen names no address";
      case http::StartError::kAddressInvalid:
        return "not http:// or https://, IP address and port";
      case http::StartError::kPlainHttpRefused:
        return "plain HTTP is served on loopback alone: use https, or set "
               "network.allow_plain_http";
      case http::StartError::kTlsMissing:
        return "https needs tls.certificate_file and tls.private_key_file";
      case http::StartError::kTlsInvalid:
        return "the certificate and its key cannot be used";
      case http::StartError::kBindFailed:
        return "the address cannot be bound";
      case http::StartError::kClientCaInvalid:
        return "admin.listen needs the authority of the operators' certificates in "
               "admin.client_ca_file";
    }
    CHECK(false);
  }();
  return fmt::format("listen: {}: {}", fault.where, why);
}

// The genesis is valid when every operator in it has signed its network id.
std::expected<Bytes, StartFailure> check_genesis(ByteView file) {
  const auto genesis = codec::decode_signed_genesis(file);
  if (!genesis) return failure("genesis: the file is not a signed genesis");
  const auto body = codec::decode_genesis(genesis->body);
  if (!body || !contracts::apply(*body)) return failure("genesis: it breaks its own rules");
  if (body->kind == contracts::NetworkKind::development) {
    return failure("genesis: a development network runs with --dev alone");
  }
  const auto id = contracts::network_id(genesis->body);
  for (const auto& key : body->operators) {
    const auto signature = std::find_if(genesis->signatures.begin(), genesis->signatures.end(),
                                        [&](const auto& s) { return s.key == key; });
    if (signature == genesis->signatures.end() ||
        !crypto::verify(key, id.bytes, signature->signature)) {
      return failure(fmt::format("genesis: operator {} has not signed it", key.hex()));
    }
  }
  return genesis->body;
}

// The first line of a file that only its owner can read.
std::expected<crypto::SecretBytes, StartFailure> read_passphrase(const std::string& file) {
  if (file.empty()) return failure("keys.passphrase_file is not set: it opens the node's own keys");
  std::error_code error;
  const auto mode = std::filesystem::status(file, error).permissions();
  if (error) return failure(fmt::format("{}: {}", file, error.message()));
  using std::filesystem::perms;
  if ((mode & (perms::group_all | perms::others_all)) != perms::none) {
    return failure(fmt::format("{}: others can read it; chmod 600 it", file));
  }
  auto bytes = storage::read_file(file, 4096);
  if (!bytes) return failure(file, bytes.error());
  const auto text = as_text(*bytes);
  crypto::SecretBytes line(as_bytes(text.substr(0, text.find('\n'))));
  crypto::wipe(*bytes);
  return line;
}

}  // namespace

std::filesystem::path Node::path(std::string_view name) const {
  return std::filesystem::path(config_.network.data_dir) / name;
}

std::expected<std::unique_ptr<Node>, StartFailure> Node::start(const Config& config,
                                                               const Clock& clock) {
  auto node = recover(config, clock);
  if (!node) return node;
  if (auto running = (*node)->run(); !running) {
    (*node)->stop();
    return std::unexpected(running.error());
  }
  return node;
}

std::expected<std::unique_ptr<Node>, StartFailure> Node::recover(const Config& config,
                                                                 const Clock& clock) {
  std::unique_ptr<Node> node(new Node(config, clock));
  if (auto opened = node->open(); !opened) return std::unexpected(opened.error());
  return node;
}

Node::~Node() { stop(); }

std::expected<void, StartFailure> Node::open() {
  // Durable in its parent too: the names in it are of no use without its own.
  if (const auto made = storage::make_directory(config_.network.data_dir); !made) {
    return failure(config_.network.data_dir, made.error());
  }
  if (auto whole = backup::check_restored(config_.network.data_dir); !whole) return whole;
  auto genesis = load_genesis();
  if (!genesis) return std::unexpected(genesis.error());
  if (auto done = check_parts(true); !done) return done;
  if (auto done = open_ledger(*genesis); !done) return done;
  if (auto done = check_parts(is_new()); !done) return done;
  if (auto done = open_views(); !done) return done;
  FAILPOINT(recovery_before_custody);
  if (auto done = open_custody(); !done) return done;
  return open_capture();
}

std::expected<void, StartFailure> Node::run() {
  FAILPOINT(recovery_before_engine);
  if (auto done = start_engine(); !done) return done;
  case_files_ = std::make_unique<provenance::CaseFiles>(*capture_store_, *documents_);
  capture_ = std::make_unique<provenance::Capture>(std::move(capture_store_), *documents_, *agents_,
                                                   *engine_, *views_, clock_);
  start_upkeep();
  return serve();
}

std::expected<Bytes, StartFailure> Node::load_genesis() {
  if (config_.network.development) return codec::encode_genesis(client::development_genesis());
  const auto file = storage::read_file(path("genesis"), kGenesisBytesMax);
  if (!file) {
    if (file.error() == storage::Error::not_found) {
      return failure(
          fmt::format("{} is not there: make one with `tally network genesis`, or start with --dev",
                      path("genesis").string()));
    }
    return failure("genesis", file.error());
  }
  return check_genesis(*file);
}

// A node whose first start may not have come to its end: nothing is served before that.
bool Node::is_new() const { return ledger_->head().height == 0; }

// A part that is missing was lost if one is there that was made after it, or a block beyond
// genesis: an empty one in its place would hide that. One that a new node has not made yet is made.
std::expected<void, StartFailure> Node::check_parts(bool is_new) {
  bool later = !is_new;
  const Part* lost = nullptr;  // the first one
  for (auto part = kParts.rbegin(); part != kParts.rend(); ++part) {
    std::error_code error;
    const bool there = std::filesystem::exists(path(part->file), error);
    if (error) return failure(fmt::format("{}: {}", part->name, error.message()));
    if (!there && later) lost = &*part;
    later = later || there;
  }
  if (lost == nullptr) return {};
  return failure(fmt::format(
      "{}: lost: {} is not there, and the node has been in use: nothing empty is made in its "
      "place. Bring it back, or restore a backup into a new directory with `tally-replay "
      "--restore`",
      lost->name, path(lost->file).string()));
}

std::expected<void, StartFailure> Node::open_ledger(ByteView genesis) {
  const auto network = contracts::network_id(genesis);
  auto journal_store = storage::open_lmdb_store(
      path("journal"), clock_,
      created(ledger::Journal::store_options(network), config_.storage.journal_map_bytes_max));
  if (!journal_store) return failure("journal", journal_store.error());
  auto state = storage::open_lmdb_store(
      path("state"), clock_,
      created(ledger::state_store_options(network), config_.storage.state_map_bytes_max));
  if (!state) return failure("state", state.error());
  auto tip = storage::TipFile::open(path("journal.tip"), true);
  if (!tip) return failure("journal.tip", tip.error());
  auto archive = ledger::Archive::open(archive_dir(), network);
  if (!archive) return failure(describe(archive.error()));
  auto journal =
      ledger::Journal::open(std::move(*journal_store), std::move(*tip), std::move(*archive));
  if (!journal) return failure(describe(journal.error()));
  ledger::LedgerOptions options;
  options.overlay_outputs_max = config_.storage.overlay_outputs_max;
  options.overlay_entries_max = config_.storage.overlay_entries_max;
  options.checkpoint_blocks_max = config_.storage.checkpoint_blocks_max;
  options.find_settled =
      [this](const contracts::Txid& txid) -> ledger::Faulty<std::optional<ledger::Outcome>> {
    auto snapshot = views_->snapshot();
    for (int tries = 1; !snapshot && tries < kSnapshotTries; ++tries) {
      snapshot = views_->snapshot();
    }
    if (!snapshot) return std::unexpected(snapshot.error());
    return views::find_settled(*snapshot, txid);
  };
  auto opened = ledger::Ledger::open(std::move(*state), std::move(*journal), genesis, options);
  if (!opened) return failure(describe(opened.error()));
  ledger_ = std::move(*opened);
  return {};
}

std::expected<void, StartFailure> Node::open_views() {
  auto store = storage::open_lmdb_store(path("views"), clock_,
                                        created(views::Views::store_options(ledger_->network_id()),
                                                config_.storage.views_map_bytes_max));
  if (!store) return failure("views", store.error());
  auto opened = views::Views::open(std::move(*store), ledger_->genesis(),
                                   [this](std::uint64_t h) { return ledger_->journal().read(h); });
  if (!opened) return failure(describe(opened.error()));
  views_ = std::move(*opened);
  return catch_up_views();
}

std::expected<void, StartFailure> Node::start_engine() {
  engine::EngineOptions engine;
  engine.admission_threads = config_.engine.admission_threads != 0
                                 ? config_.engine.admission_threads
                                 : std::max(1u, std::thread::hardware_concurrency());
  engine.submissions_max = config_.engine.admission_queue_max;
  engine.admitted_max = config_.engine.writer_queue_max;
  engine.block_transactions_max = config_.engine.block_transactions_max;
  engine.core.block_bytes_max = config_.engine.block_bytes_max;
  engine.core.clock_jump_ms_max = config_.engine.clock_jump_ms_max;
  engine.hold = config_.engine.hold;
  engine.submissions_per_source_max = config_.engine.admission_queue_per_source_max;
  engine.member_rate = config_.engine.member_rate;
  engine.unsigned_rate = config_.engine.unsigned_rate;
  auto quarantine = read_quarantine(path("quarantine"));
  if (!quarantine) return failure(quarantine.error());
  engine.core.quarantine = std::move(*quarantine);
  for (const auto& text : config_.engine.quarantine) {
    const auto txid = contracts::Txid::parse(text);
    if (!txid) return failure(fmt::format("engine.quarantine: {} is not a txid", text));
    engine.core.quarantine.transactions.insert(*txid);
  }
  engine_ = std::make_unique<engine::Engine>(*ledger_, clock_, engine);
  follower_ = std::make_unique<Follower>(*engine_, *views_);
  return {};
}

// What settled before the state's checkpoint is known through the views alone. Without it such a
// transaction, sent again, would be taken for a double spend: nothing is served before the views
// are there.
std::expected<void, StartFailure> Node::catch_up_views() {
  const auto checkpoint = ledger_->checkpoint_height();
  if (views_->next_height() + kCatchUpBlocksMax < checkpoint) {
    spdlog::info("the views are built from block {} to {}", views_->next_height(), checkpoint);
  }
  while (views_->next_height() <= checkpoint) {
    std::vector<std::shared_ptr<const codec::Block>> blocks;
    const auto read =
        ledger_->journal().for_each(views_->next_height(), [&](const codec::Block& block) {
          blocks.push_back(std::make_shared<const codec::Block>(block));
          return blocks.size() < kCatchUpBlocksMax && block.header.height < checkpoint;
        });
    if (!read) return failure(describe(read.error()));
    FAILPOINT(views_catch_up);
    if (const auto done = views_->apply(blocks); !done) return failure(describe(done.error()));
  }
  return {};
}

std::expected<void, StartFailure> Node::open_custody() {
  const auto& network = ledger_->network_id().bytes;
  crypto::SecretBytes secret(as_bytes(kDevelopmentPassphrase));
  if (!config_.network.development) {
    auto text = read_passphrase(config_.keys.passphrase_file);
    if (!text) return std::unexpected(text.error());
    secret = std::move(*text);
  }
  const auto passphrase = as_text(secret.view());
  auto key = custody::NodeKey::open(path("node.key"), passphrase);
  if (!key && key.error() == custody::Error::not_found && is_new()) {
    key = custody::NodeKey::create(
        path("node.key"), passphrase,
        config_.network.development ? kDevelopmentCost : crypto::ScryptCost{});
  }
  if (!key) return failure(fmt::format("node.key: {}", name(key.error())));
  node_key_ = std::make_unique<custody::NodeKey>(std::move(*key));
  auto store = custody::open_custody_store(path("custody"), clock_, network, is_new());
  if (!store) return failure(fmt::format("custody: {}", name(store.error())));
  custody_store_ = std::move(*store);
  tokens_ = std::make_unique<custody::Tokens>(*custody_store_);
  agents_ = std::make_unique<custody::Agents>(*custody_store_, node_key_->agent_wrapping_key());
  leases_ = std::make_unique<custody::Leases>(clock_);
  documents::Options options;
  options.network_id = network;
  options.create = is_new();
  auto documents =
      documents::DocumentStore::open(path("documents"), clock_, options, node_key_->document_key());
  if (!documents) return failure(fmt::format("documents: {}", name(documents.error())));
  documents_ = std::move(*documents);
  auto profiles = documents::ProfileStore::open(path("profiles"), clock_, network, is_new());
  if (!profiles) return failure(fmt::format("profiles: {}", name(profiles.error())));
  profiles_ = std::move(*profiles);
  return erase_replaced();
}

// What a life before this one had replaced and no time to erase.
std::expected<void, StartFailure> Node::erase_replaced() {
  if (PLANTED(replaced_is_not_erased)) return {};
  const auto done = documents::erase_replaced(*profiles_, *documents_, clock_.wall_ms());
  if (done) return {};
  using documents::Error;
  if (done.error() == Error::disk_full || done.error() == Error::map_full) {
    // Whoever reads is served on a full disk, and the next put tries again.
    spdlog::error("replaced documents are not erased yet: {}", name(done.error()));
    return {};
  }
  return failure(fmt::format("documents: {}", name(done.error())));
}

std::expected<void, StartFailure> Node::open_capture() {
  auto options = provenance::capture_store_options(ledger_->network_id().bytes);
  options.create = is_new();
  auto store = storage::open_lmdb_store(path("provenance"), clock_, options);
  if (!store) return failure("provenance", store.error());
  capture_store_ = std::move(*store);
  return {};
}

std::expected<void, StartFailure> Node::serve() {
  const auto options = server_options(config_);
  auto address = options.listen.front();
  const auto scheme = address.tls ? "https" : "http";
  const auto host = address.host.find(':') == std::string::npos ? address.host
                                                                : fmt::format("[{}]", address.host);
  const auto sign_in_host =
      config_.network.hosts.empty() ? address.host : config_.network.hosts.front();
  sessions_ =
      std::make_unique<custody::Sessions>(clock_, ledger_->network_id().bytes, sign_in_host);
  background_ = std::make_unique<http::Background>(*views_);
  stream_ = std::make_unique<http::StreamHub>();
  api_ =
      std::make_unique<http::Api>(http::Api{.engine = *engine_,
                                            .views = *views_,
                                            .tokens = *tokens_,
                                            .sessions = *sessions_,
                                            .agents = *agents_,
                                            .leases = *leases_,
                                            .node_key = *node_key_,
                                            .documents = *documents_,
                                            .profiles = *profiles_,
                                            .background = *background_,
                                            .stream = *stream_,
                                            .metrics = metrics_,
                                            .clock = clock_,
                                            .data_dir = config_.network.data_dir,
                                            .public_url = {},
                                            .sign_in_host = sign_in_host,
                                            .development = config_.network.development,
                                            .keep_quarantine =
                                                [this](const engine::Quarantine& all) {
                                                  return write_quarantine(path("quarantine"), all);
                                                },
                                            .capture = capture_.get(),
                                            .cases = case_files_.get(),
                                            .backups = backups_.get(),
                                            .archivist = archivist_.get(),
                                            .scrubber = scrubber_.get()});
  server_ = std::make_unique<http::Server>(options, http::make_router(*api_), metrics_);
  FAILPOINT(recovery_before_listen);
  if (const auto bound = server_->bind(); !bound) return failure(describe(bound.error()));
  // Answers hold links, so the port has to be known before anybody reads one.
  url_ = fmt::format("{}://{}:{}", scheme, host, server_->port());
  api_->public_url = url_;
  stream_->start(*api_);
  if (const auto started = server_->start(); !started) return failure(describe(started.error()));
  return {};
}

void Node::stop() {
  if (stopped_) return;
  stopped_ = true;
  FAILPOINT(stop_begins);
  if (server_) server_->stop(std::chrono::seconds(10));
  if (stream_) stream_->stop();
  if (scrubber_) scrubber_->stop();
  if (housekeeper_) housekeeper_->stop();
  if (backups_) backups_->stop();
  if (archivist_) archivist_->stop();
  if (background_) background_->stop();
  if (capture_) capture_->stop();  // while the engine still answers and the views still follow
  FAILPOINT(stop_before_engine);
  if (engine_) engine_->stop();
  FAILPOINT(stop_before_views);
  if (follower_) follower_->join();
  FAILPOINT(stop_ends);
  server_.reset();
}

}  // namespace tally::app
