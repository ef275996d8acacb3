#include "epcis/attributes.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "epcis/document.hpp"
#include "epcis/event_hash.hpp"

namespace tally::epcis {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// The attributes of an event with this ilmd.
Pairs attributes_with(std::string_view ilmd, std::string_view kind = "ObjectEvent") {
  const std::string text =
      R"({"type":")" + std::string(kind) + R"(","eventTime":"2026-02-02T09:00:00Z",)" +
      R"("eventTimeZoneOffset":"+01:00",)" +
      (kind == "ObjectEvent" ? R"("action":"ADD","epcList":[],)"
                             : R"("inputEPCList":["urn:x:1"],"outputEPCList":["urn:x:2"],)") +
      R"("ilmd":)" + std::string(ilmd) + "}";
  const auto event = parse_event(*parse_json(text));
  EXPECT_TRUE(event) << text;
  return event ? attributes(*event) : Pairs{};
}

TEST(Attributes, ComeFromTheIlmdWhateverTheNamespace) {
  constexpr std::string_view kIlmd =
      R"({"ex:model":"  Grande\n  Averse ","ex:color":"Noir","b:size":"Large","ex:other":"x"})";
  const Pairs expected = {{"colour", "noir"}, {"model", "grande averse"}, {"size", "large"}};
  EXPECT_EQ(attributes_with(kIlmd), expected);
  EXPECT_EQ(attributes_with(kIlmd, "TransformationEvent"), expected);
  EXPECT_TRUE(attributes_with("{}").empty());
}

TEST(Attributes, WhatIsSaidTwiceDifferentlyIsNotSaid) {
  EXPECT_TRUE(attributes_with(R"({"ex:size":42,"b:sizeCode":"43"})").empty());
  EXPECT_EQ(attributes_with(R"({"ex:size":42,"b:sizeCode":" 42"})"), (Pairs{{"size", "42"}}));
}

class Sample : public testing::Test {
 protected:
  static std::string text() {
    std::ifstream file(std::string(TALLY_SOURCE_DIR) + "/tools/story/handbags.epcis.jsonld");
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
  }
};

TEST_F(Sample, IsWhatItsScriptWrites) {
  const std::string command =
      "python3 " + std::string(TALLY_SOURCE_DIR) + "/tools/story/make_handbags.py --check";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST_F(Sample, IsAChainOfAThousandBags) {
  const auto document = parse_document(text());
  ASSERT_TRUE(document) << to_string(document.error().at(0).code) << ' '
                        << document.error().at(0).pointer;
  std::map<std::string, int> mentions;
  std::set<std::string> hashes;
  for (const Event& event : document->events) {
    hashes.insert(event_hash(event, document->context));
    const auto list = things(event);
    EXPECT_LE(list.size(), 250u);
    for (const Identifier* id : list) {
      ASSERT_TRUE(id->key) << id->text;
      if (id->key->kind == KeyKind::sgtin) ++mentions[id->key->canonical()];
    }
  }
  EXPECT_EQ(hashes.size(), document->events.size());
  EXPECT_EQ(mentions.size(), 1000u);
  // Commissioned, packed, unpacked, packed, unpacked, accepted, on sale: as URN or Digital Link.
  for (const auto& [bag, count] : mentions) EXPECT_EQ(count, 7) << bag;
  EXPECT_EQ(attributes(document->events.front()).size(), 3u);
}

}  // namespace
}  // namespace tally::epcis
