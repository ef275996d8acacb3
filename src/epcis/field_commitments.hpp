// Salted commitments to the fields of an event, one by one, beside its CBV hash: whoever holds the
// event can show some fields and prove that they are those of the event that was committed to,
// while the others stay unknown, even to somebody who tries out every possible value.
//
//   field  = a member of the event; of a list, each entry; of ilmd, each member
//   salt   = tagged_hash("tally/event-field-salt", seed ‖ pointer)
//   leaf   = tagged_hash("tally/event-field", salt ‖ length of pointer (4) ‖ pointer ‖ value)
//   decoy  = tagged_hash("tally/event-decoy", seed ‖ number (4))
//   root   = Merkle root (crypto/merkle.hpp) over the leaves and decoys in ascending order
//
// `pointer` is the field's JSON pointer (RFC 6901) in the event, `value` its JSON without white
// space, members sorted by name. Decoys fill up to a power of two, 16 at least. Ordered by their
// hashes, neither the place nor the number of what is hidden tells anything but that power.
// All functions are pure; any thread. docs/spec/epcis.md has the format of a redacted event.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "epcis/json.hpp"

namespace tally::epcis {

/// Leaves of one event, decoys included. Half of it is more than an event of any document has
/// (JsonLimits::values_max).
inline constexpr std::size_t kEventFieldsMax = std::size_t{1} << 20;
static_assert(JsonLimits{}.values_max <= kEventFieldsMax / 2);

/// A field that is shown.
struct ShownField {
  std::string pointer;
  Hash32 salt{};
  Json value;
};

/// An event of which some fields are shown. The order of neither list means anything.
struct RedactedEvent {
  std::vector<ShownField> shown;
  std::vector<Hash32> hidden;  ///< leaves of hidden fields, and decoys
};

/// Append-only numbers.
enum class RedactionError : std::uint16_t {
  malformed = 1,    ///< not the format of a redacted event
  too_large = 2,    ///< more than kEventFieldsMax leaves
  bad_pointer = 3,  ///< a pointer that no field has, or two that contradict each other
  repeated = 4,     ///< a leaf twice
  wrong_root = 5,   ///< the fields are not those that were committed to
};

/// The code's name, for API answers and logs.
std::string_view to_string(RedactionError code);

/// The pointers of the event's fields, in its order.
std::vector<std::string> field_pointers(const Json& event);

/// The root to commit to. `event` is an event's JSON object (to_json()), of at most
/// kEventFieldsMax / 2 fields; `seed` 32 random bytes, which are never to be used for another
/// event nor shown: with it, every hidden field can be guessed.
Hash32 field_root(const Json& event, const Hash32& seed);

/// The event with the fields in `shown` only; a pointer that no field has shows nothing. To show a
/// list or ilmd as a whole, name it: `/epcList` stands for all of its entries.
RedactedEvent redact(const Json& event, const Hash32& seed, std::span<const std::string> shown);

/// The shown part of the event as JSON, if `redacted` belongs to `root`: lists have only the
/// entries that are shown, in their order. Errors: too_large, bad_pointer, repeated, wrong_root.
std::expected<Json, RedactionError> verify_redacted(const RedactedEvent& redacted,
                                                    const Hash32& root);

/// As JSON text, and back. Errors: malformed, too_large.
std::string print_redacted(const RedactedEvent& redacted);
std::expected<RedactedEvent, RedactionError> parse_redacted(std::string_view text,
                                                            const JsonLimits& limits = {});

}  // namespace tally::epcis
