#include "contracts/asset.hpp"

#include "contracts/limits.hpp"

namespace tally::contracts {

IouStatus iou_status(const IouTerms& terms, std::uint64_t time_ms) {
  if (terms.maturity_ms == 0) return IouStatus::due;
  if (time_ms < terms.maturity_ms) return IouStatus::current;
  const std::uint64_t past_ms = time_ms - terms.maturity_ms;
  if (past_ms < kDayMs) return IouStatus::due;
  if (past_ms < terms.grace_ms) return IouStatus::grace;
  const std::uint64_t late_days = (past_ms - terms.grace_ms) / kDayMs;
  if (late_days <= 30) return IouStatus::late_30;
  if (late_days <= 60) return IouStatus::late_60;
  if (late_days <= 90) return IouStatus::late_90;
  return IouStatus::defaulted;
}

std::optional<std::string> fold_symbol(std::string_view symbol) {
  if (symbol.size() < kSymbolBytesMin || symbol.size() > kSymbolBytesMax) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < symbol.size(); ++i) {
    char c = symbol[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool letter = c >= 'a' && c <= 'z';
    const bool digit = c >= '0' && c <= '9';
    if (!letter && !(digit && i > 0)) return std::nullopt;
    switch (c) {
      case '0':
        out += 'o';
        break;
      case '1':
      case 'l':
        out += 'i';
        break;
      case '5':
        out += 's';
        break;
      case '8':
        out += 'b';
        break;
      case '2':
        out += 'z';
        break;
      case 'v':
        out += 'u';
        break;
      case 'w':
        out += "uu";
        break;
      case 'm':
        out += "rn";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace tally::contracts
