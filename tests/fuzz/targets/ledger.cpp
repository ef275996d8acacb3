// The ledger against a naive model: bytes decide transactions, blocks, commits that fail,
// checkpoints and crashes; every answer and afterwards everything that can be asked must be the
// model's.
#include "fuzz/support/ledger_under_test.hpp"
#include "fuzz/support/propose.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

constexpr int kStepsMax = 64;

storage::CommitFault fault_of(Input& input) {
  switch (input.choice(4)) {
    case 0:
      return {storage::Error::disk_full, false};
    case 1:
      return {storage::Error::map_full, false};
    case 2:
      return {storage::Error::outcome_unknown, false};
    default:
      return {storage::Error::outcome_unknown, true};
  }
}

void step(Input& input, LedgerUnderTest& ledger) {
  switch (input.choice(16)) {
    case 0:
      ledger.seal();
      break;
    case 1:
      ledger.seal();
      ledger.commit({});
      break;
    case 2:
      ledger.seal();
      ledger.commit(fault_of(input));
      break;
    case 3:
      ledger.abandon();
      break;
    case 4:
      ledger.start_checkpoint();
      break;
    case 5:
      ledger.write_checkpoint();
      break;
    case 6:
      ledger.finish_checkpoint();
      break;
    case 7:
      ledger.crash();
      break;
    case 8:
      ledger.pass(std::uint64_t{input.byte()} * 600'000);
      break;
    case 9:
      if (const auto& sent = ledger.sent(); !sent.empty()) {
        const auto again = sent[input.choice(std::min<std::size_t>(sent.size(), 256))];
        ledger.execute(again);
      }
      break;
    default: {
      const auto tx = propose(input, ledger.model());
      if (contracts::check_shape(tx, network())) ledger.execute(tx);
    }
  }
}

void run(ByteView bytes) {
  Input input(bytes);
  LedgerUnderTest ledger;
  for (int i = 0; i < kStepsMax && !input.empty(); ++i) step(input, ledger);
  ledger.seal();
  ledger.commit({});
  ledger.compare();
  ledger.crash();
}

void seed(Seeds& seeds) {
  const Bytes pay{10, 0, 13, 0, 0, 3, 1, 1, 0};
  const Bytes commit{1};
  const Bytes checkpoint{4, 5, 6};
  const auto join = [](std::initializer_list<ByteView> parts) {
    Bytes out;
    for (const auto part : parts) append(out, part);
    return out;
  };
  seeds.add("pay", join({pay, pay, commit}));
  seeds.add("abandon", join({pay, Bytes{0}, pay, Bytes{3}, pay, commit}));
  seeds.add("checkpoint", join({pay, commit, checkpoint, pay, commit, Bytes{7}, pay}));
  seeds.add("crash-in-checkpoint", join({pay, commit, Bytes{4}, pay, commit, Bytes{5, 7}, pay}));
  seeds.add("commit-fails", join({pay, Bytes{2, 0}, pay, Bytes{2, 2}, pay, Bytes{2, 3}, pay}));
  seeds.add("again", join({pay, Bytes{9, 0}, commit, Bytes{9, 0, 7, 9, 0, 8, 200, 9, 0}}));
  for (std::uint8_t salt = 1; salt < 9; ++salt) {
    Bytes mixed;
    for (int i = 0; i < 300; ++i) mixed.push_back(static_cast<std::uint8_t>(i * i * salt + i / 3));
    seeds.add("mixed-" + std::to_string(salt), mixed);
  }
}

}  // namespace

FUZZ_TARGET(ledger, run, seed);

}  // namespace tally::fuzz
