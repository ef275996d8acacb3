// Sensor data: one table row for each field of sensorMetadata and sensorReport. It stays JSON, for
// it is measured, not acted on. Source: EPCIS 2.0, sections 7.3.7 and 7.3.8, and the JSON schema.
#include <algorithm>
#include <span>

#include "epcis/field_reader.hpp"

namespace tally::epcis {

namespace {

struct SensorField {
  enum class Form : std::uint8_t { uri, time, number, boolean, text, hex, word } form;
  std::string_view name;
  Vocabulary vocabulary = Vocabulary::measurement;
};

using enum SensorField::Form;

constexpr SensorField kMetadata[] = {
    {time, "time"},
    {time, "startTime"},
    {time, "endTime"},
    {uri, "deviceID"},
    {uri, "deviceMetadata"},
    {uri, "rawData"},
    {uri, "dataProcessingMethod"},
    {uri, "bizRules"},
};

constexpr SensorField kReport[] = {
    {word, "type", Vocabulary::measurement},
    {word, "exception", Vocabulary::alert},
    {uri, "deviceID"},
    {uri, "deviceMetadata"},
    {uri, "rawData"},
    {uri, "dataProcessingMethod"},
    {uri, "bizRules"},
    {time, "time"},
    {uri, "microorganism"},
    {uri, "chemicalSubstance"},
    {uri, "coordinateReferenceSystem"},
    {number, "value"},
    {word, "component", Vocabulary::component},
    {text, "stringValue"},
    {boolean, "booleanValue"},
    {hex, "hexBinaryValue"},
    {uri, "uriValue"},
    {number, "minValue"},
    {number, "maxValue"},
    {number, "meanValue"},
    {number, "sDev"},
    {number, "percRank"},
    {number, "percValue"},
    {text, "uom"},
};

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
}

/// The member in its bare spelling if it is a standard value; else unchanged.
void read_field(FieldReader& fields, const SensorField& field, Json& member) {
  switch (field.form) {
    case uri:
      (void)fields.uri(field.name);
      return;
    case time:
      (void)fields.time(field.name);
      return;
    case number:
      (void)fields.take(field.name, Json::Kind::number);
      return;
    case boolean:
      (void)fields.take(field.name, Json::Kind::boolean);
      return;
    case text:
      (void)fields.take(field.name, Json::Kind::string);
      return;
    case hex: {
      const Json* value = fields.take(field.name, Json::Kind::string);
      if (value != nullptr && !is_hex(value->text)) {
        fields.fault(DocumentError::bad_hex, field.name);
      }
      return;
    }
    case word:
      if (auto bare = fields.word(field.name, field.vocabulary)) member.text = std::move(*bare);
      return;
  }
}

void read_fields(FieldReader fields, std::span<const SensorField> rules, Json& json) {
  for (const SensorField& rule : rules) {
    const auto at = std::ranges::find(json.members, rule.name, &JsonMember::name);
    if (at != json.members.end()) read_field(fields, rule, at->value);
  }
  (void)fields.finish();
}

Json* find(Json& json, std::string_view name) { return const_cast<Json*>(json.find(name)); }

}  // namespace

std::vector<Json> read_sensor_elements(FieldReader& fields) {
  constexpr std::string_view kName = "sensorElementList";
  const Json* list = fields.take(kName, Json::Kind::array);
  if (list == nullptr) return {};
  std::vector<Json> out = list->items;
  const std::string list_pointer = pointer_to(fields.pointer(), kName);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Json& original = list->items[i];
    FieldReader element = fields.within(original, pointer_to(list_pointer, i));
    const Json* metadata = element.take("sensorMetadata", Json::Kind::object);
    if (metadata != nullptr) {
      read_fields(element.within(*metadata, pointer_to(element.pointer(), "sensorMetadata")),
                  kMetadata, *find(out[i], "sensorMetadata"));
    }
    const Json* reports = element.require("sensorReport", Json::Kind::array);
    if (reports != nullptr && reports->items.empty()) {
      element.fault(DocumentError::empty_field, "sensorReport");
    }
    const std::string report_pointer = pointer_to(element.pointer(), "sensorReport");
    for (std::size_t k = 0; reports != nullptr && k < reports->items.size(); ++k) {
      FieldReader report = element.within(reports->items[k], pointer_to(report_pointer, k));
      (void)report.require("type", Json::Kind::string);
      read_fields(std::move(report), kReport, find(out[i], "sensorReport")->items[k]);
    }
    (void)element.finish();
  }
  return out;
}

}  // namespace tally::epcis
