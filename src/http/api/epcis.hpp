// /epcis/v2/capture, /epcis/v2/events: EPCIS 2.0 over HTTP, as far as it is built. Capture needs an
// API token of an agent with the scope `capture`; reading needs `query` or `capture`, and shows an
// event to whoever captured it, to the brand of its goods while these are in the trade, to the
// parties it names, and to the node's operators and auditors. Source: EPCIS 2.0 (ISO/IEC
// 19987:2024), section 12, and its OpenAPI; docs/spec/capture.md has what is supported.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

/// Needs `api.capture`.
void add_epcis_routes(Router& router, const Api& api);

}  // namespace tally::http
