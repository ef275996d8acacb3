#include "codec/output.hpp"

#include <tally/v1/registry.pb.h>

#include "malformed.hpp"
#include "support.hpp"

namespace tally::codec {
namespace {

using contracts::Output;

TEST(Outputs, RoundTrip) {
  for (std::size_t i = 0; i < std::variant_size_v<Output>; ++i) {
    const auto output = alternative<Output>(i);
    const auto decoded = decode_output(encode_output(output));
    ASSERT_TRUE(decoded) << i << ": " << outcome(decoded);
    EXPECT_EQ(*decoded, output);
  }
  Values values{.full = false, .rng = std::mt19937_64(11)};
  for (int i = 0; i < 2'000; ++i) {
    const auto stored = sample<StoredOutput>(values);
    const auto decoded = decode_stored_output(encode_stored_output(stored));
    ASSERT_TRUE(decoded) << i << ": " << outcome(decoded);
    ASSERT_EQ(*decoded, stored) << i;
    ASSERT_EQ(*decode_output(encode_output(stored.output)), stored.output) << i;
  }
}

TEST(Outputs, RefuseWhatIsMalformed) {
  const StoredOutput stored{{{}, 1}, alternative<Output>(0)};
  const auto good = encode_stored_output(stored);
  v1::StoredOutput message;
  ASSERT_TRUE(message.ParseFromArray(good.data(), static_cast<int>(good.size())));
  int places = 0;
  with_unknown_fields(message, [&](ByteView bytes, const std::string& path) {
    EXPECT_EQ(code(decode_stored_output(bytes)), "unknown_field") << path;
    ++places;
  });
  EXPECT_EQ(places, 6);  // StoredOutput, Outpoint, Output, Coin, Lock, its alternative
  EXPECT_EQ(code(decode_stored_output(ByteView(good).first(good.size() - 1))), "not_protobuf");
  auto twice = good;
  append(twice, good);
  EXPECT_EQ(code(decode_stored_output(twice)), "not_canonical");
  EXPECT_EQ(outcome(decode_stored_output({})), "field_missing 0 1");
  EXPECT_EQ(outcome(decode_output({})), "field_missing 0 0");
  EXPECT_EQ(code(decode_output(Bytes(contracts::kBodyBytesMax + 1))), "body_too_large");
}

TEST(Outputs, KeepTheirFormat) {
  Golden golden("outputs");
  for (const auto* name : {"coin", "item", "order", "grant"}) {
    static std::size_t i = 0;
    golden.add(name, encode_output(alternative<Output>(i++)));
  }
  for (const auto* name : {"coin_key", "coin_multi", "coin_time", "coin_hash"}) {
    static std::size_t i = 0;
    golden.add(name, encode_output(contracts::Coin{{}, 1, alternative<contracts::Lock>(i++)}));
  }
  golden.add("stored", encode_stored_output(full_sample<StoredOutput>()));
}

}  // namespace
}  // namespace tally::codec
