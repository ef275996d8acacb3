// What the routes of the API stand on. Everything outlives the server.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "custody/agents.hpp"
#include "custody/leases.hpp"
#include "custody/node_key.hpp"
#include "custody/sessions.hpp"
#include "custody/tokens.hpp"
#include "documents/document_store.hpp"
#include "documents/profile_store.hpp"
#include "engine/engine.hpp"
#include "http/api/background.hpp"
#include "http/metrics.hpp"
#include "http/router.hpp"
#include "views/views.hpp"

namespace tally::provenance {
class Capture;
class CaseFiles;
}  // namespace tally::provenance
namespace tally::backup {
class Runner;
}
namespace tally::engine {
class Archivist;
}
namespace tally::storage {
class Scrubber;
}

namespace tally::http {

class StreamHub;

struct Api {
  engine::Engine& engine;
  views::Views& views;
  custody::Tokens& tokens;
  custody::Sessions& sessions;
  custody::Agents& agents;
  custody::Leases& leases;
  const custody::NodeKey& node_key;
  documents::DocumentStore& documents;
  documents::ProfileStore& profiles;
  Background& background;
  StreamHub& stream;
  Metrics& metrics;
  const Clock& clock;
  std::filesystem::path data_dir;  ///< For what the metrics and readiness say of the disk.
  std::string public_url;    ///< As clients reach the node, for links: "http://127.0.0.1:8080".
  std::string sign_in_host;  ///< What a client signs when it signs in: the name it reaches us by.
  bool development = false;  ///< The token `dev` may do anything.
  /// Writes down durably what is in quarantine; the reason if it could not. The writer's thread.
  std::function<std::expected<void, std::string>(const engine::Quarantine&)> keep_quarantine = {};
  provenance::Capture* capture = nullptr;       ///< Without it there are no EPCIS paths.
  provenance::CaseFiles* cases = nullptr;       ///< Without it cases have no files here.
  backup::Runner* backups = nullptr;            ///< Without it there is none to be taken.
  engine::Archivist* archivist = nullptr;       ///< Likewise.
  const storage::Scrubber* scrubber = nullptr;  ///< Likewise.

  [[nodiscard]] contracts::NetworkKind kind() const { return engine.ledger().genesis().kind; }
  [[nodiscard]] const contracts::NetworkId& network_id() const {
    return engine.ledger().network_id();
  }
};

}  // namespace tally::http
