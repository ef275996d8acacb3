// The audit of the ledger from its blocks, as an auditor reads them over HTTP.
#pragma once

#include "client/audit.hpp"
#include "story/node_client.hpp"

namespace tally::story {

/// Takes every block from height 1 to the head. Throws std::runtime_error if one is not to be had.
[[nodiscard]] client::Audit audit_ledger(NodeClient& node, const contracts::NetworkId& network_id);

}  // namespace tally::story
