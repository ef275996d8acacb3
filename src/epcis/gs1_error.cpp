#include "epcis/gs1_error.hpp"

namespace tally::epcis {

std::string_view to_string(Gs1Error code) {
  switch (code) {
    case Gs1Error::empty:
      return "empty";
    case Gs1Error::too_long:
      return "too_long";
    case Gs1Error::unknown_scheme:
      return "unknown_scheme";
    case Gs1Error::bad_host:
      return "bad_host";
    case Gs1Error::bad_escape:
      return "bad_escape";
    case Gs1Error::bad_character:
      return "bad_character";
    case Gs1Error::bad_length:
      return "bad_length";
    case Gs1Error::wrong_check_digit:
      return "wrong_check_digit";
    case Gs1Error::bad_prefix_length:
      return "bad_prefix_length";
    case Gs1Error::bad_value:
      return "bad_value";
    case Gs1Error::unknown_ai:
      return "unknown_ai";
    case Gs1Error::no_primary_key:
      return "no_primary_key";
    case Gs1Error::bad_qualifier:
      return "bad_qualifier";
    case Gs1Error::qualifier_in_query:
      return "qualifier_in_query";
    case Gs1Error::not_an_attribute:
      return "not_an_attribute";
    case Gs1Error::duplicate_ai:
      return "duplicate_ai";
    case Gs1Error::no_such_form:
      return "no_such_form";
    case Gs1Error::not_canonical:
      return "not_canonical";
  }
  return "unknown";
}

}  // namespace tally::epcis
