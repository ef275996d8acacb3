// EPCIS capture: start here.
//
//   submit() ─▶ [requests] ─▶ intake: document durable ─▶ job durable ─▶ reply (202)
//                                                            │
//                       worker: one job after the other ◀────┘       members take turns at both
//                         events in waves ─▶ plan ─▶ AgentPen ─▶ ledger
//                                     └─▶ records and the job's state, in one write
//
// Order of writes: the document, then the ledger, then the record. Whatever a crash leaves open is
// taken up again at the next start, and the ledger does not act twice: the idempotency key of each
// transaction is
//
//   tagged_hash("tally/capture", document hash ‖ event index(4) ‖ slice(4) ‖ attempt(1))
//
// What a job that recorded no event was made of is forgotten again, unless another job or an event
// needs it: what the ledger takes nothing of is not kept.
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

#include "base/clock.hpp"
#include "base/round_robin.hpp"
#include "engine/rate_quota.hpp"
#include "epcis/document.hpp"
#include "provenance/agent_pen.hpp"
#include "provenance/capture_store.hpp"
#include "provenance/job_documents.hpp"

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
    overloaded = 3,  ///< the queue is full, or as much of the member's is open as may be
    stopping = 4,
    erased = 5,       ///< the same document was erased before and is not taken again
    failed = 6,       ///< the node's fault, which is in its log
    no_room = 7,      ///< the disk is full: the same document is taken later
    over_budget = 8,  ///< the member's bytes are used up for now
  };
  Code code = Code::failed;
  epcis::DocumentFaults faults{};
};

struct CaptureOptions {
  std::size_t requests_max = 64;  ///< waiting to be taken in, of at most kDocumentBytesMax each
  // Of what one member answers for, its agents' included:
  std::size_t open_jobs_max = 1'024;
  BucketRate bytes{.per_second = 1 << 20, .burst = 128 << 20};
};

class Capture {
 public:
  using Accepted = std::expected<Job, Refusal>;
  using Reply = std::move_only_function<void(Accepted)>;

  /// Starts the threads; open jobs go on. All references outlive it.
  Capture(std::unique_ptr<storage::Store> store, documents::DocumentStore& documents,
          const custody::Agents& agents, engine::Engine& engine, const views::Views& views,
          const Clock& clock, const CaptureOptions& options = {});
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
  std::optional<Pending> enqueue(const contracts::PublicKey& member, Pending pending);
  std::optional<std::pair<contracts::PublicKey, Pending>> next_request();
  [[nodiscard]] contracts::PublicKey member_of(const Author& author) const;
  [[nodiscard]] bool load_open_jobs();
  void run_next(const contracts::PublicKey& member, const JobId& id);
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
  JobDocuments job_documents_;
  engine::Engine& engine_;
  const views::Views& views_;
  const Clock& clock_;
  AgentPen pen_;
  const CaptureOptions options_;
  engine::RateQuota budget_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;                      // guards the three below
  std::condition_variable request_came_;  // or it is to stop
  std::condition_variable wake_;          // a job came, or it is to stop
  // By member.
  RoundRobin<contracts::PublicKey, Pending, IdHash> requests_;
  RoundRobin<contracts::PublicKey, JobId, IdHash> open_;
  bool job_came_ = false;
  std::uint64_t last_created_ms_ = 0;  // the intake's alone
  std::thread intake_;
  std::thread worker_;
};

}  // namespace tally::provenance
