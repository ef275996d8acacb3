// The terms of an order as parameters of order_offer.
#pragma once

#include <vector>

#include "contracts/order.hpp"
#include "market/parameters.hpp"
#include "market/schema.hpp"

namespace tally::market {

/// The parameters that say the terms.
[[nodiscard]] std::vector<ParameterSchema> terms_parameters();

/// The terms of `seller`, with defaults where something is left out: offered for 7 days, accepted
/// within 2, shipped within 5, carried within 14, inspected within 2, a dispute decided within 14;
/// verdicts, where they count, not older than 365 days.
[[nodiscard]] contracts::OrderTerms read_terms(const contracts::PublicKey& seller,
                                               const Parameters& parameters);

}  // namespace tally::market
