#include "custody/scope.hpp"

#include <gtest/gtest.h>

namespace tally::custody {
namespace {

TEST(Scope, NumbersAndNamesAreFrozen) {
  const std::pair<Scope, std::string_view> rows[] = {
      {Scope::read_own, "read_own"}, {Scope::build, "build"},         {Scope::capture, "capture"},
      {Scope::query, "query"},       {Scope::subscribe, "subscribe"}, {Scope::admin, "admin"},
      {Scope::operate, "operate"},   {Scope::audit, "audit"}};
  ASSERT_EQ(std::size(rows), std::size(kScopes));
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(rows[i].first), i);
    EXPECT_EQ(name(rows[i].first), rows[i].second);
    EXPECT_EQ(scope_named(rows[i].second), rows[i].first);
  }
  EXPECT_EQ(scope_named("Admin"), std::nullopt);
  EXPECT_EQ(scope_named(""), std::nullopt);
}

TEST(ScopeSet, HoldsWhatWasPutIn) {
  const ScopeSet set{Scope::build, Scope::admin};
  EXPECT_TRUE(set.contains(Scope::build));
  EXPECT_FALSE(set.contains(Scope::read_own));
  EXPECT_EQ(set.mask(), 0b100010u);
  EXPECT_TRUE(ScopeSet().empty());
  EXPECT_EQ(ScopeSet::from_mask(set.mask()), set);
  EXPECT_EQ(ScopeSet::from_mask(0x100), std::nullopt);
  EXPECT_EQ(ScopeSet::from_mask(0x80000001), std::nullopt);
}

}  // namespace
}  // namespace tally::custody
