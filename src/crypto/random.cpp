#include "crypto/random.hpp"

#include <openssl/crypto.h>
#include <sys/random.h>

#include <cerrno>

#include "base/check.hpp"

namespace tally::crypto {

void random_bytes(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    // More than 256 bytes may come in parts, and a signal may interrupt the call.
    const ssize_t count = getrandom(out.data(), out.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    CHECK(count > 0);
    out = out.subspan(static_cast<std::size_t>(count));
  }
}

void wipe(std::span<std::uint8_t> secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

bool constant_time_equal(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace tally::crypto
