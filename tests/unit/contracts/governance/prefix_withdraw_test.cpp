#include "unit/contracts/governance/faults.hpp"

namespace tally::contracts {
namespace {

PrefixEntry entry(std::string prefix, std::string_view brand, std::uint64_t withdrawn_ms,
                  std::uint32_t longer) {
  PrefixEntry out;
  out.prefix = std::move(prefix);
  if (!brand.empty()) out.brand = key_of(brand);
  out.withdrawn_ms = withdrawn_ms;
  out.longer = longer;
  return out;
}

Case valid() {
  Case c;
  c.registry.put(prefix_key("952110"), entry("952110", "brand", 0, 0));
  c.registry.put(prefix_key("95211"), entry("95211", "", 0, 1));
  c.registry.put(prefix_key("9521"), entry("9521", "", 0, 3));
  c.sign_quorum().command(PrefixWithdraw{"952110", hash_of("lapsed")});
  return c;
}

TEST(PrefixWithdraw, SaysFromWhenAndCountsDown) {
  const auto c = valid();
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_EQ(*delta, (Delta{{{prefix_key("952110"), entry("952110", "brand", c.block.time_ms, 0)},
                            {prefix_key("9521"), entry("9521", "", 0, 2)},
                            {prefix_key("95211"), entry("95211", "", 0, 0)}}}));
}

TEST(PrefixWithdraw, RefusesInOrder) {
  run_table(valid, {
                       {"claims an output", claim_an_output, ErrorCode::claim_count},
                       {"one signature lacks", lose_the_quorum, ErrorCode::quorum_missing},
                       {"not registered", [](Case& c) { c.body<PrefixWithdraw>().prefix = "9999"; },
                        ErrorCode::prefix_unknown},
                   });
  expect_one_missing(valid());
}

TEST(PrefixWithdraw, RefusesACounterAndWhatIsWithdrawn) {
  auto c = valid();
  c.body<PrefixWithdraw>().prefix = "95211";
  EXPECT_EQ(c.run().error().code, ErrorCode::prefix_unknown);
  c.body<PrefixWithdraw>().prefix = "952110";
  c.registry.put(prefix_key("952110"), entry("952110", "brand", 1, 0));
  EXPECT_EQ(c.run().error().code, ErrorCode::prefix_unknown);
}

TEST(PrefixWithdraw, GivesWayToAShorterOne) {
  auto c = valid();
  c.registry.at<PrefixEntry>(prefix_key("9521")).longer = 1;
  c.command(PrefixRegister{"9521", key_of("holding"), {}});
  EXPECT_EQ(written<PrefixEntry>(c.run(), prefix_key("9521")).brand, key_of("holding"));
}

}  // namespace
}  // namespace tally::contracts
