#include "epcis/digital_link.hpp"

#include <gtest/gtest.h>

namespace tally::epcis {
namespace {

struct Request {
  std::string_view path;
  std::string_view canonical;
};

TEST(DigitalLink, RequestPathsOfAResolver) {
  const Request rows[] = {
      {"/01/09506000134352/21/ABC123", "01/09506000134352/21/ABC123"},
      {"/01/9506000134352/21/ABC123", "01/09506000134352/21/ABC123"},
      {"/01/950600013435/21/1", ""},  // a GTIN-12 with a wrong check digit
      {"/01/614141073467", "01/00614141073467"},
      {"/01/95060002", "01/00000095060002"},
      {"/01/09506000134352/21/ABC123/", "01/09506000134352/21/ABC123"},
      {"/01/09506000134352/21/a%2fb%2Fc", "01/09506000134352/21/a%2Fb%2Fc"},
      {"/01/09506000134352/22/2A/10/LOT/21/S?17=261231&linkType=gs1:pip", "01/09506000134352/21/S"},
      {"/01/09506000134352/10/LOT", "01/09506000134352/10/LOT"},
      {"/some/stem/8004/95060001AB", "8004/95060001AB"},
      {"/414/9520123456788/254/32a%2Fb", "414/9520123456788/254/32a%2Fb"},
      {"/00/140123451122233341", "00/140123451122233341"},
  };
  for (const Request& row : rows) {
    SCOPED_TRACE(row.path);
    const auto link = parse_link_path(row.path, kResolverOptions);
    EXPECT_EQ(link ? link->key.canonical() : "", row.canonical)
        << (link ? "" : to_string(link.error().code));
  }
}

TEST(DigitalLink, PrintsWhatItRead) {
  for (const std::string_view uri :
       {"https://id.gs1.org/01/09506000134352/22/2A/10/L%2F1/21/S%2B1?17=261231&99=%2Fx",
        "https://id.gs1.org/8003/040123450007718765"}) {
    const auto link = parse_digital_link(uri);
    ASSERT_TRUE(link) << to_string(link.error().code);
    EXPECT_EQ(link->uri(), uri);
  }
}

struct Bad {
  std::string_view uri;
  Gs1Fault fault;
};

TEST(DigitalLink, FaultsInTheirOrder) {
  const Bad rows[] = {
      {"", {Gs1Error::unknown_scheme}},
      {"ftp://a/01/09506000134352", {Gs1Error::unknown_scheme}},
      {"https://a/01/0950600013 4352", {Gs1Error::bad_character, "", 23}},
      {"https:///01/09506000134352", {Gs1Error::bad_host, "", 8}},
      {"https://a:x/01/09506000134352", {Gs1Error::bad_host, "", 8}},
      {"https://u@a/01/09506000134352", {Gs1Error::bad_host, "", 8}},
      {"https://[::1/01/09506000134352", {Gs1Error::bad_host, "", 8}},
      {"https://a", {Gs1Error::no_primary_key}},
      {"https://a/about/us", {Gs1Error::no_primary_key}},
      {"https://a/10/LOT", {Gs1Error::no_primary_key}},
      {"https://a/01/09506000134352/21/a%2", {Gs1Error::bad_escape, "21", 1}},
      {"https://a/01/09506000134352/89/1", {Gs1Error::unknown_ai, "89"}},
      {"https://a/01/09506000134352/21/1/10/2", {Gs1Error::bad_qualifier, "10"}},
      {"https://a/01/09506000134352/21/1/21/2", {Gs1Error::bad_qualifier, "21"}},
      {"https://a/01/09506000134353/21/1?21=1", {Gs1Error::duplicate_ai, "21"}},
      {"https://a/01/09506000134353?21=1", {Gs1Error::not_an_attribute, "21"}},
      {"https://a/01/09506000134353?10=1", {Gs1Error::qualifier_in_query, "10"}},
      {"https://a/01/09506000134352?999=1", {Gs1Error::unknown_ai, "999"}},
      {"https://a/01/09506000134352?99=1&99=1", {Gs1Error::duplicate_ai, "99"}},
      {"https://a/01/09506000134352?99=%", {Gs1Error::bad_escape, "99", 0}},
      {"https://a/01/09506000134352?99=a+b", {Gs1Error::bad_character, "99", 1}},
      {"https://a/01/09506000134353/21/", {Gs1Error::wrong_check_digit, "01", 13, '2'}},
      {"https://a/01/09506000134352/21/", {Gs1Error::empty, "21"}},
      {"https://a/415/9520123456788", {Gs1Error::bad_qualifier, "415"}},
  };
  for (const Bad& row : rows) {
    SCOPED_TRACE(row.uri);
    const auto link = parse_digital_link(row.uri);
    ASSERT_FALSE(link);
    EXPECT_EQ(link.error(), row.fault)
        << to_string(link.error().code) << ' ' << link.error().ai << ' ' << link.error().at;
  }
  EXPECT_EQ(parse_digital_link("https://a/" + std::string(kUriBytesMax, '0')).error().code,
            Gs1Error::too_long);
}

TEST(DigitalLink, IsMadeFromElementsInAnyOrder) {
  const AiValue elements[] = {
      {"17", "261231"}, {"21", "S/1"}, {"01", "09506000134352"}, {"10", "L"}, {"21", "S/1"}};
  const auto link = make_digital_link(elements);
  ASSERT_TRUE(link) << to_string(link.error().code);
  EXPECT_EQ(link->uri("https://b.example"),
            "https://b.example/01/09506000134352/10/L/21/S%2F1?17=261231");
  EXPECT_EQ(link->element_string(), "^010950600013435210L^21S/1^17261231");
  const AiValue twice[] = {{"01", "09506000134352"}, {"21", "1"}, {"21", "2"}};
  EXPECT_EQ(make_digital_link(twice).error().code, Gs1Error::duplicate_ai);
  const AiValue no_key[] = {{"21", "1"}};
  EXPECT_EQ(make_digital_link(no_key).error().code, Gs1Error::no_primary_key);
  EXPECT_EQ(make_digital_link({}).error().code, Gs1Error::no_primary_key);
}

TEST(DigitalLink, ShortNamesOnlyWhenAsked) {
  const std::string_view uri = "https://a/gtin/9506000134352/ser/1";
  EXPECT_FALSE(parse_digital_link(uri));
  const LinkOptions lenient{CheckDigits::verify, true, true, true};
  EXPECT_EQ(parse_digital_link(uri, lenient)->key.canonical(), "01/09506000134352/21/1");
}

}  // namespace
}  // namespace tally::epcis
