#include "base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>

namespace tally {

bool set_up_log(const std::string& level) {
  const auto parsed = spdlog::level::from_str(level);
  if (parsed == spdlog::level::off && level != "off") return false;
  auto logger = spdlog::stderr_color_mt("tally");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
  spdlog::set_default_logger(std::move(logger));
  spdlog::set_level(parsed);
  return true;
}

}  // namespace tally
