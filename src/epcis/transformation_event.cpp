// TransformationEvent: inputs become outputs. EPCIS 2.0, section 7.4.6.
#include "epcis/field_reader.hpp"

namespace tally::epcis {

TransformationEvent read_transformation_event(FieldReader& fields) {
  TransformationEvent out;
  out.inputs = fields.identifiers("inputEPCList", Repeats::refused);
  out.input_quantities = fields.quantities("inputQuantityList");
  out.outputs = fields.identifiers("outputEPCList", Repeats::refused);
  out.output_quantities = fields.quantities("outputQuantityList");
  if (auto id = fields.uri("transformationID")) {
    out.transformation_id = Identifier::of(std::move(*id));
  }
  out.ilmd = fields.ilmd();
  const bool has_inputs = !out.inputs.empty() || !out.input_quantities.empty();
  const bool has_outputs = !out.outputs.empty() || !out.output_quantities.empty();
  // Under one transformationID inputs and outputs may come in events of their own.
  if (has_inputs && has_outputs) return out;
  if (out.transformation_id && (has_inputs || has_outputs)) return out;
  fields.fault(DocumentError::nothing_happened_to, has_inputs ? "outputEPCList" : "inputEPCList");
  return out;
}

void print_transformation_event(const TransformationEvent& event, Json& out) {
  print_identifiers("inputEPCList", event.inputs, out);
  print_quantities("inputQuantityList", event.input_quantities, out);
  print_identifiers("outputEPCList", event.outputs, out);
  print_quantities("outputQuantityList", event.output_quantities, out);
  if (event.transformation_id) {
    out.add("transformationID", Json::string(event.transformation_id->text));
  }
  print_ilmd(event.ilmd, out);
}

}  // namespace tally::epcis
