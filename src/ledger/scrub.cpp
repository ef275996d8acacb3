#include "ledger/scrub.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "ledger/archive.hpp"
#include "ledger/chain_check.hpp"
#include "storage/tip_file.hpp"

namespace tally::ledger {
namespace {

using storage::Damage;
using storage::ScrubOptions;
using storage::ScrubReport;

// A slot that is being written looks damaged, for a moment.
constexpr int kTipTries = 20;

std::unexpected<Damage> damage(std::filesystem::path file, std::string_view kind,
                               std::string what) {
  return std::unexpected(
      Damage{std::move(file), 0, {}, {}, std::move(what), std::string(storage::advice_for(kind))});
}

std::expected<std::optional<storage::Tip>, Damage> read_tip(const std::filesystem::path& path) {
  for (int tries = 1;; ++tries) {
    const auto file = storage::TipFile::open(path, false);
    if (file && file->damaged_slots() == 0) return file->read();
    if (tries == kTipTries) {
      return damage(
          path, "journal",
          file ? "one of its two records is not what was written; if the power was lost, the next "
                 "block mends it"
               : fmt::format("it cannot be looked at: {}", name(file.error())));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

// The first height in the journal now; nothing if that cannot be found out.
std::optional<std::uint64_t> first_height(const std::filesystem::path& directory) {
  std::optional<std::uint64_t> out;
  std::stop_source stop;
  ScrubOptions options;
  options.stop = stop.get_token();
  options.visit = [&](std::string_view, const storage::Entry& entry) -> std::optional<std::string> {
    if (!out && entry.key.size() == 8) out = read_be<std::uint64_t>(entry.key);
    stop.request_stop();
    return std::nullopt;
  };
  if (!storage::scrub_store(directory, "journal", options)) return std::nullopt;
  return out;
}

}  // namespace

std::expected<ScrubReport, Damage> scrub_journal(const std::filesystem::path& data_dir,
                                                 const ScrubOptions& options) {
  const auto directory = data_dir / "journal";
  // Before the journal, which has what it names from then on.
  const auto tip = read_tip(data_dir / "journal.tip");
  if (!tip) return std::unexpected(tip.error());
  ChainCheck chain;
  auto with = options;
  with.visit = [&](std::string_view table, const storage::Entry& entry) {
    auto what = chain(table, entry);
    const bool other = !what && *tip && chain.last()->height == (*tip)->height &&
                       chain.last()->hash != (*tip)->hash;
    if (other) what = "it is another block than journal.tip names";
    if (!what && options.visit) what = options.visit(table, entry);
    return what;
  };
  auto report = storage::scrub_store(directory, "journal", with);
  if (!report || report->ended_early) return report;
  const auto& last = chain.last();
  if (*tip && (!last || last->height < (*tip)->height)) {
    return damage(data_dir / "journal.tip", "journal",
                  fmt::format("the journal ends before block {}, which it names", (*tip)->height));
  }
  if (!*tip && last && last->height > 0) {
    return damage(data_dir / "journal.tip", "journal", "it names no block");
  }
  // Blocks below a gap are gone by now, if they were pruned meanwhile.
  if (chain.gap_after()) {
    const auto first = first_height(directory);
    if (!first || *first <= *chain.gap_after()) {
      return damage(directory / "data.mdb", "journal",
                    fmt::format("blocks are missing after block {}", *chain.gap_after()));
    }
  }
  return report;
}

std::expected<ScrubReport, Damage> scrub_archive(const std::filesystem::path& directory,
                                                 const contracts::NetworkId& network,
                                                 const ScrubOptions& options) {
  ScrubReport report;
  storage::ScrubPace pace(options);
  const auto go_on = [&](std::uint64_t bytes) {
    pace.took(bytes);
    report.bytes += bytes;
    return !options.stop.stop_requested();
  };
  std::error_code error;
  std::filesystem::directory_iterator at(directory, error), end;
  for (; !error && at != end; at.increment(error)) {
    if (at->path().extension() != kSegmentSuffix) continue;
    const auto file = SegmentFile::open(at->path(), network);
    const bool gone = !file && file.error().storage == storage::Error::not_found;
    if (gone) continue;  // moved elsewhere since it was listed
    if (!file) return damage(at->path(), "archive", describe(file.error()));
    const auto whole = file->verify(go_on);
    if (options.stop.stop_requested()) {
      report.ended_early = true;
      return report;
    }
    if (!whole) return damage(at->path(), "archive", describe(whole.error()));
    ++report.files;
    report.records += file->info().last - file->info().first + 1;
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return damage(directory, "archive", "it cannot be looked at: " + error.message());
  }
  return report;
}

}  // namespace tally::ledger
