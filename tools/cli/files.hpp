// Files as the command line needs them: read whole with a limit, written whole and never over
// another.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/bytes.hpp"
#include "cli/failure.hpp"
#include "crypto/secret_bytes.hpp"

namespace tally::cli {

inline constexpr std::size_t kFileBytesMax = std::size_t{16} << 20;

/// The file's bytes. `usage` if it cannot be read or has more than `size_max` bytes.
Result<Bytes> read_file(const std::filesystem::path& path, std::size_t size_max = kFileBytesMax);

/// As read_file(), but first makes sure that no one else may read or change it: a regular file of
/// mode 0600 or less. `usage` with the command that puts it right.
Result<Bytes> read_private_file(const std::filesystem::path& path, std::size_t size_max);

/// The first line of such a file, or all of it without the line ends behind it: a passphrase or a
/// mnemonic. Nothing of it stays in memory but the result. `usage`: as read_private_file().
Result<crypto::SecretBytes> read_secret_line(const std::filesystem::path& path,
                                             std::size_t size_max);

enum class Existing : unsigned char { kRefuse, kReplace };

/// Writes a file of this mode (0600 for secrets) and makes it durable: to a new file beside it that
/// then takes its place. `usage` if it exists and must not be replaced, or cannot be written.
Result<void> write_file(const std::filesystem::path& path, ByteView bytes, unsigned mode,
                        Existing existing);

}  // namespace tally::cli
