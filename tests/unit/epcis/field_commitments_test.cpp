#include "epcis/field_commitments.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "crypto/hash.hpp"
#include "crypto/merkle.hpp"

namespace tally::epcis {
namespace {

constexpr std::string_view kEvent = R"({"type":"ObjectEvent","eventTime":"2026-02-02T08:00:00.000Z",
  "eventTimeZoneOffset":"+01:00","action":"ADD","bizStep":"commissioning",
  "epcList":["urn:epc:id:sgtin:950600013.0001.A","urn:epc:id:sgtin:950600013.0001.B"],
  "readPoint":{"id":"urn:epc:id:sgln:950600013.101.0","ex:dock":"4"},"sourceList":[],
  "ilmd":{"ex:model":"Grande","ex:cost":95.50},"ex:a/b":[1,{"ex:d":2,"ex:c":1}]})";

Json event() { return *parse_json(kEvent); }

Hash32 seed() {
  Hash32 out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i);
  return out;
}

RedactionError error_of(const RedactedEvent& redacted, const Hash32& root) {
  const auto shown = verify_redacted(redacted, root);
  EXPECT_FALSE(shown);
  return shown ? RedactionError{} : shown.error();
}

TEST(FieldCommitments, FieldsAreMembersEntriesAndMasterData) {
  const std::vector<std::string> expected = {
      "/type",       "/eventTime",     "/eventTimeZoneOffset", "/action",
      "/bizStep",    "/epcList/0",     "/epcList/1",           "/readPoint",
      "/sourceList", "/ilmd/ex:model", "/ilmd/ex:cost",        "/ex:a~1b/0",
      "/ex:a~1b/1"};
  EXPECT_EQ(field_pointers(event()), expected);
}

TEST(FieldCommitments, ShownFieldsVerifyAndHiddenOnesAreNotThere) {
  const Hash32 root = field_root(event(), seed());
  const std::vector<std::string> shown = {"/action", "/epcList/1", "/ilmd/ex:model", "/ex:a~1b",
                                          "/nothing"};
  const auto redacted = redact(event(), seed(), shown);
  EXPECT_EQ(redacted.shown.size(), 5u);
  EXPECT_EQ(redacted.shown.size() + redacted.hidden.size(), 16u);
  const auto json = verify_redacted(redacted, root);
  ASSERT_TRUE(json) << to_string(json.error());
  EXPECT_EQ(*json, *parse_json(R"({"action":"ADD","epcList":["urn:epc:id:sgtin:950600013.0001.B"],
    "ilmd":{"ex:model":"Grande"},"ex:a/b":[1,{"ex:c":1,"ex:d":2}]})"));
  const std::string text = print_redacted(redacted);
  EXPECT_FALSE(text.contains("0001.A"));
  EXPECT_FALSE(text.contains("95.5"));
  const auto again = parse_redacted(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(print_redacted(*again), text);
  EXPECT_EQ(verify_redacted(*again, root), json);
}

TEST(FieldCommitments, AllOrNothingCanBeShown) {
  const Hash32 root = field_root(event(), seed());
  const auto nothing = verify_redacted(redact(event(), seed(), {}), root);
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->members.empty());
  const auto all = verify_redacted(redact(event(), seed(), field_pointers(event())), root);
  ASSERT_TRUE(all);
  EXPECT_EQ(*all, event());
}

TEST(FieldCommitments, TheOrderOfMembersPlaysNoPart) {
  Json other = event();
  std::ranges::reverse(other.members);
  for (JsonMember& member : other.members) std::ranges::reverse(member.value.members);
  EXPECT_EQ(field_root(other, seed()), field_root(event(), seed()));
}

TEST(FieldCommitments, NothingTellsHowManyFieldsThereAre) {
  Json small = Json::object();
  small.add("type", Json::string("ObjectEvent"));
  EXPECT_EQ(redact(small, seed(), {}).hidden.size(), 16u);
  EXPECT_EQ(redact(event(), seed(), {}).hidden.size(), 16u);
  Json large = event();
  for (int i = 0; i < 20; ++i) {
    large.members[5].value.items.push_back(Json::string("urn:x:" + std::to_string(i)));
  }
  EXPECT_EQ(redact(large, seed(), {}).hidden.size(), 64u);
  EXPECT_TRUE(std::ranges::is_sorted(redact(large, seed(), {}).hidden));
}

TEST(FieldCommitments, WithoutTheSeedAValueCannotBeGuessed) {
  // A leaf of the right value with another salt is another leaf.
  const std::vector<std::string> shown = {"/action"};
  Hash32 other = seed();
  other[31] ^= 1;
  const auto a = redact(event(), seed(), shown);
  const auto b = redact(event(), other, shown);
  EXPECT_NE(a.shown[0].salt, b.shown[0].salt);
  for (const Hash32& leaf : a.hidden) {
    EXPECT_FALSE(std::ranges::binary_search(b.hidden, leaf));
  }
}

TEST(FieldCommitments, WhatIsChangedIsNoticed) {
  const Hash32 root = field_root(event(), seed());
  const std::vector<std::string> pointers = {"/action", "/epcList", "/ilmd"};
  const auto good = redact(event(), seed(), pointers);
  ASSERT_TRUE(verify_redacted(good, root));
  auto changed = good;
  changed.shown[0].value.text = "DELETE";
  EXPECT_EQ(error_of(changed, root), RedactionError::wrong_root);
  changed = good;
  changed.shown[0].pointer = "/disposition";
  EXPECT_EQ(error_of(changed, root), RedactionError::wrong_root);
  changed = good;
  changed.shown[0].salt[0] ^= 1;
  EXPECT_EQ(error_of(changed, root), RedactionError::wrong_root);
  changed = good;
  std::swap(changed.shown[1].pointer, changed.shown[2].pointer);
  EXPECT_EQ(error_of(changed, root), RedactionError::wrong_root);
  changed = good;
  changed.hidden.pop_back();
  EXPECT_EQ(error_of(changed, root), RedactionError::wrong_root);
  changed = good;
  changed.hidden.push_back(changed.hidden.front());
  EXPECT_EQ(error_of(changed, root), RedactionError::repeated);
  changed = good;
  changed.shown.push_back(changed.shown.front());
  EXPECT_EQ(error_of(changed, root), RedactionError::bad_pointer);
  EXPECT_EQ(error_of({}, root), RedactionError::wrong_root);
}

TEST(FieldCommitments, PointersThatNoFieldHas) {
  for (const std::string_view pointer :
       {"", "action", "/a/b/c", "/a~2", "/a~", "/epcList/x", "/epcList/01", "/epcList/-1"}) {
    RedactedEvent redacted;
    redacted.shown.push_back({std::string(pointer), {}, Json{}});
    EXPECT_EQ(error_of(redacted, {}), RedactionError::bad_pointer) << pointer;
  }
  // A list as a whole and an entry of it.
  RedactedEvent redacted;
  redacted.shown.push_back({"/a", {}, Json{}});
  redacted.shown.push_back({"/a/0", {}, Json{}});
  EXPECT_EQ(error_of(redacted, {}), RedactionError::bad_pointer);
}

TEST(FieldCommitments, MalformedTextIsRefused) {
  const std::string hex(64, 'a');
  EXPECT_TRUE(parse_redacted(R"({"shown":[],"hidden":[")" + hex + R"("]})"));
  for (const std::string& text : {
           std::string("{"),
           std::string("[]"),
           std::string(R"({"shown":[]})"),
           std::string(R"({"shown":[],"hidden":{}})"),
           std::string(R"({"shown":[],"hidden":["aa"]})"),
           std::string(R"({"shown":[],"hidden":[7]})"),
           std::string(R"({"shown":[],"hidden":[],"more":1})"),
           std::string(R"({"shown":[7],"hidden":[]})"),
           R"({"shown":[{"pointer":7,"salt":")" + hex + R"(","value":1}],"hidden":[]})",
           R"({"shown":[{"pointer":"/a","salt":")" + hex + R"("}],"hidden":[]})",
           R"({"shown":[{"pointer":"/a","salt":")" + hex + R"(","value":1,"b":1}],"hidden":[]})",
       }) {
    const auto redacted = parse_redacted(text);
    ASSERT_FALSE(redacted) << text;
    EXPECT_EQ(redacted.error(), RedactionError::malformed);
  }
}

TEST(FieldCommitments, BytesAreFrozen) {
  std::ifstream file(std::string(TALLY_SOURCE_DIR) + "/tests/golden/epcis/redacted.txt");
  std::string root;
  std::string text;
  ASSERT_TRUE(std::getline(file, root) && std::getline(file, text));
  EXPECT_EQ(to_hex(field_root(event(), seed())), root);
  const std::vector<std::string> shown = {"/action", "/epcList/1", "/ilmd/ex:model"};
  EXPECT_EQ(print_redacted(redact(event(), seed(), shown)), text);
}

}  // namespace
}  // namespace tally::epcis
