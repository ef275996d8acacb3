#include "codec/receipt.hpp"

#include <boost/json.hpp>

#include "crypto/merkle.hpp"
#include "support.hpp"

namespace tally::codec {
namespace {

// A block whose bodies decode, with a root as the ledger would give it.
Block block_of(std::size_t settled) {
  Block block = sample_block();
  block.outcomes.clear();
  std::vector<Hash32> leaves;
  const contracts::NetworkId network{{7}};
  auto number = block.header.first_output_number;
  for (std::size_t i = 0; i < settled; ++i) {
    contracts::Transaction tx;
    tx.version = 1;
    tx.network_id = network;
    tx.valid_until_ms = i;
    tx.outputs.resize(i % 3, contracts::Grant{});
    for (auto& output : tx.outputs) {
      auto& grant = std::get<contracts::Grant>(output);
      grant.owner.bytes[0] = grant.reader.bytes[0] = 1;
    }
    block.outcomes.emplace_back(SettledRecord{encode_body(tx), {}, {}});
    leaves.push_back(
        settled_leaf(contracts::txid(network, std::get<SettledRecord>(block.outcomes.back()).body),
                     number, writes_digest({})));
    number += tx.outputs.size();
  }
  const contracts::Txid rejected{{9}};
  const contracts::Error error{contracts::ErrorCode::already_spent, 1, 77};
  block.outcomes.emplace_back(RejectedRecord{rejected, error, {}, {}, 5});
  leaves.push_back(rejected_leaf(rejected, error));
  block.header.settled_count = static_cast<std::uint32_t>(settled);
  block.header.rejected_count = 1;
  block.header.transactions_root = crypto::merkle_root(leaves);
  return block;
}

Receipt signed_receipt(const Block& block, std::uint32_t position) {
  const auto secret = *crypto::Ed25519SecretKey::from(Bytes(32, 3));
  auto receipt = *make_receipt(block, position, contracts::NetworkId{{7}});
  receipt.node_key = crypto::ed25519_public_key(secret);
  receipt.signature = crypto::ed25519_sign(secret, receipt_message(receipt));
  return receipt;
}

TEST(Receipt, of_every_outcome_of_a_block_holds_and_travels_as_json) {
  for (const std::size_t settled : {0u, 1u, 2u, 5u, 8u}) {
    const auto block = block_of(settled);
    for (std::uint32_t i = 0; i < block.outcomes.size(); ++i) {
      const auto receipt = signed_receipt(block, i);
      EXPECT_TRUE(verify_receipt(receipt));
      const auto again =
          receipt_from_json(boost::json::parse(boost::json::serialize(to_json(receipt))));
      ASSERT_TRUE(again);
      EXPECT_EQ(*again, receipt);
    }
  }
}

TEST(Receipt, that_says_anything_else_does_not_hold) {
  const auto block = block_of(5);
  const std::pair<std::string_view, std::function<void(Receipt&)>> changes[] = {
      {"another transaction", [](Receipt& r) { r.txid.bytes[5] ^= 1; }},
      {"another number", [](Receipt& r) { ++r.first_output_number; }},
      {"other writes", [](Receipt& r) { r.writes_digest[0] ^= 1; }},
      {"rejected instead", [](Receipt& r) { r.error = {contracts::ErrorCode::expired}; }},
      {"another place", [](Receipt& r) { ++r.position; }},
      {"a shorter path", [](Receipt& r) { r.path.pop_back(); }},
      {"another block", [](Receipt& r) { ++r.header.height; }},
      {"another network", [](Receipt& r) { r.network_id.bytes[0] ^= 1; }},
      {"another signer", [](Receipt& r) { r.node_key.bytes[0] ^= 1; }},
  };
  for (const auto& [what, change] : changes) {
    auto receipt = signed_receipt(block, 2);
    change(receipt);
    EXPECT_FALSE(verify_receipt(receipt)) << what;
  }
}

TEST(Receipt, in_broken_json_is_refused) {
  const auto good = to_json(signed_receipt(block_of(3), 1));
  for (const auto& [key, value] : good) {
    auto missing = good;
    missing.erase(key);
    EXPECT_FALSE(receipt_from_json(missing)) << std::string_view(key);
    auto wrong = good;
    wrong[key] = 5;
    EXPECT_FALSE(receipt_from_json(wrong)) << std::string_view(key);
  }
  EXPECT_FALSE(receipt_from_json(boost::json::array{}));
}

}  // namespace
}  // namespace tally::codec
