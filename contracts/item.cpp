#include "contracts/item.hpp"

#include <algorithm>

#include "contracts/limits.hpp"
#include "crypto/hash.hpp"

namespace tally::contracts {
namespace {

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// GS1 General Specifications, 7.9: weights 3 and 1 from the right, beside the check digit.
bool check_digit_right(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    sum += (digits[i] - '0') * ((digits.size() - i) % 2 == 0 ? 3 : 1);
  }
  return sum % 10 == 0;
}

// GS1 AI encodable character set 82 (General Specifications, figure 7.11-1).
bool in_cset_82(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view("!\"%&'()*+,-./_:;<=>?").find(c) != std::string_view::npos;
}

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
         c == '.' || c == '_';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// How many characters of set 82 the canonical form holds: the unreserved ones as they are, the
// others escaped. Nothing if it holds anything else or writes one the other way: `/` and `%2F`
// would be two identities of one thing.
std::optional<std::size_t> canonical_length(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < text.size(); ++i, ++length) {
    if (is_unreserved(text[i])) continue;
    if (text[i] != '%' || text.size() - i < 3) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    const char escaped = static_cast<char>(high * 16 + low);
    if (is_unreserved(escaped) || !in_cset_82(escaped)) return std::nullopt;
    i += 2;
  }
  return length;
}

bool is_canonical(std::string_view text, std::size_t length_max) {
  const auto length = canonical_length(text);
  return length && *length > 0 && *length <= length_max;
}

enum class KeyOf : std::uint8_t { nothing, thing, lot };

struct Parts {
  std::string_view company{};  // from the first digit of the company prefix on
  KeyOf kind = KeyOf::nothing;
};

KeyOf if_valid(bool valid, KeyOf kind = KeyOf::thing) { return valid ? kind : KeyOf::nothing; }

Parts split(std::string_view key) {
  if (key.starts_with("01/") && key.size() > 21) {
    const auto gtin = key.substr(3, 14);
    const auto qualifier = key.substr(17, 4);
    const bool valid =
        all_digits(gtin) && check_digit_right(gtin) && is_canonical(key.substr(21), 20);
    if (qualifier == "/21/") return {gtin.substr(1), if_valid(valid)};
    if (qualifier == "/10/") return {gtin.substr(1), if_valid(valid, KeyOf::lot)};
    return {};
  }
  if (key.starts_with("00/") && key.size() == 21) {
    const auto sscc = key.substr(3);
    return {sscc.substr(1), if_valid(all_digits(sscc) && check_digit_right(sscc))};
  }
  if (key.starts_with("8004/")) {
    const auto giai = key.substr(5);
    return {giai, if_valid(is_canonical(giai, 30) && giai.size() >= kPrefixDigitsMin &&
                           all_digits(giai.substr(0, kPrefixDigitsMin)))};
  }
  if (key.starts_with("8003/") && key.size() >= 19) {
    // 0 ‖ 13-digit GRAI with check digit ‖ serial of up to 16.
    const auto grai = key.substr(5, 14);
    const auto serial = key.substr(19);
    return {grai.substr(1), if_valid(all_digits(grai) && grai[0] == '0' &&
                                     check_digit_right(grai) && is_canonical(serial, 16))};
  }
  return {};
}

}  // namespace

Hash32 attribute_hash(std::string_view name, std::string_view value) {
  static constexpr std::uint8_t kSeparator[1] = {0};
  return crypto::tagged_hash("tally/attribute", {as_bytes(name), kSeparator, as_bytes(value)});
}

bool valid_attributes(const std::vector<Attribute>& attributes) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto valid_name = [&](std::string_view name) {
    return !name.empty() && name.size() <= kAttributeNameBytesMax && lower(name.front()) &&
           std::ranges::all_of(
               name, [&](char c) { return lower(c) || (c >= '0' && c <= '9') || c == '_'; });
  };
  if (attributes.size() > kAttributesMax) return false;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (!valid_name(attributes[i].name)) return false;
    if (i > 0 && attributes[i].name <= attributes[i - 1].name) return false;
  }
  return true;
}

bool flagged(const ItemEntry& item, std::uint64_t time_ms) {
  return item.flag && time_ms < item.flag->expires_ms;
}

void append_event(ItemEntry& item, const Hash32& event_hash) {
  static const crypto::TaggedHasher hasher("tally/events");
  item.events_head = hasher({item.events_head, event_hash});
  ++item.events_count;
}

void put_attestation(ItemEntry& item, Attestation attestation) {
  auto& verdicts = item.attestations;
  std::erase_if(verdicts, [&](const auto& v) { return v.appraiser == attestation.appraiser; });
  if (verdicts.size() >= kAttestationsMax) verdicts.erase(verdicts.begin());
  verdicts.push_back(attestation);
}

void count_owner(ItemEntry& item, bool sale) {
  if (sale || item.owners > 0) ++item.owners;
}

bool valid_gs1_key(std::string_view gs1_key) {
  return gs1_key.size() <= kGs1KeyBytesMax && split(gs1_key).kind == KeyOf::thing;
}

bool valid_lot_key(std::string_view gs1_key) {
  return gs1_key.size() <= kGs1KeyBytesMax && split(gs1_key).kind == KeyOf::lot;
}

bool gs1_key_has_prefix(std::string_view gs1_key, std::string_view prefix) {
  const auto parts = split(gs1_key);
  return parts.kind != KeyOf::nothing && parts.company.starts_with(prefix);
}

}  // namespace tally::contracts
