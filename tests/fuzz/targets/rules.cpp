// Every rule on arbitrary resolved transactions: bytes make a few transactions on a ledger with
// something of everything in it. Nothing crashes, the same gives the same, the invariants hold, and
// so does what the whole ledger adds up to.
#include "contracts/transaction.hpp"
#include "fuzz/support/propose.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

constexpr int kTransactionsMax = 8;

void run(ByteView bytes) {
  Input input(bytes);
  auto model = beginning().model;
  bool changed = false;
  for (int i = 0; i < kTransactionsMax && !input.empty(); ++i) {
    // Mostly the next block; now and then a while later, so that deadlines pass.
    const auto pause = input.byte();
    model.pass(pause < 200 ? kStepMs : std::uint64_t{pause} * 60'000);
    const auto tx = propose(input, model);
    if (!contracts::check_shape(tx, network())) continue;
    const auto txid = txid_of(tx);
    const auto verdict = model.judge(tx, txid);
    if (!verdict) continue;
    model.settle(tx, txid, *verdict);
    changed = true;
  }
  if (changed) model.check_whole();
}

void seed(Seeds& seeds) {
  // Each kind of command alone, then with changes to it.
  constexpr std::uint8_t kChanges[] = {0, 2, 6};
  for (std::uint8_t kind = 0; kind < std::variant_size_v<contracts::CommandAlternatives>; ++kind) {
    for (const auto changes : kChanges) {
      Bytes bytes{0, kind, changes, kind};
      for (std::uint8_t i = 0; i < 60; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(i * (kind + changes + 3u)));
      }
      seeds.add(std::to_string(kind) + "-" + std::to_string(changes), bytes);
    }
  }
}

}  // namespace

FUZZ_TARGET(rules, run, seed);

}  // namespace tally::fuzz
