#include "epcis/gs1_key.hpp"

#include <gtest/gtest.h>

namespace tally::epcis {
namespace {

struct Form {
  std::string_view urn;
  KeyKind kind;
  std::string_view canonical;
};

// One row for each kind that has an EPC URN, special characters and prefix lengths at both ends.
constexpr Form kForms[] = {
    {"urn:epc:id:sgtin:9506000.013435.ABC123", KeyKind::sgtin, "01/09506000134352/21/ABC123"},
    {"urn:epc:id:sgtin:950600013.0435.1", KeyKind::sgtin, "01/09506000134352/21/1"},
    {"urn:epc:id:sgtin:950600.9013435.1", KeyKind::sgtin, "01/99506000134355/21/1"},
    {"urn:epc:id:sgtin:950600013435.0.1", KeyKind::sgtin, "01/09506000134352/21/1"},
    {"urn:epc:id:sgtin:9506000.013435.a%2Fb%25.c!'", KeyKind::sgtin,
     "01/09506000134352/21/a%2Fb%25.c%21%27"},
    {"urn:epc:idpat:sgtin:9506000.013435.*", KeyKind::gtin, "01/09506000134352"},
    {"urn:epc:class:lgtin:4054739.099914.20160711", KeyKind::lgtin,
     "01/04054739999148/10/20160711"},
    {"urn:epc:id:upui:1234567.089456.51qIgY)", KeyKind::upui, "01/01234567894560/235/51qIgY%29"},
    {"urn:epc:id:sscc:4012345.1112223334", KeyKind::sscc, "00/140123451122233341"},
    {"urn:epc:id:sgln:4012345.00022.0", KeyKind::gln, "414/4012345000221"},
    {"urn:epc:id:sgln:0614141.07346.1234", KeyKind::sgln, "414/0614141073467/254/1234"},
    {"urn:epc:id:sgln:950600013435..0", KeyKind::gln, "414/9506000134352"},
    {"urn:epc:id:pgln:4000001.98765", KeyKind::pgln, "417/4000001987658"},
    {"urn:epc:id:grai:4012345.00077.8765", KeyKind::grai, "8003/040123450007718765"},
    {"urn:epc:idpat:grai:4012345.00077.*", KeyKind::grai, "8003/04012345000771"},
    {"urn:epc:id:giai:4000001.111", KeyKind::giai, "8004/4000001111"},
    {"urn:epc:id:giai:950600013.A%2FB.1", KeyKind::giai, "8004/950600013A%2FB.1"},
    {"urn:epc:id:gdti:4012345.55555.1234", KeyKind::gdti, "253/40123455555541234"},
    {"urn:epc:id:sgcn:4012345.67890.04711", KeyKind::gcn, "255/401234567890104711"},
    {"urn:epc:id:ginc:0614141.xyz47", KeyKind::ginc, "401/0614141xyz47"},
    {"urn:epc:id:gsin:0614141.123456789", KeyKind::gsin, "402/06141411234567890"},
    {"urn:epc:id:itip:4012345.012345.01.02.987", KeyKind::itip_serial,
     "8006/040123451234560102/21/987"},
    {"urn:epc:idpat:itip:4012345.012345.01.02.*", KeyKind::itip, "8006/040123451234560102"},
    {"urn:epc:id:cpi:0614141.5PQ7%2FZ43.12345", KeyKind::cpi_serial,
     "8010/06141415PQ7%2FZ43/8011/12345"},
    {"urn:epc:idpat:cpi:0614141.5PQ7.*", KeyKind::cpi, "8010/06141415PQ7"},
    {"urn:epc:id:gsrn:0614141.1234567890", KeyKind::gsrn, "8018/061414112345678902"},
    {"urn:epc:id:gsrnp:0614141.1234567890", KeyKind::gsrnp, "8017/061414112345678902"},
};

TEST(Gs1Key, UrnCanonicalAndDigitalLinkAreOneThing) {
  for (const Form& form : kForms) {
    SCOPED_TRACE(form.urn);
    const auto key = parse_epc_urn(form.urn);
    ASSERT_TRUE(key) << to_string(key.error().code);
    EXPECT_EQ(key->kind, form.kind);
    EXPECT_EQ(key->canonical(), form.canonical);
    EXPECT_EQ(key->epc_urn(), form.urn);
    const auto again = parse_canonical(form.canonical);
    ASSERT_TRUE(again) << to_string(again.error().code);
    EXPECT_EQ(*again, *key);
    EXPECT_EQ(again->prefix_digits, 0);
    EXPECT_EQ(again->epc_urn(key->prefix_digits), form.urn);
    const auto link = parse_key_uri("HTTP://shop.example:8080/a/" + key->canonical());
    ASSERT_TRUE(link) << to_string(link.error().code);
    EXPECT_EQ(*link, *key);
  }
}

TEST(Gs1Key, PrefixIsKeptWhenKnown) {
  const auto key = parse_epc_urn("urn:epc:id:sgtin:950600013.0435.1");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->company_prefix(), "950600013");
  const auto giai = parse_epc_urn("urn:epc:id:giai:4000001.111");
  ASSERT_TRUE(giai);
  EXPECT_EQ(giai->company_prefix(), "4000001");
  const auto unknown = parse_canonical("01/09506000134352/21/1");
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->company_prefix(), std::nullopt);
  EXPECT_EQ(unknown->epc_urn().error().code, Gs1Error::bad_prefix_length);
  EXPECT_EQ(unknown->epc_urn(5).error().code, Gs1Error::bad_prefix_length);
  EXPECT_EQ(unknown->epc_urn(13).error().code, Gs1Error::bad_prefix_length);
}

TEST(Gs1Key, IsUnderItsPrefixAndNoOther) {
  const auto unknown = parse_canonical("01/09506000130019/21/1");
  EXPECT_TRUE(unknown->is_under("950600013"));
  EXPECT_TRUE(unknown->is_under("9506000"));
  EXPECT_FALSE(unknown->is_under("950600014"));
  EXPECT_FALSE(unknown->is_under("0950600"));
  EXPECT_FALSE(unknown->is_under(""));
  EXPECT_FALSE(unknown->is_under("95060001300191234"));
  const auto known = parse_epc_urn("urn:epc:id:sgtin:950600013.0001.1");
  EXPECT_TRUE(known->is_under("950600013"));
  EXPECT_FALSE(known->is_under("9506000"));
  EXPECT_TRUE(parse_canonical("8004/950600013A1")->is_under("950600013"));
  EXPECT_TRUE(parse_canonical("00/095060001300000019")->is_under("950600013"));
  EXPECT_TRUE(parse_canonical("414/9506000131016")->is_under("950600013"));
}

TEST(Gs1Key, OnlyThingsAreItems) {
  for (const auto text : {"01/09506000134352/21/1", "8004/4000001111", "8003/040123450007718765",
                          "00/140123451122233341"}) {
    EXPECT_TRUE(parse_canonical(text)->is_item()) << text;
  }
  for (const auto text : {"01/09506000134352", "01/09506000134352/10/A", "414/4012345000221",
                          "8003/04012345000771", "417/4000001987658"}) {
    EXPECT_FALSE(parse_canonical(text)->is_item()) << text;
  }
}

struct BadUrn {
  std::string_view text;
  Gs1Fault fault;
};

TEST(Gs1Key, BadUrnsSayWhatAndWhere) {
  const BadUrn rows[] = {
      {"", {Gs1Error::unknown_scheme, "", 0}},
      {"urn:epc:", {Gs1Error::unknown_scheme, "", 8}},
      {"urn:epc:id:", {Gs1Error::unknown_scheme, "", 8}},
      {"urn:epc:id:sgtin", {Gs1Error::unknown_scheme, "", 8}},
      {"urn:epc:id:gid:95100000.12345.400", {Gs1Error::unknown_scheme, "", 8}},
      {"urn:epc:class:sgtin:9506000.013435.1", {Gs1Error::unknown_scheme, "", 8}},
      {"urn:epc:id:sgtin:", {Gs1Error::bad_length, "", 17}},
      {"urn:epc:id:sgtin:9506000.013435", {Gs1Error::bad_length, "", 31}},
      {"urn:epc:id:sgtin:95060.00013435.1", {Gs1Error::bad_prefix_length, "", 17}},
      {"urn:epc:id:sgtin:9506000134350.0.1", {Gs1Error::bad_prefix_length, "", 17}},
      {"urn:epc:id:sgtin:950600x.013435.1", {Gs1Error::bad_character, "", 17}},
      {"urn:epc:id:sgtin:9506000.01343x.1", {Gs1Error::bad_character, "", 25}},
      {"urn:epc:id:sgtin:9506000.0134350.1", {Gs1Error::bad_length, "", 25}},
      {"urn:epc:id:sgtin:9506000.013435.", {Gs1Error::empty, "", 32}},
      {"urn:epc:id:sgtin:9506000.013435.a/b", {Gs1Error::bad_character, "", 33}},
      {"urn:epc:id:sgtin:9506000.013435.a b", {Gs1Error::bad_character, "", 33}},
      {"urn:epc:id:sgtin:9506000.013435.ab%2", {Gs1Error::bad_escape, "", 34}},
      {"urn:epc:id:sgtin:9506000.013435.%00", {Gs1Error::bad_escape, "", 32}},
      {"urn:epc:id:sgtin:9506000.013435.a%20b", {Gs1Error::bad_character, "21", 1}},
      {"urn:epc:id:sgtin:9506000.013435.123456789012345678901", {Gs1Error::bad_length, "21", 20}},
      {"urn:epc:idpat:sgtin:9506000.013435.1", {Gs1Error::bad_character, "", 35}},
      {"urn:epc:id:giai:9506000.", {Gs1Error::empty, "", 24}},
      {"urn:epc:id:cpi:0614141.5pq7.1", {Gs1Error::bad_character, "8010", 8}},
      {"urn:epc:id:cpi:0614141.5PQ7.01", {Gs1Error::bad_value, "8011", 0}},
      {"urn:epc:id:itip:4012345.012345.1.02.9", {Gs1Error::bad_length, "", 31}},
  };
  for (const BadUrn& row : rows) {
    SCOPED_TRACE(row.text);
    const auto key = parse_epc_urn(row.text);
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error(), row.fault)
        << to_string(key.error().code) << ' ' << key.error().ai << ' ' << key.error().at;
  }
  EXPECT_EQ(parse_epc_urn(std::string(kUriBytesMax + 1, 'a')).error().code, Gs1Error::too_long);
}

TEST(Gs1Key, OnlyTheExactCanonicalFormIsTaken) {
  EXPECT_TRUE(parse_canonical("01/09506000134352/21/a%2Fb"));
  for (const auto text : {"01/09506000134352/21/a%2fb", "01/09506000134352/21/%41",
                          "01/09506000134352/22/x/21/1", "stem/01/09506000134352/21/1",
                          "01/09506000134352/21/1?17=261231", "01/09506000134352/21/a'b"}) {
    SCOPED_TRACE(text);
    ASSERT_FALSE(parse_canonical(text));
    EXPECT_EQ(parse_canonical(text).error().code, Gs1Error::not_canonical);
  }
  EXPECT_FALSE(parse_canonical(""));
  EXPECT_FALSE(parse_canonical("/01/09506000134352"));
}

TEST(Gs1Key, EveryByteStringIsAnsweredNotCrashed) {
  // Each prefix of valid texts, and each with one byte changed.
  for (const Form& form : kForms) {
    for (std::size_t i = 0; i <= form.urn.size(); ++i) {
      (void)parse_key_uri(form.urn.substr(0, i));
      if (i == form.urn.size()) continue;
      for (const char c : {'\0', '.', ':', '%', '*', '0', '\xff'}) {
        std::string text(form.urn);
        text[i] = c;
        const auto key = parse_epc_urn(text);
        if (key) {
          EXPECT_TRUE(parse_canonical(key->canonical())) << text;
        }
      }
    }
  }
}

}  // namespace
}  // namespace tally::epcis
