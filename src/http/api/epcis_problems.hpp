// Errors of the EPCIS paths: problem+json whose `type` is one of the standard's exceptions.
#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>

#include "epcis/document.hpp"
#include "http/problem.hpp"
#include "provenance/capture_rows.hpp"

namespace tally::http {

/// The problem with the exception's type for its status (EPCIS 2.0 OpenAPI): SecurityException,
/// NoSuchResourceException, NotAcceptableException, CaptureLimitExceededException,
/// UnsupportedMediaTypeException, ImplementationException; ValidationException for any other 4xx.
[[nodiscard]] Problem as_epcis(Problem problem);

/// 400 QueryParameterException.
[[nodiscard]] Problem query_parameter_problem(std::string_view name, std::string_view detail);

/// 404 NoSuchResourceException: no such job or event, or none that the caller may see.
[[nodiscard]] Problem no_such_resource();

/// 400 ValidationException for a document, or 413 CaptureLimitExceededException.
[[nodiscard]] Problem document_problem(const epcis::DocumentFault& fault);

/// An error of a job: which event, which field, why.
[[nodiscard]] boost::json::object error_json(const provenance::JobError& error);

}  // namespace tally::http
