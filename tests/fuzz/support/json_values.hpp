// What can be compared of a JSON value: Boost.JSON reads a fraction to within a unit in its last
// place, so one that was printed may read as its neighbour. No figure of the API is a fraction.
#pragma once

#include <algorithm>
#include <boost/json.hpp>

namespace tally::fuzz {

inline bool has_fraction(const boost::json::value& value) {
  if (value.is_double()) return true;
  if (const auto* array = value.if_array()) return std::ranges::any_of(*array, has_fraction);
  const auto* object = value.if_object();
  return object != nullptr && std::ranges::any_of(*object, [](const auto& member) {
           return has_fraction(member.value());
         });
}

}  // namespace tally::fuzz
