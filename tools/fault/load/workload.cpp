#include "fault/load/workload.hpp"

#include <algorithm>
#include <deque>
#include <numeric>

#include "base/check.hpp"
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "fault/load/makers.hpp"

namespace tally::fault {
namespace {

using contracts::ErrorCode;

constexpr std::size_t kJoinedMax = 2;  // more commands beside the first
constexpr unsigned kRarestPct = 25;    // chosen among what was made least often
constexpr unsigned kIdempotencyPct = 10;
constexpr unsigned kNotePct = 10;
constexpr std::uint64_t kLongExpiredMs = 60'000;

Bytes as_key(std::string_view text) {
  const auto bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

// Whether the roll of a hundred falls into the next `percent`.
bool draw(unsigned& roll, unsigned percent) {
  const bool hit = roll < percent;
  roll = hit ? 100 : roll - percent;
  return hit;
}

// Lays a plan beside those that are in the transaction already.
void join(Plan& plan, contracts::Transaction& tx, Plan other) {
  contracts::Command command{{}, {}, std::move(other.body)};
  for (auto& input : other.inputs) {
    command.inputs.push_back(static_cast<std::uint32_t>(tx.inputs.size()));
    tx.inputs.push_back(std::move(input));
  }
  for (const auto& output : other.outputs) {
    command.outputs.push_back(static_cast<std::uint32_t>(tx.outputs.size()));
    tx.outputs.push_back(output);
    plan.outputs.push_back(output);
  }
  tx.commands.push_back(std::move(command));
  for (auto& reference : other.references) {
    if (std::ranges::find(tx.references, reference) == tx.references.end()) {
      tx.references.push_back(reference);
    }
  }
  for (const auto& name : other.signers) plan.sign(name);
  const auto move_all = [](auto& from, auto& to) {
    std::ranges::move(from, std::back_inserter(to));
  };
  move_all(other.may_fail, plan.may_fail);
  move_all(other.spent, plan.spent);
  move_all(other.kept, plan.kept);
  const auto both = [](std::function<void()> first, std::function<void()> second) {
    return [first = std::move(first), second = std::move(second)] {
      if (first) first();
      if (second) second();
    };
  };
  plan.settled = both(std::move(plan.settled), std::move(other.settled));
  plan.rejected = both(std::move(plan.rejected), std::move(other.rejected));
}

}  // namespace

// One for each transaction that has no answer yet.
struct Pending {
  Plan plan;
  std::vector<std::size_t> kinds;  // of its commands
  std::size_t copies = 1;          // that wait for an answer each
};

// What is wrong with a submission on purpose.
struct Faults {
  bool expired = false;
  bool signature = false;
  bool network = false;
  [[nodiscard]] bool any() const { return expired || signature || network; }
  /// The first in precedence, which is all that is told.
  [[nodiscard]] ErrorCode first() const {
    if (network) return ErrorCode::wrong_network;
    return signature ? ErrorCode::bad_signature : ErrorCode::expired;
  }
};

struct Workload::Book {
  explicit Book(const WorkloadOptions& asked)
      : options(asked),
        world(asked.seed, asked.traders),
        network(contracts::network_id(codec::encode_genesis(client::development_genesis()))) {}

  Made next(std::uint64_t now_ms, std::uint64_t block_ms);
  Plan plan(std::size_t& kind);
  Plan rarest(std::size_t& kind);
  Made sign(Plan plan, std::size_t kind, Bytes idempotency_key = {}, const Faults& faults = {});
  Faults choose_faults(unsigned& roll);
  bool twice_wrong() { return options.expired_pct > 0 && world.chance(options.two_faults_pct); }
  Made rivals(Plan plan, std::size_t kind);
  Made same_key(Plan plan, std::size_t kind);
  void join_more(Plan& plan, contracts::Transaction& tx);

  WorkloadOptions options;
  World world;
  contracts::NetworkId network;
  std::array<std::uint64_t, kKinds> counts{};
  std::uint64_t groups = 0;
  std::uint64_t long_ago_ms = 0;
  std::deque<Made> due;  // rivals and copies of what was given out
  std::map<contracts::Txid, Pending> pending;
};

// By weight; if what is drawn is not possible yet, the next that is.
Plan Workload::Book::plan(std::size_t& kind) {
  if (world.chance(kRarestPct)) return rarest(kind);
  static const auto kWeights =
      std::accumulate(kKindTable.begin(), kKindTable.end(), 0u,
                      [](unsigned sum, const Kind& row) { return sum + row.weight; });
  auto left = world.below(kWeights);
  kind = 0;
  while (left >= kKindTable[kind].weight) left -= kKindTable[kind++].weight;
  for (;; kind = (kind + 1) % kKinds) {
    if (auto found = kKindTable[kind].make(world)) return std::move(*found);
  }
}

Plan Workload::Book::rarest(std::size_t& kind) {
  std::array<std::size_t, kKinds> order;
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t each) { return counts[each]; });
  for (const auto each : order) {
    kind = each;
    if (auto found = kKindTable[each].make(world)) return std::move(*found);
  }
  CHECK(false && "a claim about nothing is always possible");
}

void Workload::Book::join_more(Plan& plan, contracts::Transaction& tx) {
  for (std::size_t i = world.below(kJoinedMax) + 1; i > 0; --i) {
    const auto kind = world.below(kKinds);
    if (!kKindTable[kind].joins) continue;
    auto other = kKindTable[kind].make(world);
    if (other) join(plan, tx, std::move(*other));
  }
}

Made Workload::Book::sign(Plan plan, std::size_t kind, Bytes idempotency_key,
                          const Faults& faults) {
  contracts::Transaction tx;
  tx.version = contracts::kTransactionVersion;
  tx.network_id = network;
  if (faults.network) tx.network_id.bytes[0] ^= 1;
  tx.valid_until_ms = faults.expired ? long_ago_ms : world.now_ms + contracts::kValidityMsDefault;
  tx.idempotency_key = std::move(idempotency_key);
  Plan whole;
  join(whole, tx, std::move(plan));
  if (kKindTable[kind].joins && world.chance(options.joined_pct)) join_more(whole, tx);
  // What spends nothing, or fails, may be made again while time stands still: it is another then.
  const bool again = tx.inputs.empty() || !whole.may_fail.empty() || faults.any();
  if (again || world.chance(kNotePct)) tx.note_hash = world.hash("note");
  for (const auto& name : whole.signers) tx.signers.push_back(world.key(name));

  Made made;
  made.bytes.body = codec::encode_body(tx);
  made.txid = contracts::txid(tx.network_id, made.bytes.body);
  for (const auto& name : whole.signers) {
    const auto signature = crypto::sign(world.secret(name), made.txid.bytes, made.txid.bytes);
    made.bytes.witnesses.emplace_back(signature.bytes.begin(), signature.bytes.end());
  }
  made.kind = kind;
  made.input_less = tx.inputs.empty();
  made.valid_until_ms = tx.valid_until_ms;
  made.may_fail = whole.may_fail;
  if (faults.signature) made.bytes.witnesses.back()[40] ^= 1;
  if (faults.any()) {
    made.may_settle = false;
    made.may_fail = {faults.first()};
  }
  if (faults.network || faults.signature) made.at_the_door = faults.first();
  Pending open{std::move(whole), {}};
  for (const auto& command : tx.commands) {
    open.kinds.push_back(command.body.index());
    ++counts[command.body.index()];
  }
  pending.emplace(made.txid, std::move(open));
  return made;
}

// Another payment with the same coins follows at once. Whichever settles, the coins are gone.
Made Workload::Book::rivals(Plan plan, std::size_t kind) {
  plan.spent.clear();
  auto rival = plan;
  auto& coin = std::get<contracts::Coin>(rival.outputs.front());
  coin.lock = world.key_lock(*world.find(world.traders));
  rival.kept.clear();
  rival.settled = rival.rejected = nullptr;
  auto first = sign(std::move(plan), kind, as_key(world.fresh("one")));
  auto second =
      sign(std::move(rival), kind, as_key(world.fresh("other")), {.expired = twice_wrong()});
  first.group = second.group = ++groups;
  first.may_fail.push_back(ErrorCode::already_spent);
  if (second.may_settle) second.may_fail.push_back(ErrorCode::already_spent);
  due.push_back(std::move(second));
  return first;
}

// A claim of the same signer follows under the same idempotency key.
Made Workload::Book::same_key(Plan plan, std::size_t kind) {
  const auto claimant = plan.signers.front();
  const auto key = as_key(world.fresh("key"));
  auto first = sign(std::move(plan), kind, key);
  static const auto kClaim = contracts::CommandBody(contracts::ItemClaim{}).index();
  auto second = sign(
      signed_plan({claimant}, contracts::ItemClaim{world.key(claimant), world.hash("claim"), {}}),
      kClaim, key, {.expired = twice_wrong()});
  first.group = second.group = ++groups;
  first.may_fail.push_back(ErrorCode::idempotency_conflict);
  second.may_fail.push_back(ErrorCode::idempotency_conflict);
  due.push_back(std::move(second));
  return first;
}

// One of the three, and at times another beside it: the first in precedence must be told.
Faults Workload::Book::choose_faults(unsigned& roll) {
  Faults out{.expired = draw(roll, options.expired_pct)};
  out.signature = !out.any() && draw(roll, options.wrong_signatures_pct);
  out.network = !out.any() && draw(roll, options.wrong_networks_pct);
  if (!out.any() || !twice_wrong()) return out;
  bool* const each[] = {&out.expired, &out.signature, &out.network};
  *each[world.below(std::size(each))] = true;
  return out;
}

Made Workload::Book::next(std::uint64_t now_ms, std::uint64_t block_ms) {
  world.now_ms = now_ms;
  long_ago_ms = std::max(std::min(now_ms, block_ms), kLongExpiredMs + 1) - kLongExpiredMs;
  constexpr std::size_t kDueMax = 8;
  if (!due.empty() && (due.size() > kDueMax || world.chance(50))) {
    auto made = std::move(due.front());
    due.pop_front();
    return made;
  }
  std::size_t kind = 0;
  auto planned = plan(kind);
  auto roll = static_cast<unsigned>(world.below(100));
  const auto drawn = [&roll](unsigned percent) { return draw(roll, percent); };
  const bool payment = std::holds_alternative<contracts::AssetTransfer>(planned.body);
  if (drawn(options.double_spends_pct) && payment) return rivals(std::move(planned), kind);
  if (drawn(options.same_keys_pct) && planned.may_fail.empty()) {
    return same_key(std::move(planned), kind);
  }
  const auto faults = choose_faults(roll);
  const bool twice = drawn(options.copies_pct);
  auto key = world.chance(kIdempotencyPct) ? as_key(world.fresh("key")) : Bytes{};
  auto made = sign(std::move(planned), kind, std::move(key), faults);
  if (twice) {
    ++pending.at(made.txid).copies;
    due.push_back(made);
    due.back().copy = true;
  }
  return made;
}

Workload::Workload(WorkloadOptions options) : book_(std::make_unique<Book>(options)) {}
Workload::Workload(Workload&&) noexcept = default;
Workload::~Workload() = default;

Made Workload::next(std::uint64_t now_ms, std::uint64_t block_ms) {
  return book_->next(now_ms, block_ms);
}

void Workload::settled(const contracts::Txid& txid, contracts::OutputNumber first_output_number) {
  const auto found = book_->pending.find(txid);
  if (found == book_->pending.end()) return;
  auto& [plan, kinds, copies] = found->second;
  for (const auto kind : kinds) ++coverage_[kind];
  book_->world.adopt(plan.outputs, {txid, 0, first_output_number});
  if (plan.settled) plan.settled();
  book_->world.put_back(plan.kept);
  book_->pending.erase(found);
}

void Workload::rejected(const contracts::Txid& txid, ErrorCode code) {
  const auto found = book_->pending.find(txid);
  if (found == book_->pending.end() || --found->second.copies > 0) return;
  auto& plan = found->second.plan;
  if (plan.rejected) plan.rejected();
  book_->world.put_back(plan.kept);
  // What somebody else has spent, or a deadline has ended, is gone.
  const bool gone = code == ErrorCode::already_spent || code == ErrorCode::order_deadline_passed;
  if (!gone) book_->world.put_back(plan.spent);
  book_->pending.erase(found);
}

std::size_t Workload::open() const { return book_->pending.size(); }

bool not_looked_at(ErrorCode code) {
  return contracts::error_class(code) == contracts::ErrorClass::overloaded ||
         contracts::error_class(code) == contracts::ErrorClass::internal;
}

bool allowed(const Made& made, ErrorCode code, std::uint64_t now_ms) {
  return not_looked_at(code) || std::ranges::find(made.may_fail, code) != made.may_fail.end() ||
         (code == ErrorCode::expired && now_ms > made.valid_until_ms);
}

std::string_view kind_name(std::size_t kind) {
  return contracts::command_name(kKindTable[kind].number);
}

void count_settled(const codec::Block& block, Coverage& coverage) {
  for (const auto& outcome : block.outcomes) {
    const auto* settled = std::get_if<codec::SettledRecord>(&outcome);
    if (settled == nullptr) continue;
    const auto tx = codec::decode_body(settled->body);
    CHECK(tx.has_value());
    for (const auto& command : tx->commands) ++coverage[command.body.index()];
  }
}

std::string missing(const Coverage& coverage) {
  std::string out;
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    if (coverage[kind] > 0) continue;
    if (!out.empty()) out += ", ";
    out += kind_name(kind);
  }
  return out;
}

}  // namespace tally::fault
