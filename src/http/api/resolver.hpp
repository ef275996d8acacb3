// GET /01/{gtin}/21/{serial}, /8003/{grai}, /8004/{giai}: what is on record of an item, for people
// as a page and for machines as JSON-LD or a linkset (RFC 9264). Source: GS1 Digital Link Standard:
// GS1-Conformant Resolver.
#pragma once

#include <optional>
#include <string_view>

#include "http/api/context.hpp"

namespace tally::http {

void add_resolver_routes(Router& router, const Api& api);

/// What a resolver can answer with.
enum class ScanForm : std::uint8_t { html, json, json_ld, linkset };

/// The form that an Accept field prefers (RFC 9110, section 12.5.1): the greatest weight, of equal
/// ones the one that is named most exactly, then in the order of ScanForm; plain JSON for whoever
/// takes anything. Nothing if none is acceptable.
[[nodiscard]] std::optional<ScanForm> preferred_form(std::optional<std::string_view> accept);

}  // namespace tally::http
