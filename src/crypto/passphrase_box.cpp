#include "crypto/passphrase_box.hpp"

#include <algorithm>

#include "crypto/aead.hpp"

namespace tally::crypto {
namespace {

constexpr std::string_view kMagic = "TALLYBOX";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kSaltBytes = 32;
constexpr std::size_t kCostOffset = kMagic.size() + 1;
constexpr std::size_t kSaltOffset = kCostOffset + 3;
constexpr std::size_t kHeaderBytes = kSaltOffset + kSaltBytes;

}  // namespace

std::expected<Bytes, PassphraseBoxError> seal_with_passphrase(ByteView secret,
                                                              std::string_view passphrase,
                                                              const ScryptCost& cost) {
  if (secret.size() > kPassphraseBoxSecretBytesMax) {
    return std::unexpected(PassphraseBoxError::kTooLarge);
  }
  const auto salt = random_array<kSaltBytes>();
  const auto key = scrypt(as_bytes(passphrase), salt, cost);
  if (!key) return std::unexpected(PassphraseBoxError::kCostNotAllowed);

  Bytes box;
  append(box, as_bytes(kMagic));
  box.insert(box.end(), {kVersion, cost.log2_n, cost.r, cost.p});
  append(box, salt);
  append(box, aead_seal(AeadKey(key->view()), secret, box));
  return box;
}

std::expected<SecretBytes, PassphraseBoxError> open_with_passphrase(ByteView box,
                                                                    std::string_view passphrase) {
  constexpr std::size_t kOverheadBytes = kHeaderBytes + kAeadOverheadBytes;
  if (box.size() > kOverheadBytes + kPassphraseBoxSecretBytesMax) {
    return std::unexpected(PassphraseBoxError::kTooLarge);
  }
  if (box.size() < kOverheadBytes ||
      !std::ranges::equal(box.first(kMagic.size()), as_bytes(kMagic))) {
    return std::unexpected(PassphraseBoxError::kNotABox);
  }
  if (box[kMagic.size()] != kVersion) return std::unexpected(PassphraseBoxError::kVersionUnknown);

  const ScryptCost cost{box[kCostOffset], box[kCostOffset + 1], box[kCostOffset + 2]};
  const auto key = scrypt(as_bytes(passphrase), box.subspan(kSaltOffset, kSaltBytes), cost);
  if (!key) return std::unexpected(PassphraseBoxError::kCostNotAllowed);

  auto secret = aead_open(AeadKey(key->view()), box.subspan(kHeaderBytes), box.first(kHeaderBytes));
  if (!secret) return std::unexpected(PassphraseBoxError::kWrongPassphrase);
  return std::move(*secret);
}

}  // namespace tally::crypto
