#include "base/named_switch.hpp"

#ifdef TALLY_FAILPOINTS

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/check.hpp"

namespace tally {

NamedSwitch read_switch(const char* variable, std::span<const std::string_view> names) {
  const char* text = std::getenv(variable);
  if (text == nullptr || *text == '\0') return {names.size()};
  const std::string_view value(text);
  const auto colon = value.find(':');
  const auto found = std::ranges::find(names, value.substr(0, colon));
  CHECK(found != names.end() && "the environment names a failpoint or a bug that is not there");
  NamedSwitch out{static_cast<std::size_t>(found - names.begin())};
  if (colon != std::string_view::npos) {
    const auto* end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data() + colon + 1, end, out.number);
    CHECK(error == std::errc{} && stop == end && out.number > 0);
  }
  return out;
}

}  // namespace tally

#endif
