#include "crypto/schnorr.hpp"

#include <secp256k1.h>
#include <secp256k1_extrakeys.h>
#include <secp256k1_schnorrsig.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/check.hpp"
#include "crypto/random.hpp"

namespace tally::crypto {
namespace {

struct DestroyContext {
  void operator()(secp256k1_context* context) const { secp256k1_context_destroy(context); }
};

// Signing needs a context of its own, blinded with entropy against side channels. Made once, it is
// never changed again, and libsecp256k1 lets all threads share it. Verifying needs none
// (secp256k1_context_static).
const secp256k1_context* signing_context() {
  static const std::unique_ptr<secp256k1_context, DestroyContext> context = [] {
    std::unique_ptr<secp256k1_context, DestroyContext> made(
        secp256k1_context_create(SECP256K1_CONTEXT_NONE));
    CHECK(made != nullptr);
    auto seed = random_array<32>();
    CHECK(secp256k1_context_randomize(made.get(), seed.data()) == 1);
    wipe(seed);
    return made;
  }();
  return context.get();
}

// A key pair on the stack, wiped when it goes.
class KeyPair {
 public:
  explicit KeyPair(const SecretKey& secret) {
    // A SecretKey was checked when it was made; a moved-from one is a bug.
    const auto bytes = secret.secret();
    CHECK(!bytes.empty() && secp256k1_keypair_create(signing_context(), &pair_, bytes.data()) == 1);
  }
  KeyPair(const KeyPair&) = delete;
  KeyPair& operator=(const KeyPair&) = delete;
  ~KeyPair() { wipe(pair_.data); }
  [[nodiscard]] const secp256k1_keypair* get() const { return &pair_; }

 private:
  secp256k1_keypair pair_;
};

}  // namespace

std::optional<Signature> Signature::from(ByteView view) {
  Signature out;
  if (view.size() != out.bytes.size()) return std::nullopt;
  std::copy(view.begin(), view.end(), out.bytes.begin());
  return out;
}

std::optional<SecretKey> SecretKey::from(ByteView bytes) {
  SecretKey key;
  if (bytes.size() != key.bytes_.size()) return std::nullopt;
  if (secp256k1_ec_seckey_verify(secp256k1_context_static, bytes.data()) != 1) return std::nullopt;
  std::ranges::copy(bytes, key.bytes_.span().begin());
  return key;
}

SecretKey SecretKey::generate() {
  SecretKey key;
  do {
    random_bytes(key.bytes_.span());  // Out of range about once in 2^128.
  } while (secp256k1_ec_seckey_verify(secp256k1_context_static, key.secret().data()) != 1);
  return key;
}

PublicKey public_key(const SecretKey& secret) {
  const KeyPair pair(secret);
  secp256k1_xonly_pubkey point;
  CHECK(secp256k1_keypair_xonly_pub(signing_context(), &point, nullptr, pair.get()) == 1);
  PublicKey out;
  CHECK(secp256k1_xonly_pubkey_serialize(signing_context(), out.bytes.data(), &point) == 1);
  return out;
}

Signature sign(const SecretKey& secret, const Hash32& message) {
  return sign(secret, ByteView(message), random_array<32>());
}

Signature sign(const SecretKey& secret, ByteView message, const Hash32& aux) {
  const KeyPair pair(secret);
  Hash32 entropy = aux;
  secp256k1_schnorrsig_extraparams params = SECP256K1_SCHNORRSIG_EXTRAPARAMS_INIT;
  params.ndata = entropy.data();
  Signature out;
  CHECK(secp256k1_schnorrsig_sign_custom(signing_context(), out.bytes.data(), message.data(),
                                         message.size(), pair.get(), &params) == 1);
  return out;
}

bool valid(const PublicKey& key) { return VerifyingKey::parse(key).has_value(); }

bool verify(const PublicKey& key, const Hash32& message, const Signature& signature) {
  return verify(key, ByteView(message), signature);
}

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
  const auto parsed = VerifyingKey::parse(key);
  return parsed && parsed->verify(message, signature);
}

std::optional<VerifyingKey> VerifyingKey::parse(const PublicKey& key) {
  secp256k1_xonly_pubkey point;
  static_assert(sizeof point.data == sizeof VerifyingKey::point_);
  if (secp256k1_xonly_pubkey_parse(secp256k1_context_static, &point, key.bytes.data()) != 1) {
    return std::nullopt;
  }
  VerifyingKey out;
  std::memcpy(out.point_.data(), point.data, sizeof point.data);
  return out;
}

bool VerifyingKey::verify(const Hash32& message, const Signature& signature) const {
  return verify(ByteView(message), signature);
}

bool VerifyingKey::verify(ByteView message, const Signature& signature) const {
  secp256k1_xonly_pubkey point;
  std::memcpy(point.data, point_.data(), sizeof point.data);
  return secp256k1_schnorrsig_verify(secp256k1_context_static, signature.bytes.data(),
                                     message.data(), message.size(), &point) == 1;
}

}  // namespace tally::crypto
