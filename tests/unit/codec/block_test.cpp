#include "codec/block.hpp"

#include <tally/v1/block.pb.h>

#include "codec/batch.hpp"
#include "codec/registry.hpp"
#include "crypto/hash.hpp"
#include "malformed.hpp"
#include "support.hpp"

namespace tally::codec {
namespace {

v1::Block parsed(const Block& block) {
  const auto bytes = encode_block(block);
  v1::Block message;
  EXPECT_TRUE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  return message;
}

TEST(Blocks, RoundTrip) {
  const auto block = sample_block();
  const auto decoded = decode_block(encode_block(block));
  ASSERT_TRUE(decoded) << outcome(decoded);
  EXPECT_EQ(*decoded, block);
  EXPECT_EQ(*decode_block(encode_block({})), Block{});
  EXPECT_EQ(*decode_header(encode_header(block.header)), block.header);
}

TEST(Blocks, HoldTheHeadersBytes) {
  const auto block = sample_block();
  Bytes start{0x0a};
  const auto header = encode_header(block.header);
  append_to_batch(start, header);
  const auto bytes = encode_block(block);
  EXPECT_TRUE(std::ranges::equal(start, ByteView(bytes).first(start.size())));
}

TEST(Blocks, AreNoLargerThanTheirParts) {
  const auto block = sample_block();
  std::size_t sum = encode_header(block.header).size() + 3;
  for (const auto& outcome : block.outcomes) sum += encoded_bytes(outcome);
  EXPECT_LE(encode_block(block).size(), sum);
  EXPECT_GE(encode_block(block).size() + 128, sum);
}

TEST(Blocks, RefuseUnknownFieldsAtEveryLevel) {
  auto message = parsed(sample_block());
  with_unknown_fields(message, [&](ByteView bytes, const std::string& path) {
    EXPECT_EQ(code(decode_block(bytes)), "unknown_field") << path;
  });
}

TEST(Blocks, RefuseWhatIsMalformed) {
  struct Row {
    std::string_view what;
    std::function<void(v1::Block&)> change;
    std::string outcome;
  };
  const std::vector<Row> rows{
      {"as it is", [](auto&) {}, "ok"},
      {"a header of another version", [](auto& b) { b.mutable_header()->set_version(2); },
       "unknown_version 0 2"},
      {"no header", [](auto& b) { b.clear_header(); }, "unknown_version 0 0"},
      {"too many outcomes",
       [](auto& b) {
         for (std::size_t i = 0; i < kBlockOutcomesMax; ++i) b.add_outcomes();
       },
       "batch_too_large 65536 65536"},
      {"a short hash", [](auto& b) { b.mutable_header()->set_spent_root("x"); },
       "field_length 0 1"},
      {"a missing hash", [](auto& b) { b.mutable_header()->clear_previous_hash(); },
       "field_missing 0 1"},
      {"an outcome of no kind", [](auto& b) { b.mutable_outcomes(1)->clear_rejected(); },
       "field_missing 1 2"},
      {"a settled one less", [](auto& b) { b.mutable_header()->set_settled_count(1); },
       "field_value 2 2"},
      {"a rejected one more", [](auto& b) { b.mutable_header()->set_rejected_count(2); },
       "field_value 2 2"},
      {"no body", [](auto& b) { b.mutable_outcomes(0)->mutable_settled()->clear_body(); },
       "field_value 0 2"},
      {"a body too large",
       [](auto& b) {
         b.mutable_outcomes(2)->mutable_settled()->set_body(
             std::string(contracts::kBodyBytesMax + 1, 'x'));
       },
       "field_value 2 2"},
      {"too many witnesses",
       [](auto& b) {
         for (int i = 0; i < 33; ++i) b.mutable_outcomes(0)->mutable_settled()->add_witnesses();
       },
       "field_value 0 2"},
      {"a code that is none",
       [](auto& b) { b.mutable_outcomes(1)->mutable_rejected()->mutable_error()->set_code(1); },
       "field_value 1 2"},
      {"a code beyond 16 bits",
       [](auto& b) {
         b.mutable_outcomes(1)->mutable_rejected()->mutable_error()->set_code(65'536 + 3'001);
       },
       "field_value 1 2"},
      {"no code",
       [](auto& b) { b.mutable_outcomes(1)->mutable_rejected()->mutable_error()->clear_code(); },
       "field_missing 1 2"},
      {"a key too long",
       [](auto& b) {
         b.mutable_outcomes(1)->mutable_rejected()->set_idempotency_key(std::string(65, 'k'));
       },
       "field_value 1 2"},
      {"a write of another kind",
       [](auto& b) {
         b.mutable_outcomes(2)->mutable_settled()->mutable_writes(0)->mutable_key()->set_kind(
             v1::REGISTRY_KIND_ORDER);
       },
       "field_value 2 2"},
  };
  for (const auto& row : rows) {
    auto message = parsed(sample_block());
    row.change(message);
    EXPECT_EQ(outcome(decode_block(serialise(message))), row.outcome) << row.what;
  }
  const auto good = encode_block(sample_block());
  EXPECT_EQ(code(decode_block(ByteView(good).first(good.size() - 1))), "not_protobuf");
  auto twice = good;
  append(twice, encode_block({}));
  EXPECT_NE(code(decode_block(twice)), "ok");
  EXPECT_EQ(code(decode_block(Bytes(kBlockBytesMax + 1))), "body_too_large");
  EXPECT_EQ(code(decode_header(Bytes(257))), "body_too_large");
}

TEST(Blocks, NeverWriteWhatCouldNotBeRead) {
  auto block = sample_block();
  ++block.header.settled_count;
  EXPECT_DEATH((void)encode_block(block), "");
  block = sample_block();
  block.header.version = 2;
  EXPECT_DEATH((void)encode_block(block), "");
}

TEST(Hashes, FollowTheirGrammar) {
  const auto block = sample_block();
  EXPECT_EQ(block_hash(block.header),
            crypto::tagged_hash("tally/block", {encode_header(block.header)}));
  const auto& settled = std::get<SettledRecord>(block.outcomes[2]);
  Bytes batch;
  for (const auto& write : settled.writes) append_to_batch(batch, encode_write(write));
  const auto digest = crypto::tagged_hash("tally/writes", {batch});
  EXPECT_EQ(writes_digest(settled.writes), digest);

  const contracts::Txid txid{digest};
  Bytes leaf(digest.begin(), digest.end());
  append(leaf, Bytes{0, 0, 0, 0, 0, 0, 0, 0, 1, 2});
  append(leaf, digest);
  EXPECT_EQ(settled_leaf(txid, 258, settled.writes), crypto::tagged_hash("tally/outcome", {leaf}));

  leaf.assign(digest.begin(), digest.end());
  append(leaf, Bytes{0x0b, 0xb9, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6});
  EXPECT_EQ(rejected_leaf(txid, {contracts::ErrorCode::already_spent, 5, 6}),
            crypto::tagged_hash("tally/outcome", {leaf}));
}

TEST(Hashes, TellEveryPartOfAHeader) {
  const auto header = sample_block().header;
  const auto hash = block_hash(header);
  const std::vector<std::function<void(BlockHeader&)>> changes{
      [](auto& h) { ++h.height; },
      [](auto& h) { h.previous_hash[0] ^= 1; },
      [](auto& h) { ++h.time_ms; },
      [](auto& h) { ++h.active_ms; },
      [](auto& h) { ++h.first_output_number; },
      [](auto& h) { ++h.settled_count; },
      [](auto& h) { ++h.rejected_count; },
      [](auto& h) { ++h.outputs_count; },
      [](auto& h) { h.transactions_root[31] ^= 1; },
      [](auto& h) { h.spent_root[31] ^= 1; },
      [](auto& h) { h.registry_digest[31] ^= 1; },
  };
  for (const auto& change : changes) {
    auto other = header;
    change(other);
    EXPECT_NE(block_hash(other), hash);
  }
}

TEST(Blocks, KeepTheirFormat) {
  Golden golden("block");
  const auto block = sample_block();
  golden.add("block", encode_block(block));
  golden.add("empty_block", encode_block({}));
  golden.add("header", encode_header(block.header));
  golden.add("block_hash", block_hash(block.header));
  const auto& settled = std::get<SettledRecord>(block.outcomes[2]);
  const auto& rejected = std::get<RejectedRecord>(block.outcomes[1]);
  golden.add("writes_digest", writes_digest(settled.writes));
  golden.add("settled_leaf", settled_leaf(rejected.txid, 1'000, settled.writes));
  golden.add("rejected_leaf", rejected_leaf(rejected.txid, rejected.error));
}

}  // namespace
}  // namespace tally::codec
