// Submissions waiting for admission, shared fairly between those who sent them: whoever floods the
// queue waits for itself.
//
//   members and the node ──► [lane][lane]…    the next comes from the side that has cost less;
//   addresses            ──► [lane][lane]…    within a side by deficit round robin over its lanes
//
// A lane is what one source has waiting. What a submission costs is what admission will spend on
// it: its signatures and its bytes. The two sides are there because anybody can have many
// addresses, and membership is dear: however many addresses flood, members have half of admission,
// and all the room of their side, to themselves. When a side is full, the source that has most
// waiting there loses its latest.
//
// Deficit round robin: M. Shreedhar and G. Varghese, Efficient Fair Queuing using Deficit Round
// Robin, SIGCOMM 1995. Every operation takes constant time.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "engine/source.hpp"
#include "engine/submission.hpp"

namespace tally::engine {

/// Of each side.
struct FairQueueLimits {
  std::size_t items_max = 0;
  std::size_t items_per_source_max = 0;
  std::size_t bytes_max = 0;
};

/// Body and witnesses.
[[nodiscard]] std::size_t bytes_of(const codec::SignedTransaction& transaction);

/// What admission spends on a submission, in the time it takes for a byte: a signature's check
/// takes as long as reading kSignatureCost bytes.
inline constexpr std::size_t kSignatureCost = 8'192;
[[nodiscard]] std::size_t cost_of(const codec::SignedTransaction& transaction);

/// Many producers, many consumers.
class FairQueue {
 public:
  explicit FairQueue(const FairQueueLimits& limits) : limits_(limits) {}

  /// Takes the submission, unless there is no room for it or the queue is closed. Returns the one
  /// that has lost its place and must be answered: this one, or another source's.
  [[nodiscard]] std::optional<Submission> push(Submission submission);

  /// Waits for the next; nothing once the queue is closed and empty.
  std::optional<Submission> pop();

  /// Refuses further submissions and wakes all who wait; what is queued can still be taken.
  void close();

  [[nodiscard]] std::size_t size() const;

 private:
  struct Lane {
    Source source;
    std::deque<Submission> items;
    std::size_t cost = 0;
    std::size_t deficit = 0;  // what it may still take in this round
    std::list<Lane*>::iterator place;
  };
  struct Side {
    std::list<Lane*> round;  // the lanes that have something, the next to be served first
    std::size_t served = 0;  // the cost of what has been taken from it
    std::size_t items = 0;
    std::size_t bytes = 0;
    // The lane that has most waiting, as far as was seen: it is looked for at every push, and one
    // that no longer pushes only shrinks.
    Lane* largest = nullptr;
  };

  [[nodiscard]] Side& side_of(const Source& source) { return sides_[source.is_known() ? 0 : 1]; }
  Lane& open_lane(const Source& source);
  std::optional<Submission> make_room(Side& side, const Lane& lane,
                                      const codec::SignedTransaction& wanted);
  void count_out(Lane& lane, const codec::SignedTransaction& gone);
  Submission take_first(Side& side);
  void forget(Lane& lane);
  [[nodiscard]] std::size_t items() const { return sides_[0].items + sides_[1].items; }

  const FairQueueLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::unordered_map<Source, Lane, SourceHash> lanes_;  // none is empty between calls
  std::array<Side, 2> sides_;
  bool closed_ = false;
};

}  // namespace tally::engine
