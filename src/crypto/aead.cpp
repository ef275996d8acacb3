#include "crypto/aead.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <memory>

#include "base/check.hpp"

namespace tally::crypto {
namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
static_assert(kNonceBytes + kTagBytes == kAeadOverheadBytes);

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

// A context that has taken in key, nonce and associated bytes.
ContextPtr start(AeadKey key, ByteView nonce, ByteView associated, bool encrypt) {
  ContextPtr context(EVP_CIPHER_CTX_new());
  CHECK(context != nullptr);
  CHECK(EVP_CipherInit_ex2(context.get(), EVP_chacha20_poly1305(), key.data(), nonce.data(),
                           encrypt ? 1 : 0, nullptr) == 1);
  int size = 0;
  if (!associated.empty()) {
    CHECK(EVP_CipherUpdate(context.get(), nullptr, &size, associated.data(),
                           static_cast<int>(associated.size())) == 1);
  }
  return context;
}

// A stream cipher: as many bytes come out as go in.
void transform(EVP_CIPHER_CTX* context, ByteView in, std::uint8_t* out) {
  if (in.empty()) return;
  int size = 0;
  CHECK(EVP_CipherUpdate(context, out, &size, in.data(), static_cast<int>(in.size())) == 1);
  CHECK(static_cast<std::size_t>(size) == in.size());
}

}  // namespace

Bytes aead_seal(AeadKey key, ByteView message, ByteView associated) {
  CHECK(message.size() <= kAeadMessageBytesMax && associated.size() <= kAeadMessageBytesMax);
  Bytes out(kAeadOverheadBytes + message.size());
  const auto nonce = std::span(out).first(kNonceBytes);
  random_bytes(nonce);
  const ContextPtr context = start(key, nonce, associated, true);
  transform(context.get(), message, out.data() + kNonceBytes);
  std::array<std::uint8_t, 16> rest;
  int size = 0;
  CHECK(EVP_CipherFinal_ex(context.get(), rest.data(), &size) == 1 && size == 0);
  CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes,
                            out.data() + kNonceBytes + message.size()) == 1);
  return out;
}

std::optional<SecretBytes> aead_open(AeadKey key, ByteView sealed, ByteView associated) {
  if (sealed.size() < kAeadOverheadBytes ||
      sealed.size() - kAeadOverheadBytes > kAeadMessageBytesMax ||
      associated.size() > kAeadMessageBytesMax) {
    return std::nullopt;
  }
  const ByteView nonce = sealed.first(kNonceBytes);
  const ByteView ciphertext = sealed.subspan(kNonceBytes, sealed.size() - kAeadOverheadBytes);
  Bytes tag(sealed.end() - kTagBytes, sealed.end());  // OpenSSL takes it as a non-const pointer.

  const ContextPtr context = start(key, nonce, associated, false);
  SecretBytes message(ciphertext.size());
  transform(context.get(), ciphertext, message.span().data());
  CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1);
  std::array<std::uint8_t, 16> rest;
  int size = 0;
  if (EVP_CipherFinal_ex(context.get(), rest.data(), &size) != 1) {
    ERR_clear_error();
    return std::nullopt;
  }
  return message;
}

}  // namespace tally::crypto
