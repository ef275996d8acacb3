#include "codec/genesis.hpp"

#include <tally/v1/genesis.pb.h>

#include "malformed.hpp"
#include "support.hpp"

namespace tally::codec {
namespace {

TEST(Genesis, RoundTrips) {
  const auto genesis = full_sample<contracts::Genesis>();
  ASSERT_TRUE(decode_genesis(encode_genesis(genesis)));
  EXPECT_EQ(*decode_genesis(encode_genesis(genesis)), genesis);
  SignedGenesis file{encode_genesis(genesis), {}};
  EXPECT_EQ(*decode_signed_genesis(encode_signed_genesis(file)), file);
  file.signatures = full_sample<std::vector<OperatorSignature>>();
  EXPECT_EQ(*decode_signed_genesis(encode_signed_genesis(file)), file);
}

TEST(Genesis, RefusesWhatIsMalformed) {
  auto genesis = full_sample<contracts::Genesis>();
  const auto body = encode_genesis(genesis);
  auto bytes = body;
  append(bytes, Bytes{0x38, 1});
  EXPECT_EQ(code(decode_genesis(bytes)), "unknown_field");
  bytes = body;
  append(bytes, body);
  EXPECT_EQ(code(decode_genesis(bytes)), "not_canonical");
  EXPECT_EQ(code(decode_genesis(ByteView(body).first(body.size() - 1))), "not_protobuf");
  EXPECT_EQ(code(decode_genesis(Bytes(64 * 1024 + 1))), "body_too_large");
  genesis.kind = static_cast<contracts::NetworkKind>(4);
  EXPECT_EQ(outcome(decode_genesis(encode_genesis(genesis))), "field_value 0 2");
  genesis.kind = static_cast<contracts::NetworkKind>(0);
  EXPECT_EQ(outcome(decode_genesis(encode_genesis(genesis))), "field_missing 0 2");
}

TEST(Genesis, RefusesSignaturesOfAnotherLength) {
  v1::SignedGenesis message;
  auto* signature = message.add_signatures();
  signature->set_key(std::string(32, 'k'));
  EXPECT_EQ(outcome(decode_signed_genesis(serialise(message))), "field_missing 0 2");
  signature->set_signature(std::string(63, 's'));
  EXPECT_EQ(outcome(decode_signed_genesis(serialise(message))), "field_length 0 2");
  signature->set_signature(std::string(64, 's'));
  EXPECT_EQ(outcome(decode_signed_genesis(serialise(message))), "ok");
}

TEST(Genesis, KeepsItsFormat) {
  Golden golden("genesis");
  const auto genesis = full_sample<contracts::Genesis>();
  golden.add("genesis", encode_genesis(genesis));
  golden.add("network_id", contracts::network_id(encode_genesis(genesis)).view());
  golden.add("signed_genesis",
             encode_signed_genesis(
                 {encode_genesis(genesis), full_sample<std::vector<OperatorSignature>>()}));
}

}  // namespace
}  // namespace tally::codec
