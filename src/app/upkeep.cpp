// A node's upkeep while it runs: what its backup consists of, and the archive.
#include <fmt/format.h>

#include "app/node.hpp"
#include "base/log.hpp"
#include "documents/scrub.hpp"
#include "ledger/scrub.hpp"
#include "storage/file_copy.hpp"

namespace tally::app {
namespace {

// For so long a token's end can be seen by whoever lists its tokens.
constexpr std::uint64_t kDeadTokensKeptMs = 24 * 3600 * 1000;
constexpr std::chrono::hours kHousekeepingPause{1};

using backup::Failure;
using storage::CopyOptions;

// The result of a copy as a part's.
template <typename T, typename E>
std::expected<void, Failure> told(const std::expected<T, E>& done) {
  if (done) return {};
  return std::unexpected(std::string(name(done.error())));
}

// A part that is a store: copied into a directory of the part's name.
template <typename Copy>
backup::Part store_part(std::string name, Copy copy) {
  return {name, [name, copy](const std::filesystem::path& to, const CopyOptions& options) {
            return told(copy(to / name, options));
          }};
}

}  // namespace

std::filesystem::path Node::archive_dir() const {
  if (config_.storage.archive_dir.empty()) return path("archive");
  return config_.storage.archive_dir;
}

// backup/backup.hpp says why in this order.
backup::Parts Node::backup_parts() {
  backup::Parts parts;
  parts.network_id = ledger_->network_id().bytes;
  parts.before.push_back(store_part("state", [this](const auto& to, const auto& options) {
    return ledger_->copy_state_to(to, options);
  }));
  parts.before.push_back(store_part("views", [this](const auto& to, const auto& options) {
    return views_->copy_to(to, options);
  }));
  parts.before.push_back(store_part("provenance", [this](const auto& to, const auto& options) {
    return capture_->store().copy_to(to, options);
  }));
  parts.journal = [this](const std::filesystem::path& to,
                         const CopyOptions& options) -> std::expected<backup::JournalEnd, Failure> {
    const auto tip = ledger_->journal().copy_to(to, clock_, ledger_->network_id(), options);
    if (!tip) return std::unexpected(describe(tip.error()));
    return backup::JournalEnd{tip->height, tip->hash};
  };
  parts.after.push_back(
      {"archive", [this](const std::filesystem::path& to, const CopyOptions& options) {
         const auto segments = ledger_->journal().archive()->segments();
         std::expected<void, Failure> done;
         if (!segments) done = std::unexpected(describe(segments.error()));
         for (const auto& segment : segments.value_or(std::vector<ledger::SegmentInfo>{})) {
           const auto file = ledger::segment_name(segment.first, segment.last);
           if (done) done = backup::copy_file(segment.path, to / "archive" / file, options);
         }
         return done;
       }});
  parts.after.push_back(store_part("custody", [this](const auto& to, const auto& options) {
    return custody_store_->copy_to(to, options);
  }));
  parts.after.push_back(store_part("profiles", [this](const auto& to, const auto& options) {
    return profiles_->copy_to(to, options);
  }));
  parts.after.push_back(store_part("documents", [this](const auto& to, const auto& options) {
    return documents_->copy_to(to, options);
  }));
  // A development network has no genesis, and most nodes nothing in quarantine.
  for (const auto* file : {"node.key", "genesis", "quarantine"}) {
    parts.after.push_back({file,
                           [this, file](const std::filesystem::path& to, const CopyOptions& options)
                               -> std::expected<void, Failure> {
                             if (!std::filesystem::exists(path(file))) return {};
                             return backup::copy_file(path(file), to / file, options);
                           }});
  }
  return parts;
}

void Node::start_upkeep() {
  const engine::ArchivistOptions options{.keep_blocks = config_.storage.archive_keep_blocks,
                                         .segment_blocks = config_.storage.archive_segment_blocks};
  archivist_ = std::make_unique<engine::Archivist>(
      *ledger_, *engine_, [this] { return follower_->durable_height(); }, options);
  backups_ = std::make_unique<backup::Runner>(backup_parts(), config_.network.data_dir,
                                              config_.storage.backup_bytes_per_second_max, clock_);
  start_scrub();
  housekeeper_ =
      std::make_unique<Housekeeper>([this] { forget_dead_tokens(); }, kHousekeepingPause);
}

// Those that are dead count towards what the node keeps in all.
void Node::forget_dead_tokens() {
  const auto now_ms = clock_.wall_ms();
  const auto before_ms = now_ms - std::min(now_ms, kDeadTokensKeptMs);
  auto purged = tokens_->purge(before_ms);
  while (purged && *purged == custody::kTokensPurgedMax) purged = tokens_->purge(before_ms);
  if (!purged) spdlog::warn("dead tokens stay: {}", name(purged.error()));
}

// The journal and the state are what is written by: with either damaged nothing more is.
void Node::start_scrub() {
  std::vector<storage::ScrubbedPart> parts;
  parts.push_back({"journal", [this](const auto& options) {
                     return ledger::scrub_journal(config_.network.data_dir, options);
                   }});
  for (const auto* name : {"state", "views", "custody", "profiles", "provenance"}) {
    parts.push_back({name, [this, name](const auto& options) {
                       return storage::scrub_store(path(name), name, options);
                     }});
  }
  parts.push_back({"documents", [this](const auto& options) {
                     return documents::scrub_documents(path("documents"), documents_.get(),
                                                       options);
                   }});
  parts.push_back({"archive", [this](const auto& options) {
                     return ledger::scrub_archive(archive_dir(), ledger_->network_id(), options);
                   }});
  storage::ScrubberOptions options;
  options.bytes_per_second_max = config_.storage.scrub_bytes_per_second_max;
  scrubber_ = std::make_unique<storage::Scrubber>(
      std::move(parts), options, [this](const std::string& store, const storage::Damage& damage) {
        if (store != "journal" && store != "state") return;
        const auto code = store == "journal" ? ledger::FaultCode::journal_corrupt
                                             : ledger::FaultCode::state_corrupt;
        engine_->halt({code, {}, 0, describe(damage)});
      });
}

}  // namespace tally::app
