// What people copy: addresses, bech32m, extended keys, mnemonics, URLs, amounts and times. The
// first byte chooses which.
#include "client/url.hpp"
#include "contracts/address.hpp"
#include "crypto/base58.hpp"
#include "crypto/bech32m.hpp"
#include "crypto/bip32.hpp"
#include "crypto/bip39.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/target.hpp"
#include "market/values.hpp"

namespace tally::fuzz {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

void address(std::string_view text) {
  using contracts::NetworkKind;
  int networks = 0;
  for (const auto kind : {NetworkKind::main, NetworkKind::test, NetworkKind::development}) {
    const auto account = contracts::decode_address(text, kind);
    if (!account) continue;
    ++networks;
    CHECK(contracts::encode_address(*account, kind) == lower(text));
  }
  CHECK(networks <= 1);
  const auto bytes = crypto::bech32m_decode(text);
  if (bytes) CHECK(crypto::bech32m_encode(bytes->prefix, bytes->data) == lower(text));
  const auto words = crypto::bech32m_decode_words(text);
  if (words) CHECK(crypto::bech32m_encode_words(words->prefix, words->data) == lower(text));
}
// Any account has an address of each network, which reads back.
void account(std::string_view text) {
  contracts::Account x;
  x.kind = contracts::Account::Kind{static_cast<std::uint8_t>(text.size() % 2)};
  std::ranges::copy(as_bytes(text.substr(0, 32)), x.id.begin());
  const auto written = contracts::encode_address(x, contracts::NetworkKind::test);
  CHECK(contracts::decode_address(written, contracts::NetworkKind::test) == x);
  CHECK(!contracts::decode_address(written, contracts::NetworkKind::main));
}
void base58(std::string_view text) {
  const auto bytes = crypto::base58check_decode(text);
  if (bytes && bytes->size() <= crypto::kBase58BytesMax) {
    CHECK(crypto::base58check_encode(*bytes) == text);
  }
  const auto raw = as_bytes(text.substr(0, crypto::kBase58BytesMax));
  const auto again = crypto::base58check_decode(crypto::base58check_encode(raw));
  CHECK(again.has_value() && std::ranges::equal(*again, raw));
}
void extended(std::string_view text) {
  if (const auto key = crypto::ExtendedPublicKey::parse(text)) CHECK(key->serialise() == text);
  if (const auto key = crypto::ExtendedSecretKey::parse(text)) CHECK(key->serialise() == text);
}
void mnemonic(std::string_view text) {
  const auto entropy = crypto::entropy_from_mnemonic(text);
  if (!entropy) return;
  const auto words = crypto::mnemonic_from_entropy(entropy->view());
  CHECK(words.has_value());
  const auto again = crypto::entropy_from_mnemonic(as_text(words->view()));
  CHECK(again.has_value() && std::ranges::equal(again->view(), entropy->view()));
}
void path(std::string_view text) {
  static const auto kRoot = crypto::ExtendedSecretKey::from_seed(Bytes(32, 1));
  // A level costs a multiplication on the curve.
  if (std::ranges::count(text, '/') > 4) return;
  (void)kRoot->descendant(text);
}
void url(std::string_view text) {
  const auto parsed = client::parse_url(text);
  if (!parsed) return;
  CHECK(!parsed->host.empty() && parsed->target.starts_with('/'));
  CHECK(parsed->target.find_first_of("\r\n ") == std::string::npos);
  const auto again = client::parse_url((parsed->tls ? "https://" : "http://") +
                                       parsed->authority() + parsed->target);
  CHECK(again && again->host == parsed->host && again->port == parsed->port &&
        again->target == parsed->target);
}
void values(std::string_view text) {
  for (const std::uint32_t decimals : {0u, 2u, 18u}) {
    const auto amount = market::parse_amount(text, decimals);
    if (!amount) continue;
    CHECK(market::parse_amount(market::format_amount(*amount, decimals), decimals) == amount);
  }
  if (const auto time = market::parse_time_ms(text)) {
    CHECK(market::parse_time_ms(market::format_time_ms(*time)) == time);
  }
  (void)market::parse_duration_ms(text);
  if (const auto number = market::parse_number(text)) {
    CHECK(market::parse_number(std::to_string(*number)) == number);
  }
}
void encodings(std::string_view text) {
  if (const auto bytes = from_base64(text)) CHECK(to_base64(*bytes) == text);
  if (const auto bytes = from_hex(text)) CHECK(to_hex(*bytes) == lower(text));
  CHECK(from_base64(to_base64(as_bytes(text))) == Bytes(text.begin(), text.end()));
  CHECK(from_hex(to_hex(as_bytes(text))) == Bytes(text.begin(), text.end()));
}

constexpr void (*kForms[])(std::string_view) = {address, account, base58, extended, mnemonic,
                                                path,    url,     values, encodings};

void run(ByteView bytes) {
  Input input(bytes);
  const auto form = input.choice(std::size(kForms));
  kForms[form](as_text(input.rest()));
}

void seed(Seeds& seeds) {
  const contracts::Account key{contracts::Account::Kind::key, Hash32{5}};
  const contracts::Account lock{contracts::Account::Kind::lock, Hash32{6}};
  const auto add = [&](std::string_view name, std::uint8_t form, std::string_view text) {
    seeds.add(name, form, as_bytes(text));
  };
  add("key", 0, contracts::encode_address(key, contracts::NetworkKind::main));
  add("lock", 0, contracts::encode_address(lock, contracts::NetworkKind::development));
  add("bech32m", 0, "A1LQFN3A");
  add("account", 1, "0123456789abcdef0123456789abcdef");
  add("base58", 2, crypto::base58check_encode(Bytes{0, 0, 1, 2, 3}));
  const auto root = crypto::ExtendedSecretKey::from_seed(Bytes(16, 7));
  add("xprv", 3, root->serialise());
  add("xpub", 3, root->public_part().serialise());
  const auto words = crypto::mnemonic_from_entropy(Bytes(16, 9));
  add("mnemonic", 4, as_text(words->view()));
  add("path", 5, "m/86'/7627116'/0'/0/1");
  add("url", 6, "https://[::1]:8443/v1/network?a=b");
  add("amount", 7, "12.50");
  add("time", 7, "2027-03-01T12:00:00.500+02:00");
  add("duration", 7, "48h");
  add("base64", 8, "AQIDBA==");
}

}  // namespace

FUZZ_TARGET(addresses, run, seed, 1'024);

}  // namespace tally::fuzz
