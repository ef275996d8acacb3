// A node: everything wired together on one data directory.
//
//   data/  genesis            the signed genesis: which network this is
//          journal/ journal.tip   blocks, and where they end
//          state/             the last checkpoint
//          views/             read models, rebuilt at will
//          documents/         off-ledger bytes
//          profiles/          which of them are whose profile, and who read it
//          custody/ node.key  what the node keeps for others, and its own keys
//          provenance/        capture jobs, and the index of captured events
//          archive/           blocks that the journal no longer keeps
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "app/config.hpp"
#include "app/follower.hpp"
#include "app/housekeeper.hpp"
#include "backup/runner.hpp"
#include "documents/profile_store.hpp"
#include "engine/archivist.hpp"
#include "http/api/context.hpp"
#include "http/api/stream.hpp"
#include "http/server.hpp"
#include "provenance/capture.hpp"
#include "provenance/case_files.hpp"
#include "storage/scrubber.hpp"

namespace tally::app {

/// Why a node does not start: for the operator, with what to do.
using StartFailure = std::string;

class Node {
 public:
  /// Opens the data directory, recovers, and serves. `clock` outlives the node.
  static std::expected<std::unique_ptr<Node>, StartFailure> start(const Config& config,
                                                                  const Clock& clock);
  /// Opens the data directory and recovers as start() does, and goes no further: nothing runs and
  /// nobody is served. For who wants to look at what a directory holds.
  static std::expected<std::unique_ptr<Node>, StartFailure> recover(const Config& config,
                                                                    const Clock& clock);
  /// stop().
  ~Node();

  /// Stops taking requests, answers those in progress, takes a checkpoint, closes. Idempotent.
  void stop();

  /// Every route that is served.
  [[nodiscard]] const std::vector<http::Route>& routes() const {
    return server_->router().routes();
  }
  /// As clients reach it: "http://127.0.0.1:8080".
  [[nodiscard]] const std::string& url() const { return url_; }

  // What recover() has opened.

  [[nodiscard]] ledger::Ledger& ledger() { return *ledger_; }
  [[nodiscard]] views::Views& views() { return *views_; }
  [[nodiscard]] const custody::Tokens& tokens() const { return *tokens_; }
  [[nodiscard]] const custody::Agents& agents() const { return *agents_; }
  [[nodiscard]] const documents::DocumentStore& documents() const { return *documents_; }
  [[nodiscard]] const documents::ProfileStore& profiles() const { return *profiles_; }
  /// Capture's store, which is the caller's from then on.
  [[nodiscard]] std::unique_ptr<storage::Store> take_capture_store() {
    return std::move(capture_store_);
  }

 private:
  Node(const Config& config, const Clock& clock) : config_(config), clock_(clock) {}
  std::expected<void, StartFailure> open();
  std::expected<Bytes, StartFailure> load_genesis();
  std::expected<void, StartFailure> check_parts(bool is_new);
  [[nodiscard]] bool is_new() const;
  std::expected<void, StartFailure> open_ledger(ByteView genesis);
  std::expected<void, StartFailure> open_views();
  std::expected<void, StartFailure> catch_up_views();
  std::expected<void, StartFailure> open_custody();
  std::expected<void, StartFailure> erase_replaced();
  std::expected<void, StartFailure> open_capture();
  std::expected<void, StartFailure> run();
  std::expected<void, StartFailure> start_engine();
  std::expected<void, StartFailure> serve();
  void start_upkeep();
  void start_scrub();
  void forget_dead_tokens();
  [[nodiscard]] backup::Parts backup_parts();
  [[nodiscard]] std::filesystem::path archive_dir() const;
  [[nodiscard]] std::filesystem::path path(std::string_view name) const;

  const Config config_;
  const Clock& clock_;
  std::string url_;
  http::Metrics metrics_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<views::Views> views_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<Follower> follower_;
  std::unique_ptr<storage::Store> custody_store_;
  std::unique_ptr<custody::NodeKey> node_key_;
  std::unique_ptr<custody::Tokens> tokens_;
  std::unique_ptr<custody::Sessions> sessions_;
  std::unique_ptr<custody::Agents> agents_;
  std::unique_ptr<custody::Leases> leases_;
  std::unique_ptr<documents::DocumentStore> documents_;
  std::unique_ptr<documents::ProfileStore> profiles_;
  std::unique_ptr<storage::Store> capture_store_;  // until capture has it
  std::unique_ptr<provenance::Capture> capture_;
  std::unique_ptr<provenance::CaseFiles> case_files_;  // in capture's store
  std::unique_ptr<engine::Archivist> archivist_;
  std::unique_ptr<storage::Scrubber> scrubber_;
  std::unique_ptr<backup::Runner> backups_;
  std::unique_ptr<Housekeeper> housekeeper_;
  std::unique_ptr<http::Background> background_;
  std::unique_ptr<http::StreamHub> stream_;
  std::unique_ptr<http::Api> api_;
  std::unique_ptr<http::Server> server_;
  bool stopped_ = false;
};

}  // namespace tally::app
