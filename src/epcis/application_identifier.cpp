#include "epcis/application_identifier.hpp"

#include <algorithm>
#include <charconv>

namespace tally::epcis {

namespace {

using enum AiRule::Role;

// A format is a list of components by spaces: a character set (N digits, X CSET 82, Y CSET 39), a
// length (`14` exactly, `..20` from 1 to), then checks: c check digit, d date YYMMDD with day 00
// allowed, z zero, w no leading zero. Brackets: may be absent. Country, currency and unit tables
// are not consulted.
constexpr AiRule kRules[] = {
    {"00", "00", 0, "N18c", key, ""},
    {"01", "01", 0, "N14c", key, "22,10,21|235"},
    {"02", "03", 0, "N14c", attribute, ""},
    {"10", "10", 0, "X..20", attribute, ""},
    {"11", "13", 0, "N6d", attribute, ""},
    {"15", "17", 0, "N6d", attribute, ""},
    {"20", "20", 0, "N2", attribute, ""},
    {"21", "22", 0, "X..20", qualifier, ""},
    {"235", "235", 0, "X..28", qualifier, ""},
    {"240", "241", 0, "X..30", attribute, ""},
    {"242", "242", 0, "N..6", attribute, ""},
    {"243", "243", 0, "X..20", attribute, ""},
    {"250", "251", 0, "X..30", attribute, ""},
    {"253", "253", 0, "N13c [X..17]", key, ""},
    {"254", "254", 0, "X..20", qualifier, ""},
    {"255", "255", 0, "N13c [N..12]", key, ""},
    {"30", "30", 0, "N..8", attribute, ""},
    {"310", "316", '5', "N6", attribute, ""},
    {"320", "337", '5', "N6", attribute, ""},
    {"340", "357", '5', "N6", attribute, ""},
    {"360", "369", '5', "N6", attribute, ""},
    {"37", "37", 0, "N..8", attribute, ""},
    {"390", "390", '9', "N..15", attribute, ""},
    {"391", "391", '9', "N3 N..15", attribute, ""},
    {"392", "392", '9', "N..15", attribute, ""},
    {"393", "393", '9', "N3 N..15", attribute, ""},
    {"394", "394", '3', "N4", attribute, ""},
    {"395", "395", '5', "N6", attribute, ""},
    {"400", "400", 0, "X..30", attribute, ""},
    {"401", "401", 0, "X..30", key, ""},
    {"402", "402", 0, "N17c", key, ""},
    {"403", "403", 0, "X..30", attribute, ""},
    {"410", "413", 0, "N13c", attribute, ""},
    {"414", "414", 0, "N13c", key, "254|7040"},
    {"415", "415", 0, "N13c", key, "8020"},
    {"416", "416", 0, "N13c", attribute, ""},
    {"417", "417", 0, "N13c", key, "7040"},
    {"420", "420", 0, "X..20", attribute, ""},
    {"421", "421", 0, "N3 X..9", attribute, ""},
    {"422", "422", 0, "N3", attribute, ""},
    {"423", "423", 0, "N..15", attribute, ""},
    {"424", "424", 0, "N3", attribute, ""},
    {"425", "425", 0, "N..15", attribute, ""},
    {"426", "426", 0, "N3", attribute, ""},
    {"427", "427", 0, "X..3", attribute, ""},
    {"4300", "4301", 0, "X..35", attribute, ""},
    {"4302", "4306", 0, "X..70", attribute, ""},
    {"4307", "4307", 0, "X2", attribute, ""},
    {"4308", "4308", 0, "X..30", attribute, ""},
    {"4309", "4309", 0, "N20", attribute, ""},
    {"4310", "4311", 0, "X..35", attribute, ""},
    {"4312", "4316", 0, "X..70", attribute, ""},
    {"4317", "4317", 0, "X2", attribute, ""},
    {"4318", "4318", 0, "X..20", attribute, ""},
    {"4319", "4319", 0, "X..30", attribute, ""},
    {"4320", "4320", 0, "X..35", attribute, ""},
    {"4321", "4323", 0, "N1", attribute, ""},
    {"4324", "4325", 0, "N6d N4", attribute, ""},
    {"4326", "4326", 0, "N6d", attribute, ""},
    {"4330", "4333", 0, "N6 [X1]", attribute, ""},
    {"7001", "7001", 0, "N13", attribute, ""},
    {"7002", "7002", 0, "X..30", attribute, ""},
    {"7003", "7003", 0, "N6d N4", attribute, ""},
    {"7004", "7004", 0, "N..4", attribute, ""},
    {"7005", "7005", 0, "X..12", attribute, ""},
    {"7006", "7006", 0, "N6d", attribute, ""},
    {"7007", "7007", 0, "N6d [N6d]", attribute, ""},
    {"7008", "7008", 0, "X..3", attribute, ""},
    {"7009", "7009", 0, "X..10", attribute, ""},
    {"7010", "7010", 0, "X..2", attribute, ""},
    {"7011", "7011", 0, "N6d [N4]", attribute, ""},
    {"7020", "7022", 0, "X..20", attribute, ""},
    {"7023", "7023", 0, "X..30", attribute, ""},
    {"7030", "7039", 0, "N3 X..27", attribute, ""},
    {"7040", "7040", 0, "N1 X3", qualifier, ""},
    {"7041", "7041", 0, "X..4", attribute, ""},
    {"710", "717", 0, "X..20", attribute, ""},
    {"7230", "7239", 0, "X2 X..28", attribute, ""},
    {"7240", "7240", 0, "X..20", attribute, ""},
    {"7241", "7241", 0, "N2", attribute, ""},
    {"7242", "7242", 0, "X..25", attribute, ""},
    {"8001", "8001", 0, "N14", attribute, ""},
    {"8002", "8002", 0, "X..20", attribute, ""},
    {"8003", "8003", 0, "N1z N13c [X..16]", key, ""},
    {"8004", "8004", 0, "X..30", key, "7040"},
    {"8005", "8005", 0, "N6", attribute, ""},
    {"8006", "8006", 0, "N14c N4", key, "22,10,21"},
    {"8007", "8007", 0, "X..34", attribute, ""},
    {"8008", "8008", 0, "N8 [N..4]", attribute, ""},
    {"8009", "8009", 0, "X..50", attribute, ""},
    {"8010", "8010", 0, "Y..30", key, "8011"},
    {"8011", "8011", 0, "N..12w", qualifier, ""},
    {"8012", "8012", 0, "X..20", attribute, ""},
    {"8013", "8013", 0, "X..25", key, ""},
    {"8017", "8018", 0, "N18c", key, "8019"},
    {"8019", "8019", 0, "N..10", qualifier, ""},
    {"8020", "8020", 0, "X..25", qualifier, ""},
    {"8026", "8026", 0, "N14c N4", attribute, ""},
    {"8111", "8111", 0, "N4", attribute, ""},
    {"8200", "8200", 0, "X..70", attribute, ""},
    {"90", "90", 0, "X..30", attribute, ""},
    {"91", "99", 0, "X..90", attribute, ""},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool in_set(char set, char c) {
  const bool upper = c >= 'A' && c <= 'Z';
  if (set == 'N') return is_digit(c);
  if (set == 'Y') return is_digit(c) || upper || c == '#' || c == '-' || c == '/';
  return is_digit(c) || upper || (c >= 'a' && c <= 'z') ||
         std::string_view("!\"%&'()*+,-./:;<=>?_").contains(c);
}

/// Month 01 to 12 and a day that the month can have; 00 stands for the month's last day.
bool is_date(std::string_view yymmdd) {
  static constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int month = (yymmdd[2] - '0') * 10 + (yymmdd[3] - '0');
  const int day = (yymmdd[4] - '0') * 10 + (yymmdd[5] - '0');
  return month >= 1 && month <= 12 && day <= kDays[month - 1];
}

struct Component {
  char set;
  bool optional;
  std::size_t length_min;
  std::size_t length_max;
  std::string_view checks;
};

/// Takes the first component off `format`.
Component next_component(std::string_view& format) {
  const std::size_t end = std::min(format.find(' '), format.size());
  std::string_view text = format.substr(0, end);
  format.remove_prefix(std::min(end + 1, format.size()));
  Component out{};
  out.optional = text.front() == '[';
  if (out.optional) text = text.substr(1, text.size() - 2);
  out.set = text.front();
  text.remove_prefix(1);
  const bool variable = text.starts_with("..");
  if (variable) text.remove_prefix(2);
  const auto number = std::from_chars(text.data(), text.data() + text.size(), out.length_max);
  out.length_min = variable ? 1 : out.length_max;
  out.checks = text.substr(static_cast<std::size_t>(number.ptr - text.data()));
  return out;
}

std::expected<void, Gs1Fault> check_component(const Component& rule, std::string_view ai,
                                              std::string_view piece, std::size_t at,
                                              CheckDigits check_digits) {
  const auto fault = [&](Gs1Error code, std::size_t offset, char expected = 0) {
    return std::unexpected(
        Gs1Fault{code, std::string(ai), static_cast<std::uint32_t>(at + offset), expected});
  };
  for (std::size_t i = 0; i < piece.size(); ++i) {
    if (!in_set(rule.set, piece[i])) return fault(Gs1Error::bad_character, i);
  }
  if (rule.checks.contains('c') && check_digits == CheckDigits::verify) {
    const char right = check_digit(piece.substr(0, piece.size() - 1));
    if (piece.back() != right) return fault(Gs1Error::wrong_check_digit, piece.size() - 1, right);
  }
  if (rule.checks.contains('d') && !is_date(piece)) return fault(Gs1Error::bad_value, 0);
  if (rule.checks.contains('z') && piece != "0") return fault(Gs1Error::bad_value, 0);
  if (rule.checks.contains('w') && piece.size() > 1 && piece.front() == '0') {
    return fault(Gs1Error::bad_value, 0);
  }
  return {};
}

}  // namespace

const AiRule* find_ai(std::string_view ai) {
  for (const AiRule& rule : kRules) {
    const std::size_t digits = rule.first.size() + (rule.tail != 0 ? 1 : 0);
    if (ai.size() != digits) continue;
    const std::string_view head = ai.substr(0, rule.first.size());
    if (!std::all_of(ai.begin(), ai.end(), is_digit)) return nullptr;
    if (head < rule.first || head > rule.last) continue;
    if (rule.tail == 0 || ai.back() <= rule.tail) return &rule;
  }
  return nullptr;
}

bool has_predefined_length(std::string_view ai) {
  const std::string_view head = ai.substr(0, 2);
  return (head >= "00" && head <= "04") || (head >= "11" && head <= "20") ||
         (head >= "31" && head <= "36") || head == "41";
}

char check_digit(std::string_view digits) {
  int sum = 0;
  int weight = 3;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it) {
    sum += (*it - '0') * weight;
    weight = 4 - weight;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::expected<void, Gs1Fault> check_ai_value(std::string_view ai, std::string_view value,
                                             CheckDigits check_digits) {
  const AiRule* rule = find_ai(ai);
  if (rule == nullptr) return std::unexpected(Gs1Fault{Gs1Error::unknown_ai, std::string(ai)});
  if (value.empty()) return std::unexpected(Gs1Fault{Gs1Error::empty, std::string(ai)});
  std::string_view format = rule->format;
  std::size_t at = 0;
  while (!format.empty()) {
    const Component component = next_component(format);
    const std::size_t left = value.size() - at;
    if (left == 0 && component.optional) break;
    if (left < component.length_min) {
      return std::unexpected(Gs1Fault{Gs1Error::bad_length, std::string(ai),
                                      static_cast<std::uint32_t>(value.size())});
    }
    const std::size_t length = std::min(left, component.length_max);
    const auto checked = check_component(component, ai, value.substr(at, length), at, check_digits);
    if (!checked) return checked;
    at += length;
  }
  if (at != value.size()) {
    return std::unexpected(
        Gs1Fault{Gs1Error::bad_length, std::string(ai), static_cast<std::uint32_t>(at)});
  }
  return {};
}

}  // namespace tally::epcis
