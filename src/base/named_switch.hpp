// A switch that only tests set: a variable of the environment that names one of a list.
//
//   TALLY_FAILPOINT=journal_after_commit:3     the name, and a number behind a colon (1 without)
//
// Failpoints and planted bugs are read so, once, by whoever first asks. Without
// -DTALLY_FAILPOINTS=ON there is nothing of it in the program.
#pragma once

#ifdef TALLY_FAILPOINTS

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tally {

struct NamedSwitch {
  std::size_t index = 0;  ///< In the list; its size if the variable is not set or empty.
  std::uint64_t number = 1;
};

/// What `variable` names among `names`. Ends the process if it names something else, or no number
/// from 1 on: a misspelt name must not look like a failpoint that was never passed, or a bug that
/// no harness catches.
[[nodiscard]] NamedSwitch read_switch(const char* variable,
                                      std::span<const std::string_view> names);

}  // namespace tally

#endif
