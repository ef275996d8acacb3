#include "unit/contracts/governance/faults.hpp"

namespace tally::contracts {
namespace {

Case valid() {
  Case c;
  c.sign_quorum().command(PrefixRegister{"952110", key_of("brand"), hash_of("licence")});
  return c;
}

PrefixEntry counter(std::string prefix, std::uint32_t longer) {
  PrefixEntry entry;
  entry.prefix = std::move(prefix);
  entry.longer = longer;
  return entry;
}

/// Registers `prefix` in the case's world as the rule itself would.
void register_before(Case& c, const std::string& prefix) {
  Case other = c;
  other.body<PrefixRegister>() = {prefix, key_of("other"), hash_of("other")};
  const auto delta = other.run();
  ASSERT_TRUE(delta) << prefix;
  for (const auto& write : delta->writes) c.registry.put(write.key, write.entry);
}

TEST(PrefixRegister, WritesTheEntryAndCountsInTheShorterOnes) {
  auto c = valid();
  c.registry.put(prefix_key("9521"), counter("9521", 4));
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  const PrefixEntry entry{"952110", key_of("brand"), hash_of("licence"), c.block.time_ms, 0, 0};
  EXPECT_EQ(*delta, (Delta{{{prefix_key("952110"), entry},
                            {prefix_key("9521"), counter("9521", 5)},
                            {prefix_key("95211"), counter("95211", 1)}}}));
}

TEST(PrefixRegister, RefusesInOrder) {
  run_table(valid, {
                       {"claims an output", claim_an_output, ErrorCode::claim_count},
                       {"one signature lacks", lose_the_quorum, ErrorCode::quorum_missing},
                       {"no brand", [](Case& c) { c.body<PrefixRegister>().brand = {}; },
                        ErrorCode::invalid_key},
                       {"not digits", [](Case& c) { c.body<PrefixRegister>().prefix = "95211O"; },
                        ErrorCode::prefix_invalid},
                       {"registered", [](Case& c) { register_before(c, "952110"); },
                        ErrorCode::prefix_overlaps},
                   });
  expect_one_missing(valid());
}

TEST(PrefixRegister, TakesFourToTwelveDigits) {
  for (const auto& [prefix, ok] : std::map<std::string, bool>{{"", false},
                                                              {"952", false},
                                                              {"9521", true},
                                                              {"952123456789", true},
                                                              {"9521234567890", false},
                                                              {"+952", false},
                                                              {" 9521", false},
                                                              {"９５２１", false}}) {
    auto c = valid();
    c.body<PrefixRegister>().prefix = prefix;
    const auto outcome = c.run();
    EXPECT_EQ(outcome.has_value(), ok) << prefix;
    if (!ok) {
      EXPECT_EQ(outcome.error().code, ErrorCode::prefix_invalid);
    }
  }
}

TEST(PrefixRegister, RefusesEveryOverlapAndNothingElse) {
  struct Overlap {
    std::string registered;
    std::optional<std::uint64_t> figure;  // nothing: they do not overlap
  };
  for (const auto& [registered, figure] : std::vector<Overlap>{{"952110", 6},
                                                               {"9521", 4},
                                                               {"95211", 5},
                                                               {"9521101", 0},
                                                               {"952110999999", 0},
                                                               {"952111", {}},
                                                               {"95212", {}},
                                                               {"1952110", {}},
                                                               {"9522", {}}}) {
    auto c = valid();
    register_before(c, registered);
    const auto outcome = c.run();
    ASSERT_EQ(outcome.has_value(), !figure) << registered;
    if (figure) {
      EXPECT_EQ(outcome.error(), (Error{ErrorCode::prefix_overlaps, 0, *figure})) << registered;
    }
  }
}

TEST(PrefixRegister, AWithdrawnOneCanBeRegisteredAgain) {
  auto c = valid();
  c.registry.put(prefix_key("952110"),
                 PrefixEntry{"952110", key_of("old"), hash_of("old"), 5, 6, 0});
  c.registry.put(prefix_key("9521"), PrefixEntry{"9521", key_of("older"), hash_of("o"), 1, 2, 0});
  const auto outcome = c.run();
  EXPECT_EQ(written<PrefixEntry>(outcome, prefix_key("952110")).brand, key_of("brand"));
  EXPECT_EQ(written<PrefixEntry>(outcome, prefix_key("952110")).withdrawn_ms, 0u);
  // The shorter one stays withdrawn, and counts.
  EXPECT_EQ(written<PrefixEntry>(outcome, prefix_key("9521")),
            (PrefixEntry{"9521", key_of("older"), hash_of("o"), 1, 2, 1}));
}

}  // namespace
}  // namespace tally::contracts
