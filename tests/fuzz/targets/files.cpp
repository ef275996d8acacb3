// Files that people and operators hand to the programs: the node's keys, key files of the command
// line, bundles of unsigned transactions, genesis files, passphrase boxes, what is in quarantine,
// manifests of backups. The first byte chooses.
#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "app/quarantine_file.hpp"
#include "backup/manifest.hpp"
#include "cli/bundle.hpp"
#include "cli/genesis_ceremony.hpp"
#include "cli/key_file.hpp"
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "codec/json.hpp"
#include "crypto/hash.hpp"
#include "crypto/passphrase_box.hpp"
#include "custody/node_key.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/support/model.hpp"
#include "fuzz/support/samples.hpp"
#include "fuzz/support/scratch.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

constexpr crypto::ScryptCost kCheap{1, 1, 1};
constexpr std::string_view kPassphrase = "correct horse";
constexpr std::size_t kCostAt = 9;

const std::filesystem::path& directory() {
  static const Scratch kScratch("files");
  return kScratch.path();
}

// As its owner alone can read it: mode 0600.
std::filesystem::path file_of(ByteView bytes) {
  auto path = directory() / "file";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  CHECK(file >= 0);
  CHECK(::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  ::close(file);
  return path;
}

// A hostile file can ask for half a second's worth of scrypt, which is known; here it gets none.
bool is_costly(ByteView box) {
  return box.size() > kCostAt + 2 &&
         crypto::scrypt_cost_allowed({box[kCostAt], box[kCostAt + 1], box[kCostAt + 2]}) &&
         (box[kCostAt] > 4 || box[kCostAt + 1] > 4);
}

crypto::PublicKey public_key_of(std::string_view name) {
  return crypto::public_key(client::development_key(name));
}

void box(ByteView bytes) {
  if (!is_costly(bytes)) (void)crypto::open_with_passphrase(bytes, kPassphrase);
  const auto secret = bytes.first(std::min<std::size_t>(bytes.size(), 100));
  const auto sealed = crypto::seal_with_passphrase(secret, kPassphrase, kCheap);
  CHECK(sealed.has_value());
  const auto opened = crypto::open_with_passphrase(*sealed, kPassphrase);
  CHECK(opened.has_value() && std::ranges::equal(opened->view(), secret));
}
void node_key(ByteView bytes) {
  if (!is_costly(bytes)) (void)custody::NodeKey::open(file_of(bytes), kPassphrase);
}
// Whatever is in the box under the right passphrase.
void node_key_content(ByteView bytes) {
  const auto sealed = crypto::seal_with_passphrase(bytes, kPassphrase, kCheap);
  if (!sealed) return;
  const auto key = custody::NodeKey::open(file_of(*sealed), kPassphrase);
  if (key) (void)key->sign(bytes);
}
void key_file(ByteView bytes) {
  const cli::KeyStore store(directory());
  const auto path = file_of(bytes).string();
  const auto info = store.info(path);
  if (!info) return;
  CHECK(!info->name.empty() && info->name.size() <= cli::kKeyNameBytesMax);
  const auto file = codec::parse_json(as_text(bytes), cli::kKeyFileBytesMax);
  CHECK(file.has_value());
  const auto sealed = from_base64(std::string(file->at("box").as_string()));
  if (!sealed || is_costly(*sealed)) return;
  const auto secret = store.open(path, kPassphrase);
  if (secret) CHECK(crypto::public_key(secret->key) == info->public_key);
}
std::string key_file_text(ByteView sealed) {
  return boost::json::serialize(boost::json::object{{"format", "tally/key/1"},
                                                    {"name", "ana"},
                                                    {"public_key", public_key_of("ana").hex()},
                                                    {"path", ""},
                                                    {"created_ms", "5"},
                                                    {"box", to_base64(sealed)}}) +
         "\n";
}
// Whatever is in a key file's box under the right passphrase.
void key_file_content(ByteView bytes) {
  const auto sealed = crypto::seal_with_passphrase(bytes, kPassphrase, kCheap);
  if (!sealed) return;
  const auto path = file_of(as_bytes(key_file_text(*sealed))).string();
  const auto secret = cli::KeyStore(directory()).open(path, kPassphrase);
  if (secret) CHECK(crypto::public_key(secret->key) == public_key_of("ana"));
}
void bundle(ByteView bytes) {
  const auto read = cli::parse_bundle(as_text(bytes));
  if (!read) return;
  const auto again = cli::parse_bundle(cli::bundle_text(*read));
  CHECK(again.has_value() && again->body == read->body && again->witnesses == read->witnesses);
  CHECK(again->missing() == read->missing());
}
void genesis(ByteView bytes) {
  const auto file = cli::parse_genesis_file(bytes);
  if (file) CHECK(std::ranges::equal(file->bytes(), bytes));
}
void quarantine(ByteView bytes) {
  const auto read = app::read_quarantine(file_of(bytes));
  if (!read) return;
  const auto again = directory() / "quarantine";
  CHECK(app::write_quarantine(again, *read).has_value());
  const auto kept = app::read_quarantine(again);
  CHECK(kept.has_value() && kept->transactions == read->transactions);
  CHECK(kept->due == read->due);
}
void manifest_text(std::string_view text) {
  const auto read = backup::parse_manifest(text);
  if (!read) return;
  const auto again = backup::parse_manifest(backup::print_manifest(*read));
  CHECK(again.has_value() && *again == *read);
}
// As it is, and with the last line that makes it whole.
void manifest(ByteView bytes) {
  std::string text(as_text(bytes));
  manifest_text(text);
  text += "end " + to_hex(crypto::sha256(bytes)) + "\n";
  manifest_text(text);
}

constexpr void (*kFiles[])(ByteView) = {box,     node_key, node_key_content, key_file,
                                        bundle,  genesis,  key_file_content, quarantine,
                                        manifest};

void run(ByteView bytes) {
  Input input(bytes);
  const auto kind = input.choice(std::size(kFiles));
  kFiles[kind](input.rest());
}

void seed(Seeds& seeds) {
  Bytes content;
  append(content, as_bytes("TALLYNODE"));
  content.push_back(1);
  content.resize(content.size() + 64, 7);
  const auto sealed = crypto::seal_with_passphrase(content, kPassphrase, kCheap);
  seeds.add("box", 0, *sealed);
  seeds.add("node-key", 1, *sealed);
  seeds.add("node-key-content", 2, content);
  seeds.add("key-file-of-another", 3, as_bytes(key_file_text(*sealed)));
  const auto secret = client::development_key("ana");
  const auto sealed_key = crypto::seal_with_passphrase(secret.secret(), kPassphrase, kCheap);
  CHECK(sealed_key.has_value());
  const auto key_file = key_file_text(*sealed_key);
  // Else nothing behind the seal would be reached.
  CHECK(cli::KeyStore(directory()).open(file_of(as_bytes(key_file)).string(), kPassphrase));
  seeds.add("key-file", 3, as_bytes(key_file));
  Bytes with_entropy(secret.secret().begin(), secret.secret().end());
  seeds.add("key-file-content", 6, with_entropy);
  with_entropy.resize(with_entropy.size() + 16, 1);
  seeds.add("key-file-with-mnemonic", 6, with_entropy);
  const std::string id(64, 'b');
  seeds.add("quarantine", 7, as_bytes("transaction " + id + "\norder " + id + "\n"));
  seeds.add("quarantine-wrong", 7, as_bytes("transaction " + id + "\norder bb"));
  backup::Manifest kept;
  kept.network_id = network().bytes;
  kept.created_ms = 5;
  kept.height = 7;
  kept.files = {{"genesis", 3, Hash32{1}}, {"journal/data.mdb", 4'096, Hash32{2}}};
  const auto printed = backup::print_manifest(kept);
  seeds.add("manifest", 8, as_bytes(printed));
  seeds.add("manifest-without-end", 8, as_bytes(printed.substr(0, printed.rfind("end "))));
  const auto payment = sample_payment();
  const auto unsigned_bundle = cli::make_bundle(network(), payment.body);
  CHECK(unsigned_bundle.has_value());
  seeds.add("bundle", 4, as_bytes(cli::bundle_text(*unsigned_bundle)));
  auto signed_bundle = *unsigned_bundle;
  signed_bundle.sign(client::development_key("ana"));
  seeds.add("bundle-signed", 4, as_bytes(cli::bundle_text(signed_bundle)));
  auto ceremony = client::development_genesis();
  ceremony.kind = contracts::NetworkKind::test;
  seeds.add("genesis", 5, codec::encode_signed_genesis({codec::encode_genesis(ceremony), {}}));
}

}  // namespace

FUZZ_TARGET(files, run, seed);

}  // namespace tally::fuzz
