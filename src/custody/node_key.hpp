// The node's own keys, in one file under a passphrase: the Ed25519 key that signs receipts and
// checkpoints, and a root from which the keys that seal other keys are derived.
//
//   file = as crypto/passphrase_box.hpp has it, over
//          "TALLYNODE" version(1) = %x01 seed(32) root(32)             mode 0600
//   key for purpose p = HKDF-SHA-256(root, no salt, p, 32 bytes)
//
// Without this file nothing that was sealed can be opened: it is backed up apart from the data.
//
// Threads: immutable once open; any thread.
#pragma once

#include <expected>
#include <filesystem>
#include <string_view>

#include "crypto/aead.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/kdf.hpp"
#include "custody/error.hpp"

namespace tally::custody {

class NodeKey {
 public:
  /// Makes new keys and writes them durably; the directory exists. Errors: exists, disk_full,
  /// denied, not_found (the directory), busy, io, outcome_unknown, invalid (cost not allowed).
  [[nodiscard]] static std::expected<NodeKey, Error> create(const std::filesystem::path& path,
                                                            std::string_view passphrase,
                                                            const crypto::ScryptCost& cost = {});

  /// Errors: not_found, denied (also: others than its owner may read or write the file), corrupt
  /// (no such file of ours), newer_format, wrong_passphrase, busy, io.
  [[nodiscard]] static std::expected<NodeKey, Error> open(const std::filesystem::path& path,
                                                          std::string_view passphrase);

  [[nodiscard]] const crypto::Ed25519PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] crypto::Ed25519Signature sign(ByteView message) const;

  /// For Agents; lives as long as this.
  [[nodiscard]] crypto::AeadKey agent_wrapping_key() const { return key_of(agent_key_); }
  /// For documents::DocumentStore; lives as long as this.
  [[nodiscard]] crypto::AeadKey document_key() const { return key_of(document_key_); }

 private:
  NodeKey(crypto::Ed25519SecretKey secret, ByteView root);
  static crypto::AeadKey key_of(const crypto::SecretBytes& bytes) {
    return crypto::AeadKey(bytes.view().data(), 32);
  }

  crypto::Ed25519SecretKey secret_;
  crypto::Ed25519PublicKey public_key_;
  crypto::SecretBytes agent_key_;
  crypto::SecretBytes document_key_;
};

}  // namespace tally::custody
