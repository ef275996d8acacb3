// A submission in JSON, and the decoded views' parser: nothing that is accepted loses a member.
#include <boost/json.hpp>

#include "codec/json.hpp"
#include "fuzz/support/json_values.hpp"
#include "fuzz/support/samples.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

void run(ByteView input) {
  const auto text = as_text(input);
  if (const auto value = codec::parse_json(text, 1'000); value && !has_fraction(*value)) {
    const auto printed = boost::json::serialize(*value);
    const auto again = codec::parse_json(printed, 16'000);
    CHECK(again.has_value() && *again == *value);
  }
  const auto submission = codec::decode_signed_json(text);
  if (!submission) return;
  const auto printed = boost::json::serialize(codec::encode_signed_json(*submission));
  const auto again = codec::decode_signed_json(printed);
  CHECK(again.has_value() && *again == *submission);
}

void seed(Seeds& seeds) {
  seeds.add("payment", boost::json::serialize(codec::encode_signed_json(sample_payment())));
  seeds.add("key-twice", R"({"body":"AA==","body":"AQ==","witnesses":[]})");
  seeds.add("escapes", R"({"body":"A\u0041==","witnesses":["\n"]})");
  seeds.add("numbers", "[1e5,-0,0.1,18446744073709551615,-9223372036854775808,1e400]");
  seeds.add("deep", std::string(40, '[') + std::string(40, ']'));
}

}  // namespace

FUZZ_TARGET(submission, run, seed);

}  // namespace tally::fuzz
