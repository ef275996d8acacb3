// The answering side of a session: slots in the order of requests, writes, streamed bodies.
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "http/problem.hpp"
#include "http/session.hpp"

namespace tally::http {
namespace {

constexpr std::size_t kWriteBatchBytes = 262144;  // answers are joined into one write up to here

}  // namespace

std::uint64_t Session::push_slot(Slot slot) {
  if (slot.bytes) pending_bytes_ += slot.bytes->bytes();
  slots_.push_back(std::move(slot));
  return first_sequence_ + slots_.size() - 1;
}

void Session::pop_slot() {
  if (slots_.front().bytes) pending_bytes_ -= slots_.front().bytes->bytes();
  slots_.pop_front();
  ++first_sequence_;
  if (slots_.empty() && awaits_peer_) wait_for_peer();
}

WireContext Session::wire_context(const Head& head) const {
  WireContext wire;
  wire.head_only = head.method == Method::kHead;
  wire.keep_alive = head.keep_alive;
  wire.secure = stream_.secure();
  wire.minor_version = head.minor_version;
  return wire;
}

// Refuses what cannot be understood; the connection ends, because nobody knows what follows.
void Session::refuse(HttpError error) {
  Head unknown;
  unknown.keep_alive = false;
  shared_->metrics.refused(info(error).code);
  Slot slot{SteadyClock::now(), nullptr, wire_context(unknown), std::nullopt};
  completed(push_slot(std::move(slot)), problem_response(error));
}

// Refuses a well-formed request. The connection goes on unless a body would have to be skipped.
bool Session::reject(const Head& head, const Response& response, HttpError error) {
  shared_->metrics.refused(info(error).code);
  Slot slot{SteadyClock::now(), nullptr, wire_context(head), std::nullopt};
  slot.wire.keep_alive = head.keep_alive && !head.chunked && head.content_length.value_or(0) == 0;
  const bool goes_on = slot.wire.keep_alive;
  completed(push_slot(std::move(slot)), response);
  return goes_on;
}

bool Session::answer_options(const Head& head, const Target& target) {
  const auto options = shared_->router.options(target.segments);
  if (!options || !path_served(target)) {
    return reject(head, problem_response(HttpError::kRouteNotFound), HttpError::kRouteNotFound);
  }
  if (head.chunked || head.content_length.value_or(0) > 0) {
    return reject(head, problem_response(HttpError::kBodyTooLarge), HttpError::kBodyTooLarge);
  }
  Response response;
  response.status = 204;
  response.headers = options->headers;
  response.with("Allow", options->allow);
  if (options->is_public) {
    response.with("Access-Control-Allow-Methods", options->allow);
    response.with("Access-Control-Allow-Headers", "Content-Type, Accept");
    response.with("Access-Control-Max-Age", "600");
  }
  Slot slot{SteadyClock::now(), nullptr, wire_context(head), std::nullopt};
  slot.wire.is_public = options->is_public;
  completed(push_slot(std::move(slot)), std::move(response));
  return head.keep_alive;
}

// The Reply holds the worker, so that its thread's queue exists as long as anyone may answer, and
// the session only weakly: an answer to a connection that is gone is dropped.
Reply Session::make_reply(std::uint64_t sequence) {
  return Reply([worker = worker_, session = weak_from_this(), sequence](Response response) mutable {
    const auto keep = std::move(worker);  // not in the posted function: it would hold its own queue
    if (keep->io.get_executor().running_in_this_thread()) {
      if (const auto self = session.lock()) self->completed(sequence, std::move(response));
      return;
    }
    asio::post(keep->io, [session, sequence, answer = std::move(response)]() mutable {
      if (const auto self = session.lock()) self->completed(sequence, std::move(answer));
    });
  });
}

void Session::completed(std::uint64_t sequence, Response response) {
  if (broken_ || sequence < first_sequence_) return;
  auto& slot = slots_[sequence - first_sequence_];
  if (slot.meter != nullptr) {
    const std::chrono::duration<double> seconds = SteadyClock::now() - slot.started;
    slot.meter->observe(response.status, seconds.count());
  }
  if (slot.bytes && !slot.bytes->take_answer(response.body.size())) {
    // The peer asks for more than it reads. The answer cannot be changed, so it is not told at all:
    // whoever submitted asks again.
    abort();
    return;
  }
  if (slot.bytes) pending_bytes_ += response.body.size();
  if (response.stream && slot.wire.minor_version == 0) slot.wire.keep_alive = false;
  slot.response = std::move(response);
  schedule_flush();
}

// Answers that are completed one after another leave in one write.
void Session::schedule_flush() {
  if (flush_scheduled_ || writing_ || streaming_) return;
  flush_scheduled_ = true;
  asio::post(worker_->io, [self = shared_from_this()] {
    self->flush_scheduled_ = false;
    self->flush();
  });
}

void Session::flush() {
  if (writing_ || streaming_ || broken_) return;
  out_.clear();
  while (!slots_.empty() && slots_.front().response && out_.size() < kWriteBatchBytes) {
    auto& slot = slots_.front();
    slot.wire.date = worker_->date();
    append_response(out_, *slot.response, slot.wire);
    if (slot.response->stream && !slot.wire.head_only) {
      streaming_ = true;
      break;
    }
    pop_slot();
  }
  if (!out_.empty()) start_write();
}

void Session::start_write() {
  writing_ = true;
  write_deadline_ = after(limits().write_ms_max);
  asio::async_write(stream_, asio::buffer(out_),
                    [self = shared_from_this()](error_code ec, std::size_t) { self->written(ec); });
}

void Session::written(error_code ec) {
  writing_ = false;
  write_deadline_ = kNever;
  if (ec) {
    abort();
    return;
  }
  if (streaming_) {
    pull();
  } else {
    flush();
  }
  wake_.cancel();
}

void Session::pull() {
  const auto source = slots_.front().response->stream;
  source(ChunkSink([worker = worker_, session = weak_from_this()](Chunk chunk) mutable {
    const auto keep = std::move(worker);
    asio::post(keep->io, [session, piece = std::move(chunk)]() mutable {
      if (const auto self = session.lock()) self->pulled(std::move(piece));
    });
  }));
}

void Session::pulled(Chunk chunk) {
  if (broken_) return;
  if (chunk.kind == Chunk::Kind::kBroken) {
    abort();
    return;
  }
  const bool chunked = slots_.front().wire.minor_version == 1;
  out_.clear();
  append_chunk(out_, chunk.bytes, chunked);
  if (chunk.kind == Chunk::Kind::kLast) {
    append_last_chunk(out_, chunked);
    streaming_ = false;
    pop_slot();
  }
  if (out_.empty()) {
    written({});
  } else {
    start_write();
  }
}

}  // namespace tally::http
