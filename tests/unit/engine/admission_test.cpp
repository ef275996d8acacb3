#include "engine/admission.hpp"

#include "support/small_network.hpp"

namespace tally::engine {
namespace {

using contracts::ErrorCode;

test::Draft valid() {
  return test::Draft({"ana", "bo"})
      .spend(0, {}, 0)
      .spend(1, {}, 1)
      .make(test::coin(5, "bo"))
      .command(contracts::AssetTransfer{});
}

struct Row {
  std::string_view what;
  std::function<void(codec::SignedTransaction&)> breaks;
  ErrorCode code;
  std::uint32_t index;
};

TEST(Admission, takes_a_transaction_that_is_right) {
  const Admission admission(test::network());
  const auto draft = valid();
  const auto admitted = admission.admit(draft.sign());
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->transaction(), draft.tx);
  EXPECT_EQ(admitted->txid(), contracts::txid(test::network(), codec::encode_body(draft.tx)));
}

TEST(Admission, demands_exactly_one_valid_witness_for_each_signer) {
  const Row rows[] = {
      {"a byte too many in the body", [](auto& t) { t.body.push_back(0); }, ErrorCode::not_protobuf,
       0},
      {"a witness missing", [](auto& t) { t.witnesses.pop_back(); }, ErrorCode::witness_count, 1},
      {"a witness too many", [](auto& t) { t.witnesses.push_back(t.witnesses[0]); },
       ErrorCode::witness_count, 3},
      {"a witness too short", [](auto& t) { t.witnesses[1].pop_back(); }, ErrorCode::witness_length,
       1},
      {"witnesses in the wrong order", [](auto& t) { std::swap(t.witnesses[0], t.witnesses[1]); },
       ErrorCode::bad_signature, 0},
      {"the last of two forged", [](auto& t) { t.witnesses[1][40] ^= 1; }, ErrorCode::bad_signature,
       1},
  };
  const Admission admission(test::network());
  for (const auto& row : rows) {
    auto submission = valid().sign();
    row.breaks(submission);
    const auto admitted = admission.admit(std::move(submission));
    ASSERT_FALSE(admitted) << row.what;
    EXPECT_EQ(name(admitted.error().code), name(row.code)) << row.what;
    if (row.code != ErrorCode::not_protobuf) {
      EXPECT_EQ(admitted.error().index, row.index) << row.what;
    }
  }
}

TEST(Admission, a_signature_for_another_network_is_no_signature_here) {
  const Admission admission(contracts::NetworkId{{1}});
  const auto admitted = admission.admit(valid().sign());
  ASSERT_FALSE(admitted);
  EXPECT_EQ(admitted.error().code, ErrorCode::wrong_network);
}

TEST(Admission, cheap_checks_come_before_signatures) {
  auto draft = valid();
  draft.tx.inputs[1] = draft.tx.inputs[0];
  auto submission = draft.sign();
  submission.witnesses[0][0] ^= 1;
  const auto admitted = Admission(test::network()).admit(std::move(submission));
  ASSERT_FALSE(admitted);
  EXPECT_EQ(admitted.error().code, ErrorCode::duplicate_input);
}

}  // namespace
}  // namespace tally::engine
