// Which terms may be offered. What they mean is decided when they are offered, never after: a step
// on the way out has nothing left to refuse.
#pragma once

#include <cstdint>

#include "contracts/error_code.hpp"
#include "contracts/order.hpp"
#include "contracts/registry.hpp"

namespace tally::contracts {

/// What is wrong with terms: the figure of order_terms_invalid. Append-only; in the order of the
/// checks.
enum class TermsFault : std::uint8_t {
  line_count = 1,    ///< Not 1 … kOrderLinesMax lines.
  line_price = 2,    ///< A line's price is 0. Index: the line.
  line_item = 3,     ///< A line names an item that an earlier one names. Index: the line.
  attributes = 4,    ///< A line's attributes are not valid_attributes. Index: the line.
  price_sum = 5,     ///< The prices sum to more than kSupplyMax.
  named_buyer = 6,   ///< The named buyer is the seller.
  carrier = 7,       ///< The carrier is the seller, who could then deliver to nobody.
  policy = 8,        ///< Nothing can meet it: no commission, nor 1 … kAttestationsMax verdicts.
  periods = 9,       ///< One outside kOrderStageMsMin … kOrderStageMsMax. Index: which.
  split = 10,        ///< More than kBasisPoints.
  price_asset = 11,  ///< There is no such asset.
  iou_count = 12,    ///< More than kAcceptedIousMax IOUs.
  iou = 13,      ///< Named twice, or not an IOU that promises the price's asset. Index: the IOU.
  loyalty = 14,  ///< Nothing, not a multiple of its unit, or not a loyalty asset of the seller's.
};

/// Whether terms may be offered, or order_terms_invalid: the index is 0 unless the fault says
/// otherwise, the figure is the TermsFault.
[[nodiscard]] Result<void> check_terms(const OrderTerms& terms, const Registry& registry);

}  // namespace tally::contracts
