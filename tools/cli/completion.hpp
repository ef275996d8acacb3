// Shell completion, made from the tree of commands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/cli.hpp"

namespace tally::cli {

/// The script for `bash`, `zsh` or `fish`; nothing for any other shell. `general`: the options that
/// go with every command.
[[nodiscard]] std::optional<std::string> completion_script(std::string_view shell,
                                                           const std::vector<CommandInfo>& commands,
                                                           const std::vector<std::string>& general);

}  // namespace tally::cli
