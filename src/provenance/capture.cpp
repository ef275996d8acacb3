#include "provenance/capture.hpp"

#include <algorithm>
#include <unordered_set>

#include "base/log.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "provenance/captured_document.hpp"
#include "provenance/commitments.hpp"

namespace tally::provenance {
namespace {

constexpr std::size_t kWaveEventsMax = 128;
constexpr std::chrono::milliseconds kRetryWait{500};

// What is tried for a slice of an event, in this order. Append-only: the idempotency keys hold it.
enum Attempt : std::uint8_t {
  kPlan = 0,
  kPlanAgain = 1,  // an item went elsewhere meanwhile
  kClaim = 2,
  kClaimInOwnName = 3,
};

std::unexpected<Refusal> refusal(Refusal::Code code) { return std::unexpected(Refusal{code, {}}); }

Hash32 idempotency_key(const documents::DocumentHash& document, std::uint32_t event,
                       std::uint32_t slice, std::uint8_t attempt) {
  Bytes place;
  append_be(place, event);
  append_be(place, slice);
  append_be(place, attempt);
  return crypto::tagged_hash("tally/capture", {document.view(), place});
}

std::vector<EpcEntry> entries_of(const epcis::Event& event) {
  std::vector<EpcEntry> out;
  for (const auto* id : epcis::things(event)) {
    out.push_back({EpcRole::subject, canonical_text(*id)});
  }
  if (const auto* id = epcis::parent(event)) {
    out.push_back({EpcRole::parent, canonical_text(*id)});
  }
  return out;
}

}  // namespace

// What goes into one transaction, and what became of it.
struct Capture::Slice {
  std::uint32_t number = 0;
  std::span<const std::string> keys;
  std::optional<Written> written;
};

struct Capture::Member {
  const CapturedEvent* event = nullptr;
  Hash32 key{};
  std::vector<std::string> keys;
  std::vector<Slice> slices;
};

// Events on their way to the ledger together.
struct Capture::Wave {
  std::vector<Member> members;
  std::unordered_set<std::string> names;  // of the members' items
  documents::DocumentHash bundle;

  [[nodiscard]] bool takes(const std::vector<std::string>& keys) const {
    return members.size() < kWaveEventsMax &&
           std::ranges::none_of(keys, [&](const auto& key) { return names.contains(key); });
  }
  void add(const CapturedEvent& event, const Hash32& key, const std::vector<std::string>& keys) {
    names.insert(keys.begin(), keys.end());
    auto& member = members.emplace_back(Member{&event, key, subjects(event.event), {}});
    std::uint32_t number = 0;
    for (const auto slice : slices(member.keys)) member.slices.push_back({number++, slice, {}});
  }
  void clear() {
    members.clear();
    names.clear();
  }
};

Capture::Capture(std::unique_ptr<storage::Store> store, documents::DocumentStore& documents,
                 const custody::Agents& agents, engine::Engine& engine, const views::Views& views,
                 const Clock& clock, const CaptureOptions& options)
    : store_(std::move(store)),
      documents_(documents),
      job_documents_(documents),
      engine_(engine),
      views_(views),
      clock_(clock),
      pen_(engine, views, agents, [this] { return is_stopping(); }),
      options_(options),
      budget_(options.bytes),
      intake_([this] { run_intake(); }),
      worker_([this] { run_worker(); }) {}

Capture::~Capture() { stop(); }

void Capture::submit(CaptureRequest request, Reply reply) {
  if (request.document.size() > kDocumentBytesMax) {
    return reply(refusal(Refusal::Code::too_large));
  }
  const auto member = member_of(request.author);
  if (!budget_.take(engine::Source::of_member(member), clock_.monotonic_ms(),
                    request.document.size())) {
    return reply(refusal(Refusal::Code::over_budget));
  }
  auto refused = enqueue(member, {std::move(request), std::move(reply)});
  request_came_.notify_one();
  if (!refused) return;
  refused->reply(refusal(stopping_ ? Refusal::Code::stopping : Refusal::Code::overloaded));
}

// Whoever answers for the principal; without anybody, the principal for itself.
contracts::PublicKey Capture::member_of(const Author& author) const {
  const auto member = engine_.source_of(author.principal);
  return member ? contracts::PublicKey{member->id} : author.principal;
}

// Returns the one that has no place: this one, or that of a member who has more waiting.
std::optional<Capture::Pending> Capture::enqueue(const contracts::PublicKey& member,
                                                 Pending pending) {
  const std::lock_guard lock(mutex_);
  const auto own = requests_.size_of(member) + open_.size_of(member);
  if (stopping_ || own >= options_.open_jobs_max) return pending;
  std::optional<Pending> refused;
  if (requests_.size() >= options_.requests_max) {
    refused = requests_.shed(member);
    if (!refused) return pending;
  }
  requests_.push(member, std::move(pending));
  return refused;
}

std::optional<std::pair<contracts::PublicKey, Capture::Pending>> Capture::next_request() {
  std::unique_lock lock(mutex_);
  request_came_.wait(lock, [&] { return stopping_ || requests_.size() > 0; });
  return requests_.pop();
}

void Capture::stop() {
  {
    const std::lock_guard lock(mutex_);  // else the worker could miss it between asking and waiting
    if (stopping_.exchange(true)) return;
  }
  request_came_.notify_all();
  wake_.notify_all();
  intake_.join();
  worker_.join();
}

void Capture::run_intake() {
  while (auto next = next_request()) {
    auto& [member, pending] = *next;
    auto accepted = stopping_ ? refusal(Refusal::Code::stopping) : take_in(pending.request);
    const auto job = accepted ? std::optional(accepted->id) : std::nullopt;
    pending.reply(std::move(accepted));
    if (!job) continue;
    {
      const std::lock_guard lock(mutex_);
      open_.push(member, *job);
      job_came_ = true;
    }
    wake_.notify_all();
  }
}

Capture::Accepted Capture::take_in(const CaptureRequest& request) {
  const auto text = as_text(request.document);
  const auto parsed = read_document(text);
  if (!parsed && !parsed.error().front().event) {
    return std::unexpected(Refusal{Refusal::Code::invalid, parsed.error()});
  }
  Job job;
  job.id.bytes = crypto::random_array<32>();
  job.author = request.author;
  job.behaviour = request.behaviour;
  // A time of its own, which as the ledger's never goes back: by it JobDocuments tells what this
  // job has brought from what was there.
  job.created_ms = last_created_ms_ = std::max(clock_.wall_ms(), last_created_ms_ + 1);
  const auto document = job_documents_.keep(job, request.document);
  if (!document) {
    spdlog::error("a captured document cannot be kept: {}", name(document.error()));
    using documents::Error;
    const auto why = document.error();
    if (why == Error::erased) return refusal(Refusal::Code::erased);
    const bool full = why == Error::disk_full || why == Error::map_full;
    return refusal(full ? Refusal::Code::no_room : Refusal::Code::failed);
  }
  job.document = *document;
  if (const auto kept = store_.add_job(job); !kept) {
    spdlog::error("a capture job cannot be kept: {}", name(kept.error()));
    job_documents_.release(job);
    using storage::Error;
    const bool full = kept.error() == Error::disk_full || kept.error() == Error::map_full;
    return refusal(full ? Refusal::Code::no_room : Refusal::Code::failed);
  }
  return job;
}

void Capture::wait(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, time, [&] { return stopping_ || job_came_; });
  job_came_ = false;
}

// Those that an earlier life left open. Intake may have added some of its own meanwhile: what is
// listed twice is finished when it comes up again.
bool Capture::load_open_jobs() {
  const auto jobs = store_.open_jobs();
  if (!jobs) {
    spdlog::error("capture jobs cannot be read: {}", name(jobs.error()));
    return false;
  }
  for (const auto& job : *jobs) {
    job_documents_.add(job);
    const auto member = member_of(job.author);
    const std::lock_guard lock(mutex_);
    open_.push(member, job.id);
  }
  return true;
}

void Capture::run_worker() {
  while (!stopping_ && !load_open_jobs()) wait(kRetryWait);
  while (!stopping_) {
    std::optional<std::pair<contracts::PublicKey, JobId>> next;
    {
      const std::lock_guard lock(mutex_);
      next = open_.pop();
    }
    if (next) {
      run_next(next->first, next->second);
    } else {
      wait(std::chrono::hours(1));
    }
  }
}

void Capture::run_next(const contracts::PublicKey& member, const JobId& id) {
  auto job = store_.job(id);
  if (!job) spdlog::error("capture jobs cannot be read: {}", name(job.error()));
  if (job && job->finished_ms != 0) return;
  if (job && run_job(std::move(*job)) == Progress::done) return;
  {
    const std::lock_guard lock(mutex_);
    open_.push_front(member, id);
  }
  wait(kRetryWait);
}

Capture::Progress Capture::run_job(Job job) {
  const auto document = documents_.get(job.document);
  if (!document) {
    using documents::Error;
    if (document.error() != Error::erased && document.error() != Error::not_found) {
      spdlog::error("a captured document cannot be read: {}", name(document.error()));
      return Progress::interrupted;
    }
    job.add_error({static_cast<std::uint16_t>(JobErrorCode::document_erased), {}, {}});
    return finish(job, false);
  }
  const auto read =
      read_captured(as_text(document->content.view()), {static_cast<std::int64_t>(job.created_ms)});
  const auto& faults = read ? read->faults : read.error();
  job = Job{.id = job.id,
            .number = job.number,
            .author = job.author,
            .behaviour = job.behaviour,
            .document = job.document,
            .created_ms = job.created_ms,
            .errors = {}};  // counted anew, whatever an earlier life got to
  for (const auto& fault : faults) {
    job.add_error({static_cast<std::uint16_t>(fault.code), fault.event, fault.pointer});
  }
  if (!read || (!faults.empty() && job.behaviour == Behaviour::rollback)) {
    return finish(job, false);
  }
  const auto bundle =
      documents_.put(as_bytes(read->bundle),
                     {"application/ld+json; events", job.author.principal.bytes, job.created_ms});
  if (!bundle) {
    if (bundle.error() != documents::Error::erased) {
      spdlog::error("captured events cannot be kept: {}", name(bundle.error()));
      return Progress::interrupted;
    }
    job.add_error({static_cast<std::uint16_t>(JobErrorCode::document_erased), {}, {}});
    return finish(job, false);
  }
  if (run_events(job, *read, *bundle) == Progress::interrupted) return Progress::interrupted;
  if (finish(job, job.errors_count == 0) == Progress::interrupted) return Progress::interrupted;
  job_documents_.release_bundle(job, *bundle);
  return Progress::done;
}

Capture::Progress Capture::run_events(Job& job, const CapturedDocument& document,
                                      const documents::DocumentHash& bundle) {
  // What others settled before the first plan is to be seen by it.
  if (!pen_.wait_for(engine_.head().height)) return Progress::interrupted;
  Wave wave;
  wave.bundle = bundle;
  std::unordered_set<Hash32, IdHash> keys;  // of this document's events
  for (const auto& event : document.events) {
    const auto key = capture_key(job.author.principal, event.hash, event.event);
    const auto before = store_.event_of_key(key);
    if (!before) {
      spdlog::error("captured events cannot be read: {}", name(before.error()));
      return Progress::interrupted;
    }
    const bool own = *before && (*before)->job == job.id && (*before)->index == event.index;
    if (own) {  // in an earlier life
      ++job.events;
      job.facts += (*before)->standing.facts;
      job.claims += (*before)->standing.claims;
      keys.insert(key);
      continue;
    }
    if (*before || !keys.insert(key).second) {
      ++job.duplicates;
      continue;
    }
    const auto names = touched(event.event);
    if (!wave.takes(names) && run_wave(job, wave) == Progress::interrupted) {
      return Progress::interrupted;
    }
    wave.add(event, key, names);
  }
  return run_wave(job, wave);
}

// The transactions of one attempt: for every slice that has no answer yet, or one that allows it.
std::optional<std::vector<Entry>> Capture::entries(const Job& job, Wave& wave, std::uint8_t number,
                                                   std::vector<Slice*>& asked) const {
  const auto snapshot = views_.snapshot();
  if (!snapshot) {
    spdlog::error("capture cannot read the views: {}", describe(snapshot.error()));
    return std::nullopt;
  }
  const ViewFacts facts(*snapshot);
  std::vector<Entry> out;
  for (auto& member : wave.members) {
    const EventFacts event{member.event->event, member.event->hash};
    for (auto& slice : member.slices) {
      const auto& before = slice.written;
      if (before && before->kind != Written::Kind::rejected) continue;
      const bool conflict =
          before && contracts::error_class(before->code) == contracts::ErrorClass::conflict;
      if (number == kPlanAgain && !conflict) continue;
      auto part = number <= kPlanAgain
                      ? plan(event, slice.keys, job.author, facts)
                      : plan_claim(event, slice.keys, job.author, facts, number == kClaimInOwnName);
      out.push_back({job.author,
                     idempotency_key(job.document, member.event->index, slice.number, number),
                     std::move(part)});
      asked.push_back(&slice);
    }
  }
  if (facts.fault()) {
    spdlog::error("capture cannot read the views: {}", describe(*facts.fault()));
    return std::nullopt;
  }
  return out;
}

Capture::Progress Capture::attempt(const Job& job, Wave& wave, std::uint8_t number) {
  std::vector<Slice*> asked;
  const auto wanted = entries(job, wave, number, asked);
  if (!wanted) return Progress::interrupted;
  if (wanted->empty()) return Progress::done;
  const auto written = pen_.write(*wanted);
  if (!written) return Progress::interrupted;
  std::uint64_t height = 0;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto before = std::exchange(asked[i]->written, (*written)[i]);
    height = std::max(height, (*written)[i].reference.height);
    // A claim keeps the reason why it is no fact.
    if (before && number >= kClaim) asked[i]->written->code = before->code;
  }
  return pen_.wait_for(height) ? Progress::done : Progress::interrupted;
}

// The record of an event that is on the ledger; of any other its errors, in the job.
std::optional<EventRecord> Capture::record_of(Job& job, const Wave& wave,
                                              const Member& member) const {
  const auto& source = *member.event;
  EventRecord record;
  record.job = job.id;
  record.index = source.index;
  record.author = job.author;
  record.hash = source.hash;
  record.event_id = *source.event.event_id;
  record.biz_step = source.event.biz_step.value_or("");
  record.type = static_cast<std::uint8_t>(source.event.type());
  record.event_time_ms = source.event.event_time.ms;
  record.record_time_ms = job.created_ms;
  record.bundle = wave.bundle;
  record.offset = source.offset;
  record.length = source.length;
  bool settled = true;
  for (const auto& slice : member.slices) {
    const auto& written = *slice.written;
    if (written.code != contracts::ErrorCode{} && record.reason == 0) {
      record.reason = static_cast<std::uint16_t>(written.code);
    }
    if (written.kind == Written::Kind::settled) {
      record.references.push_back(written.reference);
      record.standing.facts += written.standing.facts;
      record.standing.claims += written.standing.claims;
      continue;
    }
    settled = false;
    const auto code = written.kind == Written::Kind::unsigned_
                          ? static_cast<std::uint16_t>(JobErrorCode::agent_unknown)
                          : static_cast<std::uint16_t>(written.code);
    job.add_error({code, source.index, {}});
  }
  return settled ? std::optional(std::move(record)) : std::nullopt;
}

Capture::Progress Capture::run_wave(Job& job, Wave& wave) {
  if (wave.members.empty()) return Progress::done;
  for (const auto number : {kPlan, kPlanAgain, kClaim, kClaimInOwnName}) {
    if (attempt(job, wave, number) == Progress::interrupted) return Progress::interrupted;
  }
  std::vector<NewEvent> events;
  Job after = job;
  {
    const auto snapshot = views_.snapshot();
    if (!snapshot) return Progress::interrupted;
    const ViewFacts facts(*snapshot);
    for (const auto& member : wave.members) {
      auto record = record_of(after, wave, member);
      if (!record) continue;
      record->readers = readers(member.event->event, facts);
      ++after.events;
      after.facts += record->standing.facts;
      after.claims += record->standing.claims;
      events.push_back({std::move(*record), member.key, entries_of(member.event->event)});
    }
    if (facts.fault()) return Progress::interrupted;
  }
  if (keep(after, events) == Progress::interrupted) return Progress::interrupted;
  job = std::move(after);
  wave.clear();
  return Progress::done;
}

Capture::Progress Capture::keep(const Job& job, std::span<NewEvent> events) {
  const auto kept = store_.record(job, events);
  if (kept) return Progress::done;
  spdlog::error("capture cannot keep its records: {}", name(kept.error()));
  return Progress::interrupted;
}

Capture::Progress Capture::finish(Job& job, bool success) {
  job.success = success;
  job.finished_ms = std::max<std::uint64_t>(clock_.wall_ms(), 1);
  if (keep(job, {}) == Progress::interrupted) return Progress::interrupted;
  job_documents_.release(job);
  return Progress::done;
}

}  // namespace tally::provenance
