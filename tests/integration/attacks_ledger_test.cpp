// What was done to other ledgers, done to this one: sums that wrap, outputs spent twice, names used
// twice, payments that are less than they look, keys that were stolen.
#include <boost/json.hpp>

#include "integration/attacks.hpp"

namespace tally::test {
namespace {

constexpr std::uint64_t kHalf = std::uint64_t{1} << 63;

// Bitcoin's block 74638 made 184 billion coins: two outputs whose sum wrapped below the inputs.
TEST_F(Attacks, ValueOverflowCve2010_5139) {
  const auto wrapped = [](std::vector<std::uint64_t> amounts) {
    return submit_changed([&](Transaction& tx) {
      tx.outputs.clear();
      tx.commands[0].outputs.clear();
      for (const auto amount : amounts) {
        tx.commands[0].outputs.push_back(static_cast<std::uint32_t>(tx.outputs.size()));
        tx.outputs.emplace_back(coin(amount, "ana"));
      }
    });
  };
  const auto before = supply();
  // The exact sums are 2^64 + 100 and more; in 64 bits each is the 100 that goes in.
  for (const auto& amounts : std::vector<std::vector<std::uint64_t>>{{kHalf, kHalf, 100},
                                                                     {UINT64_MAX, 101},
                                                                     {kHalf + 50, kHalf + 50},
                                                                     {1, UINT64_MAX, 100}}) {
    EXPECT_EQ(wrapped(amounts).code(), "amount_overflow");
  }
  // An issue whose coins wrap to what it says it makes; an order whose lines wrap to a low price.
  auto issue = draft({"issuer"}).make(coin(kHalf, "issuer")).make(coin(kHalf + 7, "issuer"));
  EXPECT_EQ(submit(issue.command(AssetIssue{test_asset(), 7})).code(), "amount_overflow");
  auto body = terms();
  body.lines = {{.gs1_key = bag("ONE"), .price = UINT64_MAX, .attributes = {}},
                {.gs1_key = bag("TWO"), .price = 2, .attributes = {}}};
  auto sale = draft({"ana"});
  test::spend(sale, items_, 0);
  test::spend(sale, items_, 1);
  sale.make(offered_order(body, sale.tx.inputs.front().outpoint));
  EXPECT_EQ(submit(sale.command(OrderOffer{body})).code(), "order_terms_invalid");
  EXPECT_EQ(supply(), before);
}

// ERC-20's batchTransfer multiplied a count and an amount, and the product wrapped to nothing.
TEST_F(Attacks, BatchOverflowCve2018_10299) {
  const auto before = supply();
  const auto equal = [](std::size_t count, std::uint64_t amount) {
    return submit_changed([&](Transaction& tx) {
      tx.outputs.assign(count, coin(amount, "bo"));
      tx.commands[0].outputs.resize(count);
      for (std::uint32_t i = 0; i < count; ++i) tx.commands[0].outputs[i] = i;
    });
  };
  // count · amount = 2^64: nothing, in 64 bits.
  for (const std::size_t count : {2, 4, 512, 1'024}) {
    EXPECT_EQ(equal(count, (kHalf / count) * 2).code(), "amount_overflow") << count;
  }
  // The builder is asked for the same.
  const auto payment =
      fmt::format(R"({{"asset":"TEST","to":"{}","amount_minor":"{}"}})", address("bo"), kHalf);
  const auto built = node_->post(
      "/v1/build/asset_transfer", "application/json",
      fmt::format(R"({{"account":"{}","payments":[{},{}]}})", address("ana"), payment, payment),
      node_->sign_in("ana"));
  EXPECT_EQ(built.code(), "amount_overflow") << built.body;
  EXPECT_EQ(supply(), before);
}

// Bitcoin Core 0.14 to 0.16.2 left out the check that a block's transaction spends nothing twice.
TEST_F(Attacks, DuplicateInputsCve2018_17144) {
  const auto before = balance("bo");
  const auto twice = [](const std::function<void(Transaction&)>& change) {
    return submit_changed([&](Transaction& tx) {
      tx.inputs.push_back(tx.inputs.front());
      tx.commands[0].inputs = {0, 1};
      std::get<Coin>(tx.outputs[0]).amount = 200;
      change(tx);
    });
  };
  EXPECT_EQ(twice([](Transaction&) {}).code(), "duplicate_input");
  // The same coin by another number, by another outpoint, in another command.
  EXPECT_EQ(twice([](Transaction& tx) { tx.inputs[1].number += 1; }).code(), "duplicate_input");
  EXPECT_EQ(twice([](Transaction& tx) { tx.inputs[1].outpoint.index += 1; }).code(),
            "duplicate_input");
  EXPECT_EQ(twice([](Transaction& tx) {
              tx.outputs = {coin(100, "bo"), coin(100, "bo")};
              tx.commands = {{{0}, {0}, AssetTransfer{}}, {{1}, {1}, AssetTransfer{}}};
            }).code(),
            "duplicate_input");
  // By a hundred transactions of one block.
  const auto coin_index = next_coin_++;
  std::vector<Signed> many;
  for (int i = 0; i < 100; ++i) {
    auto out = draft({"ana"});
    test::spend(out, coins_, coin_index);
    many.push_back(out.make(coin(100, "bo"))
                       .command(AssetTransfer{})
                       .keyed(fmt::format("twice {}", i))
                       .sign());
  }
  std::size_t settled_count = 0;
  for (const auto& answer : submit_all(many)) {
    EXPECT_TRUE(answer.settled() || answer.code() == "already_spent") << answer.body;
    settled_count += answer.settled() ? 1 : 0;
  }
  EXPECT_EQ(settled_count, 1u);
  EXPECT_EQ(balance("bo"), before + 100);
}

// Two coinbase transactions of one name: the later one hid the earlier, which was lost. Here what
// has no input to be spent is remembered by its name, across a crash too.
TEST_F(Attacks, DuplicateTxidCve2012_1909) {
  const auto before = supply();
  const auto issue = draft({"issuer"}).make(coin(7, "ana")).command(AssetIssue{test_asset(), 7});
  const auto first = node_->settle(issue);
  const auto same = [&](const Answer& answer) {
    EXPECT_TRUE(answer.settled()) << answer.body;
    for (const auto* member : {"txid", "height", "first_output_number"}) {
      EXPECT_EQ(answer.text(member), first.text(member));
    }
  };
  for (const auto& answer : submit_all(std::vector(50, issue.sign()))) same(answer);
  node_->settle(payment());
  process_->kill();
  ASSERT_TRUE(process_->start());
  node_ = std::make_unique<Conversation>(process_->url());
  same(submit(issue));
  EXPECT_EQ(supply(), before + 7);
  // One that spends is known by what it spent, after the crash as well.
  const auto paid = payment();
  const auto once = node_->settle(paid);
  EXPECT_EQ(submit(paid).text("height"), once.text("height"));
}

// Poly Network, Mt. Gox: a signature that somebody else changed made another name for one payment.
TEST_F(Attacks, MalleabilityMtGox) {
  const auto paid = payment().sign();
  const auto& witness = paid.witnesses.front();
  // n − s, which ECDSA took as well; n is the group's order.
  auto negated = witness;
  const auto order = from_hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int digit = (*order)[i] - witness[32 + i] - borrow;
    borrow = digit < 0 ? 1 : 0;
    negated[32 + i] = static_cast<std::uint8_t>(digit + 256 * borrow);
  }
  auto longer = witness;
  longer.push_back(1);  // a byte of "sighash", as Bitcoin has it
  auto swapped = witness;
  std::rotate(swapped.begin(), swapped.begin() + 32, swapped.end());
  const Bytes shorter(witness.begin(), witness.end() - 1);
  std::vector<Signed> variants;
  for (const auto& list : std::vector<std::vector<Bytes>>{
           {negated}, {longer}, {shorter}, {swapped}, {}, {witness, witness}, {Bytes(64, 0)}}) {
    variants.push_back({paid.body, list});
  }
  expect_refused_open(variants);
  // The signer can sign twice; it is the same transaction, and settles once.
  const auto again = sign(paid.body, {"ana"});
  EXPECT_NE(again.witnesses, paid.witnesses);
  const auto before = balance("bo");
  const auto first = node_->submit(paid), second = node_->submit(again);
  EXPECT_TRUE(first.settled() && second.settled()) << second.body;
  EXPECT_EQ(first.text("txid"), second.text("txid"));
  EXPECT_EQ(first.text("height"), second.text("height"));
  EXPECT_EQ(balance("bo"), before + 100);
}

// XRPL's partial payments: an exchange read the amount that was asked for, not the one delivered.
TEST_F(Attacks, PartialPaymentXrpl) {
  auto define = utility("CHEAP");
  node_->settle(draft({"issuer"}).command(define));
  const auto cheap = asset_id(key("issuer"), *fold_symbol("CHEAP"));
  const auto junk = settled(node_->settle(
      draft({"issuer"}).make(Coin{cheap, 50, KeyLock{key("bo")}}).command(AssetIssue{cheap, 50})));
  auto split = draft({"ana"});
  test::spend(split, coins_, next_coin_++);
  const auto purse = settled(node_->settle(split.make(coin(49, "bo"))
                                               .make(coin(50, "bo"))
                                               .make(coin(1, "bo"))
                                               .command(AssetTransfer{})));
  const auto sale = offer(0, "ONE");
  const auto fund = [&](const std::function<void(Draft&)>& coins, std::vector<Holding> says,
                        std::vector<Holding> holds) {
    auto out = draft({"bo"});
    test::spend(out, sale.at);
    coins(out);
    out.make(funded_order(sale.order, key("bo"), std::move(holds), false));
    return submit(out.command(OrderFund{key("bo"), std::move(says)}));
  };
  const std::vector<Holding> full{{test_asset(), 50}}, less{{test_asset(), 49}};
  const std::vector<Holding> other{{cheap, 50}};
  const auto small = [&](Draft& out) { test::spend(out, purse, 0); };
  const auto whole = [&](Draft& out) { test::spend(out, purse, 1); };
  const auto junk_coin = [&](Draft& out) { test::spend(out, junk, 0); };
  EXPECT_EQ(fund(small, less, less).code(), "order_not_enough");
  EXPECT_EQ(fund(small, full, full).code(), "not_conserved");
  EXPECT_EQ(fund(whole, full, less).code(), "order_outputs_mismatch");
  EXPECT_EQ(fund(junk_coin, other, other).code(), "order_asset_not_accepted");
  EXPECT_EQ(fund(junk_coin, full, full).code(), "not_conserved");
  const auto funded = fund(whole, full, full);
  ASSERT_TRUE(funded.settled()) << funded.body;
  // What the seller reads is what the escrow holds.
  const auto held = read("/v1/orders/" + sale.order.id.hex());
  EXPECT_THAT(held.body, testing::HasSubstr(R"("amount":"50")")) << held.body;
  // A payment says what arrived, whatever its note promises.
  auto poor = draft({"bo"});
  test::spend(poor, purse, 2);
  poor.make(coin(1, "shop")).command(AssetTransfer{}).tx.note_hash = hash_of("pays 1,000,000");
  const auto before = balance("shop");
  const auto seen = read("/v1/transactions/" + node_->settle(poor).text("txid"));
  EXPECT_THAT(seen.body, testing::HasSubstr(R"("amount":"1")"));
  EXPECT_EQ(balance("shop"), before + 1);
}

// After the fork a payment on one chain could be sent again on the other. The node of another
// network is asked in SecretsOfTheRealNode; here a body of another network comes to this one.
TEST_F(Attacks, ReplayOnAnotherNetworkEthEtc) {
  auto elsewhere = payment();
  elsewhere.tx.network_id = NetworkId{hash_of("the other side of the fork")};
  EXPECT_EQ(submit(elsewhere).code(), "wrong_network");
  // The same body under this network's name, with the signatures of the other.
  const auto there = elsewhere.sign();
  elsewhere.tx.network_id = network();
  EXPECT_EQ(node_->submit({elsewhere.sign().body, there.witnesses}).code(), "bad_signature");
  // A txid that leaves the network out would be the same on both.
  EXPECT_NE(txid(network(), there.body), txid(NetworkId{hash_of("x")}, there.body));
}

// BIP-143 signed amounts, but signers showed others: CVE-2020-14199. Here every byte is signed.
TEST_F(Attacks, UnsignedAmountCve2020_14199) {
  auto rich = payment().keyed("every kind of field");
  rich.tx.note_hash = hash_of("note");
  rich.tx.references = {{delegation_key(key("brand"), key("agent"))}};
  auto body = terms();
  body.named_buyer = key("bo");
  body.carrier = key("shop");
  body.loyalty = LoyaltyReward{test_asset(), 3};
  auto sale = draft({"ana"});
  test::spend(sale, items_, 1);
  sale.make(offered_order(body, sale.tx.inputs.front().outpoint)).command(OrderOffer{body});
  for (const auto& whole : {rich.sign(), sale.sign()}) {
    std::vector<Signed> forged;
    for (std::size_t i = 0; i < whole.body.size(); ++i) {
      forged.push_back(whole);
      forged.back().body[i] ^= static_cast<std::uint8_t>(1u << (i % 8));
    }
    expect_refused_open(forged);
  }
  EXPECT_TRUE(submit(rich).settled());
}

// A half-refused batch that pays all the same: XRPL's amendment for batches returned from its loop
// over the signers at the first one that was fine. (It was found before it was switched on.)
TEST_F(Attacks, XrplBatchEarlyReturn) {
  const std::vector<std::string_view> people{"ana", "bo", "shop", "agent"};
  auto gift = draft({"ana"});
  test::spend(gift, coins_, next_coin_++);
  for (const auto who : people) gift.make(coin(25, who));
  const auto purse = settled(node_->settle(gift.command(AssetTransfer{})));
  const auto batch = [&](std::size_t wrong_command) {
    auto out = draft({"ana", "bo", "shop", "agent"});
    out.tx.commands.clear();
    for (std::uint32_t i = 0; i < people.size(); ++i) {
      test::spend(out, purse, i);
      out.make(coin(i == wrong_command ? 26 : 25, "ana"));
      out.tx.commands.push_back({{i}, {i}, AssetTransfer{}});
    }
    return out;
  };
  const auto whole = batch(people.size());
  for (std::uint32_t i = 0; i < people.size(); ++i) {
    const auto with = [&](const Bytes& witness) {
      return submit_with_witnesses(whole, [&](auto& list) { list[i] = witness; });
    };
    for (const auto& forged : {Bytes(64, 0), witness_of("gone", whole.sign()),
                               witness_of(people[i], payment().sign())}) {
      const auto answer = with(forged);
      EXPECT_EQ(answer.code(), "bad_signature") << i;
      EXPECT_EQ(answer.number("index"), i);
    }
    // One command that does not hold ends all of them; one owner who did not sign, too.
    const auto broken = submit(batch(i));
    EXPECT_EQ(broken.code(), "not_conserved") << i;
    if (i == 0) continue;
    auto fewer = whole;
    std::erase(fewer.tx.signers, key(people[i]));
    auto signers = people;
    signers.erase(signers.begin() + i);
    const auto unsigned_owner = node_->submit(sign(codec::encode_body(fewer.tx), signers));
    EXPECT_EQ(unsigned_owner.code(), "signature_missing") << unsigned_owner.body;
    EXPECT_EQ(unsigned_owner.number("index"), i);
  }
  const auto before = balance("ana");
  EXPECT_TRUE(submit(whole).settled());
  EXPECT_EQ(balance("ana"), before + 75);
}

}  // namespace
}  // namespace tally::test
