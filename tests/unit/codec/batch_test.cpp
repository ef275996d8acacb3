#include "codec/batch.hpp"

#include "support.hpp"

namespace tally::codec {
namespace {

TEST(Batch, SplitsWhatWasAppended) {
  Bytes batch;
  const std::vector<Bytes> messages{
      {1, 2, 3}, {}, Bytes(127, 4), Bytes(128, 5), Bytes(20'000, 6), Bytes(kSignedBytesMax, 7)};
  for (const auto& message : messages) append_to_batch(batch, message);
  const auto parts = split_batch(batch, messages.size());
  ASSERT_TRUE(parts) << outcome(parts);
  ASSERT_EQ(parts->size(), messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    EXPECT_TRUE(std::ranges::equal((*parts)[i], messages[i])) << i;
  }
  EXPECT_TRUE(split_batch({}, 0)->empty());
}

TEST(Batch, RefusesWhatIsMalformed) {
  Bytes large;
  append_to_batch(large, Bytes(kSignedBytesMax + 1));
  struct Row {
    std::string_view what;
    Bytes bytes;
    std::string outcome;
  };
  const std::vector<Row> rows{
      {"two of two", {1, 7, 1, 7}, "ok"},
      {"three of two", {1, 7, 1, 7, 9}, "batch_too_large 2 2"},
      {"a length cut", {1, 7, 0x80}, "not_protobuf 1 0"},
      {"a message cut", {1, 7, 2, 7}, "not_protobuf 1 0"},
      {"an overlong length", {0x81, 0x00, 7}, "not_protobuf 0 0"},
      {"an overlong nothing", {0x80, 0x00}, "not_protobuf 0 0"},
      {"an endless length", {0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, "not_protobuf 0 0"},
      {"a message too large", large, "body_too_large 0 " + std::to_string(kSignedBytesMax)},
      {"too large and cut",
       {0xff, 0xff, 0xff, 0x7f},
       "body_too_large 0 " + std::to_string(kSignedBytesMax)},
  };
  for (const auto& row : rows)
    EXPECT_EQ(outcome(split_batch(row.bytes, 2)), row.outcome) << row.what;
}

TEST(Batch, KeepsItsFormat) {
  Golden golden("batch");
  Bytes batch;
  append_to_batch(batch, Bytes{1, 2, 3});
  append_to_batch(batch, Bytes(130, 4));
  golden.add("two", batch);
}

}  // namespace
}  // namespace tally::codec
