#include "cli/genesis_ceremony.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tally::cli {
namespace {

using codec::OperatorSignature;

void put(std::vector<OperatorSignature>& signatures, const OperatorSignature& signature) {
  const auto at = std::ranges::lower_bound(signatures, signature.key, {}, &OperatorSignature::key);
  if (at != signatures.end() && at->key == signature.key) {
    *at = signature;
  } else {
    signatures.insert(at, signature);
  }
}

bool is_operator(const contracts::Genesis& genesis, const contracts::PublicKey& key) {
  return std::ranges::binary_search(genesis.operators, key);
}

}  // namespace

std::vector<contracts::PublicKey> GenesisFile::missing() const {
  std::vector<contracts::PublicKey> out;
  for (const auto& key : genesis.operators) {
    const auto& signatures = signed_genesis.signatures;
    if (std::ranges::find(signatures, key, &OperatorSignature::key) == signatures.end()) {
      out.push_back(key);
    }
  }
  return out;
}

Result<GenesisFile> draft_genesis(contracts::Genesis genesis) {
  std::ranges::sort(genesis.operators);
  for (const auto& key : genesis.operators) {
    if (!crypto::valid(key)) return usage(key.hex() + " is no public key");
  }
  if (const auto writes = contracts::apply(genesis); !writes) {
    return usage(fmt::format("the genesis breaks a rule: {} ({})",
                             contracts::title(writes.error().code),
                             contracts::name(writes.error().code)));
  }
  GenesisFile out;
  out.signed_genesis.body = codec::encode_genesis(genesis);
  out.network_id = contracts::network_id(out.signed_genesis.body);
  out.genesis = std::move(genesis);
  return out;
}

Result<GenesisFile> parse_genesis_file(ByteView bytes) {
  auto decoded = codec::decode_signed_genesis(bytes);
  auto genesis = decoded ? codec::decode_genesis(decoded->body)
                         : std::unexpected(contracts::Error{contracts::ErrorCode::not_protobuf});
  if (!genesis) return usage("not a genesis file");
  if (!contracts::apply(*genesis)) return usage("the genesis breaks its own rules");
  GenesisFile out{std::move(*decoded), std::move(*genesis), {}};
  out.network_id = contracts::network_id(out.signed_genesis.body);
  for (const auto& signature : out.signed_genesis.signatures) {
    if (!is_operator(out.genesis, signature.key)) {
      return usage(fmt::format("{} has signed and is no operator", signature.key.hex()));
    }
    if (!crypto::verify(signature.key, out.network_id.bytes, signature.signature)) {
      return usage(fmt::format("the signature of {} is wrong", signature.key.hex()));
    }
  }
  return out;
}

Result<void> sign_genesis(GenesisFile& file, const crypto::SecretKey& secret) {
  const auto key = crypto::public_key(secret);
  if (!is_operator(file.genesis, key)) {
    return usage(fmt::format("{} is no operator of this genesis", key.hex()));
  }
  put(file.signed_genesis.signatures, {key, crypto::sign(secret, file.network_id.bytes)});
  return {};
}

Result<GenesisFile> assemble_genesis(std::span<const GenesisFile> files) {
  if (files.empty()) return usage("no genesis file");
  GenesisFile out = files.front();
  for (const auto& file : files) {
    if (file.network_id != out.network_id) {
      return usage(fmt::format("the files are of two networks: {} and {}", out.network_id.hex(),
                               file.network_id.hex()));
    }
    for (const auto& signature : file.signed_genesis.signatures) {
      put(out.signed_genesis.signatures, signature);
    }
  }
  const auto missing = out.missing();
  if (!missing.empty()) {
    return usage(fmt::format("{} operators have not signed; the first: {}", missing.size(),
                             missing.front().hex()));
  }
  return out;
}

}  // namespace tally::cli
