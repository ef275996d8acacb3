#include "cli/bundle.hpp"

#include <gtest/gtest.h>

#include "client/development.hpp"
#include "codec/transaction.hpp"

namespace tally::cli {
namespace {

using client::development_key;

constexpr contracts::NetworkId kNetwork{{1, 2, 3}};

Bytes body(const contracts::NetworkId& network = kNetwork) {
  contracts::Transaction tx;
  tx.version = contracts::kTransactionVersion;
  tx.network_id = network;
  for (const auto* name : {"a", "b"}) {
    tx.signers.push_back(crypto::public_key(development_key(name)));
  }
  tx.valid_until_ms = 5;
  tx.commands.push_back({{}, {}, contracts::MemberAdmit{{tx.signers[0]}}});
  return codec::encode_body(tx);
}

TEST(Bundle, GoesRoundUntilAllHaveSigned) {
  auto bundle = make_bundle(kNetwork, body());
  ASSERT_TRUE(bundle);
  EXPECT_EQ(bundle->missing().size(), 2u);
  EXPECT_FALSE(bundle->sign(development_key("mallory")));
  EXPECT_TRUE(bundle->sign(development_key("b")));
  auto next = parse_bundle(bundle_text(*bundle));
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_FALSE(next->complete());
  EXPECT_EQ(next->missing(), std::vector{crypto::public_key(development_key("a"))});
  EXPECT_TRUE(next->sign(development_key("a")));
  EXPECT_TRUE(next->complete());
  const auto signed_tx = next->signed_transaction();
  ASSERT_EQ(signed_tx.witnesses.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto witness = crypto::Signature::from(signed_tx.witnesses[i]);
    EXPECT_TRUE(crypto::verify(next->transaction.signers[i], next->txid().bytes, *witness));
  }
}

TEST(Bundle, AnotherNetworksBodyIsRefused) {
  EXPECT_FALSE(make_bundle(kNetwork, body(contracts::NetworkId{{9}})));
  EXPECT_FALSE(make_bundle(kNetwork, Bytes{1, 2, 3}));
}

TEST(Bundle, FilesThatAreNoneAreRefused) {
  auto bundle = make_bundle(kNetwork, body());
  ASSERT_TRUE(bundle);
  ASSERT_TRUE(bundle->sign(development_key("a")));
  const auto text = bundle_text(*bundle);
  ASSERT_TRUE(parse_bundle(text));
  const auto replaced = [&](std::string_view what, std::string_view by) {
    auto out = text;
    const auto at = out.find(what);
    EXPECT_NE(at, std::string::npos);
    return out.replace(at, what.size(), by);
  };
  const auto witness = to_base64(bundle->witnesses[0]->view());
  auto forged = *bundle->witnesses[0];
  forged.bytes[0] ^= 1;
  for (const auto& bad :
       {std::string(), std::string("{}"), std::string("[1]"),
        replaced("tally/bundle/1", "tally/bundle/2"), replaced("null", "7"), replaced(",null", ""),
        replaced(witness, "AAAA"), replaced(witness, to_base64(forged.view())),
        replaced(kNetwork.hex(), contracts::NetworkId{{9}}.hex())}) {
    EXPECT_FALSE(parse_bundle(bad)) << bad;
  }
}

}  // namespace
}  // namespace tally::cli
