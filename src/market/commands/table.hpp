// All builders together.
#pragma once

#include <string_view>
#include <vector>

#include "market/commands/commands.hpp"

namespace tally::market {

/// Every command's builder, by number. Any thread.
[[nodiscard]] const std::vector<CommandBuilder>& command_builders();

/// The builder of a command; null if there is no such command. Any thread.
[[nodiscard]] const CommandBuilder* find_builder(std::string_view command);

}  // namespace tally::market
