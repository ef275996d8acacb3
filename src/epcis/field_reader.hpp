// Reading the members of one JSON object, with every name accounted for. Internal to src/epcis.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "epcis/document.hpp"
#include "epcis/vocabulary.hpp"

namespace tally::epcis {

/// Where the first fault goes. Once there is one, readers return empty values and go on, so that
/// the code that reads an event has no branches for it.
struct FaultSink {
  std::optional<DocumentFault> first;

  void add(DocumentError code, std::string pointer) {
    if (!first) first = DocumentFault{code, std::nullopt, std::move(pointer)};
  }
};

enum class Repeats : std::uint8_t { allowed, refused };

/// One object. Each read names a member and thereby makes it known; finish() refuses the others
/// unless they are extensions.
class FieldReader {
 public:
  FieldReader(const Json& json, std::string pointer, FaultSink& sink, const DocumentLimits& limits);

  [[nodiscard]] const std::string& pointer() const { return pointer_; }
  [[nodiscard]] const Json& json() const { return json_; }
  /// A reader of an object further down, with the same bounds and the same sink.
  [[nodiscard]] FieldReader within(const Json& json, std::string pointer) const {
    return {json, std::move(pointer), sink_, limits_};
  }
  /// Records a fault at the member `name`, or at any other place.
  void fault(DocumentError code, std::string_view name);
  void fault_at(DocumentError code, std::string pointer);

  /// The member, or null; wrong_type if it is there with another type.
  const Json* take(std::string_view name, Json::Kind kind);
  /// The same, and missing_field if it is not there.
  const Json* require(std::string_view name, Json::Kind kind);

  std::optional<std::string> text(std::string_view name);
  std::optional<std::string> uri(std::string_view name);
  std::optional<std::string> word(std::string_view name, Vocabulary vocabulary);
  std::optional<Timestamp> time(std::string_view name);
  Action action();
  /// A list of words with at least one, no text twice; nothing if it is not there.
  std::vector<std::string> words(std::string_view name, Vocabulary vocabulary);
  std::vector<std::string> uris(std::string_view name);
  /// A list of URIs. The schema refuses repetitions in some lists and not in others.
  std::vector<Identifier> identifiers(std::string_view name, Repeats repeats);
  std::vector<QuantityElement> quantities(std::string_view name);
  /// A list of objects with `type` and `member`.
  std::vector<TypedIdentifier> typed(std::string_view name, std::string_view member,
                                     Vocabulary vocabulary, bool type_required);
  std::optional<Place> place(std::string_view name);
  /// Master data: every name an extension's.
  Extensions ilmd();

  /// What has not been read: extensions. unknown_field for a name that is no URI.
  Extensions finish();
  /// unknown_field for whatever has not been read.
  void finish_closed();
  /// What has not been read, whatever its name.
  [[nodiscard]] Extensions rest() const;

 private:
  const std::vector<Json>* list(std::string_view name);

  const Json& json_;
  const std::string pointer_;
  FaultSink& sink_;
  const DocumentLimits& limits_;
  std::vector<std::string_view> known_;
};

/// The parts of an event that its type defines: `<kind>_event.cpp`. `sensed`: it has sensor data
/// and a read point.
ObjectEvent read_object_event(FieldReader& fields, bool sensed);
AggregationEvent read_aggregation_event(FieldReader& fields);
TransactionEvent read_transaction_event(FieldReader& fields, bool has_transactions);
TransformationEvent read_transformation_event(FieldReader& fields);
AssociationEvent read_association_event(FieldReader& fields);
void print_object_event(const ObjectEvent& event, bool sensed, Json& out);
void print_aggregation_event(const AggregationEvent& event, Json& out);
void print_transaction_event(const TransactionEvent& event, Json& out);
void print_transformation_event(const TransformationEvent& event, Json& out);
void print_association_event(const AssociationEvent& event, Json& out);

/// `sensorElementList`, checked: sensor_element.cpp.
std::vector<Json> read_sensor_elements(FieldReader& fields);

/// The content of `epcisHeader`: master data checked, the rest extensions. master_data.cpp.
void check_header(FieldReader& header);

/// Parts of printing that the kinds share; absent and empty values print nothing.
void print_text(std::string name, const std::optional<std::string>& value, Json& out);
void print_texts(std::string name, const std::vector<std::string>& values, Json& out);
void print_identifiers(std::string name, const std::vector<Identifier>& values, Json& out);
void print_quantities(std::string name, const std::vector<QuantityElement>& values, Json& out);
void print_action(Action action, Json& out);
void print_ilmd(const Extensions& ilmd, Json& out);

}  // namespace tally::epcis
