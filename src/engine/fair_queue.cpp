#include "engine/fair_queue.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/planted.hpp"

namespace tally::engine {
namespace {

// What a lane may take in one round: a few ordinary transactions.
constexpr std::size_t kQuantum = 4 * kSignatureCost;

}  // namespace

std::size_t bytes_of(const codec::SignedTransaction& transaction) {
  auto bytes = transaction.body.size();
  for (const auto& witness : transaction.witnesses) bytes += witness.size();
  return bytes;
}

std::size_t cost_of(const codec::SignedTransaction& transaction) {
  const auto signatures = std::max<std::size_t>(1, transaction.witnesses.size());
  return bytes_of(transaction) + kSignatureCost * signatures;
}

std::optional<Submission> FairQueue::push(Submission submission) {
  if (PLANTED(queue_is_first_come)) submission.source = {};
  std::optional<Submission> evicted;
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || limits_.items_max == 0) return submission;
    auto& side = side_of(submission.source);
    auto& lane = open_lane(submission.source);
    const auto bytes = bytes_of(submission.transaction);
    const bool full = side.items >= limits_.items_max || side.bytes + bytes > limits_.bytes_max;
    const bool may = lane.items.size() < limits_.items_per_source_max;
    if (may && full) evicted = make_room(side, lane, submission.transaction);
    if (!may || (full && !evicted)) {
      if (lane.items.empty()) forget(lane);
      return submission;
    }
    lane.cost += cost_of(submission.transaction);
    lane.items.push_back(std::move(submission));
    side.bytes += bytes;
    ++side.items;
    if (side.largest == nullptr || lane.cost > side.largest->cost) side.largest = &lane;
  }
  ready_.notify_one();
  return evicted;
}

FairQueue::Lane& FairQueue::open_lane(const Source& source) {
  const auto [found, fresh] = lanes_.try_emplace(source);
  auto& lane = found->second;
  if (!fresh) return lane;
  lane.source = source;
  auto& side = side_of(source);
  const auto& other = sides_[&side == &sides_[0] ? 1 : 0];
  // A side that had nothing to do has saved nothing up.
  if (side.round.empty() && !other.round.empty()) side.served = std::max(side.served, other.served);
  lane.place = side.round.insert(side.round.end(), &lane);
  return lane;
}

// The latest of the side's lane with most waiting, if that is another one, has more than this one
// would have, and its going is room enough.
std::optional<Submission> FairQueue::make_room(Side& side, const Lane& lane,
                                               const codec::SignedTransaction& wanted) {
  if (side.largest == nullptr || side.largest == &lane ||
      side.largest->cost <= lane.cost + cost_of(wanted)) {
    return std::nullopt;
  }
  auto& hog = *side.largest;
  const auto freed = bytes_of(hog.items.back().transaction);
  if (side.bytes - freed + bytes_of(wanted) > limits_.bytes_max) return std::nullopt;
  Submission out = std::move(hog.items.back());
  hog.items.pop_back();
  count_out(hog, out.transaction);
  return out;
}

// What has been taken from a lane; the lane may be gone afterwards.
void FairQueue::count_out(Lane& lane, const codec::SignedTransaction& gone) {
  auto& side = side_of(lane.source);
  lane.cost -= cost_of(gone);
  side.bytes -= bytes_of(gone);
  --side.items;
  if (lane.items.empty()) forget(lane);
}

std::optional<Submission> FairQueue::pop() {
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [&] { return closed_ || items() > 0; });
  if (items() == 0) return std::nullopt;
  auto& [members, addresses] = sides_;
  const bool members_next =
      !members.round.empty() && (addresses.round.empty() || members.served <= addresses.served);
  return take_first(members_next ? members : addresses);
}

Submission FairQueue::take_first(Side& side) {
  while (true) {
    CHECK(!side.round.empty());
    auto& lane = *side.round.front();
    const auto cost = cost_of(lane.items.front().transaction);
    if (lane.deficit < cost) {
      lane.deficit += kQuantum;
      side.round.splice(side.round.end(), side.round, side.round.begin());
      continue;
    }
    Submission out = std::move(lane.items.front());
    lane.items.pop_front();
    lane.deficit -= cost;
    side.served += cost;
    count_out(lane, out.transaction);
    return out;
  }
}

void FairQueue::forget(Lane& lane) {
  auto& side = side_of(lane.source);
  if (side.largest == &lane) side.largest = nullptr;
  side.round.erase(lane.place);
  lanes_.erase(Source(lane.source));
}

void FairQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  ready_.notify_all();
}

std::size_t FairQueue::size() const {
  const std::lock_guard lock(mutex_);
  return items();
}

}  // namespace tally::engine
