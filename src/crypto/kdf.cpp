#include "crypto/kdf.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <memory>

#include "base/check.hpp"

namespace tally::crypto {
namespace {

struct Free {
  void operator()(EVP_KDF* kdf) const { EVP_KDF_free(kdf); }
  void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};

// OpenSSL's parameters are not const, though it does not write to these; and it takes a null
// pointer for an absent parameter, so an empty string needs an address.
OSSL_PARAM octets(const char* name, ByteView bytes) {
  static const std::uint8_t kEmpty = 0;
  const std::uint8_t* data = bytes.empty() ? &kEmpty : bytes.data();
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(data), bytes.size());
}

OSSL_PARAM text(const char* name, const char* value) {
  return OSSL_PARAM_construct_utf8_string(name, const_cast<char*>(value), 0);
}

SecretBytes derive(const char* name, const OSSL_PARAM* params, std::size_t size) {
  const std::unique_ptr<EVP_KDF, Free> kdf(EVP_KDF_fetch(nullptr, name, nullptr));
  CHECK(kdf != nullptr);
  const std::unique_ptr<EVP_KDF_CTX, Free> context(EVP_KDF_CTX_new(kdf.get()));
  CHECK(context != nullptr);
  SecretBytes out(size);
  CHECK(EVP_KDF_derive(context.get(), out.span().data(), size, params) == 1);
  return out;
}

}  // namespace

bool scrypt_cost_allowed(const ScryptCost& cost) {
  if (cost.log2_n < 1 || cost.log2_n > 24 || cost.r < 1) return false;
  if (cost.p < 1 || cost.p > kScryptParallelMax) return false;
  // RFC 7914, section 2: N is below 2^(128 · r / 8), which only r = 1 comes near.
  if (cost.log2_n >= 16 * cost.r) return false;
  return (std::uint64_t{128} << cost.log2_n) * cost.r <= kScryptBytesMax;
}

std::optional<SecretBytes> scrypt(ByteView passphrase, ByteView salt, const ScryptCost& cost) {
  if (!scrypt_cost_allowed(cost)) return std::nullopt;
  std::uint64_t n = std::uint64_t{1} << cost.log2_n;
  std::uint32_t r = cost.r;
  std::uint32_t p = cost.p;
  std::uint64_t memory_max = kScryptBytesMax + (std::uint64_t{1} << 20);  // its small buffers too
  const OSSL_PARAM params[] = {
      octets(OSSL_KDF_PARAM_PASSWORD, passphrase),
      octets(OSSL_KDF_PARAM_SALT, salt),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory_max),
      OSSL_PARAM_construct_end(),
  };
  return derive("SCRYPT", params, 32);
}

SecretBytes hkdf_sha256(ByteView key, ByteView salt, ByteView info, std::size_t size) {
  CHECK(size >= 1 && size <= kHkdfBytesMax);
  const OSSL_PARAM params[] = {
      text(OSSL_KDF_PARAM_DIGEST, "SHA256"),
      octets(OSSL_KDF_PARAM_KEY, key),
      octets(OSSL_KDF_PARAM_SALT, salt),
      octets(OSSL_KDF_PARAM_INFO, info),
      OSSL_PARAM_construct_end(),
  };
  return derive("HKDF", params, size);
}

SecretBytes pbkdf2_sha512(ByteView passphrase, ByteView salt, std::uint32_t rounds) {
  const OSSL_PARAM params[] = {
      text(OSSL_KDF_PARAM_DIGEST, "SHA512"),
      octets(OSSL_KDF_PARAM_PASSWORD, passphrase),
      octets(OSSL_KDF_PARAM_SALT, salt),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ITER, &rounds),
      OSSL_PARAM_construct_end(),
  };
  return derive("PBKDF2", params, 64);
}

}  // namespace tally::crypto
