// `tally keys`: key files on this machine. No node is asked.
#include "cli/files.hpp"
#include "cli/tree.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "codec/words.hpp"
#include "contracts/address.hpp"
#include "crypto/bip39.hpp"
#include "market/values.hpp"

namespace tally::cli {
namespace {

constexpr std::size_t kMnemonicBytesMax = 4096;

struct KeyOptions {
  std::string name;
  std::string kind = "main";
  std::uint32_t account = 0;
  std::uint32_t index = 0;
  std::string mnemonic_file;
  std::string mnemonic_passphrase_file;
  std::string confirm;
};

Result<contracts::NetworkKind> kind_of(const KeyOptions& options) {
  const auto kind = codec::from_word<contracts::NetworkKind>(options.kind);
  if (!kind) return usage("--kind: main, test or development");
  return *kind;
}

json::object describe(const KeyInfo& info, contracts::NetworkKind kind) {
  return {{"name", info.name},
          {"address", contracts::encode_address(contracts::account_of(info.public_key), kind)},
          {"public_key", info.public_key.hex()},
          {"path", info.path},
          {"created_ms", std::to_string(info.created_ms)}};
}

std::string fields_of(const KeyInfo& info, contracts::NetworkKind kind) {
  return fields_text(
      {{"name", info.name},
       {"address", contracts::encode_address(contracts::account_of(info.public_key), kind)},
       {"public key", info.public_key.hex()},
       {"path", info.path.empty() ? "none" : info.path},
       {"created", market::format_time_ms(info.created_ms)}});
}

Result<void> store_key(Context& context, const KeyOptions& options, KeySecret secret,
                       std::string_view note) {
  const auto kind = kind_of(options);
  if (!kind) return std::unexpected(kind.error());
  const auto store = context.key_store();
  if (!store) return std::unexpected(store.error());
  const auto passphrase = context.new_passphrase();
  if (!passphrase) return std::unexpected(passphrase.error());
  const KeyInfo info{
      options.name, {}, key_path(options.account, options.index), SystemClock().wall_ms()};
  const auto stored = store->add(info, secret, as_text(passphrase->view()));
  if (!stored) return std::unexpected(stored.error());
  context.print(describe(*stored, *kind), fields_of(*stored, *kind) + std::string(note));
  return {};
}

Result<void> make_new(Context& context, const KeyOptions& options) {
  const auto words = crypto::generate_mnemonic();
  auto secret =
      key_of_mnemonic(as_text(words.view()), {}, key_path(options.account, options.index));
  if (!secret) return std::unexpected(secret.error());
  return store_key(
      context, options, std::move(*secret),
      fmt::format("\nWhoever loses this file and its 24 words loses the key. Write the "
                  "words down:\n  tally keys export {}\n",
                  options.name));
}

Result<crypto::SecretBytes> read_words(Context& context, const std::string& file,
                                       std::string_view question) {
  if (!file.empty()) return read_secret_line(file, kMnemonicBytesMax);
  auto secret = context.terminal().ask_secret(question);
  if (!secret) return usage("there is no terminal to ask on: say --mnemonic-file");
  return std::move(*secret);
}

Result<void> import_key(Context& context, const KeyOptions& options) {
  const auto words = read_words(context, options.mnemonic_file, "Mnemonic: ");
  if (!words) return std::unexpected(words.error());
  crypto::SecretBytes passphrase;
  if (!options.mnemonic_passphrase_file.empty()) {
    auto read = read_secret_line(options.mnemonic_passphrase_file, kMnemonicBytesMax);
    if (!read) return std::unexpected(read.error());
    passphrase = std::move(*read);
  }
  auto secret = key_of_mnemonic(as_text(words->view()), as_text(passphrase.view()),
                                key_path(options.account, options.index));
  if (!secret) return std::unexpected(secret.error());
  return store_key(context, options, std::move(*secret), {});
}

Result<void> list_keys(Context& context, const KeyOptions& options) {
  const auto kind = kind_of(options);
  if (!kind) return std::unexpected(kind.error());
  const auto store = context.key_store();
  if (!store) return std::unexpected(store.error());
  const auto keys = store->list();
  if (!keys) return std::unexpected(keys.error());
  json::array rows;
  Table table({{"NAME"}, {"ADDRESS"}, {"PATH"}, {"CREATED"}});
  for (const auto& key : *keys) {
    rows.push_back(describe(key, *kind));
    const auto address = contracts::encode_address(contracts::account_of(key.public_key), *kind);
    table.add({key.name, context.show(address), key.path, market::format_time_ms(key.created_ms)});
  }
  const auto none = fmt::format("no keys in {}\n", store->directory().string());
  context.print(json::object{{"keys", std::move(rows)}}, table.empty() ? none : table.text());
  return {};
}

Result<void> show_key(Context& context, const KeyOptions& options) {
  const auto kind = kind_of(options);
  if (!kind) return std::unexpected(kind.error());
  const auto store = context.key_store();
  if (!store) return std::unexpected(store.error());
  const auto info = store->info(options.name);
  if (!info) return std::unexpected(info.error());
  context.print(describe(*info, *kind), fields_of(*info, *kind));
  return {};
}

// The one way for a secret to leave. Neither --yes nor an empty line is an answer.
Result<void> export_key(Context& context, const KeyOptions& options) {
  const auto store = context.key_store();
  if (!store) return std::unexpected(store.error());
  const auto info = store->info(options.name);
  if (!info) return std::unexpected(info.error());
  auto typed = options.confirm;
  if (typed.empty() && context.terminal().interactive()) {
    typed = context.terminal()
                .ask("The secret will be shown on this screen. Type the key's name to go on: ")
                .value_or("");
  }
  if (typed != info->name) {
    return std::unexpected(Failure{ExitCode::kUsage, "cancelled",
                                   "nothing was shown: --confirm NAME must repeat the key's name"});
  }
  const auto passphrase = context.passphrase(fmt::format("Passphrase of {}: ", info->name));
  if (!passphrase) return std::unexpected(passphrase.error());
  const auto secret = store->open(options.name, as_text(passphrase->view()));
  if (!secret) return std::unexpected(secret.error());
  const std::string words(as_text(secret->mnemonic.view()));
  const auto key = to_hex(secret->key.secret());
  context.print(
      json::object{{"name", info->name},
                   {"path", info->path},
                   {"mnemonic", words.empty() ? json::value(nullptr) : json::value(words)},
                   {"secret_key", key}},
      words.empty() ? fields_text({{"secret key", key}})
                    : fields_text({{"mnemonic", words}, {"path", info->path}}));
  return {};
}

void add_derivation(CLI::App& app, KeyOptions& options) {
  app.add_option("--account", options.account,
                 "Account of the path m/86'/7627116'/ACCOUNT'/0/INDEX");
  app.add_option("--index", options.index, "Index of that path");
}

}  // namespace

void add_keys(Tree& tree) {
  tree.group("keys", "Key files on this machine");
  const auto make = [&](std::string_view path, std::string_view doc, std::string_view example,
                        auto* handler, bool named) -> std::pair<CLI::App&, KeyOptions&> {
    auto options = std::make_shared<KeyOptions>();
    auto& app = tree.leaf(path, doc, example, [options, handler](Context& context) {
      return handler(context, *options);
    });
    if (named) app.add_option("name", options->name, "The key's name, or its file")->required();
    return {app, *options};
  };
  const auto add_kind = [](CLI::App& app, KeyOptions& options) {
    app.add_option("--kind", options.kind, "Which networks' addresses: main, test, development");
  };
  {
    const auto [app, options] = make("keys new", "Makes a key from a new mnemonic of 24 words.",
                                     "tally keys new ana", make_new, true);
    add_derivation(app, options);
    add_kind(app, options);
  }
  {
    const auto [app, options] =
        make("keys import", "Takes in a key from a BIP-39 mnemonic, which is asked for unseen.",
             "tally keys import ana --account 0 --index 0", import_key, true);
    add_derivation(app, options);
    add_kind(app, options);
    app.add_option("--mnemonic-file", options.mnemonic_file, "A private file with the words");
    app.add_option("--mnemonic-passphrase-file", options.mnemonic_passphrase_file,
                   "A private file with BIP-39's own passphrase, if the mnemonic has one");
  }
  {
    const auto [app, options] =
        make("keys list", "Lists the keys.", "tally keys list", list_keys, false);
    add_kind(app, options);
  }
  {
    const auto [app, options] = make("keys show", "Shows a key's address; never its secret.",
                                     "tally keys show ana --kind test", show_key, true);
    add_kind(app, options);
  }
  {
    const auto [app, options] =
        make("keys export", "Shows a key's mnemonic, once its name is typed again.",
             "tally keys export ana", export_key, true);
    app.add_option("--confirm", options.confirm, "The key's name again, where nobody can be asked");
  }
}

}  // namespace tally::cli
