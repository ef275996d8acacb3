// Forged proofs: receipts whose path, leaf or root somebody made up. A receipt is verified where it
// is used, by codec::verify_receipt() and by `tally verify`.
#include <boost/json.hpp>
#include <fstream>

#include "codec/receipt.hpp"
#include "crypto/merkle.hpp"
#include "integration/attacks.hpp"

namespace tally::test {
namespace {

using codec::Receipt;
using codec::ReceiptFault;

class ForgedProofs : public Attacks {
 protected:
  // A receipt with a path of two steps or more, of a block with several payments in it.
  static Receipt real_receipt() {
    std::vector<Coin> small(256, coin(1, "ana"));
    const auto purse = settled(node_->settle(node_->timely(issue(small))));
    std::vector<Signed> many;
    for (std::uint32_t i = 0; i < small.size(); ++i) {
      auto out = draft({"ana"});
      test::spend(out, purse, i);
      many.push_back(out.make(coin(1, "bo")).command(AssetTransfer{}).sign());
    }
    for (const auto& answer : submit_all(many)) {
      EXPECT_TRUE(answer.settled()) << answer.body;
      const auto text = read("/v1/transactions/" + answer.text("txid") + "/receipt").json;
      auto receipt = codec::receipt_from_json(text);
      if (receipt && receipt->path.size() >= 2 && receipt->header.settled_count % 2 == 1) {
        return *receipt;
      }
      if (receipt && receipt->path.size() >= 2) fallback_ = *receipt;
    }
    EXPECT_GE(fallback_.path.size(), 2u) << "no block of three payments";
    return fallback_;
  }
  static void SetUpTestSuite() {
    Refusals::SetUpTestSuite();
    receipt_ = real_receipt();
  }
  static void expect(const std::function<void(Receipt&)>& forge, ReceiptFault fault) {
    auto forged = receipt_;
    forge(forged);
    const auto verified = codec::verify_receipt(forged);
    ASSERT_FALSE(verified.has_value());
    EXPECT_EQ(verified.error(), fault);
  }
  // By whichever check meets it first.
  static void expect_refused(const std::function<void(Receipt&)>& forge) {
    auto forged = receipt_;
    forge(forged);
    EXPECT_FALSE(codec::verify_receipt(forged));
  }
  static void expect_outside(const std::function<void(Receipt&)>& forge) {
    expect(forge, ReceiptFault::not_in_block);
  }

  static inline Receipt receipt_;
  static inline Receipt fallback_;
};

// Bitcoin's tree doubles the last of an odd level, so that two lists have one root.
TEST_F(ForgedProofs, MerkleDuplicationCve2012_2459) {
  ASSERT_TRUE(codec::verify_receipt(receipt_));
  for (const std::uint32_t more : {1u, 2u, receipt_.header.settled_count}) {
    expect_outside([&](Receipt& r) { r.position += r.header.settled_count; });
    // The last of four and the last of six have paths of one shape: then it is the header, which
    // the count is part of, that has another hash than the one that was signed.
    expect_refused([&](Receipt& r) {
      r.header.settled_count += more;
      r.position = r.header.settled_count - 1;
    });
  }
  // The same list with its last leaf, or its last two, written again has another root.
  std::vector<Hash32> leaves;
  for (const auto* text : {"a", "b", "c"}) leaves.push_back(hash_of(text));
  const auto root = crypto::merkle_root(leaves);
  for (const std::size_t again : {1, 2, 3}) {
    auto doubled = leaves;
    doubled.insert(doubled.end(), leaves.end() - static_cast<std::ptrdiff_t>(again), leaves.end());
    EXPECT_NE(crypto::merkle_root(doubled), root);
  }
}

// A transaction of 64 bytes that is two hashes is a node, for a verifier that cannot tell.
TEST_F(ForgedProofs, LeafAsNodeCve2017_12842) {
  std::vector<Hash32> leaves;
  for (const auto* text : {"a", "b", "c", "d"}) leaves.push_back(hash_of(text));
  const auto root = crypto::merkle_root(leaves);
  const auto path = crypto::merkle_prove(leaves, 0);
  // A node posing as a leaf, one level up; the sibling subtree as the whole proof.
  const auto left = crypto::merkle_root(std::span(leaves).first(2));
  for (const std::uint64_t count : {1, 2, 3, 4}) {
    for (std::uint64_t index = 0; index < count; ++index) {
      EXPECT_FALSE(crypto::merkle_verify(root, left, index, count, std::span(path).last(1)));
      EXPECT_FALSE(crypto::merkle_verify(root, root, index, count, {}));
    }
  }
  // In a receipt: steps of the path as the payment's name, with what is left of the path.
  for (std::size_t steps = 0; steps <= receipt_.path.size(); ++steps) {
    expect_outside([&](Receipt& r) {
      if (steps < r.path.size()) r.txid = Txid{r.path[steps]};
      r.path.erase(r.path.begin(), r.path.begin() + static_cast<std::ptrdiff_t>(steps));
      r.position >>= steps;
    });
  }
}

// The BNB bridge took a proof with an inner node that was not hashed. Nothing here is left out.
TEST_F(ForgedProofs, ForgedInnerNodeBnb2022) {
  for (std::size_t step = 0; step < receipt_.path.size(); ++step) {
    for (const std::size_t byte : {0u, 15u, 31u}) {
      expect_outside([&](Receipt& r) { r.path[step][byte] ^= 1; });
    }
    expect_outside([&](Receipt& r) { r.path.erase(r.path.begin() + static_cast<int>(step)); });
    expect_outside([&](Receipt& r) {
      r.path.insert(r.path.begin() + static_cast<int>(step), r.header.transactions_root);
    });
  }
  expect_outside([](Receipt& r) { std::ranges::reverse(r.path); });
  expect_outside([](Receipt& r) { r.path.resize(64); });
  expect_outside([](Receipt& r) { r.position ^= 1; });
  expect_outside([](Receipt& r) { r.txid.bytes[31] ^= 1; });
  expect_outside([](Receipt& r) { r.writes_digest[0] ^= 1; });
  expect_outside([](Receipt& r) { ++r.first_output_number; });
  expect_outside([](Receipt& r) { r.error = Error{ErrorCode::already_spent}; });
  expect_outside([](Receipt& r) { r.header.transactions_root[0] ^= 1; });
  // What the path does not reach, the node's signature does.
  const auto unsigned_part = [](const std::function<void(Receipt&)>& forge) {
    expect(forge, ReceiptFault::wrong_signature);
  };
  unsigned_part([](Receipt& r) { ++r.header.height; });
  unsigned_part([](Receipt& r) { ++r.header.time_ms; });
  unsigned_part([](Receipt& r) { r.header.spent_root[0] ^= 1; });
  unsigned_part([](Receipt& r) { r.network_id.bytes[0] ^= 1; });
  unsigned_part([](Receipt& r) { r.signature.bytes[0] ^= 1; });
  unsigned_part([](Receipt& r) { r.node_key.bytes[0] ^= 1; });
}

// Nomad's bridge held the zero hash for a root that was proven, and anything for proven by it.
TEST_F(ForgedProofs, ZeroRootNomad) {
  expect_outside([](Receipt& r) { r.header.transactions_root = {}; });
  expect_outside([](Receipt& r) {
    r.header = {};
    r.header.settled_count = 1;
    r.path.clear();
    r.position = 0;
  });
  expect_outside([](Receipt& r) {
    r = {};
    r.header.settled_count = 1;
  });
  // Nor is a zero key, name or secret anybody's.
  const auto zero = std::string(64, '0');
  EXPECT_EQ(node_->get("/v1/transactions/" + zero).code(), "transaction_unknown");
  EXPECT_EQ(node_->get("/v1/orders/" + zero, "dev").code(), "order_unknown");
  EXPECT_EQ(node_->get("/v1/assets/" + zero).code(), "asset_unknown");
  EXPECT_EQ(node_->get("/v1/orders", "tallys_" + zero).code(), "token_invalid");
  EXPECT_EQ(node_->get("/v1/orders", "tally_" + zero + std::string(16, '0')).code(),
            "token_invalid");
  EXPECT_EQ(submit(two_operators(MemberAdmit{{PublicKey{}}})).code(), "invalid_key");
  auto nobody = payment();
  nobody.tx.signers = {PublicKey{}};
  EXPECT_EQ(node_->submit({codec::encode_body(nobody.tx), {Bytes(64, 0)}}).code(), "bad_signature");
  auto nothing = payment();
  nothing.tx.inputs.front().outpoint = {};
  EXPECT_EQ(submit(nothing).code(), "outpoint_mismatch");
}

// What `tally verify` says of a receipt's file: of the real one yes, of every forged one no.
TEST_F(ForgedProofs, AreRefusedByTheCommandLine) {
  const TemporaryDirectory files;
  const auto verify = [&](const Receipt& receipt) {
    const auto path = (files / "receipt.json").string();
    {
      std::ofstream file(path);
      file << boost::json::serialize(codec::to_json(receipt));
    }
    return run_program("tally", {"verify", path, "--node", process_->url()});
  };
  const auto good = verify(receipt_);
  EXPECT_EQ(good.code, 0) << good.errors;
  const std::vector<std::function<void(Receipt&)>> forgeries{
      [](Receipt& r) { r.path.front()[0] ^= 1; },
      [](Receipt& r) { r.path.clear(); },
      [](Receipt& r) { r.header.transactions_root = {}; },
      [](Receipt& r) { r.signature.bytes[5] ^= 1; },
      // Signed by a key that is not the node's: it holds by itself, and is still not this node's.
      [](Receipt& r) {
        const auto secret = crypto::Ed25519SecretKey::generate();
        r.node_key = crypto::ed25519_public_key(secret);
        r.signature = crypto::ed25519_sign(secret, codec::receipt_message(r));
      },
      [](Receipt& r) { r.network_id.bytes[0] ^= 1; },
  };
  for (std::size_t i = 0; i < forgeries.size(); ++i) {
    auto forged = receipt_;
    forgeries[i](forged);
    const auto bad = verify(forged);
    EXPECT_NE(bad.code, 0) << i << ": " << bad.output;
  }
}

}  // namespace
}  // namespace tally::test
