// Receipts: what a node signs about one transaction's outcome. A receipt needs nothing but itself
// and the node's key to be verified: the outcome's leaf leads by its path to the transactions' root
// of the header, and the node's signature stands for the header and the place in it.
//
//   message = tagged_hash("tally/receipt", network_id ‖ block_hash ‖ leaf ‖ position(4,
//   big-endian)) signature = Ed25519(node key, message)
//
// All functions are pure; any thread. docs/spec/receipt.md has the JSON form.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "codec/block.hpp"
#include "crypto/ed25519.hpp"

namespace tally::codec {

struct Receipt {
  contracts::NetworkId network_id;
  BlockHeader header;
  std::uint32_t position = 0;  ///< Among the block's outcomes.
  contracts::Txid txid;
  std::optional<contracts::Error> error{};          ///< Why it was rejected; none if it settled.
  contracts::OutputNumber first_output_number = 0;  ///< settled
  Hash32 writes_digest{};                           ///< settled: of its registry writes
  std::vector<Hash32> path;                         ///< From the leaf to header.transactions_root.
  crypto::Ed25519PublicKey node_key;
  crypto::Ed25519Signature signature;
  bool operator==(const Receipt&) const = default;
};

/// Why a receipt proves nothing, in the order of the checks.
enum class ReceiptFault : std::uint16_t {
  not_in_block = 1,     ///< The leaf does not lead to the header's root.
  wrong_signature = 2,  ///< The node's key did not sign this.
};

/// The receipt of the outcome at `position` (below the number of outcomes), yet unsigned. Errors:
/// those of decode_body(), if the block's bodies are damaged.
contracts::Result<Receipt> make_receipt(const Block& block, std::uint32_t position,
                                        const contracts::NetworkId& network_id);

/// What the node signs.
Hash32 receipt_message(const Receipt& receipt);

/// Whether the receipt holds by itself. That its network and node key are the ones that you trust
/// is yours to compare.
[[nodiscard]] std::expected<void, ReceiptFault> verify_receipt(const Receipt& receipt);

boost::json::object to_json(const Receipt& receipt);
/// Errors: field_missing, field_value (any member that is not as to_json() writes it).
contracts::Result<Receipt> receipt_from_json(const boost::json::value& value);

}  // namespace tally::codec
