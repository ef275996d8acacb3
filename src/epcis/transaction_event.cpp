// TransactionEvent: things tied to or freed from business transactions. EPCIS 2.0, section 7.4.5.
#include "epcis/field_reader.hpp"

namespace tally::epcis {

TransactionEvent read_transaction_event(FieldReader& fields, bool has_transactions) {
  TransactionEvent out;
  const bool listed = fields.require("bizTransactionList", Json::Kind::array) != nullptr;
  if (listed && !has_transactions) fields.fault(DocumentError::empty_field, "bizTransactionList");
  out.action = fields.action();
  if (auto parent = fields.uri("parentID")) out.parent = Identifier::of(std::move(*parent));
  const bool has_epcs = fields.take("epcList", Json::Kind::array) != nullptr;
  out.epcs = fields.identifiers("epcList", Repeats::allowed);
  out.quantities = fields.quantities("quantityList");
  if (!has_epcs && out.quantities.empty() && out.action != Action::remove) {
    fields.fault(DocumentError::nothing_happened_to, "epcList");
  }
  return out;
}

void print_transaction_event(const TransactionEvent& event, Json& out) {
  print_action(event.action, out);
  if (event.parent) out.add("parentID", Json::string(event.parent->text));
  print_identifiers("epcList", event.epcs, out);
  const bool empty = event.epcs.empty() && event.quantities.empty();
  if (empty && event.action != Action::remove) out.add("epcList", Json::array());
  print_quantities("quantityList", event.quantities, out);
}

}  // namespace tally::epcis
