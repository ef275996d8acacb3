#include "crypto/bip32.hpp"

#include <openssl/evp.h>
#include <secp256k1.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <vector>

#include "base/check.hpp"
#include "crypto/base58.hpp"
#include "crypto/hash.hpp"

namespace tally::crypto {
namespace {

constexpr std::uint32_t kVersionSecret = 0x0488ade4;  // "xprv"
constexpr std::uint32_t kVersionPublic = 0x0488b21e;  // "xpub"
constexpr std::size_t kExtendedBytes = 78;
constexpr std::size_t kKeyOffset = 45;
constexpr std::size_t kDepthMax = 255;

using Point = std::array<std::uint8_t, 33>;

struct DestroyContext {
  void operator()(secp256k1_context* context) const { secp256k1_context_destroy(context); }
};

// Computing a public key takes a context that can sign; made anew, since derivation is rare.
Point compressed_point(const SecretKey& key) {
  const std::unique_ptr<secp256k1_context, DestroyContext> context(
      secp256k1_context_create(SECP256K1_CONTEXT_NONE));
  CHECK(context != nullptr);
  const auto blinding = random_array<32>();
  CHECK(secp256k1_context_randomize(context.get(), blinding.data()) == 1);
  secp256k1_pubkey point;
  CHECK(secp256k1_ec_pubkey_create(context.get(), &point, key.secret().data()) == 1);
  Point out;
  std::size_t size = out.size();
  CHECK(secp256k1_ec_pubkey_serialize(context.get(), out.data(), &size, &point,
                                      SECP256K1_EC_COMPRESSED) == 1);
  return out;
}

std::array<std::uint8_t, 4> fingerprint(const Point& point) {
  const Hash32 inner = sha256(point);
  std::array<std::uint8_t, 20> digest;
  unsigned size = 0;
  CHECK(EVP_Digest(inner.data(), inner.size(), digest.data(), &size, EVP_ripemd160(), nullptr) ==
        1);
  return {digest[0], digest[1], digest[2], digest[3]};
}

std::string write_extended(std::uint32_t version, const ExtendedKeyPlace& place, ByteView key) {
  Bytes out;
  out.reserve(kExtendedBytes);
  append_be(out, version);
  out.push_back(place.depth);
  append(out, place.parent);
  append_be(out, place.number);
  append(out, place.chain);
  append(out, key);
  std::string text = base58check_encode(out);
  wipe(out);
  return text;
}

// The place, and all 78 bytes for the caller to take the key from.
struct Extended {
  ExtendedKeyPlace place;
  SecretBytes bytes;
};

std::expected<Extended, Bip32Error> read_extended(std::string_view text, std::uint32_t version) {
  auto decoded = base58check_decode(text);
  if (!decoded || decoded->size() != kExtendedBytes) return std::unexpected(Bip32Error::kEncoding);
  Extended out{{}, SecretBytes(ByteView(*decoded))};
  wipe(*decoded);
  const ByteView bytes = out.bytes.view();
  if (read_be<std::uint32_t>(bytes) != version) return std::unexpected(Bip32Error::kVersion);
  out.place.depth = bytes[4];
  std::ranges::copy(bytes.subspan(5, 4), out.place.parent.begin());
  out.place.number = read_be<std::uint32_t>(bytes.subspan(9));
  std::ranges::copy(bytes.subspan(13, 32), out.place.chain.begin());
  if (out.place.depth == 0 &&
      (out.place.number != 0 || out.place.parent != std::array<std::uint8_t, 4>{})) {
    return std::unexpected(Bip32Error::kRootFields);
  }
  return out;
}

std::expected<std::vector<std::uint32_t>, Bip32Error> parse_path(std::string_view path) {
  if (!path.starts_with('m')) return std::unexpected(Bip32Error::kPath);
  path.remove_prefix(1);
  std::vector<std::uint32_t> numbers;
  while (!path.empty()) {
    if (path[0] != '/') return std::unexpected(Bip32Error::kPath);
    path.remove_prefix(1);
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), number);
    if (error != std::errc() || number >= kHardened) return std::unexpected(Bip32Error::kPath);
    path.remove_prefix(static_cast<std::size_t>(end - path.data()));
    if (path.starts_with('\'')) {
      number |= kHardened;
      path.remove_prefix(1);
    }
    if (numbers.size() == kDepthMax) return std::unexpected(Bip32Error::kTooDeep);
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

std::string ExtendedPublicKey::serialise() const {
  return write_extended(kVersionPublic, place, point);
}

std::expected<ExtendedPublicKey, Bip32Error> ExtendedPublicKey::parse(std::string_view text) {
  const auto extended = read_extended(text, kVersionPublic);
  if (!extended) return std::unexpected(extended.error());
  ExtendedPublicKey out{extended->place, {}};
  std::ranges::copy(extended->bytes.view().subspan(kKeyOffset), out.point.begin());
  secp256k1_pubkey point;
  if (secp256k1_ec_pubkey_parse(secp256k1_context_static, &point, out.point.data(),
                                out.point.size()) != 1) {
    return std::unexpected(Bip32Error::kKeyRange);
  }
  return out;
}

std::expected<ExtendedSecretKey, Bip32Error> ExtendedSecretKey::from_seed(ByteView seed) {
  if (seed.size() < 16 || seed.size() > 64) return std::unexpected(Bip32Error::kSeedSize);
  Hash64 derived = hmac_sha512(as_bytes("Bitcoin seed"), seed);
  auto key = SecretKey::from(ByteView(derived).first(32));
  ExtendedKeyPlace place;
  std::ranges::copy(ByteView(derived).last(32), place.chain.begin());
  wipe(derived);
  if (!key) return std::unexpected(Bip32Error::kUnusableKey);
  return ExtendedSecretKey(std::move(*key), place);
}

std::expected<ExtendedSecretKey, Bip32Error> ExtendedSecretKey::parse(std::string_view text) {
  const auto extended = read_extended(text, kVersionSecret);
  if (!extended) return std::unexpected(extended.error());
  const ByteView key_bytes = extended->bytes.view().subspan(kKeyOffset);
  auto key = SecretKey::from(key_bytes.subspan(1));
  if (key_bytes[0] != 0 || !key) return std::unexpected(Bip32Error::kKeyRange);
  return ExtendedSecretKey(std::move(*key), extended->place);
}

std::expected<ExtendedSecretKey, Bip32Error> ExtendedSecretKey::child(std::uint32_t number) const {
  if (place_.depth == kDepthMax) return std::unexpected(Bip32Error::kTooDeep);
  const Point point = compressed_point(key_);
  Bytes message;
  message.reserve(1 + 32 + 4);
  if (number >= kHardened) {
    message.push_back(0);
    append(message, key_.secret());
  } else {
    append(message, point);
  }
  append_be(message, number);
  Hash64 derived = hmac_sha512(place_.chain, message);
  wipe(message);

  ExtendedKeyPlace place{
      static_cast<std::uint8_t>(place_.depth + 1), fingerprint(point), number, {}};
  std::ranges::copy(ByteView(derived).last(32), place.chain.begin());
  SecretBytes sum(key_.secret());
  const bool usable = secp256k1_ec_seckey_tweak_add(secp256k1_context_static, sum.span().data(),
                                                    derived.data()) == 1;
  wipe(derived);
  if (!usable) return std::unexpected(Bip32Error::kUnusableKey);
  auto key = SecretKey::from(sum.view());
  CHECK(key.has_value());
  return ExtendedSecretKey(std::move(*key), place);
}

std::expected<ExtendedSecretKey, Bip32Error> ExtendedSecretKey::descendant(
    std::string_view path) const {
  const auto numbers = parse_path(path);
  if (!numbers) return std::unexpected(numbers.error());
  auto self = SecretKey::from(key_.secret());
  CHECK(self.has_value());
  ExtendedSecretKey at(std::move(*self), place_);
  for (const std::uint32_t number : *numbers) {
    auto next = at.child(number);
    if (!next) return next;
    at = std::move(*next);
  }
  return at;
}

ExtendedPublicKey ExtendedSecretKey::public_part() const {
  return {place_, compressed_point(key_)};
}

std::string ExtendedSecretKey::serialise() const {
  SecretBytes key(std::size_t{33});
  std::ranges::copy(key_.secret(), key.span().begin() + 1);
  return write_extended(kVersionSecret, place_, key.view());
}

}  // namespace tally::crypto
