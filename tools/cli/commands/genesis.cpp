// `tally network genesis`: the ceremony. No node is asked: there is none yet.
#include "cli/files.hpp"
#include "cli/genesis_ceremony.hpp"
#include "cli/tree.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "codec/words.hpp"
#include "contracts/address.hpp"
#include "market/values.hpp"

namespace tally::cli {
namespace {

struct GenesisOptions {
  std::string name;
  std::string kind = "main";
  std::string time;
  std::vector<std::string> operators;
  std::uint32_t quorum = 0;
  std::vector<std::string> files;
};

Result<GenesisFile> load(const std::string& path) {
  const auto bytes = read_file(path, kGenesisBytesMax);
  if (!bytes) return std::unexpected(bytes.error());
  auto file = parse_genesis_file(*bytes);
  if (!file) return usage(fmt::format("{}: {}", path, file.error().message));
  return file;
}

json::object view(const GenesisFile& file) {
  json::array operators;
  for (const auto& key : file.genesis.operators) {
    const auto missing = file.missing();
    operators.push_back(
        {{"address", contracts::encode_address(contracts::account_of(key), file.genesis.kind)},
         {"signed", std::ranges::find(missing, key) == missing.end()}});
  }
  return {
      {"network_id", file.network_id.hex()},    {"name", file.genesis.name},
      {"kind", codec::word(file.genesis.kind)}, {"time_ms", std::to_string(file.genesis.time_ms)},
      {"quorum", file.genesis.quorum},          {"operators", std::move(operators)}};
}

std::string text_of(const GenesisFile& file) {
  auto text = fields_text(
      {{"network", file.genesis.name},
       {"kind", std::string(codec::word(file.genesis.kind))},
       {"network id", file.network_id.hex()},
       {"time", market::format_time_ms(file.genesis.time_ms)},
       {"quorum", fmt::format("{} of {}", file.genesis.quorum, file.genesis.operators.size())}});
  Table table({{"OPERATOR"}, {"SIGNED"}});
  const auto missing = file.missing();
  for (const auto& key : file.genesis.operators) {
    const bool has = std::ranges::find(missing, key) == missing.end();
    table.add({contracts::encode_address(contracts::account_of(key), file.genesis.kind),
               has ? "yes" : "no"});
  }
  return text + "\n" + table.text();
}

// An operator's key: an address of the network to be, 64 hexadecimal digits, or key:NAME.
Result<contracts::PublicKey> operator_key(Context& context, const std::string& text,
                                          contracts::NetworkKind kind) {
  if (text.starts_with("key:")) {
    const auto store = context.key_store();
    if (!store) return std::unexpected(store.error());
    const auto info = store->info(text.substr(4));
    if (!info) return std::unexpected(info.error());
    return info->public_key;
  }
  if (const auto key = contracts::PublicKey::parse(text)) return *key;
  const auto account = contracts::decode_address(text, kind);
  if (!account || account->kind != contracts::Account::Kind::key) {
    return usage(fmt::format("{} is no address of a key on such a network", text));
  }
  return contracts::PublicKey{account->id};
}

Result<void> make_new(Context& context, const GenesisOptions& options) {
  contracts::Genesis genesis;
  const auto kind = codec::from_word<contracts::NetworkKind>(options.kind);
  if (!kind || *kind == contracts::NetworkKind::development) {
    return usage("--kind: main or test; a development network is started by tallyd --dev");
  }
  genesis.kind = *kind;
  genesis.name = options.name;
  genesis.quorum = options.quorum;
  const auto time_ms = options.time.empty() ? std::optional(SystemClock().wall_ms())
                                            : market::parse_time_ms(options.time);
  if (!time_ms) return usage("--time: as 2027-03-01T12:00:00Z");
  genesis.time_ms = *time_ms;
  for (const auto& text : options.operators) {
    const auto key = operator_key(context, text, *kind);
    if (!key) return std::unexpected(key.error());
    genesis.operators.push_back(*key);
  }
  const auto file = draft_genesis(std::move(genesis));
  if (!file) return std::unexpected(file.error());
  const auto& out = context.general().out_file;
  if (out.empty()) return usage("--out FILE: where to write it");
  if (auto done = write_file(out, file->bytes(), 0644, Existing::kRefuse); !done) return done;
  context.print(view(*file),
                text_of(*file) + fmt::format("\nwritten to {0}; each operator: tally network "
                                             "genesis sign {0} --key NAME\n",
                                             out));
  return {};
}

Result<void> sign(Context& context, const GenesisOptions& options) {
  const auto& path = options.files.front();
  auto file = load(path);
  if (!file) return std::unexpected(file.error());
  if (!context.general().json) context.terminal().err(text_of(*file) + "\n");
  if (auto yes = context.confirm("Sign this network into being?"); !yes) return yes;
  const auto keys = context.signers();
  if (!keys) return std::unexpected(keys.error());
  for (const auto& signer : **keys) {
    if (auto done = sign_genesis(*file, signer.secret); !done) return done;
  }
  const auto& out = context.general().out_file;
  const auto written = write_file(out.empty() ? path : out, file->bytes(), 0644,
                                  out.empty() ? Existing::kReplace : Existing::kRefuse);
  if (!written) return written;
  context.print(view(*file), text_of(*file));
  return {};
}

Result<void> assemble(Context& context, const GenesisOptions& options) {
  std::vector<GenesisFile> files;
  for (const auto& path : options.files) {
    auto file = load(path);
    if (!file) return std::unexpected(file.error());
    files.push_back(std::move(*file));
  }
  const auto whole = assemble_genesis(files);
  if (!whole) return std::unexpected(whole.error());
  const auto& out = context.general().out_file;
  if (out.empty()) return usage("--out FILE: where to write it, as data/genesis");
  if (auto done = write_file(out, whole->bytes(), 0644, Existing::kRefuse); !done) return done;
  context.print(view(*whole),
                text_of(*whole) + fmt::format("\nwritten to {}: the `genesis` of every node's data "
                                              "directory\n",
                                              out));
  return {};
}

Result<void> show(Context& context, const GenesisOptions& options) {
  const auto file = load(options.files.front());
  if (!file) return std::unexpected(file.error());
  context.print(view(*file), text_of(*file));
  return {};
}

}  // namespace

void add_genesis(Tree& tree) {
  tree.group("network genesis", "The ceremony that makes a network");
  const auto make = [&](std::string_view path, std::string_view doc, std::string_view example,
                        auto* handler) -> std::pair<CLI::App&, GenesisOptions&> {
    auto options = std::make_shared<GenesisOptions>();
    auto& app = tree.leaf(path, doc, example, [options, handler](Context& context) {
      return handler(context, *options);
    });
    return {app, *options};
  };
  {
    const auto [app, options] =
        make("network genesis new", "Drafts a genesis.",
             "tally network genesis new \"Milan goods\" --operators key:a,key:b,key:c --quorum 2 "
             "--out draft.genesis",
             make_new);
    app.add_option("name", options.name, "The network's name")->required();
    app.add_option("--kind", options.kind, "main or test");
    app.add_option("--time", options.time, "The time of block 0; now if left out");
    app.add_option("--operators", options.operators, "Addresses, public keys, key:NAME")
        ->required()
        ->delimiter(',')
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--quorum", options.quorum, "How many must agree; more than half")->required();
  }
  const auto one_file = [&](std::string_view path, std::string_view doc, std::string_view example,
                            auto* handler) {
    const auto [app, options] = make(path, doc, example, handler);
    app.add_option("file", options.files, "The genesis file")->required()->expected(1);
  };
  one_file("network genesis sign", "Shows a draft and adds an operator's signature.",
           "tally network genesis sign draft.genesis --key a", sign);
  {
    const auto [app, options] =
        make("network genesis assemble", "Puts the operators' signatures together.",
             "tally network genesis assemble a.genesis b.genesis c.genesis --out data/genesis",
             assemble);
    app.add_option("files", options.files, "The signed drafts")->required()->expected(1, 64);
  }
  one_file("network genesis show", "Shows a genesis file and who has signed it.",
           "tally network genesis show data/genesis", show);
}

}  // namespace tally::cli
