#include "crypto/ed25519.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "base/check.hpp"
#include "crypto/random.hpp"

namespace tally::crypto {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Free>;
using ContextPtr = std::unique_ptr<EVP_MD_CTX, Free>;

KeyPtr secret_key(const Ed25519SecretKey& secret) {
  KeyPtr key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, secret.secret().data(),
                                          secret.secret().size()));
  CHECK(key != nullptr);
  return key;
}

}  // namespace

std::optional<Ed25519SecretKey> Ed25519SecretKey::from(ByteView seed) {
  Ed25519SecretKey key;
  if (seed.size() != key.seed_.size()) return std::nullopt;
  std::ranges::copy(seed, key.seed_.span().begin());
  return key;
}

Ed25519SecretKey Ed25519SecretKey::generate() {
  Ed25519SecretKey key;
  random_bytes(key.seed_.span());
  return key;
}

Ed25519PublicKey ed25519_public_key(const Ed25519SecretKey& secret) {
  Ed25519PublicKey out;
  std::size_t size = out.bytes.size();
  CHECK(EVP_PKEY_get_raw_public_key(secret_key(secret).get(), out.bytes.data(), &size) == 1);
  CHECK(size == out.bytes.size());
  return out;
}

Ed25519Signature ed25519_sign(const Ed25519SecretKey& secret, ByteView message) {
  const KeyPtr key = secret_key(secret);
  const ContextPtr context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  Ed25519Signature out;
  std::size_t size = out.bytes.size();
  CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  CHECK(EVP_DigestSign(context.get(), out.bytes.data(), &size, message.data(), message.size()) ==
        1);
  CHECK(size == out.bytes.size());
  return out;
}

bool ed25519_verify(const Ed25519PublicKey& key, ByteView message,
                    const Ed25519Signature& signature) {
  const KeyPtr parsed(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.bytes.data(), key.bytes.size()));
  const ContextPtr context(EVP_MD_CTX_new());
  CHECK(parsed != nullptr && context != nullptr);
  CHECK(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, parsed.get()) == 1);
  const bool good = EVP_DigestVerify(context.get(), signature.bytes.data(), signature.bytes.size(),
                                     message.data(), message.size()) == 1;
  // A refused signature leaves entries in the thread's error queue, where TLS would find them.
  if (!good) ERR_clear_error();
  return good;
}

}  // namespace tally::crypto
