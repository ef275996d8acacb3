#include "fault/power_loss/recovered_image.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/node.hpp"
#include "fault/common/data_check.hpp"
#include "fault/common/node_program.hpp"
#include "market/profile_commitment.hpp"
#include "views/transactions.hpp"

namespace tally::fault {
namespace {

constexpr std::size_t kDocumentsMax = 100'000;

template <typename... Arguments>
std::unexpected<Wrong> wrong(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return std::unexpected(fmt::format(format, std::forward<Arguments>(arguments)...));
}

std::expected<void, Wrong> check_blocks(app::Node& node, const History& history) {
  const auto& ledger = node.ledger();
  std::uint64_t height = 0;
  std::optional<Wrong> other;
  const auto read = ledger.journal().for_each(0, [&](const codec::Block& block) {
    if (height >= history.blocks.size()) {
      other = fmt::format("block {} was never written", height);
    } else if (codec::block_hash(block.header) != history.blocks[height]) {
      other = fmt::format("block {} is not the one that was written", height);
    }
    ++height;
    return !other;
  });
  if (!read) return wrong("the journal: {}", describe(read.error()));
  if (other) return std::unexpected(*other);
  if (ledger.head().height + 1 != height || ledger.head_hash() != history.blocks[height - 1]) {
    return wrong("the state is not that of the journal's last block {}", height - 1);
  }
  return {};
}

std::expected<std::uint64_t, Wrong> check_transactions(app::Node& node, const Recording& recording,
                                                       std::uint64_t cut) {
  const auto snapshot = node.views().snapshot();
  if (!snapshot) return wrong("the views: {}", describe(snapshot.error()));
  std::uint64_t checked = 0;
  for (const auto& promise : recording.transactions) {
    if (promise.moment.answered > cut) continue;
    ++checked;
    const auto place = views::find_transaction(*snapshot, promise.txid);
    if (!place) return wrong("the views: {}", describe(place.error()));
    if (!*place) {
      return wrong(
          "transaction {} was acknowledged in block {} and is lost (the journal ends at {})",
          promise.txid.hex(), promise.height, snapshot->height());
    }
    const auto& found = **place;
    const auto code = found.error ? name(found.error->code) : std::string_view();
    if (found.height != promise.height || code != promise.code ||
        (promise.settled && found.first_output_number != promise.first_output_number)) {
      return wrong("transaction {} was acknowledged as {} in block {} and is {} in block {}",
                   promise.txid.hex(), promise.settled ? "settled" : promise.code, promise.height,
                   found.error ? code : "settled", found.height);
    }
  }
  return checked;
}

// Whether something is there, given when it was made and when it was taken away.
std::expected<void, Wrong> check_presence(bool there, const Moment& made, const Moment& gone,
                                          std::uint64_t cut, std::string_view what) {
  if (there && made.sent > cut) return wrong("{} is there before it was asked for", what);
  if (there && gone.answered <= cut) return wrong("{} is there after it was removed", what);
  if (!there && made.answered <= cut && gone.sent > cut) {
    return wrong("{} was acknowledged and is lost", what);
  }
  return {};
}

std::expected<std::uint64_t, Wrong> check_custody(const app::Node& node, const Recording& recording,
                                                  std::uint64_t cut, std::uint64_t now_ms) {
  std::uint64_t checked = 0;
  for (const auto& promise : recording.tokens) {
    checked += promise.issued.answered <= cut;
    const auto token = node.tokens().authenticate(promise.text, now_ms);
    if (!token && token.error() != custody::Error::not_found &&
        token.error() != custody::Error::revoked) {
      return wrong("a token: {}", name(token.error()));
    }
    const auto good =
        check_presence(token.has_value(), promise.issued, promise.revoked, cut, "an API token");
    if (!good) return std::unexpected(good.error());
    const bool known = token || token.error() == custody::Error::revoked;
    if (!known && promise.issued.answered <= cut) return wrong("an API token is forgotten");
  }
  for (const auto& promise : recording.agents) {
    checked += promise.created.answered <= cut;
    const auto signature = node.agents().sign(promise.key, Hash32{});
    if (!signature && signature.error() != custody::Error::not_found) {
      return wrong("an agent: {}", name(signature.error()));
    }
    const auto good = check_presence(signature.has_value(), promise.created, promise.removed, cut,
                                     "an agent's key");
    if (!good) return std::unexpected(good.error());
  }
  return checked;
}

// Which of the attribute's blobs there may be: the last that was answered for, or one that was on
// its way. Of those before it, none.
std::expected<void, Wrong> check_attribute(const app::Node& node,
                                           const PromisedAttribute& attribute, std::uint64_t cut) {
  const auto& blobs = attribute.blobs;
  const auto answered = std::ranges::count_if(
      blobs, [&](const PromisedBlob& blob) { return blob.moment.answered <= cut; });
  const documents::AttributeKey key{attribute.owner, market::profile_attribute_id(attribute.name)};
  const auto found = node.profiles().find(key);
  if (!found) {
    if (found.error() != documents::Error::not_found) {
      return wrong("{}: {}", attribute.name, name(found.error()));
    }
    if (answered == 0) return {};
    return wrong("{} was acknowledged and is lost", attribute.name);
  }
  const auto which = std::ranges::find(blobs, found->document, &PromisedBlob::document);
  if (which == blobs.end() || which->moment.sent > cut) {
    return wrong("{} is a blob that was not sent", attribute.name);
  }
  if (which - blobs.begin() + 1 < answered) {
    return wrong("{} is an earlier blob than the one acknowledged", attribute.name);
  }
  const auto document = node.documents().get(found->document);
  if (!document) return wrong("{} cannot be read: {}", attribute.name, name(document.error()));
  for (auto before = blobs.begin(); before != which; ++before) {
    const auto erased = node.documents().get(before->document);
    if (erased || erased.error() != documents::Error::erased) {
      return wrong("a blob of {} that was replaced is not erased", attribute.name);
    }
  }
  return {};
}

std::expected<std::uint64_t, Wrong> check_documents(app::Node& node, const Recording& recording,
                                                    const History& history, std::uint64_t cut) {
  std::uint64_t checked = 0;
  for (const auto& attribute : recording.attributes) {
    checked += 1;
    const auto good = check_attribute(node, attribute, cut);
    if (!good) return std::unexpected(good.error());
  }
  const provenance::CaptureStore jobs(node.take_capture_store());
  for (const auto& promise : recording.jobs) {
    if (promise.moment.answered > cut) continue;
    ++checked;
    const auto job = jobs.job(promise.id);
    if (!job) return wrong("a capture job: {}", storage::name(job.error()));
    const auto document = node.documents().get(job->document);
    if (!document) return wrong("a captured document: {}", name(document.error()));
  }
  const auto all = node.documents().list(std::nullopt, kDocumentsMax);
  if (!all) return wrong("the documents: {}", name(all.error()));
  for (const auto& info : *all) {
    if (!history.documents.contains(info.hash)) return wrong("a document that was never sent");
    const auto document = node.documents().get(info.hash);
    if (!document) return wrong("document {}: {}", info.hash.hex(), name(document.error()));
  }
  return checked;
}

}  // namespace

std::expected<History, Wrong> history_of(const std::filesystem::path& data) {
  const SystemClock clock;
  auto node = open_data(data, clock, recorded_settings());
  if (!node) return std::unexpected(node.error());
  History history;
  const auto read = (*node)->ledger().journal().for_each(0, [&](const codec::Block& block) {
    history.blocks.push_back(codec::block_hash(block.header));
    return true;
  });
  if (!read) return wrong("the journal: {}", describe(read.error()));
  const auto documents = (*node)->documents().list(std::nullopt, kDocumentsMax);
  if (!documents) return wrong("the documents: {}", name(documents.error()));
  for (const auto& info : *documents) history.documents.insert(info.hash);
  return history;
}

std::expected<History, Wrong> read_history(const Options& options, const Recording& recording) {
  const auto data = recording.disk / kDataName;
  const auto replayed =
      run_replay(options.bin_dir, {"--verify"}, data, recording.disk / "replay.out");
  if (!replayed) return std::unexpected(replayed.error());
  auto history = history_of(data);
  if (!history) return history;
  for (const auto& attribute : recording.attributes) {
    for (const auto& blob : attribute.blobs) history->documents.insert(blob.document);
  }
  const auto whole = check_image(data, recording, *history, kNever - 1);
  if (!whole) return wrong("without any loss: {}", whole.error());
  return history;
}

std::expected<Checked, Wrong> check_image(const std::filesystem::path& data,
                                          const Recording& recording, const History& history,
                                          std::uint64_t cut) {
  const SystemClock clock;
  auto node = open_data(data, clock, recorded_settings());
  if (!node) return std::unexpected(node.error());
  if (const auto done = check_blocks(**node, history); !done) return std::unexpected(done.error());
  if (const auto done = follow((*node)->views(), (*node)->ledger().journal()); !done) {
    return std::unexpected(done.error());
  }
  Checked checked;
  const auto transactions = check_transactions(**node, recording, cut);
  if (!transactions) return std::unexpected(transactions.error());
  checked.transactions = *transactions;
  const auto custody = check_custody(**node, recording, cut, clock.wall_ms());
  if (!custody) return std::unexpected(custody.error());
  const auto documents = check_documents(**node, recording, history, cut);
  if (!documents) return std::unexpected(documents.error());
  checked.others = *custody + *documents;
  return checked;
}

}  // namespace tally::fault
