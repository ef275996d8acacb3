// Cursors: what is refused.
#include "views/list.hpp"

#include "chain.hpp"
#include "views/accounts.hpp"

namespace tally::views {
namespace {

TEST(List, RefusesLimitsAndCursorsThatAreNotItsOwn) {
  Market market;
  market.issue("alice", {1, 2, 3});
  market.issue("bob", {1, 2, 3});
  market.seal();
  ViewsOver over(market);
  const auto snapshot = over.look();
  const auto list = [&](std::string_view name, const PageRequest& request) {
    return list_outputs(snapshot, account_of(name), {}, request);
  };
  const auto bobs = list("bob", {.limit = 1, .cursor = {}})->next_cursor;
  ASSERT_FALSE(bobs.empty());
  auto ahead = *from_hex(list("alice", {.limit = 1, .cursor = {}})->next_cursor);
  ahead[7] = 99;
  struct Row {
    std::string_view what;
    PageRequest request;
    std::uint32_t index;
  };
  for (const auto& [what, request, index] :
       std::vector<Row>{{"none", {.limit = 0, .cursor = {}}, 0},
                        {"too many", {.limit = kPageRowsMax + 1, .cursor = "also wrong"}, 0},
                        {"no hexadecimal", {.limit = 1, .cursor = "xyz"}, 1},
                        {"too short", {.limit = 1, .cursor = "00"}, 1},
                        {"too long", {.limit = 1, .cursor = std::string(2'000, '0')}, 1},
                        {"another list's", {.limit = 1, .cursor = bobs}, 1},
                        {"of a height to come", {.limit = 1, .cursor = to_hex(ahead)}, 1}}) {
    const auto page = list("alice", request);
    ASSERT_FALSE(page) << what;
    const auto* error = std::get_if<contracts::Error>(&page.error());
    ASSERT_NE(error, nullptr) << what;
    EXPECT_EQ(error->code, contracts::ErrorCode::bad_parameter) << what;
    EXPECT_EQ(error->index, index) << what;
  }
}

TEST(List, AnyLimitGivesTheSameRows) {
  Market market;
  market.issue("alice", std::vector<std::uint64_t>(23, 5));
  market.seal();
  ViewsOver over(market);
  const auto snapshot = over.look();
  for (const std::size_t limit : {1, 2, 22, 23, 24, 1'000}) {
    const auto rows = all_pages(limit, [&](const PageRequest& request) {
      return list_outputs(snapshot, account_of("alice"), {}, request);
    });
    ASSERT_EQ(rows.size(), 23u) << limit;
    for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_LT(rows[i - 1].number, rows[i].number);
  }
}

}  // namespace
}  // namespace tally::views
