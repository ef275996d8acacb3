// Receipts in JSON: what is read prints the same, and none is believed that was changed.
#include "codec/receipt.hpp"

#include <boost/json.hpp>

#include "codec/json.hpp"
#include "crypto/merkle.hpp"
#include "fuzz/support/samples.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

const crypto::Ed25519SecretKey& node_key() {
  static const auto kKey = crypto::Ed25519SecretKey::from(Bytes(32, 3));
  return *kKey;
}

// A receipt that holds: of the rejected outcome of the sample block.
codec::Receipt sample() {
  const contracts::NetworkId network{Hash32{8}};
  auto block = sample_block();
  auto& settled = std::get<codec::SettledRecord>(block.outcomes[0]);
  // The corpus has this receipt: it stays the same, whatever kinds of entries there are.
  settled.writes.clear();
  const auto& rejected = std::get<codec::RejectedRecord>(block.outcomes[1]);
  const std::vector<Hash32> leaves{
      codec::settled_leaf(contracts::txid(network, settled.body), 0, settled.writes),
      codec::rejected_leaf(rejected.txid, rejected.error)};
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
