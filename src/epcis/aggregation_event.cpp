// AggregationEvent: things put into or taken out of a parent. EPCIS 2.0, section 7.4.3.
#include "epcis/field_reader.hpp"

namespace tally::epcis {

AggregationEvent read_aggregation_event(FieldReader& fields) {
  AggregationEvent out;
  out.action = fields.action();
  if (auto parent = fields.uri("parentID")) out.parent = Identifier::of(std::move(*parent));
  out.children = fields.identifiers("childEPCs", Repeats::allowed);
  out.child_quantities = fields.quantities("childQuantityList");
  if (out.children.empty() && out.child_quantities.empty() && out.action != Action::remove) {
    fields.fault(DocumentError::nothing_happened_to, "childEPCs");
  }
  return out;
}

void print_aggregation_event(const AggregationEvent& event, Json& out) {
  if (event.parent) out.add("parentID", Json::string(event.parent->text));
  print_identifiers("childEPCs", event.children, out);
  print_quantities("childQuantityList", event.child_quantities, out);
  print_action(event.action, out);
}

}  // namespace tally::epcis
