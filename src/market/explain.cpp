#include "market/explain.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/checked.hpp"
#include "codec/json.hpp"
#include "codec/words.hpp"
#include "contracts/address.hpp"
#include "contracts/limits.hpp"
#include "market/values.hpp"

namespace tally::market {
namespace {

namespace json = boost::json;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::string short_text(std::string_view text) {
  if (text.size() <= 20) return std::string(text);
  return fmt::format("{}…{}", text.substr(0, 12), text.substr(text.size() - 6));
}

/// Writes values as people read them.
class Words {
 public:
  explicit Words(const ExplainOptions& options) : options_(options) {}

  [[nodiscard]] std::string account(const contracts::Account& account) const {
    if (account == options_.me) return "you";
    return contracts::encode_address(account, options_.network_kind);
  }
  [[nodiscard]] std::string key(const contracts::PublicKey& key) const {
    return account(contracts::account_of(key));
  }
  [[nodiscard]] std::string lock(const contracts::Lock& lock) const {
    return std::visit(
        Overloaded{[&](const contracts::KeyLock& l) { return key(l.key); },
                   [&](const contracts::MultiLock& l) {
                     std::vector<std::string> keys;
                     for (const auto& each : l.keys) keys.push_back(key(each));
                     return fmt::format("any {} of {}", l.threshold, fmt::join(keys, ", "));
                   },
                   [&](const contracts::TimeLock& l) {
                     return fmt::format("{}, not before {}", key(l.key),
                                        format_time_ms(l.not_before_ms));
                   },
                   [&](const contracts::HashLock& l) {
                     return fmt::format("{}, with the preimage of {}", key(l.key), to_hex(l.hash));
                   }},
        lock);
  }
  /// A symbol alone says nothing: anyone can define one that reads like another.
  [[nodiscard]] std::string amount(const contracts::AssetId& asset, std::uint64_t minor) const {
    const auto known = std::ranges::find(options_.assets, asset, &KnownAsset::id);
    if (known == options_.assets.end()) {
      return fmt::format("{} minor units of {}", minor, this->asset(asset));
    }
    return fmt::format("{} {}", format_amount(minor, known->decimals), this->asset(asset));
  }
  [[nodiscard]] std::string asset(const contracts::AssetId& asset) const {
    const auto known = std::ranges::find(options_.assets, asset, &KnownAsset::id);
    if (known == options_.assets.end()) return "asset " + asset.hex();
    const auto issuer =
        contracts::encode_address(contracts::account_of(known->issuer), options_.network_kind);
    return fmt::format("{} (of {})", known->symbol, short_text(issuer));
  }
  [[nodiscard]] std::string amounts(const std::vector<contracts::Holding>& holdings) const {
    std::vector<std::string> out;
    for (const auto& holding : holdings) out.push_back(amount(holding.asset, holding.amount));
    return fmt::format("{}", fmt::join(out, " + "));
  }

 private:
  const ExplainOptions& options_;
};

bool is_zero_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of('0') == std::string_view::npos;
}

// Each value of a decoded command with the names that lead to it; what is absent is left out.
void flatten(const json::value& value, const std::string& name, std::vector<std::string>& out) {
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      const std::string_view key(member.key().data(), member.key().size());
      flatten(member.value(), name.empty() ? std::string(key) : fmt::format("{} {}", name, key),
              out);
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) flatten(element, name, out);
  } else if (const auto* text = value.if_string()) {
    const std::string_view view(text->data(), text->size());
    if (!view.empty() && !is_zero_hash(view)) out.push_back(fmt::format("{} {}", name, view));
  } else if (value.is_bool()) {
    out.push_back(fmt::format("{} {}", name, value.get_bool() ? "yes" : "no"));
  } else if (!value.is_null()) {
    out.push_back(fmt::format("{} {}", name, json::serialize(value)));
  }
}

std::string policy_text(const contracts::AuthenticityPolicy& policy) {
  const auto verdicts = fmt::format("{} genuine verdicts of the last {} days", policy.verdicts_min,
                                    policy.verdict_days_max);
  if (policy.verdicts_min == 0) return "commissioned by the brand";
  return policy.accept_commissioned ? "commissioned by the brand, or " + verdicts : verdicts;
}

std::string periods_text(const contracts::OrderPeriods& periods) {
  const auto minutes = [](std::uint64_t ms) {
    const auto all = ms / contracts::kMinuteMs;
    return all % 60 == 0 ? fmt::format("{} h", all / 60) : fmt::format("{} min", all);
  };
  return fmt::format(
      "stages end after: offer {}, accept {}, ship {}, transit {}, inspect {}, dispute {}",
      minutes(periods.offer_ms), minutes(periods.accept_ms), minutes(periods.ship_ms),
      minutes(periods.transit_ms), minutes(periods.inspect_ms), minutes(periods.dispute_ms));
}

std::vector<std::string> names_of(const std::vector<contracts::Attribute>& attributes) {
  std::vector<std::string> names;
  for (const auto& attribute : attributes) names.push_back(attribute.name);
  return names;
}

void explain_terms(const contracts::OrderTerms& terms, const Words& words,
                   std::vector<std::string>& lines) {
  const auto& price_asset = terms.price_asset;
  for (const auto& line : terms.lines) {
    auto text =
        fmt::format("sells item {} for {}", line.gs1_key, words.amount(price_asset, line.price));
    if (!line.attributes.empty()) {
      text += fmt::format(", said of it: {}", fmt::join(names_of(line.attributes), ", "));
    }
    lines.push_back(std::move(text));
  }
  lines.push_back("must be " + policy_text(terms.policy));
  lines.push_back(periods_text(terms.periods));
  if (terms.accept_at_once) lines.emplace_back("funding is acceptance");
  if (terms.named_buyer) {
    lines.push_back(fmt::format("only {} may buy", words.key(*terms.named_buyer)));
  }
  if (terms.carrier) lines.push_back(fmt::format("carried by {}", words.key(*terms.carrier)));
  for (const auto& iou : terms.accepted_ious) {
    lines.push_back(fmt::format("takes {} at par", words.asset(iou)));
  }
  if (terms.bond > 0) {
    lines.push_back(fmt::format("the seller's bond is {}", words.amount(price_asset, terms.bond)));
  }
  if (terms.loyalty) {
    lines.push_back(fmt::format("the buyer gets {} at release",
                                words.amount(terms.loyalty->asset, terms.loyalty->amount)));
  }
  lines.push_back(fmt::format("if a dispute ends undecided the buyer gets back {} %",
                              format_amount(terms.dispute_buyer_bps, 2)));
  if (terms.terms_hash != Hash32{}) {
    lines.push_back(fmt::format("under the terms {}", to_hex(terms.terms_hash)));
  }
}

// A command with its name first; what its outputs say better is left to them.
std::string explain_command(const contracts::CommandBody& body, const json::value& decoded,
                            const Words& words) {
  const auto name = contracts::command_name(contracts::command_number(body));
  const auto with = [&](std::string text) { return fmt::format("{}: {}", name, text); };
  return std::visit(
      Overloaded{[&](const contracts::AssetIssue& c) {
                   return with(fmt::format("makes {}", words.amount(c.asset, c.amount)));
                 },
                 [&](const contracts::AssetRedeem& c) {
                   return with(fmt::format("gives back {}", words.amount(c.asset, c.amount)));
                 },
                 [&](const contracts::AssetBurn& c) {
                   return with(fmt::format("destroys {}", words.amount(c.asset, c.amount)));
                 },
                 [&](const contracts::LotStepOut& c) {
                   return with(
                       fmt::format("{} items of lot {}, with their proofs", c.steps.size(), c.lot));
                 },
                 [&](const contracts::OrderFund& c) {
                   return with(fmt::format("{} into escrow", words.amounts(c.payment)));
                 },
                 [&](const auto&) {
                   std::vector<std::string> values;
                   const auto& members = decoded.as_object();
                   for (const auto& member : members) {
                     const std::string_view key(member.key().data(), member.key().size());
                     if (key == "command" || key == "inputs" || key == "outputs") continue;
                     flatten(member.value(), key == "body" ? std::string{} : std::string(key),
                             values);
                   }
                   std::erase_if(
                       values, [&](const auto& v) { return v == fmt::format("command {}", name); });
                   return values.empty() ? std::string(name)
                                         : with(fmt::format("{}", fmt::join(values, ", ")));
                 }},
      body);
}

void explain_order(const contracts::Order& order, const Words& words,
                   std::vector<std::string>& lines) {
  lines.push_back(fmt::format("order {} is {} from here on", short_text(order.id.hex()),
                              codec::word(order.state)));
  explain_terms(order.terms, words, lines);
  if (!order.payment.empty()) {
    lines.push_back(
        fmt::format("in escrow for {}: {}", words.key(order.buyer), words.amounts(order.payment)));
  }
}

void explain_outputs(const contracts::Transaction& tx, const ExplainOptions& options,
                     const Words& words, Explanation& out) {
  for (const auto& output : tx.outputs) {
    std::visit(
        Overloaded{[&](const contracts::Coin& coin) {
                     const bool to_me = contracts::account_of(coin.lock) == options.me;
                     out.coins.push_back({coin.asset, coin.amount, coin.lock, to_me});
                     out.lines.push_back(fmt::format(
                         "{} to {}", words.amount(coin.asset, coin.amount), words.lock(coin.lock)));
                   },
                   [&](const contracts::Item& item) {
                     const bool to_me = contracts::account_of(item.lock) == options.me;
                     out.items.push_back({item.gs1_key, item.lock, to_me});
                     out.lines.push_back(
                         fmt::format("item {} to {}", item.gs1_key, words.lock(item.lock)));
                   },
                   [&](const contracts::Order& order) {
                     out.orders.push_back(order);
                     explain_order(order, words, out.lines);
                   },
                   [&](const contracts::Grant& grant) {
                     out.grants.push_back(grant);
                     out.lines.push_back(fmt::format(
                         "{} may read attribute {} until {}", words.key(grant.reader),
                         short_text(to_hex(grant.attribute_id)), format_time_ms(grant.expires_ms)));
                   }},
        output);
  }
}

void explain_spent(const ExplainOptions& options, const Words& words,
                   std::vector<std::string>& lines) {
  struct Sum {
    Uint128 amount = 0;
    std::size_t coins = 0;
  };
  std::map<contracts::AssetId, Sum> sums;
  for (const auto& output : options.spent) {
    if (const auto* coin = std::get_if<contracts::Coin>(&output)) {
      auto& sum = sums[coin->asset];
      sum.amount += coin->amount;
      ++sum.coins;
    } else if (const auto* item = std::get_if<contracts::Item>(&output)) {
      lines.push_back(fmt::format("spends item {}", item->gs1_key));
    }
  }
  for (const auto& [asset, sum] : sums) {
    const auto amount = static_cast<std::uint64_t>(std::min<Uint128>(sum.amount, UINT64_MAX));
    lines.push_back(fmt::format("spends {} in {} coin{}", words.amount(asset, amount), sum.coins,
                                sum.coins == 1 ? "" : "s"));
  }
}

void explain_rest(const contracts::Transaction& tx, const Words& words,
                  std::vector<std::string>& lines) {
  for (const auto& reference : tx.references) {
    lines.push_back(
        fmt::format("acts under the delegation {}", short_text(to_hex(reference.key.id))));
  }
  if (tx.note_hash) lines.push_back(fmt::format("with the note {}", to_hex(*tx.note_hash)));
  std::vector<std::string> signers;
  for (const auto& signer : tx.signers) signers.push_back(words.key(signer));
  lines.push_back(signers.empty() ? std::string("signed by nobody")
                                  : fmt::format("signed by {}", fmt::join(signers, ", ")));
  lines.push_back(fmt::format("valid until {}", format_time_ms(tx.valid_until_ms)));
  lines.emplace_back("fees: none");
}

}  // namespace

Explanation explain(const contracts::Transaction& tx, const ExplainOptions& options) {
  const Words words(options);
  Explanation out;
  out.signers = tx.signers;
  out.valid_until_ms = tx.valid_until_ms;
  const auto decoded = codec::to_json(tx, options.network_kind);
  const auto& commands = decoded.as_object().at("commands").as_array();
  for (std::size_t i = 0; i < tx.commands.size(); ++i) {
    const auto& body = tx.commands[i].body;
    out.commands.emplace_back(contracts::command_name(contracts::command_number(body)));
    out.lines.push_back(explain_command(body, commands.at(i), words));
  }
  explain_spent(options, words, out.lines);
  explain_outputs(tx, options, words, out);
  explain_rest(tx, words, out.lines);
  return out;
}

std::vector<contracts::AssetId> mentioned_assets(const contracts::Transaction& tx,
                                                 const std::vector<contracts::Output>& spent) {
  std::vector<contracts::AssetId> out;
  const auto of_output = [&](const contracts::Output& output) {
    if (const auto* coin = std::get_if<contracts::Coin>(&output)) out.push_back(coin->asset);
    if (const auto* order = std::get_if<contracts::Order>(&output)) {
      out.push_back(order->terms.price_asset);
      for (const auto& iou : order->terms.accepted_ious) out.push_back(iou);
      if (order->terms.loyalty) out.push_back(order->terms.loyalty->asset);
      for (const auto& holding : order->payment) out.push_back(holding.asset);
    }
  };
  for (const auto& output : spent) of_output(output);
  for (const auto& output : tx.outputs) of_output(output);
  for (const auto& command : tx.commands) {
    std::visit(Overloaded{[&](const contracts::AssetIssue& c) { out.push_back(c.asset); },
                          [&](const contracts::AssetRedeem& c) { out.push_back(c.asset); },
                          [&](const contracts::AssetBurn& c) { out.push_back(c.asset); },
                          [](const auto&) {}},
               command.body);
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

}  // namespace tally::market
