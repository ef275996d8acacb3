// The strict JSON readers: of EPCIS documents, which keeps order and digits, and of request bodies.
// What one prints it reads again.
#include "epcis/json.hpp"

#include <boost/json.hpp>

#include "fuzz/support/json_values.hpp"
#include "fuzz/target.hpp"
#include "http/json.hpp"

namespace tally::fuzz {
namespace {

void run(ByteView input) {
  const auto text = as_text(input);
  const auto value = epcis::parse_json(text);
  if (value) {
    const auto printed = epcis::print_json(*value);
    const auto again = epcis::parse_json(printed);
    CHECK(again.has_value() && *again == *value);
    CHECK(epcis::print_json(*again) == printed);
  }
  const auto body = http::parse_json_strict(text);
  if (!body) {
    (void)http::problem_of(body.error());
    return;
  }
  // Both read the same documents, but for what only one of them limits.
  CHECK(value.has_value() || value.error().code == epcis::JsonError::too_many ||
        value.error().code == epcis::JsonError::string_too_long);
  const auto printed = boost::json::serialize(*body);
  const auto again = http::parse_json_strict(printed, {.bytes_max = 1 << 20});
  if (!has_fraction(*body)) CHECK(again.has_value() && *again == *body);
}

void seed(Seeds& seeds) {
  seeds.add("kinds", R"({"a":[1,-2.50,1e3,true,false,null],"b":{"c":"\u00e9\"\\\n"}})");
  seeds.add("twice", R"({"a":1,"\u0061":2})");
  seeds.add("numbers", "[9007199254740993,-0,1e400,0.1e-7,123456789012345678901234567890]");
  seeds.add("deep", std::string(33, '[') + std::string(33, ']'));
  seeds.add("surrogates", R"(["\ud83d\ude00","\ud800"])");
}

}  // namespace

FUZZ_TARGET(json, run, seed);

}  // namespace tally::fuzz
