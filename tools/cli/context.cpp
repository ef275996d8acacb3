#include "cli/context.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "cli/files.hpp"
#include "client/development.hpp"
#include "client/url.hpp"
#include "contracts/address.hpp"
#include "custody/sessions.hpp"

namespace tally::cli {
namespace {

constexpr std::size_t kPassphraseFileBytesMax = 4096;

}  // namespace

Result<Node*> Context::node() {
  if (!node_) {
    auto opened = Node::open(general_.node, general_.access, terminal_);
    if (!opened) return std::unexpected(opened.error());
    node_ = std::move(*opened);
    node_->set_token(general_.token);
  }
  return &*node_;
}

Result<Network> Context::network() {
  const auto at = node();
  if (!at) return std::unexpected(at.error());
  auto network = (*at)->network();
  if (network && !general_.network.empty() && network->id.hex() != general_.network) {
    return usage(fmt::format("{} is on network {} ({}), not on the one of --network", general_.node,
                             network->id.hex(), network->name));
  }
  return network;
}

Result<KeyStore> Context::key_store() { return KeyStore::of_user(); }

Result<contracts::PublicKey> Context::development_account(std::string_view name) {
  const auto net = network();
  if (!net) return std::unexpected(net.error());
  if (!net->is_development()) {
    return usage(
        fmt::format("everybody knows the key of `{}`: it is good on the development "
                    "network alone, and {} is on another",
                    name, general_.node));
  }
  return crypto::public_key(client::development_key(name));
}

Result<std::vector<Signer>*> Context::signers() {
  if (signers_) return &*signers_;
  if (general_.keys.empty() && general_.dev_keys.empty()) {
    return usage("who signs? --key NAME, or --dev NAME on the development network");
  }
  std::vector<Signer> out;
  for (const auto& name : general_.keys) {
    const auto store = key_store();
    if (!store) return std::unexpected(store.error());
    const auto info = store->info(name);
    if (!info) return std::unexpected(info.error());
    const auto secret_text = passphrase(fmt::format("Passphrase of {}: ", info->name));
    if (!secret_text) return std::unexpected(secret_text.error());
    auto secret = store->open(name, as_text(secret_text->view()));
    if (!secret) return std::unexpected(secret.error());
    out.push_back({info->name, info->public_key, std::move(secret->key)});
  }
  for (const auto& name : general_.dev_keys) {
    const auto key = development_account(name);
    if (!key) return std::unexpected(key.error());
    out.push_back({name, *key, client::development_key(name)});
  }
  signers_ = std::move(out);
  return &*signers_;
}

Result<contracts::PublicKey> Context::account() {
  if (!general_.keys.empty()) {
    const auto store = key_store();
    if (!store) return std::unexpected(store.error());
    const auto info = store->info(general_.keys.front());
    if (!info) return std::unexpected(info.error());
    return info->public_key;
  }
  if (!general_.dev_keys.empty()) return development_account(general_.dev_keys.front());
  return usage("which account? --key NAME, or --dev NAME on the development network");
}

Result<contracts::Account> Context::account_or(const std::string& who) {
  if (!who.empty()) return account_named(who);
  const auto own = account();
  if (!own) return std::unexpected(own.error());
  return contracts::account_of(*own);
}

Result<contracts::Account> Context::account_named(std::string_view text) {
  if (text == "me") return account_or({});
  if (text.starts_with("dev:")) {
    const auto key = development_account(text.substr(4));
    if (!key) return std::unexpected(key.error());
    return contracts::account_of(*key);
  }
  if (text.starts_with("key:")) {
    const auto store = key_store();
    if (!store) return std::unexpected(store.error());
    const auto info = store->info(text.substr(4));
    if (!info) return std::unexpected(info.error());
    return contracts::account_of(info->public_key);
  }
  if (const auto key = contracts::PublicKey::parse(text)) return contracts::account_of(*key);
  const auto net = network();
  if (!net) return std::unexpected(net.error());
  const auto account = contracts::decode_address(text, net->kind);
  if (account) return *account;
  return usage(fmt::format("{} is no address of this network ({}…): mistyped, or another network's",
                           text, contracts::address_prefix(net->kind)));
}

Result<void> Context::sign_in() {
  const auto at = node();
  if (!at) return std::unexpected(at.error());
  if (!(*at)->token().empty()) return {};
  const auto keys = signers();
  if (!keys) return std::unexpected(keys.error());
  const auto token = session_of((*keys)->front());
  if (!token) return std::unexpected(token.error());
  (*at)->set_token(*token);
  return {};
}

Result<void> Context::sign_in_parties() {
  const auto keys = signers();
  if (!keys) return std::unexpected(keys.error());
  std::vector<std::string> sessions;
  for (const auto& signer : std::span(**keys).subspan(1)) {
    const auto token = session_of(signer);
    if (!token) return std::unexpected(token.error());
    sessions.push_back(*token);
  }
  const auto at = node();
  if (!at) return std::unexpected(at.error());
  (*at)->set_parties(std::move(sessions));
  return {};
}

Result<std::string> Context::session_of(const Signer& signer) {
  const auto net = network();
  if (!net) return std::unexpected(net.error());
  const auto at = node();
  if (!at) return std::unexpected(at.error());
  const auto address = contracts::encode_address(contracts::account_of(signer.key), net->kind);
  const auto challenge = (*at)->post("/v1/sign-in/challenge", json::object{{"address", address}});
  if (!challenge) return std::unexpected(challenge.error());
  const auto nonce = array_from_hex<32>(text_at(*challenge, "nonce").value_or(""));
  const auto expires_ms = number_at(*challenge, "expires_ms");
  const auto host = text_at(*challenge, "host");
  if (!nonce || !expires_ms || !host) return broken("bad_answer", "the challenge is none");
  // A node that passes on another node's challenge would get a session there: the host must be the
  // one that was called.
  const auto url = client::parse_url(general_.node);
  if (!url || (*host != url->host && *host != url->authority())) {
    return broken("bad_answer",
                  fmt::format("{} asks to sign in to {}", general_.node, printable(*host)));
  }
  const auto digest =
      custody::sign_in_digest(net->id.bytes, signer.key, *nonce, *expires_ms, *host);
  const auto signature = crypto::sign(signer.secret, digest);
  const auto session =
      (*at)->post("/v1/sign-in", json::object{{"address", address},
                                              {"nonce", to_hex(*nonce)},
                                              {"expires_ms", std::to_string(*expires_ms)},
                                              {"signature", to_hex(signature.view())}});
  if (!session) return std::unexpected(session.error());
  const auto token = text_at(*session, "token");
  if (!token) return broken("bad_answer", "the node gave no session");
  return *token;
}

Result<void> Context::sign_in_if_possible() {
  if (general_.keys.empty() && general_.dev_keys.empty()) {
    const auto at = node();
    return at ? Result<void>{} : std::unexpected(at.error());
  }
  return sign_in();
}

Result<crypto::SecretBytes> Context::passphrase(std::string_view question) {
  auto file = general_.passphrase_file;
  if (file.empty()) {
    const char* variable = std::getenv("TALLY_PASSPHRASE_FILE");
    if (variable != nullptr) file = variable;
  }
  if (!file.empty()) return read_secret_line(file, kPassphraseFileBytesMax);
  auto secret = terminal_.ask_secret(question);
  if (!secret) return usage("no passphrase: there is no terminal; use --passphrase-file");
  return std::move(*secret);
}

Result<crypto::SecretBytes> Context::new_passphrase() {
  const bool from_file =
      !general_.passphrase_file.empty() || std::getenv("TALLY_PASSPHRASE_FILE") != nullptr;
  auto first = passphrase("New passphrase: ");
  if (!first || from_file) return first;
  const auto second = terminal_.ask_secret("The same again: ");
  if (!second || !crypto::constant_time_equal(first->view(), second->view())) {
    return usage("the two passphrases differ");
  }
  return first;
}

Result<void> Context::confirm(std::string_view question) {
  if (general_.yes) return {};
  if (general_.json || !terminal_.interactive()) {
    return usage("nobody can be asked for confirmation: say --yes");
  }
  const auto answer = terminal_.ask(fmt::format("{} [y/N] ", question));
  if (answer && (*answer == "y" || *answer == "Y" || *answer == "yes")) return {};
  return std::unexpected(Failure{ExitCode::kUsage, "cancelled", "nothing was signed or sent"});
}

void Context::print(const json::value& value, const std::string& text) {
  terminal_.out(general_.json ? json::serialize(value) + "\n" : text);
}

std::string Context::show(std::string_view text) const {
  return general_.full ? std::string(text) : shortened(text);
}

}  // namespace tally::cli
