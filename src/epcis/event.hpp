// EPCIS events as the rest of the node sees them: checked, standard values in one spelling, what
// the standard does not know kept as JSON. Each kind of event has its own part (`what`) and its own
// pair of functions in `<kind>_event.cpp`; everything else is common. Source: EPCIS 2.0 (ISO/IEC
// 19987:2024), section 7.4, and its JSON schema, field by field (docs/spec/epcis.md).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "epcis/gs1_key.hpp"
#include "epcis/json.hpp"
#include "epcis/timestamp.hpp"

namespace tally::epcis {

/// Append-only numbers.
enum class EventType : std::uint8_t {
  object = 1,
  aggregation = 2,
  transaction = 3,
  transformation = 4,
  association = 5,
  extended = 6,  ///< a type of somebody's own, named by a URI
};
enum class Action : std::uint8_t { observe = 1, add = 2, remove = 3 };  // remove is DELETE

/// The standard's spellings: `ObjectEvent`, `OBSERVE`; `ExtendedEvent` for all of that kind.
std::string_view to_string(EventType type);
std::string_view to_string(Action action);

/// An identifier in an event. Any URI may stand there; `key` says what GS1 key it is, or why it is
/// none. Two are equal if they name the same thing, be it as a URN or as a Digital Link.
struct Identifier {
  std::string text;
  std::expected<Gs1Key, Gs1Fault> key;

  static Identifier of(std::string text);
  bool operator==(const Identifier& other) const {
    return key && other.key ? *key == *other.key : text == other.text;
  }
};

/// Members whose names the standard does not define, as they came.
using Extensions = std::vector<JsonMember>;

/// Goods of a class. `quantity` is a decimal number as it was written; absent means unknown.
struct QuantityElement {
  Identifier epc_class;
  std::optional<std::string> quantity;
  std::optional<std::string> uom;  ///< UN/CEFACT Rec. 20; absent means a count
};

/// A business transaction, source or destination with its type.
struct TypedIdentifier {
  std::optional<std::string> type;  ///< bare CBV word or a URI
  Identifier id;
};

/// A read point or business location.
struct Place {
  Identifier id;
  Extensions extensions;
};

struct ErrorDeclaration {
  Timestamp declaration_time;
  std::optional<std::string> reason;
  std::vector<std::string> corrective_event_ids;
  Extensions extensions;
};

/// Things observed, commissioned (add) or decommissioned (remove).
struct ObjectEvent {
  Action action{};
  std::vector<Identifier> epcs;
  std::vector<QuantityElement> quantities;
  Extensions ilmd;  ///< instance and lot master data; with add only
};

/// Things put into (add) or taken out of (remove) a parent. Remove without children means all.
struct AggregationEvent {
  Action action{};
  std::optional<Identifier> parent;
  std::vector<Identifier> children;
  std::vector<QuantityElement> child_quantities;
};

/// Things tied to (add) or freed from (remove) the business transactions of the event, of which
/// there is at least one. Remove without things means all.
struct TransactionEvent {
  Action action{};
  std::optional<Identifier> parent;
  std::vector<Identifier> epcs;
  std::vector<QuantityElement> quantities;
};

/// Inputs used up and outputs made; events with one `transformation_id` are one transformation.
struct TransformationEvent {
  std::vector<Identifier> inputs;
  std::vector<QuantityElement> input_quantities;
  std::vector<Identifier> outputs;
  std::vector<QuantityElement> output_quantities;
  std::optional<Identifier> transformation_id;
  Extensions ilmd;  ///< of the outputs
};

/// Things fixed to (add) or taken off (remove) a parent for good: a part, a strap, a seal. Remove
/// without children means all.
struct AssociationEvent {
  Action action{};
  Identifier parent;
  std::vector<Identifier> children;
  std::vector<QuantityElement> child_quantities;
};

/// An event of a type that the standard leaves to others. Beyond what all events have nothing of it
/// is known: its fields are the event's extensions, unchecked, whatever their names.
struct ExtendedEvent {
  std::string type;  ///< a URI
};

struct Event {
  std::optional<std::string> event_id;
  Timestamp event_time;
  std::optional<Timestamp> record_time;
  std::string zone_offset;  ///< `+01:00`, of the place of the event
  std::optional<std::string> biz_step;
  std::optional<std::string> disposition;
  std::vector<std::string> persistent_set;
  std::vector<std::string> persistent_unset;
  std::optional<Place> read_point;
  std::optional<Place> biz_location;
  std::vector<TypedIdentifier> biz_transactions;
  std::vector<TypedIdentifier> sources;
  std::vector<TypedIdentifier> destinations;
  std::vector<Json> sensor_elements;  ///< checked; types, exceptions and components as bare words
  std::vector<std::string> certification_info;
  std::optional<ErrorDeclaration> error_declaration;
  Extensions extensions;  ///< an `@context` of the event's own included
  std::variant<ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent,
               AssociationEvent, ExtendedEvent>
      what;  ///< in the order of EventType

  [[nodiscard]] EventType type() const { return static_cast<EventType>(what.index() + 1); }
};

/// The single things that the event is about: its EPCs or children, or its inputs and then its
/// outputs. Parents, classes and quantities are not among them. Valid as long as the event.
std::vector<const Identifier*> things(const Event& event);

/// The parent, or null. Valid as long as the event.
const Identifier* parent(const Event& event);

/// The event as a JSON object: the content that it was read from, standard values as bare words,
/// times in UTC.
Json to_json(const Event& event);

}  // namespace tally::epcis
