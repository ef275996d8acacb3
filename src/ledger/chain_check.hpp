// Whether the journal's records are blocks that follow on each other, for a scrub
// (storage::ScrubOptions::visit), which has seen to their bytes.
#pragma once

#include <optional>
#include <string>

#include "storage/store.hpp"
#include "storage/tip_file.hpp"

namespace tally::ledger {

/// Called with the records in the order of heights; each copy goes its own way.
class ChainCheck {
 public:
  /// What is wrong with a record, if anything. Heights that are left out are not, by themselves:
  /// beside a scrub they may be pruned.
  std::optional<std::string> operator()(std::string_view table, const storage::Entry& entry);

  /// The last block.
  [[nodiscard]] const std::optional<storage::Tip>& last() const { return last_; }
  /// The last height before a gap.
  [[nodiscard]] const std::optional<std::uint64_t>& gap_after() const { return gap_after_; }

 private:
  std::optional<storage::Tip> last_;
  std::optional<std::uint64_t> gap_after_;
};

}  // namespace tally::ledger
