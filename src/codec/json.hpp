// JSON for people and for interfaces: decoded views, which are for reading only, and the form in
// which a signed transaction is submitted, which carries the signed bytes themselves. All functions
// are pure; any thread.
#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>

#include "codec/block.hpp"
#include "codec/transaction.hpp"
#include "contracts/genesis.hpp"
#include "contracts/output.hpp"
#include "contracts/registry.hpp"

namespace tally::codec {

// Views name fields as api/tally/v1 does. A number of 64 bits is a string; a hash, an identifier or
// bytes are lower-case hexadecimal; a key or an account is its address on a network of this kind,
// and null if it is zero; an enum is its word (words.hpp), an error its name; what is optional and
// absent is null. A command has its name in `command`; a lock, an output, a registry entry has its
// kind in `type`.
boost::json::value to_json(const contracts::Transaction& transaction,
                           contracts::NetworkKind network);
boost::json::value to_json(const contracts::Output& output, contracts::NetworkKind network);
boost::json::value to_json(const contracts::RegistryEntry& entry, contracts::NetworkKind network);
boost::json::value to_json(const BlockHeader& header, contracts::NetworkKind network);

/// The value of a JSON text. Errors in precedence order: body_too_large (more than `size_max`
/// bytes, which is the figure), not_json (also nesting beyond kJsonDepthMax, a key twice in one
/// object (CVE-2017-12635), text that is not UTF-8).
contracts::Result<boost::json::value> parse_json(std::string_view text, std::size_t size_max);

inline constexpr std::size_t kJsonDepthMax = 32;

/// A submission: {"body": base64, "witnesses": [base64, ...]}, these two members and no other.
/// Errors in precedence order: body_too_large (the text), not_json, body_too_large (the body in
/// it), witness_count (more than kSignersMax).
contracts::Result<SignedTransaction> decode_signed_json(std::string_view text);

/// The submission of a signed transaction.
boost::json::value encode_signed_json(const SignedTransaction& transaction);

}  // namespace tally::codec
