#include <map>

#include "market/commands/commands.hpp"

namespace tally::market {
namespace {

using contracts::CommandBody;
using contracts::ErrorCode;

ParameterSchema asset_parameter(std::string_view doc) {
  return required("asset", ParameterType::asset, doc, R"("EUR")");
}

ParameterSchema terms_parameter() {
  return with_members(
      optional("terms", ParameterType::object, "Of an IOU: what is promised, and when.",
               R"({"promised_asset": "EUR", "maturity": "2027-03-01T12:00:00Z"})"),
      {required("promised_asset", ParameterType::asset,
                "The asset it is denominated in, one minor unit for one.", R"("EUR")"),
       instead_of("promised_asset",
                  optional("promised_hash", ParameterType::hash,
                           "The hash of the text of the good or service promised.", kHashExample)),
       optional("maturity", ParameterType::time, "When it falls due; left out: on demand.",
                kTimeExample),
       optional("grace", ParameterType::duration, "How long after maturity it is not late yet.",
                R"("72h")"),
       optional("seniority", ParameterType::number, "0 is paid first.", "0"),
       optional("partial_redemption", ParameterType::boolean,
                "Whether a part can be redeemed; true if left out.", "true"),
       list_of(optional("accepted_at", ParameterType::key, "Merchants that take it as payment.",
                        kAddressExample)),
       optional("document_hash", ParameterType::hash, "The hash of the terms document.",
                kHashExample)});
}

contracts::IouTerms read_terms(const Parameters& p) {
  contracts::IouTerms terms;
  if (const auto* promised = p.asset("promised_asset")) terms.promised_asset = promised->id;
  terms.promised_hash = p.optional_hash("promised_hash");
  terms.maturity_ms = p.time_ms("maturity");
  terms.grace_ms = p.duration_ms("grace", 0);
  terms.seniority = p.number_32("seniority");
  terms.partial_redemption = p.boolean("partial_redemption", true);
  terms.accepted_at = p.keys("accepted_at");
  terms.document_hash = p.hash("document_hash");
  return terms;
}

CommandBody asset_define(Draft& draft, const Parameters& p) {
  contracts::AssetDefine define;
  define.issuer = draft.account();
  define.kind = p.word<contracts::AssetKind>("kind");
  define.symbol = p.text("symbol");
  define.decimals = p.number_32("decimals");
  if (define.decimals > contracts::kDecimalsMax) {
    p.refuse(ErrorCode::decimals_invalid, "decimals", "at most 18 decimals",
             contracts::kDecimalsMax);
    return define;
  }
  define.policies.supply_max = p.amount("supply_max", define.decimals);
  define.policies.transferable = p.boolean("transferable", true);
  define.policies.freezable = p.boolean("freezable", false);
  define.policies.minimum_unit = p.number("minimum_unit_minor", 1);
  if (p.has("terms")) define.terms = read_terms(p.object("terms"));
  return define;
}

// The sum of two amounts; refuses an overflow.
std::uint64_t add(const Parameters& p, std::uint64_t a, std::uint64_t b) {
  const auto sum = checked_add(a, b);
  if (!sum || *sum > contracts::kSupplyMax) {
    p.refuse(ErrorCode::amount_overflow, "amount", "the sum is larger than the ledger can hold",
             contracts::kSupplyMax);
    return 0;
  }
  return *sum;
}

// Zero amounts are refused here, where the parameter has a name.
std::uint64_t positive_amount(const Parameters& p, const contracts::AssetEntry* asset) {
  const auto amount = p.amount("amount", asset);
  if (amount == 0 && asset != nullptr) {
    p.refuse(ErrorCode::amount_zero, "amount", "the amount is zero");
  }
  return amount;
}

CommandBody asset_issue(Draft& draft, const Parameters& p) {
  contracts::AssetIssue issue;
  const auto* asset = p.asset("asset");
  for (const auto& recipient : p.objects("recipients")) {
    const auto amount = positive_amount(recipient, asset);
    issue.amount = add(recipient, issue.amount, amount);
    if (asset != nullptr) draft.make(contracts::Coin{asset->id, amount, lock_of(recipient)});
  }
  if (asset != nullptr) issue.asset = asset->id;
  return issue;
}

// Whose coins a command spends: `from`, else the principal's.
contracts::Account payer_of(Draft& draft, const Parameters& p) {
  const auto principal = draft.principal(p);
  return p.account("from").value_or(contracts::account_of(principal));
}

CommandBody asset_transfer(Draft& draft, const Parameters& p) {
  struct Total {
    const contracts::AssetEntry* asset;
    std::uint64_t amount = 0;
    std::string field;
  };
  const auto payer = payer_of(draft, p);
  const auto preimage = p.optional_hash("preimage");
  std::map<contracts::AssetId, Total> totals;
  std::vector<contracts::Coin> payments;
  for (const auto& payment : p.objects("payments")) {
    const auto* asset = payment.asset("asset");
    const auto amount = positive_amount(payment, asset);
    const auto lock = lock_of(payment);
    if (asset == nullptr || !p.ok()) return contracts::AssetTransfer{};
    payments.push_back({asset->id, amount, lock});
    auto& total =
        totals.try_emplace(asset->id, Total{asset, 0, payment.pointer("amount")}).first->second;
    total.amount = add(payment, total.amount, amount);
  }
  if (payments.empty()) p.refuse(ErrorCode::field_missing, "payments", "there is no payment");
  std::vector<contracts::Coin> change;
  for (const auto& [id, total] : totals) {
    auto left = draft.spend_coins(payer, *total.asset, total.amount, total.field, preimage);
    if (left) change.push_back(*std::move(left));
  }
  for (auto& coin : payments) draft.make(std::move(coin));
  for (auto& coin : change) draft.make(std::move(coin));
  return contracts::AssetTransfer{};
}

CommandBody asset_burn(Draft& draft, const Parameters& p) {
  contracts::AssetBurn burn;
  const auto payer = payer_of(draft, p);
  const auto preimage = p.optional_hash("preimage");
  const auto* asset = p.asset("asset");
  burn.amount = positive_amount(p, asset);
  if (asset == nullptr) return burn;
  burn.asset = asset->id;
  auto change = draft.spend_coins(payer, *asset, burn.amount, p.pointer("amount"), preimage);
  if (change) draft.make(*std::move(change));
  return burn;
}

// What an IOU that promises an asset pays out, from the payer's coins to the holder.
void pay_out(Draft& draft, const Parameters& p, const contracts::AssetEntry& iou,
             std::uint64_t amount, const contracts::Account& holder) {
  const auto* promised =
      draft.registry().get<contracts::AssetEntry>(contracts::asset_key(*iou.terms->promised_asset));
  const auto payer = p.optional_key("payer").value_or(iou.issuer);
  if (holder.kind != contracts::Account::Kind::key) {
    p.refuse(ErrorCode::bad_parameter, "from", "an IOU under a lock is transferred to a key first");
    return;
  }
  if (contracts::account_of(payer) == holder) {
    p.refuse(ErrorCode::bad_parameter, "payer", "the payer holds the IOU itself: burn it");
    return;
  }
  if (promised == nullptr || !draft.ok()) return;
  draft.sign(contracts::PublicKey{holder.id});
  draft.sign(payer);
  draft.make(
      contracts::Coin{promised->id, amount, contracts::KeyLock{contracts::PublicKey{holder.id}}});
  auto change =
      draft.spend_coins(contracts::account_of(payer), *promised, amount, p.pointer("payer"));
  if (change) draft.make(*std::move(change));
}

CommandBody asset_redeem(Draft& draft, const Parameters& p) {
  contracts::AssetRedeem redeem;
  const auto holder = payer_of(draft, p);
  const auto preimage = p.optional_hash("preimage");
  const auto* asset = p.asset("asset");
  redeem.amount = positive_amount(p, asset);
  if (asset == nullptr) return redeem;
  redeem.asset = asset->id;
  auto change = draft.spend_coins(holder, *asset, redeem.amount, p.pointer("amount"), preimage);
  const bool pays_here = asset->terms && asset->terms->promised_asset;
  if (pays_here) {
    pay_out(draft, p, *asset, redeem.amount, holder);
  } else {
    if (p.has("payer")) {
      p.refuse(ErrorCode::bad_parameter, "payer", "the issuer pays for this outside the ledger");
    }
    draft.sign(asset->issuer);
  }
  if (change) draft.make(*std::move(change));
  return redeem;
}

CommandBody asset_freeze(Draft&, const Parameters& p) {
  contracts::AssetFreeze freeze;
  if (const auto* asset = p.asset("asset")) freeze.asset = asset->id;
  freeze.holder = p.account("holder");
  freeze.frozen = p.boolean("frozen", true);
  return freeze;
}

std::vector<ParameterSchema> define_parameters() {
  return {
      with_words<contracts::AssetKind>(
          required("kind", ParameterType::word, "What it is.", R"("iou")")),
      required("symbol", ParameterType::text,
               "2 to 16 letters and digits, a letter first; it is given once.", R"("BAGCREDIT")"),
      optional("decimals", ParameterType::number, "Of its whole unit; 0 if left out.", "2"),
      required("supply_max", ParameterType::amount, "How much there may ever be at a time.",
               R"("1000000.00")"),
      instead_of("supply_max", optional("supply_max_minor", ParameterType::number,
                                        "The same in minor units.", R"("100000000")")),
      optional("transferable", ParameterType::boolean,
               "Whether holders can pass it on; true if left out.", "true"),
      optional("freezable", ParameterType::boolean,
               "Whether the issuer can freeze it; false if left out.", "false"),
      optional("minimum_unit_minor", ParameterType::number,
               "Every coin is a multiple of it, in minor units; 1 if left out.", R"("1")"),
      terms_parameter()};
}

std::vector<ParameterSchema> spending_parameters(std::vector<ParameterSchema> own) {
  own.push_back(from_parameter());
  own.push_back(preimage_parameter());
  own.push_back(on_behalf_of_parameter());
  return own;
}

}  // namespace

std::vector<CommandBuilder> asset_commands() {
  const auto recipients = list_of(with_members(
      required("recipients", ParameterType::object, "Who gets how much.",
               R"({"to": "tallyd1qz…", "amount": "100.00"})"),
      {to_parameter(), lock_parameter(), amount_parameter(), amount_minor_parameter()}));
  const auto payments =
      list_of(with_members(required("payments", ParameterType::object, "Who gets how much of what.",
                                    R"({"to": "tallyd1qz…", "asset": "EUR", "amount": "12.50"})"),
                           {to_parameter(), lock_parameter(), asset_parameter("Of what."),
                            amount_parameter(), amount_minor_parameter()}));
  return {
      {contracts::AssetDefine::kNumber, "Defines an asset of the account's.", define_parameters(),
       asset_define},
      {contracts::AssetIssue::kNumber,
       "The account makes coins of its asset anew.",
       {asset_parameter("Which of its assets."), recipients},
       asset_issue},
      {contracts::AssetTransfer::kNumber, "Pays: coins change hands, the change comes back.",
       spending_parameters({payments}), asset_transfer},
      {contracts::AssetRedeem::kNumber,
       "Gives coins back to their issuer for what they promise; the issuer or the payer signs too.",
       spending_parameters({asset_parameter("What is given back."), amount_parameter(),
                            amount_minor_parameter(),
                            optional("payer", ParameterType::key,
                                     "Who pays out what an IOU promises; its issuer if left out.",
                                     kAddressExample)}),
       asset_redeem},
      {contracts::AssetBurn::kNumber, "Destroys coins.",
       spending_parameters(
           {asset_parameter("Of which asset."), amount_parameter(), amount_minor_parameter()}),
       asset_burn},
      {contracts::AssetFreeze::kNumber,
       "Freezes or unfreezes a holder, or the whole asset.",
       {asset_parameter("Which of its assets."),
        optional("holder", ParameterType::account, "Whose coins; left out: everybody's.",
                 kAddressExample),
        optional("frozen", ParameterType::boolean, "false to unfreeze; true if left out.", "true")},
       asset_freeze},
  };
}

}  // namespace tally::market
