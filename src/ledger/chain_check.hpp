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
  /// What is wrong with a record, if anything.
  std::optional<std::string> operator()(std::string_view table, const storage::Entry& entry);

 private:
  std::optional<storage::Tip> previous_;
};

}  // namespace tally::ledger
