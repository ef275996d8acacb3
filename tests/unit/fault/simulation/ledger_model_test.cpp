#include "fault/simulation/ledger_model.hpp"

#include <gtest/gtest.h>

#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "contracts/limits.hpp"

namespace tally::fault {
namespace {

using contracts::ErrorCode;

constexpr std::uint64_t kNowMs = 1'790'000'000'000;

contracts::PublicKey key(std::string_view name) {
  return crypto::public_key(client::development_key(name));
}

class LedgerModelTest : public testing::Test {
 protected:
  // A claim of one that is nobody, with all that a model may find wrong with it.
  static contracts::Transaction everything_wrong() {
    contracts::Transaction tx;
    tx.signers = {key("nobody")};
    tx.valid_until_ms = kNowMs - 1;
    tx.inputs = {{.number = 7, .outpoint = {}, .preimage = std::nullopt}};
    return tx;
  }
  std::optional<ErrorCode> predict(const contracts::Transaction& tx) const {
    return model_.predict(tx, txid_, kNowMs).error;
  }
  // What the model says of a first block that rejects `tx`.
  std::string apply_rejected(const contracts::Transaction& tx, ErrorCode code) {
    codec::Block block;
    block.header.time_ms = kNowMs;
    block.outcomes.emplace_back(codec::RejectedRecord{txid_, {code}, tx.signers.front(), {}, 0});
    return model_.apply(block, [&](const contracts::Txid&) { return std::optional(tx); });
  }

  contracts::Txid txid_{{1, 2, 3}};
  LedgerModel model_{client::development_genesis(),
                     contracts::network_id(codec::encode_genesis(client::development_genesis()))};
};

TEST_F(LedgerModelTest, PredictsTheFirstErrorInPrecedence) {
  auto tx = everything_wrong();
  EXPECT_EQ(predict(tx), ErrorCode::not_a_member);
  tx.signers = {key("operator-1")};
  EXPECT_EQ(predict(tx), ErrorCode::expired);
  tx.valid_until_ms = kNowMs + contracts::kValidityMsMax + 1;
  EXPECT_EQ(predict(tx), ErrorCode::valid_too_long);
  tx.valid_until_ms = kNowMs;
  EXPECT_EQ(predict(tx), ErrorCode::output_unknown);
  tx.inputs.clear();
  EXPECT_EQ(predict(tx), std::nullopt);
}

TEST_F(LedgerModelTest, ARejectionForAnotherReasonIsWrong) {
  auto tx = everything_wrong();
  tx.signers = {key("operator-1")};
  tx.valid_until_ms = kNowMs;
  EXPECT_NE(apply_rejected(tx, ErrorCode::already_spent).find("should be output_unknown"),
            std::string::npos);
  tx.inputs.clear();
  EXPECT_NE(apply_rejected(tx, ErrorCode::already_spent).find("the rules' to judge"),
            std::string::npos);
}

TEST_F(LedgerModelTest, ARejectionOfWhatNobodySentIsWrong) {
  codec::Block block;
  block.outcomes.emplace_back(
      codec::RejectedRecord{txid_, {ErrorCode::order_state}, key("operator-1"), {}, 0});
  const auto wrong = model_.apply(
      block, [](const contracts::Txid&) { return std::optional<contracts::Transaction>(); });
  EXPECT_NE(wrong.find("nobody sent it"), std::string::npos);
}

}  // namespace
}  // namespace tally::fault
