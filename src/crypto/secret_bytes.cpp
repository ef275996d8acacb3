#include "crypto/secret_bytes.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "base/check.hpp"
#include "base/planted.hpp"

namespace tally::crypto {
namespace {

constexpr std::size_t kArenaBytes = std::size_t{256} << 10;
constexpr std::size_t kPieceBytesMin = 32;

// Made on first use and kept. It is there even if the system does not let it be locked; without it
// OpenSSL gives ordinary memory.
void make_arena() {
  static const int made = CRYPTO_secure_malloc_init(kArenaBytes, kPieceBytesMin);
  static_cast<void>(made);
}

std::uint8_t* allocate(std::size_t size) {
  if (size == 0) return nullptr;
  void* memory = nullptr;
  if (size <= kSecretArenaPieceMax) {
    make_arena();
    memory = OPENSSL_secure_zalloc(size);
  }
  // Too large for the arena, or the arena is full: wiped all the same.
  if (memory == nullptr) memory = OPENSSL_zalloc(size);
  CHECK(memory != nullptr);
  return static_cast<std::uint8_t*>(memory);
}

}  // namespace

SecretBytes::SecretBytes(std::size_t size) : data_(allocate(size)), size_(size) {}

SecretBytes::SecretBytes(ByteView secret) : SecretBytes(secret.size()) {
  std::ranges::copy(secret, data_);
}

// It knows of each piece whether it is the arena's, and wipes either.
void SecretBytes::clear() noexcept {
  if (PLANTED(leave_secrets_behind)) return;
  OPENSSL_secure_clear_free(data_, size_);
  data_ = nullptr;
  size_ = 0;
}

}  // namespace tally::crypto
