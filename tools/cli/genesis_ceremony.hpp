// The ceremony in which operators make a network: one drafts the genesis, each looks at it and
// signs its network id, somebody puts the signatures together, and every node is started on the
// result.
//
//   new ─▶ draft ─▶ sign (each operator, on its own machine) ─▶ assemble ─▶ DATA/genesis
//
// Every file is a SignedGenesis (codec/genesis.hpp) with the signatures so far.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/failure.hpp"
#include "codec/genesis.hpp"
#include "crypto/schnorr.hpp"

namespace tally::cli {

inline constexpr std::size_t kGenesisBytesMax = 64 * 1024;

/// A genesis file that decodes, with what it says.
struct GenesisFile {
  codec::SignedGenesis signed_genesis;
  contracts::Genesis genesis;
  contracts::NetworkId network_id;

  /// The operators without a signature in the file.
  [[nodiscard]] std::vector<contracts::PublicKey> missing() const;
  [[nodiscard]] Bytes bytes() const { return codec::encode_signed_genesis(signed_genesis); }
};

/// A draft without signatures; the operators are put in order. `usage` with the rule that it
/// breaks.
Result<GenesisFile> draft_genesis(contracts::Genesis genesis);

/// Reads one. `usage`: not a genesis file, it breaks its own rules, a signature that is wrong or of
/// somebody who is no operator.
Result<GenesisFile> parse_genesis_file(ByteView bytes);

/// Adds the operator's signature; in place of an earlier one. `usage`: the key is no operator's.
Result<void> sign_genesis(GenesisFile& file, const crypto::SecretKey& secret);

/// All signatures of the files, which are of one body. `usage`: another body, an operator has not
/// signed (all must: nobody becomes one unasked).
Result<GenesisFile> assemble_genesis(std::span<const GenesisFile> files);

}  // namespace tally::cli
