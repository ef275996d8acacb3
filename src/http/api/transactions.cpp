#include "http/api/transactions.hpp"

#include <boost/json.hpp>

#include "codec/batch.hpp"
#include "codec/json.hpp"
#include "contracts/limits.hpp"
#include "http/api/caller.hpp"
#include "http/api/problems.hpp"
#include "http/json.hpp"
#include "views/transactions.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;
using ledger::Outcome;

constexpr std::string_view kProtobuf = "application/x-protobuf";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kJsonLines = "application/x-ndjson";
constexpr std::size_t kBatchBytesMax = std::size_t{16} << 20;
constexpr std::size_t kBatchMax = 10'000;

contracts::Result<codec::SignedTransaction> parse_submission(const Request& request) {
  const auto type = request.media_type();
  if (type == kProtobuf) return codec::decode_signed(request.body);
  if (type == kJson) return codec::decode_signed_json(as_text(request.body));
  return contracts::fail(ErrorCode::unsupported_media_type);
}

// Who spent the output that a rejected transaction wanted (the error's figure is its number), if the
// views know it yet.
void name_conflict(const Api& api, Outcome& outcome) {
  if (!outcome.error || outcome.error->code != ErrorCode::already_spent) return;
  const auto snapshot = api.views.snapshot();
  if (!snapshot) return;
  const auto spender = views::find_spender(*snapshot, outcome.error->figure);
  if (spender && *spender) outcome.conflicting = (*spender)->txid;
}

Response answer(const Outcome& outcome) {
  if (outcome.kind == Outcome::Kind::settled) return json_response(200, to_json(outcome));
  return problem_response(problem(outcome));
}

void submit(const Api& api, const Request& request, const Reply& reply) {
  auto submission = parse_submission(request);
  if (!submission) return reply(problem_response(problem(submission.error())));
  api.engine.submit(std::move(*submission), [&api, reply](Outcome outcome) {
    name_conflict(api, outcome);
    reply(answer(outcome));
  });
}

// The outcomes of a batch, filled from many threads, streamed in the order of the submissions.
class BatchAnswer : public std::enable_shared_from_this<BatchAnswer> {
 public:
  explicit BatchAnswer(std::size_t count) : lines_(count) {}

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

using Submissions = std::vector<contracts::Result<codec::SignedTransaction>>;

contracts::Result<Submissions> parse_protobuf_batch(const Request& request) {
  const auto messages = codec::split_batch(request.body, kBatchMax);
  if (!messages) return std::unexpected(messages.error());
  Submissions out;
  for (const auto message : *messages) out.push_back(codec::decode_signed(message));
  return out;
}

contracts::Result<Submissions> parse_json_batch(const Request& request) {
  Submissions out;
  auto text = as_text(request.body);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    if (out.size() == kBatchMax) return contracts::fail(ErrorCode::batch_too_large, 0, kBatchMax);
    out.push_back(codec::decode_signed_json(line));
  }
  return out;
}

contracts::Result<Submissions> parse_batch(const Request& request) {
  const auto type = request.media_type();
  if (type == kProtobuf) return parse_protobuf_batch(request);
  if (type == kJsonLines) return parse_json_batch(request);
  return contracts::fail(ErrorCode::unsupported_media_type);
}

void submit_batch(const Api& api, const Request& request, const Reply& reply) {
  auto batch = parse_batch(request);
  if (!batch) return reply(problem_response(problem(batch.error())));
  auto outcomes = std::make_shared<BatchAnswer>(batch->size());
  reply(stream_response(std::string(kJsonLines),
                        [outcomes](ChunkSink sink) { outcomes->pull(std::move(sink)); }));
  for (std::size_t i = 0; i < batch->size(); ++i) {
    auto& submission = (*batch)[i];
    if (!submission) {
      outcomes->set(i, line_of(engine::refused(submission.error())));
      continue;
    }
    api.engine.submit(std::move(*submission), [&api, outcomes, i](Outcome outcome) {
      name_conflict(api, outcome);
      outcomes->set(i, line_of(outcome));
    });
  }
}

void simulate(const Api& api, const Request& request, const Reply& reply) {
  auto submission = parse_submission(request);
  if (!submission) return reply(problem_response(problem(submission.error())));
  auto verdict = api.engine.simulate(std::move(submission->body));
  if (!verdict) return reply(problem_response(problem(verdict.error())));
  if (!*verdict) return reply(problem_response(problem((*verdict).error())));
  boost::json::array writes;
  for (const auto& write : (*verdict)->writes) {
    writes.push_back(codec::to_json(write.entry, api.kind()));
  }
  reply(json_response(200, {{"would_settle", true}, {"writes", std::move(writes)}}));
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
void look_up(const Api& api, const Request& request, const Reply& reply) {
  const auto caller = identify(api, request);
  if (!caller) return reply(problem_response(caller.error()));
  const auto txid = contracts::Txid::parse(request.param("txid"));
  if (!txid) return reply(problem_response(bad_parameter("txid", "64 hexadecimal digits")));
  const auto snapshot = api.views.snapshot();
  if (!snapshot) return reply(problem_response(problem(snapshot.error())));
  const auto place = views::find_transaction(*snapshot, *txid);
  if (!place) return reply(problem_response(problem(place.error())));
  if (!*place) return reply(problem_response(problem(ErrorCode::transaction_unknown)));
  auto out = describe_place(**place);
  out["as_of_height"] = json_number(snapshot->height());
  if (!(*place)->error) {
    const auto settled = views::read_transaction(*snapshot, *txid);
    if (!settled) return reply(problem_response(problem(settled.error())));
    const auto& signers = (*settled)->transaction.signers;
    const bool party = std::any_of(signers.begin(), signers.end(),
                                   [&](const auto& key) { return caller->may_read(key); });
    if (party || caller->anything) {
      out["body"] = to_base64((*settled)->record.body);
      out["transaction"] = codec::to_json((*settled)->transaction, api.kind());
    }
  }
  reply(json_response(200, out));
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
              .handler = bind(submit_batch),
              .body_bytes_max = kBatchBytesMax});
  router.add({.method = Method::kPost,
              .pattern = "/v1/transactions:simulate",
              .handler = bind(simulate),
              .body_bytes_max = 2 * codec::kSignedBytesMax});
  router.add({.method = Method::kGet,
              .pattern = "/v1/transactions/{txid}",
              .handler = bind(look_up)});
}

}  // namespace tally::http
