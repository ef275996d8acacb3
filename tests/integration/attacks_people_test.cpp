// Attacks by people who have something of ours: a counterparty with a body that we signed, a thief
// with one operator's key.
#include <boost/json.hpp>

#include "integration/attacks.hpp"

namespace tally::test {
namespace {

// Ronin: five of nine keys lay in two houses. One stolen key does nothing here, its owner is put
// back by the others, and what the quorum gave out for good has a limit.
TEST_F(Attacks, RoninStolenOperator) {
  const std::vector<CommandBody> powers{
      OperatorAdd{key("thief"), 3},
      OperatorRemove{key("operator-2"), 2},
      OperatorRotate{key("operator-2"), key("thief")},
      MemberAdmit{{key("thief")}},
      MemberRevoke{key("ana"), {}},
      PrefixRegister{"4012345", key("thief"), {}},
      PrefixWithdraw{std::string(kPrefix), {}},
      Accredit{key("thief"), Role::appraiser, {}, 0},
      AccreditationRevoke{key("appraiser"), Role::appraiser, {}},
      LicenceGrant{key("thief"), AssetKind::payment, {}},
      LicenceRevoke{key("issuer"), AssetKind::payment, {}},
      ItemFlagSet{.gs1_key = bag("TWO"),
                  .flag = ItemFlag::stolen,
                  .reason_hash = {},
                  .expires_ms = node_->time_ms() + kDayMs,
                  .clear = false},
  };
  for (const auto& body : powers) {
    const auto name = command_name(command_number(body));
    const auto alone = submit(draft({"operator-1"}).command(body));
    const bool refused = alone.code() == "quorum_missing" || alone.code() == "signature_missing";
    EXPECT_TRUE(refused) << name << ": " << alone.body;
    EXPECT_GE(submit(draft({"operator-1", "ana"}).command(body)).status, 400) << name;
    EXPECT_EQ(submit(draft({"operator-1", "operator-1"}).command(body)).code(), "duplicate_signer");
  }
  // A second stolen key does not make the quorum one, which would make a third needless.
  EXPECT_EQ(submit(two_operators(OperatorRemove{key("operator-3"), 1})).code(), "quorum_invalid");
  // The others rotate the stolen key, which is worth nothing from then on.
  node_->settle(draft({"operator-2", "operator-3"})
                    .command(OperatorRotate{key("operator-1"), key("operator-1-new")}));
  EXPECT_EQ(submit(two_operators(MemberAdmit{{key("late")}})).code(), "quorum_missing");
  node_->settle(
      draft({"operator-1-new", "operator-2"}).command(MemberAdmit{{key("after rotation")}}));
  node_->settle(draft({"operator-2", "operator-3"})
                    .command(OperatorRotate{key("operator-1-new"), key("operator-1")}));
  // A registrar admits as many as it may, and its stolen key no more.
  node_->settle(two_operators(Accredit{key("shop"), Role::registrar, hash_of("registrar"), 2}));
  node_->settle(draft({"shop"}).command(MemberAdmit{{key("one"), key("two")}}));
  EXPECT_EQ(submit(draft({"shop"}).command(MemberAdmit{{key("three")}})).code(), "quota_exceeded");
}

// A counterparty has the whole body and its own signature to play with.
TEST_F(Attacks, CounterpartyDropsOrAddsASignature) {
  auto coins = draft({"ana"});
  test::spend(coins, coins_, next_coin_++);
  const auto got = settled(
      node_->settle(coins.make(coin(60, "ana")).make(coin(40, "bo")).command(AssetTransfer{})));
  auto swap = draft({"ana", "bo"});
  test::spend(swap, got, 0);
  test::spend(swap, got, 1);
  const auto whole =
      swap.make(coin(60, "bo")).make(coin(40, "ana")).command(AssetTransfer{}).sign();
  const auto& ana = whole.witnesses[0];
  const auto& bo = whole.witnesses[1];
  struct Case {
    std::vector<Bytes> witnesses;
    std::string_view code;
  };
  for (const auto& [witnesses, code] : std::vector<Case>{{{}, "witness_count"},
                                                         {{ana}, "witness_count"},
                                                         {{bo}, "witness_count"},
                                                         {{ana, bo, bo}, "witness_count"},
                                                         {{bo, ana}, "bad_signature"},
                                                         {{bo, bo}, "bad_signature"},
                                                         {{ana, ana}, "bad_signature"},
                                                         {{ana, {}}, "witness_length"},
                                                         {{{}, bo}, "witness_length"}}) {
    const auto answer = node_->submit(Signed{whole.body, witnesses});
    EXPECT_EQ(answer.code(), code) << answer.body;
    EXPECT_EQ(answer.json.at("final"), false) << "the body's fate is not a stranger's to decide";
  }
  // A signer more or less is another body, and was not signed by ana.
  auto fewer = swap;
  fewer.tx.signers = {key("bo")};
  const auto without = sign(codec::encode_body(fewer.tx), {"bo"});
  EXPECT_EQ(node_->submit(without).code(), "signature_missing");
  auto more = swap;
  more.tx.signers.push_back(key("shop"));
  auto with = sign(codec::encode_body(more.tx), {"ana", "bo", "shop"});
  with.witnesses[0] = ana;
  EXPECT_EQ(node_->submit(with).code(), "bad_signature");
  EXPECT_TRUE(node_->submit(whole).settled());
}

// Whoever knows which key a payer is going to use takes it first.
TEST_F(Attacks, CounterpartySquatsAnIdempotencyKey) {
  auto coins = draft({"ana"});
  test::spend(coins, coins_, next_coin_++);
  const auto got = settled(node_->settle(coins.make(coin(100, "bo")).command(AssetTransfer{})));
  const auto paid = payment().keyed("rent of May");
  // bo's own payment under ana's key; ana's body, unsigned; ana's key over another body.
  auto own = draft({"bo"});
  test::spend(own, got);
  node_->settle(own.make(coin(100, "shop")).command(AssetTransfer{}).keyed("rent of May"));
  EXPECT_EQ(submit_with_witnesses(paid, [](auto& list) { list[0] = Bytes(64, 7); }).code(),
            "bad_signature");
  const auto forged = payment().keyed("rent of May").sign();
  EXPECT_EQ(node_->submit(sign(forged.body, {"bo"})).code(), "bad_signature");
  // A body that names ana second: the key is that of the first signer.
  auto joint = draft({"bo", "ana"}).command(ProfileSet{key("bo"), hash_of("x"), hash_of("y"), 1});
  EXPECT_GE(node_->submit(sign(joint.keyed("rent of May").sign().body, {"bo", "bo"})).status, 400);
  const auto first = submit(paid);
  EXPECT_TRUE(first.settled()) << first.body;
  EXPECT_EQ(submit(paid).text("txid"), first.text("txid"));
}

// What spends nothing can be sent again by everybody who has seen it.
TEST_F(Attacks, CounterpartyResendsATransactionWithoutInputs) {
  const auto before = supply();
  DelegationPowers powers;
  powers.commands = {ItemObserve::kNumber};
  powers.items_max = 5;
  powers.until_ms = node_->time_ms() + kDayMs;
  const std::vector<Signed> seen{
      draft({"issuer"}).make(coin(11, "bo")).command(AssetIssue{test_asset(), 11}).sign(),
      draft({"ana"}).command(ProfileSet{key("ana"), hash_of("size"), hash_of("42"), 1}).sign(),
      draft({"brand"}).command(DelegationGrant{key("brand"), key("agent"), powers}).sign(),
  };
  const auto first = submit_all(seen);
  for (int i = 0; i < 3; ++i) {
    node_->settle(payment());  // in blocks of their own
    const auto again = submit_all(seen);
    for (std::size_t k = 0; k < seen.size(); ++k) {
      EXPECT_TRUE(first[k].settled()) << first[k].body;
      EXPECT_EQ(again[k].text("height"), first[k].text("height")) << again[k].body;
    }
  }
  EXPECT_EQ(supply(), before + 11);
  // A refusal is remembered as well: what is true later does not make it settle.
  const auto early = draft({"appraiser"})
                         .command(ItemAttest{.gs1_key = bag("TWO"), .appraiser = key("appraiser")})
                         .sign();
  const auto refused = node_->submit(early);
  EXPECT_EQ(refused.code(), "not_accredited");
  node_->settle(two_operators(Accredit{key("appraiser"), Role::appraiser, hash_of("diploma"), 0}));
  const auto later = node_->submit(early);
  EXPECT_EQ(later.code(), "not_accredited");
  EXPECT_EQ(later.text("height"), refused.text("height"));
}

}  // namespace
}  // namespace tally::test
