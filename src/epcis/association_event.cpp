// AssociationEvent: things fixed to a parent, or taken off it. EPCIS 2.0, section 7.4.7.
#include "epcis/field_reader.hpp"

namespace tally::epcis {

AssociationEvent read_association_event(FieldReader& fields) {
  const Action action = fields.action();
  const auto parent = fields.uri("parentID");
  if (!parent) fields.fault(DocumentError::parent_missing, "parentID");
  AssociationEvent out{action, Identifier::of(parent.value_or("")), {}, {}};
  out.children = fields.identifiers("childEPCs", Repeats::allowed);
  out.child_quantities = fields.quantities("childQuantityList");
  if (out.children.empty() && out.child_quantities.empty() && out.action != Action::remove) {
    fields.fault(DocumentError::nothing_happened_to, "childEPCs");
  }
  return out;
}

void print_association_event(const AssociationEvent& event, Json& out) {
  out.add("parentID", Json::string(event.parent.text));
  print_identifiers("childEPCs", event.children, out);
  print_quantities("childQuantityList", event.child_quantities, out);
  print_action(event.action, out);
}

}  // namespace tally::epcis
