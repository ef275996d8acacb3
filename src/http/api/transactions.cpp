#include "http/api/transactions.hpp"

#include <boost/json.hpp>
#include <map>

#include "base/failpoint.hpp"
#include "base/planted.hpp"
#include "codec/batch.hpp"
#include "codec/json.hpp"
#include "codec/receipt.hpp"
#include "contracts/limits.hpp"
#include "http/api/parties.hpp"
#include "http/api/read.hpp"
#include "http/api/submission.hpp"
#include "http/json.hpp"
#include "views/accounts.hpp"
#include "views/transactions.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;
using ledger::Outcome;

constexpr std::string_view kProtobuf = "application/x-protobuf";
constexpr std::string_view kJsonLines = "application/x-ndjson";
constexpr std::size_t kBatchBytesMax = std::size_t{16} << 20;
constexpr std::size_t kBatchMax = 10'000;
constexpr std::size_t kBatchSlice = 64;
constexpr std::size_t kBatchUnansweredMax = 512;
constexpr std::size_t kBatchesMax = 64;
constexpr std::size_t kBatchesPerSourceMax = 8;

// Who spent the output that a rejected transaction wanted (the error's figure is its number), if
// the views know it yet.
void name_conflict(const Api& api, Outcome& outcome) {
  if (!outcome.error || outcome.error->code != ErrorCode::already_spent) return;
  const auto snapshot = api.views.snapshot();
  if (!snapshot) return;
  const auto spender = views::find_spending(*snapshot, outcome.error->figure);
  if (spender && *spender) outcome.conflicting = (*spender)->txid;
}

Problem problem_with_reason(const Api& api, const Outcome& outcome) {
  auto out = problem(outcome);
  if (outcome.error->code != ErrorCode::writing_halted) return out;
  const auto halted = writing_halted(api.engine.writing_state());
  out.detail = halted.detail;
  out.retry_after_s = halted.retry_after_s;
  return out;
}

Response answer(const Api& api, const Outcome& outcome) {
  if (PLANTED(settled_told_as_refused) && outcome.height % 64 == 63) {
    return problem_response(no_room("the ledger"));
  }
  if (outcome.kind == Outcome::Kind::settled) return json_response(200, to_json(outcome));
  return problem_response(problem_with_reason(api, outcome));
}

void submit(const Api& api, const Request& request, const Reply& reply) {
  FAILPOINT(submission_received);
  auto submission = parse_submission(request);
  if (!submission) return reply(problem_response(problem(submission.error())));
  FAILPOINT(submission_decoded);
  api.engine.submit(
      std::move(*submission),
      [&api, reply](Outcome outcome) {
        FAILPOINT(answer_before_send);
        name_conflict(api, outcome);
        reply(answer(api, outcome));
      },
      source_of(api, request));
}

// Batches in progress: their submissions and answers are held in memory until they are read.
class BatchGate {
 public:
  class Ticket {
   public:
    Ticket(std::shared_ptr<BatchGate> gate, const engine::Source& source)
        : gate_(std::move(gate)), source_(source) {}
    Ticket(Ticket&&) = default;
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() {
      if (gate_) gate_->leave(source_);
    }

   private:
    std::shared_ptr<BatchGate> gate_;
    engine::Source source_;
  };

  /// Nothing if the source, or all together, have as many as they may.
  static std::optional<Ticket> enter(const std::shared_ptr<BatchGate>& gate,
                                     const engine::Source& source) {
    const std::lock_guard lock(gate->mutex_);
    auto& count = gate->by_source_[source];
    if (count >= kBatchesPerSourceMax || gate->total_ >= kBatchesMax) {
      if (count == 0) gate->by_source_.erase(source);
      return std::nullopt;
    }
    ++count;
    ++gate->total_;
    return Ticket(gate, source);
  }

 private:
  void leave(const engine::Source& source) {
    const std::lock_guard lock(mutex_);
    --total_;
    const auto found = by_source_.find(source);
    if (--found->second == 0) by_source_.erase(found);
  }

  std::mutex mutex_;
  std::size_t total_ = 0;
  std::map<engine::Source, std::size_t> by_source_;
};

// The outcomes of a batch, filled from many threads, streamed in the order of the submissions.
class BatchAnswer : public std::enable_shared_from_this<BatchAnswer> {
 public:
  BatchAnswer(std::size_t count, BatchGate::Ticket ticket)
      : ticket_(std::move(ticket)), lines_(count) {}

  void set(std::size_t index, std::string line) {
    std::optional<std::pair<ChunkSink, Chunk>> ready;
    {
      const std::lock_guard lock(mutex_);
      lines_[index] = std::move(line);
      if (waiting_ && lines_[next_]) {
        ready.emplace(std::move(*waiting_), take());
        waiting_.reset();
      }
    }
    if (ready) ready->first(std::move(ready->second));
  }

  void pull(ChunkSink sink) {
    std::optional<Chunk> chunk;
    {
      const std::lock_guard lock(mutex_);
      if (next_ == lines_.size()) {
        chunk = Chunk{Chunk::Kind::kLast, {}};
      } else if (lines_[next_]) {
        chunk = take();
      } else {
        waiting_.emplace(std::move(sink));
      }
    }
    if (chunk) sink(std::move(*chunk));
  }

 private:
  // Every line that is ready, in order.
  Chunk take() {
    Chunk chunk;
    while (next_ < lines_.size() && lines_[next_]) {
      chunk.bytes += *lines_[next_];
      lines_[next_] = std::string();
      ++next_;
    }
    if (next_ == lines_.size()) chunk.kind = Chunk::Kind::kLast;
    return chunk;
  }

  const BatchGate::Ticket ticket_;
  std::mutex mutex_;
  std::vector<std::optional<std::string>> lines_;
  std::size_t next_ = 0;
  std::optional<ChunkSink> waiting_;
};

std::string line_of(const Outcome& outcome) {
  if (outcome.kind == Outcome::Kind::settled) {
    return boost::json::serialize(to_json(outcome)) + "\n";
  }
  return problem_response(problem(outcome)).body + "\n";
}

// The messages of a batch, not decoded yet: views into the request's body. Errors:
// unsupported_media_type, those of codec::split_batch(), batch_too_large.
contracts::Result<std::vector<ByteView>> split(const Request& request) {
  const auto type = request.media_type();
  if (type == kProtobuf) return codec::split_batch(request.body, kBatchMax);
  if (type != kJsonLines) return contracts::fail(ErrorCode::unsupported_media_type);
  std::vector<ByteView> out;
  auto text = as_text(request.body);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    if (out.size() == kBatchMax) return contracts::fail(ErrorCode::batch_too_large, 0, kBatchMax);
    out.push_back(as_bytes(line));
  }
  return out;
}

// A batch on its way in: a slice of it at a time on a background thread, so that neither they nor a
// connection's thread are held up by a large one, and no faster than it is answered. So what waits
// for admission is little of it, and a flood of batches is held back by the gate, which costs one
// answer, and not line by line.
class BatchIntake : public std::enable_shared_from_this<BatchIntake> {
 public:
  BatchIntake(const Api& api, Request request, const engine::Source& source,
              std::vector<ByteView> messages, std::shared_ptr<BatchAnswer> answer)
      : api_(api),
        request_(std::move(request)),
        source_(source),
        messages_(std::move(messages)),
        answer_(std::move(answer)),
        json_(request_.media_type() == kJsonLines) {}

  void go_on() {
    if (next_ == messages_.size()) return;
    const auto posted = api_.background.post([self = shared_from_this()] {
      self->take_slice();
      if (!self->waits()) self->go_on();
    });
    if (!posted) refuse_rest();
  }

 private:
  void take_slice() {
    const auto end = std::min(next_ + kBatchSlice, messages_.size());
    for (; next_ < end; ++next_) {
      auto submission = json_ ? codec::decode_signed_json(as_text(messages_[next_]))
                              : codec::decode_signed(messages_[next_]);
      if (!submission) {
        answer_->set(next_, line_of(engine::refused(submission.error())));
        continue;
      }
      begin_one();
      api_.engine.submit(
          std::move(*submission),
          [self = shared_from_this(), index = next_](Outcome outcome) {
            name_conflict(self->api_, outcome);
            self->answer_->set(index, line_of(outcome));
            if (self->end_one()) self->go_on();
          },
          source_);
    }
  }
  void refuse_rest() {
    const auto line = line_of(engine::refused({ErrorCode::queue_full}));
    for (; next_ < messages_.size(); ++next_) answer_->set(next_, line);
  }

  void begin_one() {
    const std::lock_guard lock(mutex_);
    ++unanswered_;
  }
  // Whether it waited for answers and goes on now.
  bool end_one() {
    const std::lock_guard lock(mutex_);
    --unanswered_;
    return waits_ && unanswered_ <= kBatchUnansweredMax / 2 && std::exchange(waits_, false);
  }
  // Whether it has to wait for answers.
  bool waits() {
    const std::lock_guard lock(mutex_);
    waits_ = unanswered_ >= kBatchUnansweredMax;
    return waits_;
  }

  const Api& api_;
  const Request request_;
  const engine::Source source_;
  const std::vector<ByteView> messages_;  // into request_.body
  const std::shared_ptr<BatchAnswer> answer_;
  const bool json_;
  std::size_t next_ = 0;  // only touched by who takes it in: one at a time
  std::mutex mutex_;
  std::size_t unanswered_ = 0;
  bool waits_ = false;
};

void submit_batch(const Api& api, const std::shared_ptr<BatchGate>& gate, Request request,
                  const Reply& reply) {
  auto messages = split(request);
  if (!messages) return reply(problem_response(problem(messages.error())));
  const auto source = source_of(api, request);
  auto ticket = BatchGate::enter(gate, source);
  if (!ticket) return reply(problem_response(problem(ErrorCode::queue_full)));
  auto outcomes = std::make_shared<BatchAnswer>(messages->size(), std::move(*ticket));
  reply(stream_response(std::string(kJsonLines),
                        [outcomes](ChunkSink sink) { outcomes->pull(std::move(sink)); }));
  // The body's bytes stay where they are when it is moved, so the messages stay views of it.
  std::make_shared<BatchIntake>(api, std::move(request), source, std::move(*messages),
                                std::move(outcomes))
      ->go_on();
}

boost::json::object describe_place(const views::TransactionPlace& place) {
  boost::json::object out{{"txid", place.txid.hex()},
                          {"outcome", place.error ? "rejected" : "settled"},
                          {"final", true},
                          {"height", json_number(place.height)},
                          {"position", place.position},
                          {"time_ms", json_number(place.time_ms)}};
  if (place.error) {
    out["code"] = name(place.error->code);
    out["number"] = static_cast<std::uint16_t>(place.error->code);
    out["index"] = place.error->index;
  } else {
    out["first_output_number"] = json_number(place.first_output_number);
  }
  return out;
}

// Its position and outcome are public; its body is its parties' alone (docs/spec/visibility.md).
OrProblem<Response> look_up(const Read& read) {
  const auto txid = contracts::Txid::parse(read.request.param("txid"));
  if (!txid) return std::unexpected(bad_parameter("txid", "64 hexadecimal digits"));
  const auto place = checked(views::find_transaction(read.snapshot, *txid));
  if (!place) return std::unexpected(place.error());
  if (!*place) return std::unexpected(problem(ErrorCode::transaction_unknown));
  auto out = describe_place(**place);
  // A stranger's question costs no body.
  if ((*place)->error || (!read.caller.account && !read.caller.anything)) {
    return read.answer(std::move(out));
  }
  const auto settled = checked(views::read_transaction(read.snapshot, *txid));
  if (!settled) return std::unexpected(settled.error());
  if (!*settled) return std::unexpected(problem(ErrorCode::transaction_unknown));
  const auto parties = checked(parties_of(read.snapshot, (*settled)->transaction));
  if (!parties) return std::unexpected(parties.error());
  if (concerns(*parties, read.caller)) {
    out["body"] = to_base64((*settled)->record.body);
    out["transaction"] = codec::to_json((*settled)->transaction, read.api.kind());
  }
  return read.answer(std::move(out));
}

// Public: it holds hashes and the header, and no body.
OrProblem<Response> receipt(const Read& read) {
  const auto txid = contracts::Txid::parse(read.request.param("txid"));
  if (!txid) return std::unexpected(bad_parameter("txid", "64 hexadecimal digits"));
  const auto place = views::find_transaction(read.snapshot, *txid);
  if (!place) return std::unexpected(problem(place.error()));
  if (!*place) return std::unexpected(problem(ErrorCode::transaction_unknown));
  const auto block = read.api.engine.ledger().journal().read((*place)->height);
  if (!block) return std::unexpected(problem(block.error()));
  auto made = codec::make_receipt(*block, (*place)->position, read.api.network_id());
  if (!made) return std::unexpected(problem(ErrorCode::internal_error));
  made->node_key = read.api.node_key.public_key();
  made->signature = read.api.node_key.sign(codec::receipt_message(*made));
  return json_response(200, codec::to_json(*made));
}

}  // namespace

void add_transaction_routes(Router& router, const Api& api) {
  const auto bind = [&api](auto handler) {
    return [&api, handler](Request request, Reply reply) { handler(api, request, reply); };
  };
  router.add({.method = Method::kPost,
              .pattern = "/v1/transactions",
              .handler = bind(submit),
              .body_bytes_max = 2 * codec::kSignedBytesMax});
  router.add({.method = Method::kPost,
              .pattern = "/v1/transactions:batch",
              .handler = [&api, gate = std::make_shared<BatchGate>()](
                             Request request,
                             Reply reply) { submit_batch(api, gate, std::move(request), reply); },
              .body_bytes_max = kBatchBytesMax});
  add_read(router, api,
           {.pattern = "/v1/transactions/{txid}", .handler = look_up, .is_public = true});
  add_read(router, api,
           {.pattern = "/v1/transactions/{txid}/receipt", .handler = receipt, .is_public = true});
}

}  // namespace tally::http
