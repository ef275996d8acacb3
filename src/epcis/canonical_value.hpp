// How the event hash writes a single value. Internal to src/epcis.
#pragma once

#include <string>
#include <string_view>

#include "epcis/document.hpp"

namespace tally::epcis {

/// White space trimmed; numbers without superfluous digits; CBV URNs and CURIEs of the standard
/// prefixes as Web URIs; EPC URNs and Digital Links as constrained Digital Links on id.gs1.org.
std::string canonical_value(std::string_view text, const Context& context);

/// `{namespace}local` for `prefix:local` with a prefix of the context, any other name unchanged.
std::string canonical_name(std::string_view name, const Context& context);

/// A decimal number as the reference implementation prints it, which reads it into a Python float:
/// no trailing zeros, no fraction where there is none, and of more than 17 digits only those that a
/// double holds. So two long numbers may be one to the hash (docs/spec/epcis.md). Any other text,
/// and what no double can hold, unchanged.
std::string canonical_number(std::string_view text);

}  // namespace tally::epcis
