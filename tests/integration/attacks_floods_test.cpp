// Whoever made a key, has an address or was given bytes takes nothing from others with it.
#include "integration/attacks.hpp"

namespace tally::test {
namespace {

class Floods : public Attacks {};

// A wait for what does not come in time held a place for five seconds.
TEST_F(Floods, NobodyWaitsForAHeightThatIsFarAway) {
  const auto begun = std::chrono::steady_clock::now();
  const auto answer = node_->get("/v1/assets/TEST?min_height=18446744073709551615");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
  EXPECT_EQ(answer.code(), "views_behind") << answer.body;
}

}  // namespace
}  // namespace tally::test
