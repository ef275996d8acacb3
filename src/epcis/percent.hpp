// Percent-encoding of path segments and query values (RFC 3986, section 2.1).
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "epcis/gs1_error.hpp"

namespace tally::epcis {

/// Writes every character but RFC 3986's unreserved ones and those of `literal` as %XX, upper case.
std::string percent_encode(std::string_view text, std::string_view literal = {});

/// Decodes %XX of either case. `plus_is_space`: as in query strings. Errors: bad_escape, at the
/// `%`; %00 is one, because no identifier holds it and C strings end there.
std::expected<std::string, Gs1Fault> percent_decode(std::string_view text,
                                                    bool plus_is_space = false);

}  // namespace tally::epcis
