#include "engine/archivist.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "storage/unknown_outcome.hpp"

namespace tally::engine {
namespace {

// A segment whose sync has failed must not be synced again and taken for durable: what it holds
// would be pruned from the journal.
std::unexpected<ledger::Fault> told(const ledger::Fault& fault) {
  if (fault.storage == storage::Error::outcome_unknown) storage::stop_process(describe(fault));
  return std::unexpected(fault);
}

}  // namespace

Archivist::Archivist(ledger::Ledger& ledger, const Engine& engine,
                     std::function<std::uint64_t()> views_height, ArchivistOptions options)
    : ledger_(ledger), engine_(engine), views_height_(std::move(views_height)), options_(options) {
  if (options_.keep_blocks > 0) thread_ = std::thread([this] { follow_policy(); });
}

Archivist::~Archivist() { stop(); }

std::uint64_t Archivist::end(std::uint64_t keep_blocks) const {
  const auto less = [](std::uint64_t a, std::uint64_t b) { return a > b ? a - b : 0; };
  return std::min({ledger_.checkpoint_height(), views_height_(),
                   less(engine_.head().height + 1, std::max<std::uint64_t>(keep_blocks, 1))});
}

ledger::Faulty<ArchiveReport> Archivist::run(std::uint64_t keep_blocks, bool partial) {
  const std::lock_guard one(running_);
  auto& journal = ledger_.journal();
  const auto below = end(keep_blocks);
  ArchiveReport report;
  const auto archived = journal.archive_below(below, options_.segment_blocks, partial);
  if (!archived) return told(archived.error());
  report.archived_to = *archived;
  const auto pruned = journal.prune_below(below);
  if (!pruned) return told(pruned.error());
  report.pruned = *pruned;
  const auto first = journal.first_height();
  if (!first) return std::unexpected(first.error());
  report.first = *first;
  if (report.pruned > 0) {
    spdlog::info("archived up to block {}, pruned {} blocks: the journal begins with block {}",
                 report.archived_to, report.pruned, report.first);
  }
  return report;
}

void Archivist::follow_policy() {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, options_.look_every, [&] { return stopping_; })) {
    lock.unlock();
    if (const auto done = run(options_.keep_blocks, false); !done) {
      spdlog::error("archiving is tried again: {}", describe(done.error()));
    }
    lock.lock();
  }
}

void Archivist::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace tally::engine
