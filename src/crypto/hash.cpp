// OpenSSL 3 deprecates SHA256_Init and its kin in favour of EVP. They are used all the same, in
// this file only, because their context is a plain value: a midstate is copied as an array is,
// nothing is allocated and nothing is kept for each thread. With EVP a tagged hash of 64 bytes
// takes half as long again (measured with SHA-NI and OpenSSL 3.0.22: 100 ns here, 152 ns with a new
// EVP_MD_CTX, 112 ns with one that each thread would have to keep).
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/hash.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "base/check.hpp"

namespace tally::crypto {
namespace {

SHA256_CTX* context(std::array<std::byte, 112>& state) {
  static_assert(sizeof(SHA256_CTX) == 112 && alignof(SHA256_CTX) <= 8);
  return reinterpret_cast<SHA256_CTX*>(state.data());
}

template <std::size_t N>
std::array<std::uint8_t, N> hmac(const EVP_MD* digest, ByteView key, ByteView message) {
  std::array<std::uint8_t, N> out{};
  unsigned size = 0;
  // OpenSSL takes the key's length as an int; a longer key is a bug, never input.
  CHECK(key.size() <= 0x7fffffff);
  // A null key would mean "the key of the last call", so an empty one needs an address.
  const std::uint8_t* key_data = key.empty() ? out.data() : key.data();
  CHECK(HMAC(digest, key_data, static_cast<int>(key.size()), message.data(), message.size(),
             out.data(), &size) != nullptr);
  CHECK(size == N);
  return out;
}

}  // namespace

Sha256::Sha256() { CHECK(SHA256_Init(context(state_)) == 1); }

Sha256& Sha256::update(ByteView piece) {
  CHECK(SHA256_Update(context(state_), piece.data(), piece.size()) == 1);
  return *this;
}

Hash32 Sha256::finish() {
  Hash32 out;
  CHECK(SHA256_Final(out.data(), context(state_)) == 1);
  return out;
}

Hash32 sha256(ByteView message) { return Sha256().update(message).finish(); }

TaggedHasher::TaggedHasher(std::string_view tag) {
  const Hash32 tag_hash = sha256(as_bytes(tag));
  midstate_.update(tag_hash).update(tag_hash);
}

Hash32 TaggedHasher::operator()(std::initializer_list<ByteView> parts) const {
  Sha256 hash = midstate_;
  for (const ByteView part : parts) hash.update(part);
  return hash.finish();
}

Hash32 tagged_hash(std::string_view tag, std::initializer_list<ByteView> parts) {
  return TaggedHasher(tag)(parts);
}

Hash32 hmac_sha256(ByteView key, ByteView message) { return hmac<32>(EVP_sha256(), key, message); }

Hash64 hmac_sha512(ByteView key, ByteView message) { return hmac<64>(EVP_sha512(), key, message); }

}  // namespace tally::crypto
