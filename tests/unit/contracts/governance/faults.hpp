// The faults that every rule of governance refuses first, in this order.
#pragma once

#include "unit/contracts/support.hpp"

namespace tally::contracts {

inline void claim_an_output(Case& c) { c.tx.commands.front().outputs = {c.make(Grant{})}; }
inline void lose_the_quorum(Case& c) { c.tx.signers = {key_of("operator1"), key_of("stranger")}; }

/// The outcome of a case whose quorum lacks one: the figure says so.
inline void expect_one_missing(Case c) {
  lose_the_quorum(c);
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::quorum_missing, 0, 1}));
  c.tx.signers.clear();
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::quorum_missing, 0, 2}));
}

/// `keys` in the order that the network's entry holds them.
inline std::vector<PublicKey> sorted_keys(std::vector<PublicKey> keys) {
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace tally::contracts
