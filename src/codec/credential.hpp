// Verdict credentials: what a node signs about a case that has been decided, for whoever is shown
// it, ledger at hand or not. It holds the public part of the case's entry in its canonical bytes;
// everything that people read in it is made from these, so that it cannot say anything else.
//
//   message   = tagged_hash("tally/verdict-credential",
//                           network_id ‖ case ‖ height(8, big-endian) ‖ encode_entry(public part))
//   signature = Ed25519(node key, message)
//
// All functions are pure; any thread. docs/spec/authentication.md has the JSON form, which is that
// of a W3C Verifiable Credential (Data Model 2.0) with a proof of our own.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <expected>

#include "contracts/genesis.hpp"
#include "contracts/registry.hpp"
#include "crypto/ed25519.hpp"

namespace tally::codec {

struct Credential {
  contracts::NetworkId network_id;
  contracts::NetworkKind network_kind = contracts::NetworkKind::main;  ///< For the addresses.
  contracts::CaseId id;
  std::uint64_t height = 0;  ///< As of which the entry stood so.
  contracts::CaseEntry entry;
  crypto::Ed25519PublicKey node_key;
  crypto::Ed25519Signature signature;
  bool operator==(const Credential&) const = default;
};

/// What of a decided case is for everybody: without requester, owner and challenger, without what
/// was sealed, and without the judges who revealed nothing.
[[nodiscard]] contracts::CaseEntry public_part(contracts::CaseEntry entry);

/// What the node signs.
[[nodiscard]] Hash32 credential_message(const Credential& credential);

/// Whether the node that it names signed it. That this is a node that you trust is yours to say.
[[nodiscard]] bool verify_credential(const Credential& credential);

boost::json::object to_json(const Credential& credential);
/// Errors: field_missing, field_value (any member that is not as to_json() writes it).
contracts::Result<Credential> credential_from_json(const boost::json::value& value);

}  // namespace tally::codec
