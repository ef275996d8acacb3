#include "http/api/transactions.hpp"

#include <boost/json.hpp>

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

// Who spent the output that a rejected transaction wanted (the error's figure is its number), if
// the views know it yet.
void name_conflict(const Api& api, Outcome& outcome) {
  if (!outcome.error || outcome.error->code != ErrorCode::already_spent) return;
  const auto snapshot = api.views.snapshot();
  if (!snapshot) return;
  const auto spender = views::find_spending(*snapshot, outcome.error->figure);
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
              .handler = bind(submit_batch),
              .body_bytes_max = kBatchBytesMax});
  add_read(router, api,
           {.pattern = "/v1/transactions/{txid}", .handler = look_up, .is_public = true});
  add_read(router, api,
           {.pattern = "/v1/transactions/{txid}/receipt", .handler = receipt, .is_public = true});
}

}  // namespace tally::http
