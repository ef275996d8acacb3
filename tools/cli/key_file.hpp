// Key files: one secret key each, sealed under a passphrase, with its public key in the clear so
// that keys can be listed without it. docs/spec/addresses.md, "Key files", has the format.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/failure.hpp"
#include "contracts/id.hpp"
#include "crypto/kdf.hpp"
#include "crypto/random.hpp"
#include "crypto/schnorr.hpp"

namespace tally::cli {

inline constexpr std::size_t kPassphraseBytesMin = 8;
inline constexpr std::size_t kKeyFileBytesMax = 64 * 1024;
inline constexpr std::size_t kKeyNameBytesMax = 64;

/// The path of key `index` of `account`: m/86'/7627116'/account'/0/index.
[[nodiscard]] std::string key_path(std::uint32_t account, std::uint32_t index);

/// What a key file holds in the clear.
struct KeyInfo {
  std::string name;
  contracts::PublicKey public_key;
  std::string path;  ///< Where in its mnemonic's tree it is; empty if it comes from none.
  std::uint64_t created_ms = 0;
};

/// What it holds sealed. `mnemonic`: as ASCII words; empty if it comes from none.
struct KeySecret {
  crypto::SecretKey key;
  crypto::SecretBytes mnemonic;
};

/// The key at `path` of a mnemonic; `passphrase` is BIP-39's own, usually empty. `usage` with what
/// is wrong: words, checksum, path.
Result<KeySecret> key_of_mnemonic(std::string_view mnemonic, std::string_view passphrase,
                                  std::string_view path);

/// The directory of key files: one for each user, of mode 0700.
class KeyStore {
 public:
  explicit KeyStore(std::filesystem::path directory) : directory_(std::move(directory)) {}
  /// $TALLY_HOME/keys, $XDG_CONFIG_HOME/tally/keys or ~/.config/tally/keys, the first that is set.
  static Result<KeyStore> of_user();

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  /// The file of a name, or the file itself if the text has a slash. `usage`: not a name.
  [[nodiscard]] Result<std::filesystem::path> path_of(std::string_view name_or_file) const;

  /// Writes a new key file, never over another. `usage`: the name (a letter or digit, then those,
  /// `-`, `_` and `.`), the passphrase (kPassphraseBytesMin), the file.
  Result<KeyInfo> add(const KeyInfo& info, const KeySecret& secret, std::string_view passphrase,
                      const crypto::ScryptCost& cost = {}) const;
  /// What is in the clear. `usage`: no such key, others may read it, not a key file.
  [[nodiscard]] Result<KeyInfo> info(std::string_view name_or_file) const;
  /// The secret, which is that of the public key in the file. Errors: as info(); a wrong
  /// passphrase, a box whose key is not the file's.
  [[nodiscard]] Result<KeySecret> open(std::string_view name_or_file,
                                       std::string_view passphrase) const;
  /// All keys, by name; files that are none are left out.
  [[nodiscard]] Result<std::vector<KeyInfo>> list() const;

 private:
  std::filesystem::path directory_;
};

}  // namespace tally::cli
