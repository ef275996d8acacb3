#include "contracts/error_code.hpp"

#include "base/check.hpp"

namespace tally::contracts {

std::string_view name(ErrorCode code) {
  switch (code) {
#define X(name, number, error_class, retry, title) \
  case ErrorCode::name:                            \
    return #name;
#include "contracts/error_code.def"
#undef X
  }
  CHECK(false);
}

std::string_view title(ErrorCode code) {
  switch (code) {
#define X(name, number, error_class, retry, title) \
  case ErrorCode::name:                            \
    return title;
#include "contracts/error_code.def"
#undef X
  }
  CHECK(false);
}

ErrorClass error_class(ErrorCode code) {
  switch (code) {
#define X(name, number, error_class, retry, title) \
  case ErrorCode::name:                            \
    return ErrorClass::error_class;
#include "contracts/error_code.def"
#undef X
  }
  CHECK(false);
}

Retry retry(ErrorCode code) {
  switch (code) {
#define X(name, number, error_class, retry, title) \
  case ErrorCode::name:                            \
    return Retry::retry;
#include "contracts/error_code.def"
#undef X
  }
  CHECK(false);
}

std::string_view name(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::malformed:
      return "malformed";
    case ErrorClass::unauthorised:
      return "unauthorised";
    case ErrorClass::conflict:
      return "conflict";
    case ErrorClass::rule:
      return "rule";
    case ErrorClass::expired:
      return "expired";
    case ErrorClass::not_found:
      return "not_found";
    case ErrorClass::overloaded:
      return "overloaded";
    case ErrorClass::internal:
      return "internal";
  }
  CHECK(false);
}

std::string_view name(Retry retry) {
  switch (retry) {
    case Retry::never:
      return "never";
    case Retry::same_bytes:
      return "same_bytes";
    case Retry::rebuild:
      return "rebuild";
    case Retry::later:
      return "later";
  }
  CHECK(false);
}

std::expected<ErrorCode, std::uint16_t> error_code(std::uint16_t number) {
  switch (number) {
#define X(name, number, error_class, retry, title) \
  case number:                                     \
    return ErrorCode::name;
#include "contracts/error_code.def"
#undef X
    default:
      return std::unexpected(number);
  }
}

}  // namespace tally::contracts
