// What the routes of the API stand on. Everything outlives the server.
#pragma once

#include <memory>
#include <string>

#include "base/clock.hpp"
#include "custody/agents.hpp"
#include "custody/leases.hpp"
#include "custody/node_key.hpp"
#include "custody/sessions.hpp"
#include "custody/tokens.hpp"
#include "documents/document_store.hpp"
#include "engine/engine.hpp"
#include "http/metrics.hpp"
#include "http/router.hpp"
#include "views/views.hpp"

namespace tally::http {

struct Api {
  engine::Engine& engine;
  views::Views& views;
  custody::Tokens& tokens;
  custody::Sessions& sessions;
  custody::Agents& agents;
  custody::Leases& leases;
  const custody::NodeKey& node_key;
  documents::DocumentStore& documents;
  Metrics& metrics;
  const Clock& clock;
  std::string public_url;    ///< As clients reach the node, for links: "http://127.0.0.1:8080".
  bool development = false;  ///< The token `dev` may do anything.

  [[nodiscard]] contracts::NetworkKind kind() const {
    return engine.ledger().genesis().kind;
  }
  [[nodiscard]] const contracts::NetworkId& network_id() const {
    return engine.ledger().network_id();
  }
};

}  // namespace tally::http
