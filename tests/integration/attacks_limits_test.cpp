// Limits of what stores the ledger are no rules of the ledger, and nobody but the clock makes time.
#include <boost/json.hpp>

#include "integration/attacks.hpp"

namespace tally::test {
namespace {

// BIP 50: a limit of Berkeley DB's locks refused a block that other versions took, and the chain
// split. Here blocks at every bound, written under one set of the storage's limits, read the same
// under others, and by tally-replay, which executes them anew.
TEST_F(Attacks, Bip50StorageLimitIsNoRule) {
  const auto settle_at_bound = [](const Draft& at, const Draft& beyond, std::string_view code) {
    EXPECT_EQ(submit(beyond).code(), code);
    return settled(node_->settle(at));
  };
  const auto coins_of = [](std::size_t count) {
    auto out = draft({"issuer"});
    for (std::size_t i = 0; i < count; ++i) out.make(coin(1, "ana"));
    return out.command(AssetIssue{test_asset(), count});
  };
  const auto many =
      settle_at_bound(coins_of(kOutputsMax), coins_of(kOutputsMax + 1), "too_many_outputs");
  const auto gathered = [&](std::size_t count) {
    auto out = draft({"ana"});
    for (std::uint32_t i = 0; i < count; ++i) test::spend(out, many, i);
    return out.make(coin(count, "bo")).command(AssetTransfer{});
  };
  settle_at_bound(gathered(kInputsMax), gathered(kInputsMax + 1), "too_many_inputs");
  const auto commands = [](std::size_t count) {
    auto out = draft({"ana"});
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto attribute = hash_of(std::to_string(i));
      out.tx.commands.push_back({{}, {}, ProfileSet{key("ana"), attribute, hash_of("value"), 1}});
    }
    return out;
  };
  settle_at_bound(commands(kCommandsMax), commands(kCommandsMax + 1), "too_many_commands");
  const auto writes = [](std::size_t count) {
    auto out = draft({"operator-1", "operator-2"});
    for (std::size_t i = 0; i < count; ++i) {
      if (i % kMembersPerCommandMax == 0) out.tx.commands.push_back({{}, {}, MemberAdmit{}});
      auto& admit = std::get<MemberAdmit>(out.tx.commands.back().body);
      const auto secret = crypto::SecretKey::from(hash_of(fmt::format("member {}", i)));
      admit.keys.push_back(crypto::public_key(*secret));
    }
    return out;
  };
  settle_at_bound(writes(kWritesMax), writes(kWritesMax + 1), "too_many_writes");
  const auto items = [](std::size_t count) {
    auto out = draft({"brand"});
    for (std::size_t i = 0; i < count; ++i) {
      out.make(Item{bag(fmt::format("LIMIT{}", i)), KeyLock{key("ana")}});
    }
    return out.command(ItemCommission{std::string(kPrefix), hash_of("made"), {}});
  };
  settle_at_bound(items(kItemsPerCommandMax), items(kItemsPerCommandMax + 1), "too_many_items");
  const auto held = balance("bo");
  const auto whole_supply = supply();

  // The same journal under the least that the storage may be given.
  ASSERT_EQ(process_->stop().code, 0);
  process_ = std::make_unique<NodeProcess>(
      data_->path(), std::vector<std::string>{"--dev", "--set", "storage.overlay_outputs_max=1000",
                                              "--set", "storage.overlay_entries_max=1000", "--set",
                                              "storage.checkpoint_blocks_max=1"});
  ASSERT_TRUE(process_->start());
  node_ = std::make_unique<Conversation>(process_->url());
  EXPECT_EQ(balance("bo"), held);
  const auto again = settled(node_->settle(coins_of(kOutputsMax)));
  node_->settle(draft({"ana"})
                    .spend(again.first, again.txid, 0)
                    .make(coin(1, "bo"))
                    .command(AssetTransfer{}));
  EXPECT_EQ(supply(), whole_supply + kOutputsMax);
  ASSERT_EQ(process_->stop().code, 0);
  const auto replay = run_program(
      "tally-replay", {"--verify", "--dev", "--json", "--data", data_->path().string()});
  EXPECT_EQ(replay.code, 0) << replay.errors << replay.output;
  ASSERT_TRUE(process_->start());
  node_ = std::make_unique<Conversation>(process_->url());
}

// Bitcoin's timewarp: whoever makes a block chose its time. Here it is the node's clock, which runs
// forward; what a transaction says of time only ends its own validity. Clocks that jump halt
// writing: CoreTest.
TEST_F(Attacks, BlockTimeFollowsTheClock) {
  const auto wall_ms = [] {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                          std::chrono::system_clock::now().time_since_epoch())
                                          .count());
  };
  std::uint64_t last_ms = 0;
  for (int i = 0; i < 8; ++i) {
    const auto before_ms = wall_ms();
    auto paid = payment();
    // However long it wants to live, and whatever it says of its own time.
    paid.tx.valid_until_ms =
        node_->time_ms() + (i % 2 == 0 ? kMinuteMs : kValidityMsMax - kMinuteMs);
    const auto height = node_->settle(paid).text("height");
    const auto header = read("/v1/blocks/" + height).json.at("header").as_object();
    const auto time_ms = std::stoull(header.at("time_ms").as_string().c_str());
    EXPECT_GE(time_ms + 5'000, before_ms);  // the bound within which both clocks must agree
    EXPECT_LE(time_ms, wall_ms() + 5'000);
    EXPECT_GE(time_ms, last_ms);
    last_ms = time_ms;
  }
  auto late = payment();
  late.tx.valid_until_ms = last_ms - 1;
  EXPECT_EQ(submit(late).code(), "expired");
  late.tx.valid_until_ms = UINT64_MAX;
  EXPECT_EQ(submit(late).code(), "valid_too_long");
}

}  // namespace
}  // namespace tally::test
