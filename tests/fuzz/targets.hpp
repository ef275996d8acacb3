// Every target, for the programs that go through all of them.
#pragma once

#include <span>

#include "fuzz/target.hpp"

namespace tally::fuzz {

/// In the order of CMakeLists.txt.
std::span<const Target* const> targets();

}  // namespace tally::fuzz
