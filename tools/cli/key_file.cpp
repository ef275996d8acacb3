#include "cli/key_file.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "cli/files.hpp"
#include "codec/json.hpp"
#include "crypto/bip32.hpp"
#include "crypto/bip39.hpp"
#include "crypto/passphrase_box.hpp"

namespace tally::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view kFormat = "tally/key/1";
constexpr std::string_view kSuffix = ".key";
constexpr std::size_t kSecretBytes = 32;

struct KeyFile {
  KeyInfo info;
  Bytes box;
};

bool valid_name(std::string_view name) {
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= kKeyNameBytesMax && alphanumeric(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

std::optional<std::string_view> text_in(const json::object& object, std::string_view member) {
  const auto* value = object.if_contains(member);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) return std::nullopt;
  return std::string_view(text->data(), text->size());
}

std::optional<KeyFile> parse_key_file(ByteView bytes) {
  const auto value = codec::parse_json(as_text(bytes), kKeyFileBytesMax);
  const auto* object = value ? value->if_object() : nullptr;
  if (object == nullptr || text_in(*object, "format") != kFormat) return std::nullopt;
  const auto name = text_in(*object, "name"), key = text_in(*object, "public_key"),
             path = text_in(*object, "path"), created = text_in(*object, "created_ms"),
             box = text_in(*object, "box");
  if (!name || !key || !path || !created || !box || !valid_name(*name)) return std::nullopt;
  const auto public_key = contracts::PublicKey::parse(*key);
  auto box_bytes = from_base64(*box);
  if (!public_key || !box_bytes) return std::nullopt;
  return KeyFile{{std::string(*name), *public_key, std::string(*path),
                  std::strtoull(std::string(*created).c_str(), nullptr, 10)},
                 std::move(*box_bytes)};
}

std::string key_file_text(const KeyFile& file) {
  const json::object object{{"format", kFormat},
                            {"name", file.info.name},
                            {"public_key", file.info.public_key.hex()},
                            {"path", file.info.path},
                            {"created_ms", std::to_string(file.info.created_ms)},
                            {"box", to_base64(file.box)}};
  return json::serialize(object) + "\n";
}

// sealed = key(32) entropy(0, 16 … 32)
Result<crypto::SecretBytes> plain_of(const KeySecret& secret) {
  crypto::SecretBytes entropy;
  if (secret.mnemonic.size() > 0) {
    auto found = crypto::entropy_from_mnemonic(as_text(secret.mnemonic.view()));
    if (!found) return usage("the mnemonic is not one");
    entropy = std::move(*found);
  }
  crypto::SecretBytes plain(kSecretBytes + entropy.size());
  std::ranges::copy(secret.key.secret(), plain.span().begin());
  std::ranges::copy(entropy.view(), plain.span().begin() + kSecretBytes);
  return plain;
}

std::optional<KeySecret> secret_of(ByteView plain) {
  if (plain.size() < kSecretBytes) return std::nullopt;
  auto key = crypto::SecretKey::from(plain.first(kSecretBytes));
  if (!key) return std::nullopt;
  KeySecret secret{std::move(*key), {}};
  if (plain.size() > kSecretBytes) {
    auto words = crypto::mnemonic_from_entropy(plain.subspan(kSecretBytes));
    if (!words) return std::nullopt;
    secret.mnemonic = std::move(*words);
  }
  return secret;
}

std::string_view describe(crypto::Bip39Error error) {
  switch (error) {
    case crypto::Bip39Error::kEntropySize:
    case crypto::Bip39Error::kWordCount:
      return "a mnemonic has 12, 15, 18, 21 or 24 words";
    case crypto::Bip39Error::kUnknownWord:
      return "a word is not in the English list of BIP-39";
    case crypto::Bip39Error::kChecksum:
      return "the checksum is wrong: a word is mistaken, or two are swapped";
    case crypto::Bip39Error::kPassphraseNotAscii:
      return "a mnemonic's passphrase is ASCII, from space to ~";
    case crypto::Bip39Error::kPassphraseTooLong:
      return "the mnemonic's passphrase is too long";
  }
  return "not a mnemonic";
}

Result<KeyFile> load(const std::filesystem::path& path) {
  const auto bytes = read_private_file(path, kKeyFileBytesMax);
  if (!bytes) return std::unexpected(bytes.error());
  auto file = parse_key_file(*bytes);
  if (!file) return usage(path.string() + ": not a key file");
  return std::move(*file);
}

}  // namespace

std::string key_path(std::uint32_t account, std::uint32_t index) {
  return fmt::format("m/86'/7627116'/{}'/0/{}", account, index);
}

Result<KeySecret> key_of_mnemonic(std::string_view mnemonic, std::string_view passphrase,
                                  std::string_view path) {
  const auto entropy = crypto::entropy_from_mnemonic(mnemonic);
  if (!entropy) return usage(std::string(describe(entropy.error())));
  const auto seed = crypto::seed_from_mnemonic(mnemonic, passphrase);
  if (!seed) return usage(std::string(describe(seed.error())));
  const auto root = crypto::ExtendedSecretKey::from_seed(seed->view());
  if (!root) return usage("the mnemonic gives no usable key");
  const auto derived = root->descendant(path);
  if (!derived) return usage(fmt::format("{} is not a path, or gives no usable key", path));
  auto key = crypto::SecretKey::from(derived->key().secret());
  auto words = crypto::mnemonic_from_entropy(entropy->view());
  if (!key || !words) return usage("the mnemonic gives no usable key");
  return KeySecret{std::move(*key), std::move(*words)};
}

Result<KeyStore> KeyStore::of_user() {
  const auto variable = [](const char* name) -> std::string_view {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
  };
  if (const auto home = variable("TALLY_HOME"); !home.empty()) {
    return KeyStore(std::filesystem::path(home) / "keys");
  }
  if (const auto config = variable("XDG_CONFIG_HOME"); !config.empty()) {
    return KeyStore(std::filesystem::path(config) / "tally" / "keys");
  }
  if (const auto home = variable("HOME"); !home.empty()) {
    return KeyStore(std::filesystem::path(home) / ".config" / "tally" / "keys");
  }
  return usage("no place for keys: set TALLY_HOME");
}

Result<std::filesystem::path> KeyStore::path_of(std::string_view name_or_file) const {
  if (name_or_file.contains('/')) return std::filesystem::path(name_or_file);
  if (!valid_name(name_or_file)) {
    return usage(fmt::format("`{}` is not a key's name: a letter or digit, then those, - _ and .",
                             name_or_file));
  }
  return directory_ / (std::string(name_or_file) + std::string(kSuffix));
}

Result<KeyInfo> KeyStore::add(const KeyInfo& info, const KeySecret& secret,
                              std::string_view passphrase, const crypto::ScryptCost& cost) const {
  if (!valid_name(info.name)) {
    return usage(fmt::format("`{}` is not a key's name: a letter or digit, then those, - _ and .",
                             info.name));
  }
  if (passphrase.size() < kPassphraseBytesMin) {
    return usage(fmt::format("a passphrase has at least {} characters", kPassphraseBytesMin));
  }
  const auto path = path_of(info.name);
  if (!path) return std::unexpected(path.error());
  auto plain = plain_of(secret);
  if (!plain) return std::unexpected(plain.error());
  auto box = crypto::seal_with_passphrase(plain->view(), passphrase, cost);
  if (!box) return usage("the key cannot be sealed at this cost");
  KeyFile file{info, std::move(*box)};
  file.info.public_key = crypto::public_key(secret.key);
  std::error_code fault;
  std::filesystem::create_directories(directory_, fault);
  if (fault || ::chmod(directory_.c_str(), 0700) != 0) {
    return usage(fmt::format("{}: cannot be made private", directory_.string()));
  }
  const auto text = key_file_text(file);
  if (const auto done = write_file(*path, as_bytes(text), 0600, Existing::kRefuse); !done) {
    return std::unexpected(done.error());
  }
  return file.info;
}

Result<KeyInfo> KeyStore::info(std::string_view name_or_file) const {
  const auto path = path_of(name_or_file);
  if (!path) return std::unexpected(path.error());
  auto file = load(*path);
  if (!file) return std::unexpected(file.error());
  return std::move(file->info);
}

Result<KeySecret> KeyStore::open(std::string_view name_or_file, std::string_view passphrase) const {
  const auto path = path_of(name_or_file);
  if (!path) return std::unexpected(path.error());
  const auto file = load(*path);
  if (!file) return std::unexpected(file.error());
  const auto plain = crypto::open_with_passphrase(file->box, passphrase);
  if (!plain) {
    return usage(plain.error() == crypto::PassphraseBoxError::kWrongPassphrase
                     ? path->string() + ": wrong passphrase, or the file was changed"
                     : path->string() + ": not a key file of this program");
  }
  auto secret = secret_of(plain->view());
  // The clear part is not covered by the seal: somebody may have put another key there.
  if (!secret || crypto::public_key(secret->key) != file->info.public_key) {
    return usage(path->string() + ": the sealed key is not the one that the file names");
  }
  return std::move(*secret);
}

Result<std::vector<KeyInfo>> KeyStore::list() const {
  std::vector<KeyInfo> out;
  std::error_code fault;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, fault)) {
    if (entry.path().extension() != kSuffix) continue;
    if (auto file = load(entry.path())) out.push_back(std::move(file->info));
  }
  std::ranges::sort(out, {}, &KeyInfo::name);
  return out;
}

}  // namespace tally::cli
