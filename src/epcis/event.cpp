// What all events have in common: reading and printing. EPCIS 2.0, section 7.4.1.
#include "epcis/event.hpp"

#include "epcis/field_reader.hpp"

namespace tally::epcis {

namespace {

void print_typed(std::string name, std::string_view member,
                 const std::vector<TypedIdentifier>& values, Json& out) {
  if (values.empty()) return;
  Json list = Json::array();
  for (const TypedIdentifier& value : values) {
    Json item = Json::object();
    print_text("type", value.type, item);
    item.add(std::string(member), Json::string(value.id.text));
    list.items.push_back(std::move(item));
  }
  out.add(std::move(name), std::move(list));
}

void print_extensions(const Extensions& extensions, Json& out) {
  out.members.insert(out.members.end(), extensions.begin(), extensions.end());
}

void print_place(std::string name, const std::optional<Place>& place, Json& out) {
  if (!place) return;
  Json json = Json::object();
  json.add("id", Json::string(place->id.text));
  print_extensions(place->extensions, json);
  out.add(std::move(name), std::move(json));
}

std::optional<ErrorDeclaration> read_error_declaration(FieldReader& event) {
  const Json* json = event.take("errorDeclaration", Json::Kind::object);
  if (json == nullptr) return std::nullopt;
  FieldReader fields = event.within(*json, pointer_to(event.pointer(), "errorDeclaration"));
  ErrorDeclaration out;
  const auto time = fields.time("declarationTime");
  if (!time) fields.fault(DocumentError::missing_field, "declarationTime");
  out.declaration_time = time.value_or(Timestamp{});
  out.reason = fields.word("reason", Vocabulary::error_reason);
  out.corrective_event_ids = fields.uris("correctiveEventIDs");
  out.extensions = fields.finish();
  return out;
}

void print_error_declaration(const std::optional<ErrorDeclaration>& declaration, Json& out) {
  if (!declaration) return;
  Json json = Json::object();
  json.add("declarationTime", Json::string(declaration->declaration_time.iso()));
  print_text("reason", declaration->reason, json);
  print_texts("correctiveEventIDs", declaration->corrective_event_ids, json);
  print_extensions(declaration->extensions, json);
  out.add("errorDeclaration", std::move(json));
}

std::vector<std::string> read_certification(FieldReader& fields) {
  const Json* value = fields.json().find("certificationInfo");
  if (value != nullptr && value->is_array()) return fields.uris("certificationInfo");
  auto one = fields.uri("certificationInfo");
  return one ? std::vector{std::move(*one)} : std::vector<std::string>{};
}

void read_persistent(FieldReader& fields, Event& out) {
  const Json* value = fields.take("persistentDisposition", Json::Kind::object);
  if (value == nullptr) return;
  FieldReader inner = fields.within(*value, pointer_to(fields.pointer(), "persistentDisposition"));
  out.persistent_set = inner.words("set", Vocabulary::disposition);
  out.persistent_unset = inner.words("unset", Vocabulary::disposition);
  if (out.persistent_set.empty() && out.persistent_unset.empty()) {
    fields.fault(DocumentError::empty_field, "persistentDisposition");
  }
  inner.finish_closed();
}

void read_when(FieldReader& fields, Event& out) {
  out.event_id = fields.uri("eventID");
  const auto time = fields.time("eventTime");
  if (!time) fields.fault(DocumentError::missing_field, "eventTime");
  out.event_time = time.value_or(Timestamp{});
  out.record_time = fields.time("recordTime");
  const Json* offset = fields.require("eventTimeZoneOffset", Json::Kind::string);
  if (offset != nullptr && !is_zone_offset(offset->text)) {
    fields.fault(DocumentError::bad_zone_offset, "eventTimeZoneOffset");
  }
  out.zone_offset = offset != nullptr ? offset->text : "";
}

/// An `@context` of the event's own; null if it has none.
const Json* read_context(FieldReader& fields, FaultSink& sink) {
  const Json* context = fields.json().find("@context");
  if (context == nullptr) return nullptr;
  (void)fields.take("@context", context->kind);
  const auto checked = parse_context(*context, pointer_to(fields.pointer(), "@context"));
  if (!checked) sink.add(checked.error().code, checked.error().pointer);
  return context;
}

/// What the five types share and an extended event does not have.
void read_where_and_why(FieldReader& fields, Event& out) {
  out.biz_step = fields.word("bizStep", Vocabulary::biz_step);
  out.disposition = fields.word("disposition", Vocabulary::disposition);
  out.read_point = fields.place("readPoint");
  out.biz_location = fields.place("bizLocation");
  out.biz_transactions =
      fields.typed("bizTransactionList", "bizTransaction", Vocabulary::biz_transaction_type, false);
  out.sources = fields.typed("sourceList", "source", Vocabulary::source_destination_type, true);
  out.destinations =
      fields.typed("destinationList", "destination", Vocabulary::source_destination_type, true);
  read_persistent(fields, out);
  out.sensor_elements = read_sensor_elements(fields);
}

bool is_sensed(const Event& event) {
  return !event.sensor_elements.empty() && event.read_point.has_value();
}

void read_what(FieldReader& fields, EventType type, Event& out) {
  switch (type) {
    case EventType::object:
      out.what = read_object_event(fields, is_sensed(out));
      return;
    case EventType::aggregation:
      out.what = read_aggregation_event(fields);
      return;
    case EventType::transaction:
      out.what = read_transaction_event(fields, !out.biz_transactions.empty());
      return;
    case EventType::transformation:
      out.what = read_transformation_event(fields);
      return;
    case EventType::association:
      out.what = read_association_event(fields);
      return;
    case EventType::extended:
      return;
  }
}

void print_what(const Event& event, Json& out) {
  if (const auto* object = std::get_if<ObjectEvent>(&event.what)) {
    print_object_event(*object, is_sensed(event), out);
  } else if (const auto* aggregation = std::get_if<AggregationEvent>(&event.what)) {
    print_aggregation_event(*aggregation, out);
  } else if (const auto* transaction = std::get_if<TransactionEvent>(&event.what)) {
    print_transaction_event(*transaction, out);
  } else if (const auto* transformation = std::get_if<TransformationEvent>(&event.what)) {
    print_transformation_event(*transformation, out);
  } else if (const auto* association = std::get_if<AssociationEvent>(&event.what)) {
    print_association_event(*association, out);
  }
}

std::optional<EventType> standard_type(std::string_view text) {
  for (const EventType type : {EventType::object, EventType::aggregation, EventType::transaction,
                               EventType::transformation, EventType::association}) {
    if (text == to_string(type)) return type;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(EventType type) {
  switch (type) {
    case EventType::object:
      return "ObjectEvent";
    case EventType::aggregation:
      return "AggregationEvent";
    case EventType::transaction:
      return "TransactionEvent";
    case EventType::transformation:
      return "TransformationEvent";
    case EventType::association:
      return "AssociationEvent";
    case EventType::extended:
      return "ExtendedEvent";
  }
  return "";
}

std::string_view to_string(Action action) {
  switch (action) {
    case Action::observe:
      return "OBSERVE";
    case Action::add:
      return "ADD";
    case Action::remove:
      return "DELETE";
  }
  return "";
}

Identifier Identifier::of(std::string text) {
  // A wrong check digit makes no key: it is what a forger or a typist leaves.
  auto key = parse_key_uri(text);
  return {std::move(text), std::move(key)};
}

std::vector<const Identifier*> things(const Event& event) {
  std::vector<const Identifier*> out;
  const auto add = [&](const std::vector<Identifier>& list) {
    for (const Identifier& id : list) out.push_back(&id);
  };
  if (const auto* object = std::get_if<ObjectEvent>(&event.what)) {
    add(object->epcs);
  } else if (const auto* aggregation = std::get_if<AggregationEvent>(&event.what)) {
    add(aggregation->children);
  } else if (const auto* transaction = std::get_if<TransactionEvent>(&event.what)) {
    add(transaction->epcs);
  } else if (const auto* transformation = std::get_if<TransformationEvent>(&event.what)) {
    add(transformation->inputs);
    add(transformation->outputs);
  } else if (const auto* association = std::get_if<AssociationEvent>(&event.what)) {
    add(association->children);
  }
  return out;
}

const Identifier* parent(const Event& event) {
  const auto of = [](const std::optional<Identifier>& id) { return id ? &*id : nullptr; };
  if (const auto* aggregation = std::get_if<AggregationEvent>(&event.what)) {
    return of(aggregation->parent);
  }
  if (const auto* transaction = std::get_if<TransactionEvent>(&event.what)) {
    return of(transaction->parent);
  }
  const auto* association = std::get_if<AssociationEvent>(&event.what);
  return association != nullptr ? &association->parent : nullptr;
}

std::expected<Event, DocumentFault> parse_event(const Json& json, std::string_view pointer,
                                                const DocumentLimits& limits) {
  FaultSink sink;
  FieldReader fields(json, std::string(pointer), sink, limits);
  const Json* name = fields.require("type", Json::Kind::string);
  if (name == nullptr) return std::unexpected(std::move(*sink.first));
  const auto type = standard_type(name->text);
  if (!type && !is_uri(name->text)) {
    return std::unexpected(
        DocumentFault{DocumentError::unsupported_event_type, {}, pointer_to(pointer, "type")});
  }
  Event out;
  read_when(fields, out);
  if (type) read_where_and_why(fields, out);
  out.certification_info = read_certification(fields);
  out.error_declaration = read_error_declaration(fields);
  if (type) {
    read_what(fields, *type, out);
  } else {
    out.what = ExtendedEvent{name->text};
  }
  const Json* context = read_context(fields, sink);
  out.extensions = type ? fields.finish() : fields.rest();
  if (context != nullptr) out.extensions.insert(out.extensions.begin(), {"@context", *context});
  if (sink.first) return std::unexpected(std::move(*sink.first));
  return out;
}

void print_text(std::string name, const std::optional<std::string>& value, Json& out) {
  if (value) out.add(std::move(name), Json::string(*value));
}

void print_texts(std::string name, const std::vector<std::string>& values, Json& out) {
  if (values.empty()) return;
  Json list = Json::array();
  for (const std::string& value : values) list.items.push_back(Json::string(value));
  out.add(std::move(name), std::move(list));
}

void print_identifiers(std::string name, const std::vector<Identifier>& values, Json& out) {
  if (values.empty()) return;
  Json list = Json::array();
  for (const Identifier& value : values) list.items.push_back(Json::string(value.text));
  out.add(std::move(name), std::move(list));
}

void print_quantities(std::string name, const std::vector<QuantityElement>& values, Json& out) {
  if (values.empty()) return;
  Json list = Json::array();
  for (const QuantityElement& value : values) {
    Json item = Json::object();
    item.add("epcClass", Json::string(value.epc_class.text));
    if (value.quantity) {
      Json number;
      number.kind = Json::Kind::number;
      number.text = *value.quantity;
      item.add("quantity", std::move(number));
    }
    print_text("uom", value.uom, item);
    list.items.push_back(std::move(item));
  }
  out.add(std::move(name), std::move(list));
}

void print_ilmd(const Extensions& ilmd, Json& out) {
  if (ilmd.empty()) return;
  Json json = Json::object();
  json.members = ilmd;
  out.add("ilmd", std::move(json));
}

void print_action(Action action, Json& out) {
  out.add("action", Json::string(std::string(to_string(action))));
}

Json to_json(const Event& event) {
  Json out = Json::object();
  const auto* extended = std::get_if<ExtendedEvent>(&event.what);
  out.add("type", Json::string(extended != nullptr ? extended->type
                                                   : std::string(to_string(event.type()))));
  print_text("eventID", event.event_id, out);
  out.add("eventTime", Json::string(event.event_time.iso()));
  if (event.record_time) out.add("recordTime", Json::string(event.record_time->iso()));
  out.add("eventTimeZoneOffset", Json::string(event.zone_offset));
  print_what(event, out);
  print_text("bizStep", event.biz_step, out);
  print_text("disposition", event.disposition, out);
  if (!event.persistent_set.empty() || !event.persistent_unset.empty()) {
    Json persistent = Json::object();
    print_texts("set", event.persistent_set, persistent);
    print_texts("unset", event.persistent_unset, persistent);
    out.add("persistentDisposition", std::move(persistent));
  }
  print_place("readPoint", event.read_point, out);
  print_place("bizLocation", event.biz_location, out);
  print_typed("bizTransactionList", "bizTransaction", event.biz_transactions, out);
  print_typed("sourceList", "source", event.sources, out);
  print_typed("destinationList", "destination", event.destinations, out);
  if (!event.sensor_elements.empty()) {
    Json sensors = Json::array();
    sensors.items = event.sensor_elements;
    out.add("sensorElementList", std::move(sensors));
  }
  if (event.certification_info.size() == 1) {
    out.add("certificationInfo", Json::string(event.certification_info.front()));
  } else {
    print_texts("certificationInfo", event.certification_info, out);
  }
  print_error_declaration(event.error_declaration, out);
  print_extensions(event.extensions, out);
  return out;
}

}  // namespace tally::epcis
