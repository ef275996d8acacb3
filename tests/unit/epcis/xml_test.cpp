#include "epcis/xml.hpp"

#include <gtest/gtest.h>

namespace tally::epcis {
namespace {

XmlError error_of(std::string_view text, const JsonLimits& limits = {}) {
  const auto root = parse_xml(text, limits);
  EXPECT_FALSE(root) << text;
  return root ? XmlError{} : root.error().code;
}

std::string nested(std::size_t depth) {
  std::string out;
  for (std::size_t i = 0; i < depth; ++i) out += "<a>";
  for (std::size_t i = 0; i < depth; ++i) out += "</a>";
  return out;
}

TEST(Xml, ReadsElementsAttributesAndText) {
  const auto root = parse_xml(R"(<?xml version="1.0"?><!-- c --><e:a xmlns:e="urn:e" b="1" e:c="2">
    one<![CDATA[ &amp; ]]>&lt;<!-- c -->two<d xmlns="urn:d"/>&#x20;<?p i?><d/>tail</e:a>)");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->name.space, "urn:e");
  EXPECT_EQ(root->name.prefix, "e");
  EXPECT_EQ(root->name.local, "a");
  ASSERT_EQ(root->attributes.size(), 2u);
  EXPECT_EQ(root->attributes[0].name.space, "");
  EXPECT_EQ(root->attributes[0].value, "1");
  EXPECT_EQ(root->attributes[1].name.space, "urn:e");
  EXPECT_EQ(root->text, "\n    one &amp; <two");
  ASSERT_EQ(root->children.size(), 2u);
  EXPECT_EQ(root->children[0].name.space, "urn:d");
  EXPECT_EQ(root->children[0].name.prefix, "");
  EXPECT_EQ(root->children[1].name.space, "");
  EXPECT_TRUE(root->mixed);
  EXPECT_FALSE(parse_xml("<a> <b/> </a>")->mixed);
}

TEST(Xml, OtherEncodingsBecomeUtf8) {
  const auto latin = parse_xml("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9</a>");
  ASSERT_TRUE(latin);
  EXPECT_EQ(latin->text, "\xc3\xa9");
  const auto wide = parse_xml(std::string_view("\xff\xfe<\0a\0/\0>\0", 10));
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->name.local, "a");
  EXPECT_EQ(error_of("<?xml version=\"1.0\" encoding=\"x-none\"?><a/>"), XmlError::syntax);
}

TEST(Xml, WhatIsNotWellFormedIsRefused) {
  for (const auto text :
       {"", "x", "<a>", "<a></b>", "<a/><b/>", "<a b='1' b='2'/>", "<a b=1/>", "<x:a/>",
        "<a>&unknown;</a>", "<a>&#0;</a>", "<a>\xff</a>", "<a>\x01</a>", "<a", "<a/>x", "<!-- -->",
        "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", "<a xmlns:p=''/>", "{}"}) {
    EXPECT_EQ(error_of(text), XmlError::syntax) << text;
  }
  const auto fault = parse_xml("<a><b/><b><c></d></b></a>").error();
  EXPECT_EQ(fault.path, "/a/b[2]/c");
  EXPECT_GT(fault.offset, 10u);
}

TEST(Xml, DocumentTypesAreRefusedWhereTheyBegin) {
  const std::string_view rows[] = {
      "<!DOCTYPE a><a/>",
      "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
      "<!DOCTYPE a PUBLIC \"x\" \"http://127.0.0.1/x.dtd\"><a/>",
      // A billion laughs.
      "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">"
      "<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">]><a>&d;</a>",
      "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
      "<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://127.0.0.1/\"> %p;]><a/>",
      "<!DOCTYPE a [<!ENTITY b \"&b;\">]><a c=\"&b;\"/>",
  };
  for (const std::string_view text : rows) EXPECT_EQ(error_of(text), XmlError::doctype) << text;
  EXPECT_EQ(parse_xml(rows[3]).error().path, "");
}

TEST(Xml, Limits) {
  JsonLimits limits;
  limits.depth_max = 4;
  EXPECT_TRUE(parse_xml(nested(4), limits));
  EXPECT_EQ(error_of(nested(5), limits), XmlError::too_deep);
  EXPECT_EQ(error_of(nested(200'000)), XmlError::too_deep);
  limits.values_max = 3;
  EXPECT_TRUE(parse_xml("<a b='1'><c/></a>", limits));
  EXPECT_EQ(error_of("<a b='1'><c/><c/></a>", limits), XmlError::too_many);
  EXPECT_EQ(error_of("<a b='1' c='2' d='3'/>", limits), XmlError::too_many);
  limits.string_bytes_max = 3;
  EXPECT_TRUE(parse_xml("<abc d='123'>123</abc>", limits));
  EXPECT_EQ(error_of("<abcd/>", limits), XmlError::string_too_long);
  EXPECT_EQ(error_of("<a bcde='1'/>", limits), XmlError::string_too_long);
  EXPECT_EQ(error_of("<a b='1234'/>", limits), XmlError::string_too_long);
  EXPECT_EQ(error_of("<a>12<!-- -->34</a>", limits), XmlError::string_too_long);
  limits.bytes_max = 4;
  EXPECT_TRUE(parse_xml("<a/>", limits));
  EXPECT_EQ(error_of("<a />", limits), XmlError::too_large);
}

TEST(Xml, HugeDocumentsAreReadInPieces) {
  std::string text = "<a>";
  for (int i = 0; i < 100'000; ++i) text += "<bcdef>1234567890</bcdef>";
  text += "</a>";
  ASSERT_GT(text.size(), std::size_t{2} << 20);
  const auto root = parse_xml(text);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->children.size(), 100'000u);
  EXPECT_EQ(root->children.back().text, "1234567890");
  EXPECT_EQ(error_of("<a b='" + std::string(std::size_t{4} << 20, 'x') + "'/>"),
            XmlError::string_too_long);
}

}  // namespace
}  // namespace tally::epcis
