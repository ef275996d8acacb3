#include "provenance/capture_rows.hpp"

#include <gtest/gtest.h>

namespace tally::provenance {
namespace {

Job job() {
  Job out;
  out.id.bytes = {1};
  out.number = 2;
  out.author.agent.bytes = {3};
  out.author.principal.bytes = {4};
  out.behaviour = Behaviour::proceed;
  out.document.bytes = {5};
  out.created_ms = 6;
  out.finished_ms = 7;
  out.success = true;
  out.events = 8;
  out.duplicates = 9;
  out.facts = 10;
  out.claims = 11;
  out.add_error({308, 12, "/epcisBody/eventList/12/bizStep"});
  out.add_error({102, std::nullopt, ""});
  return out;
}

EventRecord record() {
  EventRecord out;
  out.number = 1;
  out.job.bytes = {2};
  out.index = 3;
  out.author.agent.bytes = {4};
  out.author.principal.bytes = {5};
  out.hash = {6};
  out.event_id = "urn:uuid:1";
  out.biz_step = "shipping";
  out.type = 2;
  out.event_time_ms = -7;
  out.record_time_ms = 8;
  out.bundle.bytes = {9};
  out.offset = 10;
  out.length = 11;
  out.standing = {12, 13};
  out.reason = 2011;
  out.references = {{{{14}}, 15}};
  out.readers = {{{16}}, {{17}}};
  return out;
}

TEST(CaptureRows, RoundTrip) {
  EXPECT_EQ(decode_job(encode(job())), job());
  EXPECT_EQ(decode_event(encode(record())), record());
}

TEST(CaptureRows, EveryFlippedByteAndEveryCutIsNoticed) {
  for (const auto& row : {encode(job()), encode(record())}) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      auto broken = row;
      broken[i] ^= 1;
      EXPECT_FALSE(decode_job(broken) && decode_event(broken)) << i;
      EXPECT_FALSE(decode_job(ByteView(row).first(i)));
      EXPECT_FALSE(decode_event(ByteView(row).first(i)));
    }
  }
}

TEST(CaptureRows, AllErrorsAreCountedAndTheFirstAreKept) {
  Job out;
  for (std::size_t i = 0; i < kJobErrorsMax + 5; ++i) out.add_error({308, 0, ""});
  EXPECT_EQ(out.errors_count, kJobErrorsMax + 5);
  EXPECT_EQ(out.errors.size(), kJobErrorsMax);
}

TEST(CaptureRows, ALongTextIsKeptInPartAndWhole) {
  Job out = job();
  out.errors.front().pointer = "/" + std::string(100'000, 'x');
  const auto kept = decode_job(encode(out));
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->errors.front().pointer.size(), 4096u);
  std::string umlauts = "/";
  for (int i = 0; i < 5'000; ++i) umlauts += "ü";
  out.errors.front().pointer = umlauts;
  EXPECT_EQ(decode_job(encode(out))->errors.front().pointer.size() % 2, 1u);
}

TEST(CaptureRows, ErrorsAreNamedFromTheirList) {
  EXPECT_EQ(name_of_error(308), "unknown_word");
  EXPECT_EQ(name_of_error(501), "agent_unknown");
  EXPECT_EQ(name_of_error(2004), "not_a_member");
  EXPECT_EQ(name_of_error(999), "unknown");
}

TEST(CaptureRows, ReadersAreTheAuthorsAndThoseListed) {
  const auto entry = record();
  EXPECT_TRUE(entry.may_read({{4}}));
  EXPECT_TRUE(entry.may_read({{5}}));
  EXPECT_TRUE(entry.may_read({{17}}));
  EXPECT_FALSE(entry.may_read({{18}}));
}

}  // namespace
}  // namespace tally::provenance
