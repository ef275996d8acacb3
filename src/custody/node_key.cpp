#include "custody/node_key.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "crypto/passphrase_box.hpp"
#include "storage/durable_file.hpp"
#include "storage/posix.hpp"

namespace tally::custody {
namespace {

constexpr std::string_view kMagic = "TALLYNODE";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kSeedAt = kMagic.size() + 1;
constexpr std::size_t kRootAt = kSeedAt + 32;
constexpr std::size_t kSecretBytes = kRootAt + 32;
constexpr std::size_t kFileBytesMax = 4096;
constexpr mode_t kMode = 0600;

Error from_box(crypto::PassphraseBoxError error) {
  using Box = crypto::PassphraseBoxError;
  switch (error) {
    case Box::kTooLarge:
    case Box::kCostNotAllowed:
      return Error::invalid;
    case Box::kNotABox:
      return Error::corrupt;
    case Box::kVersionUnknown:
      return Error::newer_format;
    case Box::kWrongPassphrase:
      return Error::wrong_passphrase;
  }
  return Error::corrupt;
}

}  // namespace

NodeKey::NodeKey(crypto::Ed25519SecretKey secret, ByteView root)
    : secret_(std::move(secret)),
      public_key_(crypto::ed25519_public_key(secret_)),
      agent_key_(crypto::hkdf_sha256(root, {}, as_bytes("tally/agent-wrapping-key"), 32)),
      document_key_(crypto::hkdf_sha256(root, {}, as_bytes("tally/document-wrapping-key"), 32)) {}

std::expected<NodeKey, Error> NodeKey::create(const std::filesystem::path& path,
                                              std::string_view passphrase,
                                              const crypto::ScryptCost& cost) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) == 0) return std::unexpected(Error::exists);
  if (errno != ENOENT) return std::unexpected(from_storage(storage::from_errno(errno)));
  auto secret = crypto::Ed25519SecretKey::generate();
  crypto::SecretBytes content(kSecretBytes);
  const auto bytes = content.span();
  std::ranges::copy(kMagic, bytes.begin());
  bytes[kMagic.size()] = kVersion;
  std::ranges::copy(secret.secret(), bytes.subspan(kSeedAt).begin());
  crypto::random_bytes(bytes.subspan(kRootAt));
  const auto box = crypto::seal_with_passphrase(content.view(), passphrase, cost);
  if (!box) return std::unexpected(from_box(box.error()));
  if (const auto written = storage::write_file(path, *box, kMode); !written) {
    return std::unexpected(from_storage(written.error()));
  }
  return NodeKey(std::move(secret), content.view().subspan(kRootAt));
}

std::expected<NodeKey, Error> NodeKey::open(const std::filesystem::path& path,
                                            std::string_view passphrase) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    return std::unexpected(from_storage(storage::from_errno(errno)));
  }
  if ((status.st_mode & 077) != 0) return std::unexpected(Error::denied);
  const auto box = storage::read_file(path, kFileBytesMax);
  if (!box && box.error() == storage::Error::invalid) return std::unexpected(Error::corrupt);
  if (!box) return std::unexpected(from_storage(box.error()));
  const auto content = crypto::open_with_passphrase(*box, passphrase);
  if (!content) {
    const auto error = from_box(content.error());
    return std::unexpected(error == Error::invalid ? Error::corrupt : error);
  }
  const auto bytes = content->view();
  if (bytes.size() <= kSeedAt || as_text(bytes.first(kMagic.size())) != kMagic) {
    return std::unexpected(Error::corrupt);
  }
  if (bytes[kMagic.size()] > kVersion) return std::unexpected(Error::newer_format);
  if (bytes.size() != kSecretBytes) return std::unexpected(Error::corrupt);
  auto secret = crypto::Ed25519SecretKey::from(bytes.subspan(kSeedAt, 32));
  if (!secret) return std::unexpected(Error::corrupt);
  return NodeKey(std::move(*secret), bytes.subspan(kRootAt));
}

crypto::Ed25519Signature NodeKey::sign(ByteView message) const {
  return crypto::ed25519_sign(secret_, message);
}

}  // namespace tally::custody
