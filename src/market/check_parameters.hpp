// Whether a request's parameters have the form that the command's schema gives them. What they mean
// is read afterwards (parameters.hpp).
#pragma once

#include <optional>
#include <span>
#include <string>

#include <boost/json/fwd.hpp>

#include "contracts/registry.hpp"
#include "market/build.hpp"
#include "market/schema.hpp"

namespace tally::market {

/// What the values of parameters are resolved against, and the first error. One request's.
struct Reading {
  const contracts::Registry& registry;
  contracts::NetworkKind network_kind;
  std::optional<BuildError> error{};

  /// Keeps the error if it is the first.
  void refuse(contracts::ErrorCode code, std::string field, std::string detail,
              std::uint64_t figure = 0);
  [[nodiscard]] bool ok() const { return !error; }
};

/// Checks an object against its schema, members of objects and elements of lists included: unknown
/// members, JSON types, alternatives given twice, what is missing. A null counts as absent. `path`
/// is the JSON pointer to the object.
void check_parameters(const boost::json::object& object, std::span<const ParameterSchema> schema,
                      const std::string& path, Reading& reading);

}  // namespace tally::market
