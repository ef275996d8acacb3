#include "cli/transact.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "cli/expect.hpp"
#include "cli/files.hpp"
#include "codec/json.hpp"
#include "codec/transaction.hpp"
#include "codec/words.hpp"
#include "contracts/address.hpp"
#include "crypto/random.hpp"
#include "market/explain.hpp"
#include "market/values.hpp"

namespace tally::cli {
namespace {

// How far this clock and the node's may differ before a lifetime seems wrong.
constexpr std::uint64_t kClockSlackMs = 2 * contracts::kMinuteMs;

std::string address(const contracts::PublicKey& key, const Network& network) {
  return contracts::encode_address(contracts::account_of(key), network.kind);
}

std::string new_idempotency_key() { return "tally-" + to_hex(crypto::random_array<16>()); }

Result<std::uint64_t> validity_ms(const Wish& wish) {
  if (wish.valid_for.empty()) return contracts::kValidityMsDefault;
  const auto ms = market::parse_duration_ms(wish.valid_for);
  if (!ms) return usage("--valid-for: as 10m or 24h");
  return *ms;
}

// The known assets of a body, fetched if need be.
Result<std::vector<market::KnownAsset>> assets_of(Context& context,
                                                  const contracts::Transaction& transaction) {
  std::vector<market::KnownAsset> out;
  const auto node = context.node();
  if (!node) return std::unexpected(node.error());
  for (const auto& id : market::mentioned_assets(transaction, {})) {
    const auto asset = (*node)->asset(id.hex());
    // An asset that is only now defined is not there yet.
    if (!asset && asset.error().exit == ExitCode::kNotFound) continue;
    if (!asset) return std::unexpected(asset.error());
    out.push_back({id, asset->symbol, asset->decimals, asset->issuer});
  }
  return out;
}

// Shortens the long words of a line, addresses and hashes; without --full.
std::string shown_line(const Context& context, std::string_view line) {
  std::string out;
  while (!line.empty()) {
    const auto end = std::min(line.find_first_of(" ,()"), line.size());
    const auto word = line.substr(0, end);
    const bool is_long = word.size() >= 60 && !word.contains('/');
    out += is_long ? context.show(word) : std::string(word);
    if (end < line.size()) out += line[end];
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return out;
}

/// Who is behind a lock, in a table's cell.
class Parties {
 public:
  Parties(Context& context, const Network& network, const contracts::Account& me)
      : context_(context), network_(network), me_(me) {}

  [[nodiscard]] std::string of(const contracts::PublicKey& key) const {
    return of(contracts::account_of(key));
  }
  [[nodiscard]] std::string of(const contracts::Account& account) const {
    const auto text = context_.show(contracts::encode_address(account, network_.kind));
    return account == me_ ? text + " (you)" : text;
  }
  [[nodiscard]] std::string of(const contracts::Lock& lock) const {
    if (const auto* time = std::get_if<contracts::TimeLock>(&lock)) {
      return fmt::format("{} from {}", of(time->key), market::format_time_ms(time->not_before_ms));
    }
    if (const auto* hash = std::get_if<contracts::HashLock>(&lock)) {
      return fmt::format("{} with a preimage", of(hash->key));
    }
    if (const auto* multi = std::get_if<contracts::MultiLock>(&lock)) {
      std::vector<std::string> keys;
      for (const auto& key : multi->keys) keys.push_back(of(key));
      return fmt::format("any {} of {}", multi->threshold, fmt::join(keys, ", "));
    }
    return of(std::get<contracts::KeyLock>(lock).key);
  }

 private:
  Context& context_;
  const Network& network_;
  const contracts::Account& me_;
};

std::string amount_text(const market::KnownAsset* asset, std::uint64_t minor) {
  return asset == nullptr ? fmt::format("{} minor units", minor)
                          : market::format_amount(minor, asset->decimals);
}

/// Makes the tables of describe().
class Description {
 public:
  Description(Context& context, const Network& network, const contracts::Account& me,
              const std::vector<market::KnownAsset>& assets)
      : context_(context), parties_(context, network, me), assets_(assets) {}

  void coins(const std::vector<market::ExplainedCoin>& coins) {
    if (coins.empty()) return;
    Table table({{"AMOUNT", Table::Align::right}, {"ASSET"}, {"ISSUER"}, {"TO"}});
    for (const auto& coin : coins) {
      const auto* asset = known(coin.asset);
      table.add({amount_text(asset, coin.amount),
                 asset == nullptr ? context_.show(coin.asset.hex()) : asset->symbol,
                 asset == nullptr ? "not known" : parties_.of(asset->issuer),
                 parties_.of(coin.lock)});
    }
    text_ += "\n" + table.text();
  }

  void items(const std::vector<market::ExplainedItem>& items) {
    if (items.empty()) return;
    Table table({{"ITEM"}, {"TO"}});
    for (const auto& item : items) table.add({item.gs1_key, parties_.of(item.lock)});
    text_ += "\n" + table.text();
  }

  void orders(const std::vector<contracts::Order>& orders) {
    for (const auto& order : orders) {
      const auto& terms = order.terms;
      std::vector<Field> fields{{"order", context_.show(order.id.hex())},
                                {"becomes", std::string(codec::word(order.state))},
                                {"seller", parties_.of(terms.seller)}};
      if (!order.buyer.is_zero()) fields.push_back({"buyer", parties_.of(order.buyer)});
      for (const auto& line : terms.lines) {
        fields.push_back({"sells", fmt::format("{} for {}", line.gs1_key,
                                               amount(terms.price_asset, line.price))});
      }
      for (const auto& holding : order.payment) {
        fields.push_back({"in escrow", amount(holding.asset, holding.amount)});
      }
      if (terms.bond > 0) fields.push_back({"bond", amount(terms.price_asset, terms.bond)});
      if (terms.loyalty) {
        fields.push_back({"loyalty", amount(terms.loyalty->asset, terms.loyalty->amount)});
      }
      text_ += "\n" + fields_text(fields);
    }
  }

  void grants(const std::vector<contracts::Grant>& grants) {
    for (const auto& grant : grants) {
      text_ += "\n" + fields_text({{"reader", parties_.of(grant.reader)},
                                   {"may read", context_.show(to_hex(grant.attribute_id))},
                                   {"until", market::format_time_ms(grant.expires_ms)}});
    }
  }

  void fields(const std::vector<Field>& fields) { text_ += "\n" + fields_text(fields); }
  void line(std::string_view line) { text_ += printable(line) + "\n"; }
  [[nodiscard]] const Parties& parties() const { return parties_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  [[nodiscard]] const market::KnownAsset* known(const contracts::AssetId& id) const {
    const auto found = std::ranges::find(assets_, id, &market::KnownAsset::id);
    return found == assets_.end() ? nullptr : &*found;
  }
  /// With the issuer: a symbol alone says nothing.
  [[nodiscard]] std::string amount(const contracts::AssetId& id, std::uint64_t minor) const {
    const auto* asset = known(id);
    if (asset == nullptr)
      return fmt::format("{} minor units of {}", minor, context_.show(id.hex()));
    return fmt::format("{} {} (of {})", amount_text(asset, minor), asset->symbol,
                       parties_.of(asset->issuer));
  }

  Context& context_;
  Parties parties_;
  const std::vector<market::KnownAsset>& assets_;
  std::string text_;
};

// The same bytes for later: somebody whose connection broke must not have to build anew.
Result<std::string> keep_unsent(Context& context, const Bundle& bundle) {
  const auto store = context.key_store();
  if (!store) return std::unexpected(store.error());
  const auto directory = store->directory().parent_path() / "unsent";
  std::error_code fault;
  std::filesystem::create_directories(directory, fault);
  const auto path = directory / (bundle.txid().hex() + ".json");
  const auto text = bundle_text(bundle);
  const auto done = write_file(path, as_bytes(text), 0600, Existing::kReplace);
  if (!done) return std::unexpected(done.error());
  return path.string();
}

Failure unknown_outcome(Context& context, const Bundle& bundle, Failure failure) {
  failure.message +=
      fmt::format("\nIt may have settled or not. Ask:  tally verify {}", bundle.txid().hex());
  if (const auto kept = keep_unsent(context, bundle)) {
    failure.message += fmt::format(
        "\nOr send the same bytes again, which cannot settle twice:  "
        "tally submit {}",
        *kept);
  }
  return failure;
}

struct Built {
  Bundle bundle;
  std::optional<std::string> forecast;  ///< Why it would not settle now.
  std::optional<std::string> lease;     ///< Of the coins chosen.
};

std::optional<std::string> forecast_of(const json::value& answer) {
  const auto* forecast = find(answer, "forecast");
  if (forecast == nullptr || forecast->is_null()) return std::nullopt;
  const auto title = text_at(*forecast, "title");
  const auto code = text_at(*forecast, "code");
  if (!code) return std::nullopt;
  return title ? fmt::format("{} ({})", *title, *code) : *code;
}

Result<Built> build(Context& context, const Wish& wish, Asked& asked) {
  const auto network = context.network();
  if (!network) return std::unexpected(network.error());
  auto& node = **context.node();
  if (auto ready = prepare(asked, node, network->kind); !ready) {
    return std::unexpected(ready.error());
  }
  if (auto in = context.sign_in(); !in) return std::unexpected(in.error());
  // The holder's coins and the payer's go into one transaction.
  if (wish.command == "asset_redeem") {
    if (auto in = context.sign_in_parties(); !in) return std::unexpected(in.error());
  }
  json::object request = asked.parameters;
  request["account"] = address(asked.account, *network);
  request["idempotency_key"] = as_text(asked.idempotency_key);
  if (!wish.valid_for.empty()) request["valid_for"] = wish.valid_for;
  if (!wish.note_hash.empty()) request["note_hash"] = wish.note_hash;
  if (context.general().dry_run) request["lease"] = "0";
  const auto answer = node.post("/v1/build/" + wish.command, request);
  if (!answer) return std::unexpected(answer.error());
  auto body = from_base64(text_at(*answer, "body").value_or("?"));
  if (!body) return broken("bad_answer", "the node's answer has no body");
  auto bundle = make_bundle(network->id, std::move(*body));
  if (!bundle) return std::unexpected(bundle.error());
  if (auto same = check(asked, bundle->transaction, node); !same) {
    return std::unexpected(same.error());
  }
  return Built{std::move(*bundle), forecast_of(*answer), text_at(*answer, "lease.id")};
}

Result<Asked> ask(Context& context, const Wish& wish) {
  const auto keys = context.signers();
  if (!keys) return std::unexpected(keys.error());
  const auto validity = validity_ms(wish);
  if (!validity) return std::unexpected(validity.error());
  const auto network = context.network();
  if (!network) return std::unexpected(network.error());
  const auto status = (*context.node())->get("/v1/network");
  if (!status) return std::unexpected(status.error());
  Asked asked;
  asked.command = wish.command;
  asked.parameters = wish.parameters;
  asked.account = (*keys)->front().key;
  json::array others;
  for (const auto& signer : **keys) {
    asked.own_keys.push_back(signer.key);
    if (signer.key != asked.account) others.emplace_back(address(signer.key, *network));
  }
  if (!others.empty() && !asked.parameters.contains("signers")) {
    asked.parameters["signers"] = std::move(others);
  }
  const auto key = wish.idempotency_key.empty() ? new_idempotency_key() : wish.idempotency_key;
  asked.idempotency_key.assign(key.begin(), key.end());
  if (!wish.note_hash.empty()) {
    asked.note_hash = array_from_hex<32>(wish.note_hash);
    if (!asked.note_hash) return usage("--note-hash: 64 hexadecimal digits");
  }
  // A development network's time may be far ahead of this clock.
  const auto now_ms = std::max(number_at(*status, "time_ms").value_or(0), SystemClock().wall_ms());
  asked.valid_until_ms_max = now_ms + *validity + kClockSlackMs;
  return asked;
}

Result<void> write_out(Context& context, const Bundle& bundle) {
  const auto& file = context.general().out_file;
  const auto text = bundle_text(bundle);
  if (const auto done = write_file(file, as_bytes(text), 0600, Existing::kRefuse); !done) {
    return std::unexpected(done.error());
  }
  const auto network = context.network();
  if (!network) return std::unexpected(network.error());
  json::array missing;
  std::string lines;
  for (const auto& key : bundle.missing()) {
    missing.emplace_back(address(key, *network));
    lines += fmt::format("still to sign: {}\n", address(key, *network));
  }
  context.print(
      json::object{{"file", file}, {"txid", bundle.txid().hex()}, {"missing", std::move(missing)}},
      fmt::format("{}written to {}\nnext: tally sign {} --key NAME, then tally submit {}\n", lines,
                  file, file, file));
  return {};
}

}  // namespace

Result<std::string> describe(Context& context, const Bundle& bundle) {
  const auto network = context.network();
  if (!network) return std::unexpected(network.error());
  const auto& transaction = bundle.transaction;
  contracts::Account me;
  if (const auto own = context.account()) me = contracts::account_of(*own);
  const auto assets = assets_of(context, transaction);
  if (!assets) return std::unexpected(assets.error());
  const auto explained = market::explain(
      transaction, {.me = me, .network_kind = network->kind, .assets = *assets, .spent = {}});
  Description out(context, *network, me, *assets);
  // The first lines are the commands, one each; tables say the rest better.
  for (std::size_t i = 0; i < transaction.commands.size() && i < explained.lines.size(); ++i) {
    out.line(shown_line(context, explained.lines[i]));
  }
  out.coins(explained.coins);
  out.items(explained.items);
  out.orders(explained.orders);
  out.grants(explained.grants);
  std::vector<Field> fields{
      {"network", fmt::format("{} ({})", network->name, codec::word(network->kind))}};
  for (const auto& reference : transaction.references) {
    fields.push_back({"acts under", context.show(to_hex(reference.key.id))});
  }
  for (const auto& signer : transaction.signers) {
    fields.push_back({"signed by", out.parties().of(signer)});
  }
  fields.push_back({"valid until", market::format_time_ms(transaction.valid_until_ms)});
  fields.push_back({"fees", "none"});
  fields.push_back({"txid", context.show(bundle.txid().hex())});
  out.fields(fields);
  return out.text();
}

Result<std::vector<std::string>> sign_with_own(Context& context, Bundle& bundle) {
  const auto keys = context.signers();
  if (!keys) return std::unexpected(keys.error());
  std::vector<std::string> out;
  for (const auto& signer : **keys) {
    if (bundle.sign(signer.secret)) out.push_back(signer.name);
  }
  return out;
}

// The outcome is final before the node's views show it. Who runs one command after the other reads
// its own writes: this one ends when they do. If it cannot be seen, the outcome stands all the
// same.
void wait_for_views(Node& node, const json::value& outcome) {
  const auto height = text_at(outcome, "height");
  if (height) static_cast<void>(node.get("/v1/network?min_height=" + *height));
}

Result<void> submit(Context& context, const Bundle& bundle) {
  const auto network = context.network();
  if (!network) return std::unexpected(network.error());
  if (network->id != bundle.network_id) {
    return usage(fmt::format("the transaction is for network {}, the node is on {}",
                             bundle.network_id.hex(), network->id.hex()));
  }
  if (!bundle.complete()) {
    std::string who;
    for (const auto& key : bundle.missing()) who += "\n  " + address(key, *network);
    return usage("signatures are missing, of" + who);
  }
  auto& node = **context.node();
  const auto bytes = codec::encode_signed(bundle.signed_transaction());
  const auto outcome = node.post_again("/v1/transactions", "application/x-protobuf", as_text(bytes),
                                       context.general().wait_s);
  if (!outcome) {
    const auto& code = outcome.error().code;
    if (code == "outcome_unknown" || code == "no_connection") {
      return std::unexpected(unknown_outcome(context, bundle, outcome.error()));
    }
    return std::unexpected(outcome.error());
  }
  wait_for_views(node, *outcome);
  context.print(
      *outcome,
      fields_text({{"outcome", text_at(*outcome, "outcome").value_or("?")},
                   {"txid", text_at(*outcome, "txid").value_or("?")},
                   {"height", text_at(*outcome, "height").value_or("?")},
                   {"first output", text_at(*outcome, "first_output_number").value_or("?")}}));
  return {};
}

Result<void> simulate(Context& context, const Bundle& bundle) {
  const auto node = context.node();
  if (!node) return std::unexpected(node.error());
  const codec::SignedTransaction unsigned_transaction{bundle.body, {}};
  const auto verdict =
      (*node)->post("/v1/transactions:simulate", codec::encode_signed_json(unsigned_transaction));
  if (!verdict) return std::unexpected(verdict.error());
  if (bool_at(*verdict, "would_settle").value_or(false)) {
    context.print(*verdict, "dry run: it would settle; nothing was signed or sent\n");
    return {};
  }
  const auto* problem = find(*verdict, "problem");
  if (problem == nullptr) return broken("bad_answer", "the node's verdict is none");
  return std::unexpected(failure_of_problem(json::serialize(*problem), 0));
}

Result<void> transact(Context& context, Wish wish) {
  auto asked = ask(context, wish);
  if (!asked) return std::unexpected(asked.error());
  auto built = build(context, wish, *asked);
  if (!built) return std::unexpected(built.error());
  auto& bundle = built->bundle;
  const auto& general = context.general();
  if (!general.json) {
    const auto text = describe(context, bundle);
    if (!text) return std::unexpected(text.error());
    context.terminal().err(*text + "\n");
    if (built->forecast) {
      context.terminal().err(fmt::format("As things stand the ledger would refuse it: {}\n",
                                         printable(*built->forecast)));
    }
  }
  if (general.dry_run) return simulate(context, bundle);
  if (auto yes = context.confirm("Sign this?"); !yes) {
    // The coins are free again at once; if that fails, they are within the half minute.
    if (built->lease) static_cast<void>((*context.node())->remove("/v1/leases/" + *built->lease));
    return yes;
  }
  if (const auto signed_by = sign_with_own(context, bundle); !signed_by) {
    return std::unexpected(signed_by.error());
  }
  if (!general.out_file.empty()) return write_out(context, bundle);
  return submit(context, bundle);
}

}  // namespace tally::cli
