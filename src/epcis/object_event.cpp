// ObjectEvent: what happened to single things or quantities. EPCIS 2.0, section 7.4.2.
#include "epcis/field_reader.hpp"

namespace tally::epcis {

ObjectEvent read_object_event(FieldReader& fields, bool sensed) {
  ObjectEvent out;
  out.action = fields.action();
  const bool listed = fields.take("epcList", Json::Kind::array) != nullptr;
  out.epcs = fields.identifiers("epcList");
  out.quantities = fields.quantities("quantityList");
  if (const Json* ilmd = fields.take("ilmd", Json::Kind::object)) out.ilmd = ilmd->members;
  // An empty epcList is a legal way to say that only sensors spoke.
  if (!listed && out.quantities.empty() && !sensed) {
    fields.fault(DocumentError::nothing_happened_to, "epcList");
  }
  if (!out.ilmd.empty() && out.action != Action::add) {
    fields.fault(DocumentError::ilmd_not_allowed, "ilmd");
  }
  for (const JsonMember& member : out.ilmd) {
    if (!is_uri(member.name)) {
      fields.fault_at(DocumentError::unknown_field,
                      pointer_to(pointer_to(fields.pointer(), "ilmd"), member.name));
    }
  }
  return out;
}

void print_object_event(const ObjectEvent& event, bool sensed, Json& out) {
  print_action(event.action, out);
  print_identifiers("epcList", event.epcs, out);
  if (event.epcs.empty() && event.quantities.empty() && !sensed) out.add("epcList", Json::array());
  print_quantities("quantityList", event.quantities, out);
  if (event.ilmd.empty()) return;
  Json ilmd = Json::object();
  ilmd.members = event.ilmd;
  out.add("ilmd", std::move(ilmd));
}

}  // namespace tally::epcis
