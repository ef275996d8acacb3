#include "http/json.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>

#include "base/planted.hpp"

namespace tally::http {
namespace {

namespace json = boost::json;
using json::error_code;
using json::string_view;

constexpr std::int64_t kIntegerMax = std::int64_t{1} << 53;

// Receives the events of basic_parser and builds the value, keeping the keys of each open object
// to see duplicates, which the library's own parser resolves silently.
class StrictHandler {
 public:
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  explicit StrictHandler(const JsonLimits& limits) : keys_max_(limits.keys_max) { stack_.reset(); }

  json::value release() { return stack_.release(); }
  [[nodiscard]] const std::optional<JsonFault>& fault() const { return fault_; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    open_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t n, error_code& ec) {
    auto keys = std::move(open_.back());
    open_.pop_back();
    std::ranges::sort(keys);
    const auto twin = std::ranges::adjacent_find(keys);
    if (twin != keys.end() && !PLANTED(accept_duplicate_json_key))
      return fail(JsonError::kDuplicateKey, ec, *twin);
    stack_.push_object(n);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t n, error_code&) {
    stack_.push_array(n);
    return true;
  }
  bool on_key_part(string_view part, std::size_t, error_code&) {
    key_.append(part.data(), part.size());
    stack_.push_chars(part);
    return true;
  }
  bool on_key(string_view part, std::size_t, error_code& ec) {
    key_.append(part.data(), part.size());
    stack_.push_key(part);
    if (open_.back().size() == keys_max_) return fail(JsonError::kTooManyKeys, ec);
    open_.back().push_back(std::exchange(key_, {}));
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(string_view part, std::size_t, error_code&) {
    stack_.push_string(part);
    return true;
  }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t value, string_view, error_code& ec) {
    if (value > kIntegerMax || value < -kIntegerMax) return fail(JsonError::kNumberRange, ec);
    stack_.push_int64(value);
    return true;
  }
  bool on_uint64(std::uint64_t, string_view, error_code& ec) {
    return fail(JsonError::kNumberRange, ec);  // only values beyond int64 come this way
  }
  bool on_double(double value, string_view, error_code& ec) {
    // Integers beyond 64 bits come this way too.
    if (!std::isfinite(value) || std::abs(value) > static_cast<double>(kIntegerMax)) {
      return fail(JsonError::kNumberRange, ec);
    }
    stack_.push_double(value);
    return true;
  }
  bool on_bool(bool value, error_code&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(error_code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  bool fail(JsonError error, error_code& ec, std::string key = {}) {
    fault_ = JsonFault{error, 0, std::move(key)};
    ec = json::error::exception;  // any code stops the parser; the fault says which it was
    return false;
  }

  std::size_t keys_max_;
  json::value_stack stack_;
  std::vector<std::vector<std::string>> open_;
  std::string key_;
  std::optional<JsonFault> fault_;
};

std::string_view describe(JsonError error) {
  switch (error) {
    case JsonError::kTooLarge:
      return "too large";
    case JsonError::kSyntax:
      return "not well-formed JSON";
    case JsonError::kTooDeep:
      return "nested too deeply";
    case JsonError::kTooManyKeys:
      return "too many keys in one object";
    case JsonError::kDuplicateKey:
      return "a key stands twice in one object";
    case JsonError::kNumberRange:
      return "a number is beyond 2^53; send it as a string";
  }
  return "";
}

}  // namespace

std::expected<json::value, JsonFault> parse_json_strict(std::string_view text,
                                                        const JsonLimits& limits) {
  if (text.size() > limits.bytes_max) {
    return std::unexpected(JsonFault{JsonError::kTooLarge, limits.bytes_max, {}});
  }
  json::parse_options options;
  options.max_depth = limits.depth_max;
  json::basic_parser<StrictHandler> parser(options, limits);
  error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (ec) {
    if (auto fault = parser.handler().fault()) {
      fault->offset = used;
      return std::unexpected(*fault);
    }
    const bool deep = ec == json::error::too_deep;
    return std::unexpected(JsonFault{deep ? JsonError::kTooDeep : JsonError::kSyntax, used, {}});
  }
  if (used != text.size() || !parser.done()) {
    return std::unexpected(JsonFault{JsonError::kSyntax, used, {}});
  }
  return parser.handler().release();
}

Problem problem_of(const JsonFault& fault) {
  auto problem = problem_of(fault.error == JsonError::kTooLarge ? HttpError::kBodyTooLarge
                                                                : HttpError::kJsonInvalid);
  problem.detail =
      std::string(describe(fault.error)) + " (byte " + std::to_string(fault.offset) + ")";
  if (!fault.key.empty()) problem.field = fault.key;
  return problem;
}

Response json_response(int status, const json::value& value) {
  return text_response(status, "application/json", json::serialize(value));
}

}  // namespace tally::http
