// What a brand says about its goods that a buyer can insist on: model, colour, size.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "epcis/event.hpp"

namespace tally::epcis {

/// The (name, canonical value) pairs of `colour`, `model` and `size` in the event's ilmd, sorted by
/// name. A member counts whatever its namespace: the local name decides, `color`, `modelName`,
/// `sizeCode` and the like included. Canonical: white space trimmed and single, ASCII letters in
/// lower case. A name that is given two different values is left out, for nobody can say which
/// holds. Empty for events without ilmd.
std::vector<std::pair<std::string, std::string>> attributes(const Event& event);

}  // namespace tally::epcis
