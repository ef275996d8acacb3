// Orders, step by step, with the outputs that the order's flow demands.
#pragma once

#include <string>
#include <vector>

#include "contracts/order/order_flow.hpp"
#include "story/acts.hpp"

namespace tally::story {

/// Terms for one item: two verdicts `genuine`, periods of days, paid in the token.
[[nodiscard]] contracts::OrderTerms terms_for(const Story& story, const std::string& seller,
                                              const std::string& gs1_key, std::uint64_t price);

/// What an order is called.
[[nodiscard]] contracts::OrderId order_of(const Signed& offer);

[[nodiscard]] Draft offer(Story& story, const std::string& seller,
                          const contracts::OrderTerms& terms);
/// Likewise, of a title that may be spent already.
[[nodiscard]] Draft offer(Story& story, const std::string& seller,
                          const contracts::OrderTerms& terms, const Owned& title);
/// `payment` ascending by asset, each out of one coin whose change comes back.
[[nodiscard]] Draft fund(Story& story, const contracts::OrderId& id, const std::string& buyer,
                         std::vector<contracts::Holding> payment);
[[nodiscard]] Draft accept(Story& story, const contracts::OrderId& id, const std::string& seller);
[[nodiscard]] Draft ship(Story& story, const contracts::OrderId& id, const std::string& seller,
                         std::string_view tracking);
[[nodiscard]] Draft deliver(Story& story, const contracts::OrderId& id, const std::string& buyer);
[[nodiscard]] Draft release(Story& story, const contracts::OrderId& id, const std::string& buyer);

/// A payment to another, with change.
[[nodiscard]] Draft pay(Story& story, const std::string& from, const std::string& to,
                        const contracts::AssetId& asset, std::uint64_t amount);
/// Likewise, of a coin that may be spent already.
[[nodiscard]] Draft pay(const std::string& from, const std::string& to, const Owned& coin,
                        std::uint64_t amount);

}  // namespace tally::story
