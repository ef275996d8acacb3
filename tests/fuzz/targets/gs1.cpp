// GS1 keys as EPC URNs and by application identifier. Two forms of one key are the same key. The
// first byte chooses what the text is.
#include "contracts/item.hpp"
#include "epcis/application_identifier.hpp"
#include "epcis/digital_link.hpp"
#include "epcis/timestamp.hpp"
#include "epcis/vocabulary.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

using namespace epcis;

void check(const Gs1Key& key) {
  const auto canonical = key.canonical();
  const auto again = parse_canonical(canonical);
  CHECK(again.has_value() && *again == key);
  const auto link = parse_key_uri(key.digital_link());
  CHECK(link.has_value() && *link == key);
  for (std::uint8_t digits = 6; digits <= 12; ++digits) {
    const auto urn = key.epc_urn(digits);
    if (!urn) continue;
    const auto back = parse_epc_urn(*urn);
    CHECK(back.has_value() && *back == key);
    CHECK(back->prefix_digits == digits);
    const auto prefix = back->company_prefix();
    CHECK(prefix.has_value() && back->is_under(*prefix));
  }
  // The ledger takes no other spelling of an item than this one.
  if (contracts::valid_gs1_key(canonical)) CHECK(key.is_item());
}

void urn(std::string_view text) {
  const auto key = parse_epc_urn(text);
  if (!key) return;
  check(*key);
  const auto again = key->epc_urn();
  CHECK(again.has_value());
  const auto back = parse_epc_urn(*again);
  CHECK(back.has_value() && *back == *key);
}
void uri(std::string_view text) {
  if (const auto key = parse_key_uri(text)) check(*key);
}
void canonical(std::string_view text) {
  const auto key = parse_canonical(text);
  if (key) check(*key);
  if (contracts::valid_gs1_key(text)) CHECK(key.has_value() && key->canonical() == text);
}
void value(std::string_view text) {
  const auto ai = text.substr(0, text.find('='));
  if (ai.size() == text.size()) return;
  const auto rest = text.substr(ai.size() + 1);
  const auto strict = check_ai_value(ai, rest);
  if (strict) CHECK(check_ai_value(ai, rest, CheckDigits::ignore).has_value());
  (void)has_predefined_length(ai);
  if (!strict && strict.error().expected != 0) {
    // The digit that it asks for is the right one.
    auto mended = std::string(rest);
    if (strict.error().at < mended.size()) mended[strict.error().at] = strict.error().expected;
    const auto now = check_ai_value(ai, mended);
    CHECK(now.has_value() || now.error().at != strict.error().at ||
          now.error().code != Gs1Error::wrong_check_digit);
  }
}
void time(std::string_view text) {
  (void)is_zone_offset(text);
  const auto parsed = parse_timestamp(text);
  if (!parsed) return;
  const auto again = parse_timestamp(parsed->iso());
  // A rounding may lead into the year 10000, which has no such form.
  if (again) CHECK(*again == *parsed);
}
void word(std::string_view text) {
  (void)is_uri(text);
  (void)web_uri_of_urn(text);
  for (std::uint8_t kind = 0; kind <= static_cast<std::uint8_t>(Vocabulary::component); ++kind) {
    const auto vocabulary = static_cast<Vocabulary>(kind);
    const auto bare = normalise(vocabulary, text);
    if (!bare) continue;
    CHECK(normalise(vocabulary, *bare) == bare);
    if (!bare->contains(':')) CHECK(normalise(vocabulary, web_uri(vocabulary, *bare)) == bare);
  }
}

constexpr void (*kForms[])(std::string_view) = {urn, uri, canonical, value, time, word};

void run(ByteView bytes) {
  Input input(bytes);
  const auto form = input.choice(std::size(kForms));
  kForms[form](as_text(input.rest()));
}

void seed(Seeds& seeds) {
  constexpr std::pair<std::uint8_t, std::string_view> kTexts[] = {
      {0, "urn:epc:id:sgtin:950600013.0435.ABC%2F1"},
      {0, "urn:epc:idpat:sgtin:950600013.0435.*"},
      {0, "urn:epc:class:lgtin:950600013.0435.L1"},
      {0, "urn:epc:id:sscc:950600013.00000001"},
      {0, "urn:epc:id:sgln:950600013.101.0"},
      {0, "urn:epc:id:pgln:950600013.000"},
      {0, "urn:epc:id:grai:950600013.101.S1"},
      {0, "urn:epc:id:giai:95060001.AB"},
      {0, "urn:epc:id:gdti:950600013.101.1"},
      {0, "urn:epc:id:itip:950600013.0435.01.02.S"},
      {0, "urn:epc:id:cpi:95060001.A-B.12"},
      {0, "urn:epc:id:gsrn:950600013.10101010"},
      {0, "urn:epc:id:upui:950600013.0435.X"},
      {1, "https://shop.example/9/01/09506000130019/21/B"},
      {2, "01/09506000134352/21/ABC%2F1"},
      {2, "8003/04012345123456S1"},
      {3, "01=09506000134352"},
      {3, "17=261231"},
      {3, "3103=000195"},
      {3, "8008=260101120000"},
      {4, "2026-03-02T08:15:00.0005+14:00"},
      {4, "0001-01-01T00:00:60Z"},
      {5, "urn:epcglobal:cbv:bizstep:receiving"},
      {5, "https://ref.gs1.org/cbv/Disp-active"},
      {5, "gs1:Temperature"},
  };
  for (int i = 0; const auto& [form, text] : kTexts) {
    seeds.add(std::to_string(i++), form, as_bytes(text));
  }
}

}  // namespace

FUZZ_TARGET(gs1, run, seed);

}  // namespace tally::fuzz
