#include "unit/contracts/asset/world.hpp"

namespace tally::contracts {
namespace {

Case valid() {
  Case c;
  c.registry.put(licence_key(key_of("issuer"), AssetKind::payment),
                 LicenceEntry{key_of("issuer"), AssetKind::payment, {}, 1, 0});
  AssetDefine define;
  define.issuer = key_of("issuer");
  define.symbol = "Taler";
  define.decimals = 2;
  define.policies.supply_max = 1'000'000;
  c.sign("issuer").command(define);
  return c;
}

Case valid_iou() {
  auto c = valid();
  add_asset(c, "CASH", AssetKind::payment);
  auto& define = c.body<AssetDefine>();
  define.kind = AssetKind::iou;
  define.terms.emplace();
  define.terms->promised_asset = asset_named("CASH");
  define.terms->maturity_ms = c.block.time_ms;
  define.terms->accepted_at = {key_of("shop2"), key_of("shop1")};
  return c;
}

AssetDefine& define(Case& c) { return c.body<AssetDefine>(); }
IouTerms& terms(Case& c) { return *define(c).terms; }

AssetEntry defined(Case& c) {
  AssetEntry asset;
  asset.id = asset_named("taler");
  asset.issuer = key_of("issuer");
  asset.kind = define(c).kind;
  asset.symbol = "Taler";
  asset.decimals = 2;
  asset.policies = define(c).policies;
  asset.terms = define(c).terms;
  asset.since_ms = c.block.time_ms;
  return asset;
}

TEST(AssetDefine, DefinesAPaymentToken) {
  auto c = valid();
  EXPECT_EQ(c.run(), (Delta{{{symbol_key("taier"), SymbolEntry{asset_named("taler")}},
                             {asset_key(asset_named("taler")), defined(c)}}}));
}

TEST(AssetDefine, DefinesAnIou) {
  auto c = valid_iou();
  EXPECT_EQ(c.run(), (Delta{{{symbol_key("taier"), SymbolEntry{asset_named("taler")}},
                             {asset_key(asset_named("taler")), defined(c)}}}));
}

TEST(AssetDefine, RefusesInOrder) {
  run_table(
      valid,
      {
          {"claims an output", [](Case& c) { c.tx.commands[0].outputs = {c.make(Grant{})}; },
           ErrorCode::claim_count},
          {"not the issuer", sign_by_a_stranger, ErrorCode::signature_missing},
          {"no symbol", [](Case& c) { define(c).symbol = "T@ler"; }, ErrorCode::symbol_invalid},
          {"a look-alike",
           [](Case& c) { c.registry.put(symbol_key("taier"), SymbolEntry{asset_named("other")}); },
           ErrorCode::symbol_taken},
          {"decimals", [](Case& c) { define(c).decimals = kDecimalsMax + 1; },
           ErrorCode::decimals_invalid},
          {"no supply", [](Case& c) { define(c).policies.supply_max = 0; },
           ErrorCode::supply_invalid},
          {"no unit", [](Case& c) { define(c).policies.minimum_unit = 0; },
           ErrorCode::minimum_unit_invalid},
          {"licence revoked",
           [](Case& c) {
             c.registry.at<LicenceEntry>(licence_key(key_of("issuer"), AssetKind::payment))
                 .revoked_ms = 9;
           },
           ErrorCode::not_licensed},
          {"terms of a token", [](Case& c) { define(c).terms.emplace(); },
           ErrorCode::terms_invalid},
      });
}

TEST(AssetDefine, RefusesAnIousTermsInOrder) {
  run_table(
      valid_iou,
      {
          {"no terms", [](Case& c) { define(c).terms.reset(); }, ErrorCode::terms_missing},
          {"overdue", [](Case& c) { terms(c).maturity_ms = c.block.time_ms - 1; },
           ErrorCode::terms_invalid},
          {"promises the unknown", [](Case& c) { terms(c).promised_asset = asset_named("none"); },
           ErrorCode::asset_unknown},
          {"promises an IOU", [](Case& c) { asset_in(c, "CASH").kind = AssetKind::iou; },
           ErrorCode::terms_invalid},
      });
}

TEST(AssetDefine, AnIouPromisesExactlyOneThing) {
  auto c = valid_iou();
  terms(c).promised_hash = hash_of("a coat");
  EXPECT_EQ(c.run().error().code, ErrorCode::terms_invalid);
  terms(c).promised_asset.reset();
  EXPECT_TRUE(c.run());
  terms(c).promised_hash.reset();
  EXPECT_EQ(c.run().error().code, ErrorCode::terms_invalid);
}

TEST(AssetDefine, AnIouCannotPromiseItself) {
  auto c = valid_iou();
  terms(c).promised_asset = asset_named("taler");
  EXPECT_EQ(c.run().error().code, ErrorCode::asset_unknown);
}

TEST(AssetDefine, AnIouOnDemandHasNoMaturity) {
  auto c = valid_iou();
  terms(c).maturity_ms = 0;
  EXPECT_TRUE(c.run());
}

TEST(AssetDefine, MerchantsAreDistinctAndFew) {
  const auto with = [](std::vector<PublicKey> merchants) {
    auto c = valid_iou();
    terms(c).accepted_at = std::move(merchants);
    return c.run();
  };
  std::vector<PublicKey> merchants;
  EXPECT_TRUE(with(merchants));
  for (std::size_t i = 0; i < kAcceptedAtMax; ++i) {
    merchants.push_back(key_of("shop" + std::to_string(i)));
  }
  EXPECT_TRUE(with(merchants));
  merchants.push_back(key_of("one more"));
  EXPECT_EQ(with(merchants).error().code, ErrorCode::terms_invalid);
  EXPECT_EQ(with({key_of("shop"), key_of("shop")}).error().code, ErrorCode::terms_invalid);
  EXPECT_EQ(with({key_of("shop"), PublicKey{}}).error().code, ErrorCode::terms_invalid);
}

TEST(AssetDefine, OnlyAPaymentTokenNeedsALicence) {
  for (const auto kind : {AssetKind::utility, AssetKind::loyalty}) {
    auto c = valid();
    define(c).kind = kind;
    define(c).issuer = key_of("anyone");
    c.tx.signers = {key_of("anyone")};
    EXPECT_TRUE(c.run());
    define(c).kind = AssetKind::payment;
    EXPECT_EQ(c.run().error().code, ErrorCode::not_licensed);
  }
}

TEST(AssetDefine, Boundaries) {
  struct Bound {
    std::uint64_t supply_max;
    std::uint64_t minimum_unit;
    std::uint32_t decimals;
    std::optional<ErrorCode> code;
  };
  for (const auto& [supply_max, minimum_unit, decimals, code] :
       std::vector<Bound>{{1, 1, 0, {}},
                          {kSupplyMax, kSupplyMax, kDecimalsMax, {}},
                          {kSupplyMax + 1, 1, 0, ErrorCode::supply_invalid},
                          {UINT64_MAX, 1, 0, ErrorCode::supply_invalid},
                          {10, 11, 0, ErrorCode::minimum_unit_invalid},
                          {10, 10, kDecimalsMax + 1, ErrorCode::decimals_invalid}}) {
    auto c = valid();
    define(c).policies.supply_max = supply_max;
    define(c).policies.minimum_unit = minimum_unit;
    define(c).decimals = decimals;
    const auto outcome = c.run();
    ASSERT_EQ(outcome.has_value(), !code) << supply_max;
    if (code) {
      EXPECT_EQ(outcome.error().code, *code);
    }
  }
}

// A look-alike is refused whoever defines it, in the same transaction too.
TEST(AssetDefine, RefusesLookAlikes) {
  for (const auto* symbol : {"TALER", "taler", "TA1ER", "Taier"}) {
    auto c = valid();
    auto other = define(c);
    other.issuer = key_of("forger");
    other.kind = AssetKind::utility;
    other.symbol = symbol;
    c.sign("forger").command(other);
    EXPECT_EQ(c.run().error().code, ErrorCode::symbol_taken) << symbol;
  }
}

}  // namespace
}  // namespace tally::contracts
