// The framing of many submissions in one request.
#include "codec/batch.hpp"

#include "codec/transaction.hpp"
#include "fuzz/support/samples.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

void run(ByteView input) {
  const auto messages = codec::split_batch(input, 1'000);
  if (!messages) return;
  Bytes again;
  for (const auto message : *messages) {
    codec::append_to_batch(again, message);
    (void)codec::decode_signed(message);
  }
  CHECK(std::ranges::equal(again, input));
}

void seed(Seeds& seeds) {
  Bytes batch;
  codec::append_to_batch(batch, Bytes(127, 1));
  codec::append_to_batch(batch, Bytes(128, 1));
  codec::append_to_batch(batch, {});
  codec::append_to_batch(batch, codec::encode_signed(sample_payment()));
  seeds.add("four", batch);
  seeds.add("overlong-length", Bytes{0x81, 0x00, 0x07});
  seeds.add("cut-short", Bytes{0x05, 0x07});
}

}  // namespace

FUZZ_TARGET(batch, run, seed);

}  // namespace tally::fuzz
