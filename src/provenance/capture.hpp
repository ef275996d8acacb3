// EPCIS capture: start here.
//
//   submit() ─▶ [requests] ─▶ intake: document durable ─▶ job durable ─▶ reply (202)
//                                                            │
//                       worker: one job after the other ◀────┘
//                         events in waves ─▶ plan ─▶ AgentPen ─▶ ledger
//                                     └─▶ records and the job's state, in one write
//
// Order of writes: the document, then the ledger, then the record. Whatever a crash leaves open is
// taken up again at the next start, and the ledger does not act twice: the idempotency key of each
// transaction is
//
//   tagged_hash("tally/capture", document hash ‖ event index(4) ‖ slice(4) ‖ attempt(1))
//
// A wave is a run of events, in the document's order, no two of which name the same item: those are
// on their way to the ledger together, the next wave sees what they did.
//
// Threads: submit() and the queries from any; intake and worker are the capture's own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "epcis/document.hpp"
#include "provenance/agent_pen.hpp"
#include "provenance/capture_store.hpp"

namespace tally::provenance {

struct CapturedDocument;
struct CapturedEvent;

struct CaptureRequest {
  Author author;
  Behaviour behaviour = Behaviour::rollback;
  Bytes document;
};

/// Why a document is not taken. Nothing of it was kept.
struct Refusal {
  enum class Code : std::uint8_t {
    invalid = 1,     ///< `faults` of the document itself; single events are the job's matter
    too_large = 2,   ///< beyond kDocumentBytesMax
    overloaded = 3,  ///< the queue is full
    stopping = 4,
    erased = 5,   ///< the same document was erased before and is not taken again
    failed = 6,   ///< the node's fault, which is in its log
    no_room = 7,  ///< the disk is full: the same document is taken later
  };
  Code code = Code::failed;
  epcis::DocumentFaults faults{};
};

class Capture {
 public:
  using Accepted = std::expected<Job, Refusal>;
  using Reply = std::move_only_function<void(Accepted)>;

  /// Starts the threads; open jobs go on. All references outlive it.
  Capture(std::unique_ptr<storage::Store> store, documents::DocumentStore& documents,
          const custody::Agents& agents, engine::Engine& engine, const views::Views& views,
          const Clock& clock);
  /// stop().
  ~Capture();

  /// Takes a document; `reply` is called exactly once, on another thread or, if it is refused at
  /// once, on this. Any thread.
  void submit(CaptureRequest request, Reply reply);

  /// Ends the threads after the wave in progress; what is open goes on at the next start. While the
  /// engine still answers. Idempotent.
  void stop();

  [[nodiscard]] const CaptureStore& store() const { return store_; }

 private:
  struct Pending {
    CaptureRequest request;
    Reply reply;
  };
  struct Slice;
  struct Member;
  struct Wave;
  enum class Progress : std::uint8_t { done, interrupted };

  void run_intake();
  void run_worker();
  [[nodiscard]] Accepted take_in(const CaptureRequest& request);
  [[nodiscard]] Progress run_job(Job job);
  [[nodiscard]] Progress run_events(Job& job, const CapturedDocument& document,
                                    const documents::DocumentHash& bundle);
  [[nodiscard]] Progress run_wave(Job& job, Wave& wave);
  [[nodiscard]] Progress attempt(const Job& job, Wave& wave, std::uint8_t number);
  [[nodiscard]] std::optional<std::vector<Entry>> entries(const Job& job, Wave& wave,
                                                          std::uint8_t number,
                                                          std::vector<Slice*>& asked) const;
  [[nodiscard]] std::optional<EventRecord> record_of(Job& job, const Wave& wave,
                                                     const Member& member) const;
  [[nodiscard]] Progress finish(Job& job, bool success);
  [[nodiscard]] Progress keep(const Job& job, std::span<NewEvent> events);
  [[nodiscard]] bool is_stopping() const { return stopping_; }
  void wait(std::chrono::milliseconds time);

  CaptureStore store_;
  documents::DocumentStore& documents_;
  engine::Engine& engine_;
  const views::Views& views_;
  const Clock& clock_;
  AgentPen pen_;
  BoundedQueue<Pending> requests_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable wake_;  // a job came, or it is to stop
  bool job_came_ = false;         // guarded by mutex_
  std::thread intake_;
  std::thread worker_;
};

}  // namespace tally::provenance
