// What a stranger submits in protobuf: the envelope, the body in it, admission.
#include "codec/transaction.hpp"
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "engine/admission.hpp"
#include "fuzz/support/samples.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

const engine::Admission& admission() {
  static const engine::Admission kAdmission(
      contracts::network_id(codec::encode_genesis(client::development_genesis())));
  return kAdmission;
}

// Whatever decodes has one encoding, which is what came.
void check_body(ByteView bytes) {
  const auto transaction = codec::decode_body(bytes);
  if (!transaction) return;
  CHECK(std::ranges::equal(codec::encode_body(*transaction), bytes));
}

void run(ByteView input) {
  check_body(input);
  auto submission = codec::decode_signed(input);
  if (!submission) return;
  CHECK(std::ranges::equal(codec::encode_signed(*submission), input));
  check_body(submission->body);
  const auto unsigned_too = admission().admit_unsigned(submission->body);
  const auto body = submission->body;
  const auto witnesses = submission->witnesses;
  const auto admitted = admission().admit(std::move(*submission));
  if (!admitted) return;
  CHECK(unsigned_too.has_value());
  CHECK(admitted->body() == body && admitted->witnesses() == witnesses);
  CHECK(admitted->witnesses().size() == admitted->transaction().signers.size());
}

void seed(Seeds& seeds) {
  seeds.add("payment", codec::encode_signed(sample_payment()));
  for (const auto& tx : sample_transactions()) {
    const auto name = contracts::command_name(command_number(tx.commands.front().body));
    const auto body = codec::encode_body(tx);
    seeds.add(name, body);
    seeds.add(std::string(name) + "-signed", codec::encode_signed({body, {Bytes(64, 1)}}));
    // The version a second time, and in two bytes: the same to protobuf, not to us.
    auto twice = body;
    twice.insert(twice.end(), {0x08, 0x01});
    seeds.add(std::string(name) + "-twice", twice);
    auto overlong = body;
    overlong[1] = 0x81;
    overlong.insert(overlong.begin() + 2, 0x00);
    seeds.add(std::string(name) + "-overlong", overlong);
  }
}

}  // namespace

FUZZ_TARGET(transaction, run, seed);

}  // namespace tally::fuzz
