// `tally sign` and `tally submit`: a transaction that several people sign goes round as a file.
#include "cli/files.hpp"
#include "cli/transact.hpp"
#include "cli/tree.hpp"

#include <fmt/format.h>

#include "contracts/address.hpp"

namespace tally::cli {
namespace {

struct SigningOptions {
  std::string file;
};

Result<Bundle> read_bundle(const std::string& file) {
  const auto bytes = read_file(file);
  if (!bytes) return std::unexpected(bytes.error());
  auto bundle = parse_bundle(as_text(*bytes));
  if (!bundle) return usage(fmt::format("{}: {}", file, bundle.error().message));
  return bundle;
}

Result<void> show_first(Context& context, const Bundle& bundle) {
  const auto network = context.network();
  if (!network) return std::unexpected(network.error());
  if (network->id != bundle.network_id) {
    return usage("the transaction is for another network than the node's");
  }
  if (context.general().json) return {};
  const auto text = describe(context, bundle);
  if (!text) return std::unexpected(text.error());
  context.terminal().err(*text + "\n");
  return {};
}

Result<void> sign(Context& context, const SigningOptions& options) {
  auto bundle = read_bundle(options.file);
  if (!bundle) return std::unexpected(bundle.error());
  if (auto shown = show_first(context, *bundle); !shown) return shown;
  if (context.general().dry_run) return simulate(context, *bundle);
  if (auto yes = context.confirm("Sign this?"); !yes) return yes;
  const auto names = sign_with_own(context, *bundle);
  if (!names) return std::unexpected(names.error());
  if (names->empty()) return usage("none of these keys is a signer of this transaction");
  const auto text = bundle_text(*bundle);
  const auto& out = context.general().out_file;
  const auto written = out.empty()
                           ? write_file(options.file, as_bytes(text), 0600, Existing::kReplace)
                           : write_file(out, as_bytes(text), 0600, Existing::kRefuse);
  if (!written) return written;
  const auto network = context.network();
  if (!network) return std::unexpected(network.error());
  json::array missing;
  std::string lines = fmt::format("signed by {}\n", fmt::join(*names, ", "));
  for (const auto& key : bundle->missing()) {
    const auto address = contracts::encode_address(contracts::account_of(key), network->kind);
    missing.emplace_back(address);
    lines += fmt::format("still to sign: {}\n", address);
  }
  context.print(json::object{{"file", out.empty() ? options.file : out},
                             {"txid", bundle->txid().hex()},
                             {"signed_by", json::value_from(*names)},
                             {"missing", std::move(missing)}},
                lines);
  return {};
}

Result<void> submit_file(Context& context, const SigningOptions& options) {
  const auto bundle = read_bundle(options.file);
  if (!bundle) return std::unexpected(bundle.error());
  if (auto shown = show_first(context, *bundle); !shown) return shown;
  if (context.general().dry_run) return simulate(context, *bundle);
  return submit(context, *bundle);
}

}  // namespace

void add_signing(Tree& tree) {
  const auto make = [&](std::string_view path, std::string_view doc, std::string_view example,
                        auto* handler) {
    auto options = std::make_shared<SigningOptions>();
    auto& app = tree.leaf(path, doc, example, [options, handler](Context& context) {
      return handler(context, *options);
    });
    app.add_option("file", options->file, "Written by --out")->required();
  };
  make("sign", "Shows a transaction in a file and signs it, for several signers.",
       "tally sign admit.json --key operator", sign);
  make("submit", "Sends a transaction from a file and waits for its final answer.",
       "tally submit admit.json", submit_file);
}

}  // namespace tally::cli
