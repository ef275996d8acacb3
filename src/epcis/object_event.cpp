// ObjectEvent: what happened to single things or quantities. EPCIS 2.0, section 7.4.2.
#include "epcis/field_reader.hpp"

namespace tally::epcis {

ObjectEvent read_object_event(FieldReader& fields, bool sensed) {
  ObjectEvent out;
  out.action = fields.action();
  const bool listed = fields.take("epcList", Json::Kind::array) != nullptr;
  out.epcs = fields.identifiers("epcList", Repeats::refused);
  out.quantities = fields.quantities("quantityList");
  const bool has_ilmd = fields.take("ilmd", Json::Kind::object) != nullptr;
  out.ilmd = fields.ilmd();
  // An empty epcList is a legal way to say that only sensors spoke.
  if (!listed && out.quantities.empty() && !sensed) {
    fields.fault(DocumentError::nothing_happened_to, "epcList");
  }
  if (has_ilmd && out.action != Action::add) fields.fault(DocumentError::ilmd_not_allowed, "ilmd");
  return out;
}

void print_object_event(const ObjectEvent& event, bool sensed, Json& out) {
  print_action(event.action, out);
  print_identifiers("epcList", event.epcs, out);
  if (event.epcs.empty() && event.quantities.empty() && !sensed) out.add("epcList", Json::array());
  print_quantities("quantityList", event.quantities, out);
  print_ilmd(event.ilmd, out);
}

}  // namespace tally::epcis
