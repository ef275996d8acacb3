// Receipts in JSON: what is read prints the same, and none is believed that was changed.
#include "codec/receipt.hpp"

#include <boost/json.hpp>

#include "codec/json.hpp"
#include "crypto/merkle.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

const crypto::Ed25519SecretKey& node_key() {
  static const auto kKey = crypto::Ed25519SecretKey::from(Bytes(32, 3));
  return *kKey;
}

// A receipt that holds: of a rejected outcome. The block is its own and never changes, so that the
// receipts in the corpus, which the node has signed, stay the one that it signed.
codec::Receipt sample() {
  const contracts::NetworkId network{Hash32{8}};
  codec::Block block;
  block.header.height = 7;
  block.header.time_ms = 1'000;
  block.header.rejected_count = 2;
  std::vector<Hash32> leaves;
  for (std::uint8_t i = 1; i <= 2; ++i) {
    codec::RejectedRecord refusal;
    refusal.txid = contracts::Txid{Hash32{i}};
    refusal.error = {contracts::ErrorCode::item_flagged, i, 2'000};
    leaves.push_back(codec::rejected_leaf(refusal.txid, refusal.error));
    block.outcomes.emplace_back(std::move(refusal));
  }
  block.header.transactions_root = crypto::merkle_root(leaves);
  auto made = codec::make_receipt(block, 1, network);
  CHECK(made.has_value());
  made->node_key = crypto::ed25519_public_key(node_key());
  made->signature = crypto::ed25519_sign(node_key(), codec::receipt_message(*made));
  return *made;
}

void run(ByteView input) {
  const auto json = codec::parse_json(as_text(input), 64'000);
  if (!json) return;
  const auto receipt = codec::receipt_from_json(*json);
  if (!receipt) return;
  const auto again = codec::receipt_from_json(codec::to_json(*receipt));
  CHECK(again.has_value() && *again == *receipt);
  static const auto kSample = sample();
  // Nobody has the node's key: what it stands for is what it signed.
  if (codec::verify_receipt(*receipt) && receipt->node_key == kSample.node_key) {
    CHECK(codec::receipt_message(*receipt) == codec::receipt_message(kSample));
    CHECK(receipt->txid == kSample.txid && receipt->header == kSample.header);
  }
}

void seed(Seeds& seeds) {
  const auto receipt = sample();
  CHECK(codec::verify_receipt(receipt).has_value());
  seeds.add("rejected", boost::json::serialize(codec::to_json(receipt)));
  auto settled = receipt;
  settled.error.reset();
  settled.first_output_number = 9;
  seeds.add("settled", boost::json::serialize(codec::to_json(settled)));
}

}  // namespace

FUZZ_TARGET(receipt, run, seed, 8'192);

}  // namespace tally::fuzz
