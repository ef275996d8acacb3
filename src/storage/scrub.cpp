#include "storage/scrub.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/planted.hpp"
#include "storage/checksum.hpp"
#include "storage/identity.hpp"
#include "storage/linked_record.hpp"
#include "storage/lmdb_anchors.hpp"
#include "storage/lmdb_tree.hpp"

namespace tally::storage {
namespace {

// After so many bytes it looks at the newest commit again; and sleeps, if it is paced.
constexpr std::uint64_t kSliceBytes = std::uint64_t{4} << 20;
// How often one place is looked at again since a commit came between.
constexpr int kTriesMax = 1000;

struct Wrong {
  PageNumber page = 0;
  std::string table;
  Bytes key;
  std::string what;
};
using Checked = std::expected<void, Wrong>;

std::unexpected<Wrong> wrong(const PageFault& fault, std::string_view table = {}) {
  return std::unexpected(Wrong{fault.page, std::string(table), {}, std::string(fault.what)});
}

class Scrub {
 public:
  Scrub(PageFile file, const ScrubOptions& options) : file_(std::move(file)), options_(options) {}

  std::expected<ScrubReport, Wrong> run() {
    if (auto done = settled([&] { return structure(); }); !done) return failed(done);
    if (unsettled_) {
      report_.ended_early = true;
      return report_;
    }
    if (PLANTED(scrub_skips_a_table)) names_.pop_back();
    for (const auto& name : names_) {
      table_ = name;
      after_ = Bytes{};
      link_ = 0;
      whole_ = true;
      total_ = {};
      ended_ = false;
      while (!ended_ && !options_.stop.stop_requested()) {
        if (auto done = settled([&] { return slice(); }); !done) return failed(done);
        pace_.reach(file_.bytes_read());
      }
      report_.ended_early |= !ended_;
      ++report_.tables;
    }
    report_.bytes = file_.bytes_read();
    return report_;
  }

 private:
  static std::unexpected<Wrong> failed(const Checked& done) {
    return std::unexpected(done.error());
  }

  // Does `check` until it finds nothing wrong, or something while no commit came. If one always
  // came between, nothing was found out.
  template <typename Check>
  Checked settled(Check check) {
    Checked done;
    unsettled_ = false;
    for (int tries = 0; tries < kTriesMax; ++tries) {
      const auto meta = file_.meta();
      if (meta) {
        meta_ = *meta;
        done = check();
        if (done) return done;
      } else {
        done = wrong(meta.error());
      }
      const auto again = file_.meta();
      const bool unmoved = !meta && !again && tries > 10;
      if (unmoved || (meta && again && again->transaction == meta->transaction)) return done;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    unsettled_ = true;
    return {};
  }

  Checked structure() {
    if (meta_.transaction == 0) return wrong(PageFault{0, "nothing was ever written to it"});
    if (const auto sound = check_structure(file_, meta_); !sound) return wrong(sound.error());
    const auto tables = read_tables(file_, meta_);
    if (!tables) return wrong(tables.error());
    names_.clear();
    for (const auto& table : *tables) {
      if (table.name != kMetaTable) names_.push_back(table.name);
    }
    if (names_.empty()) return wrong(PageFault{0, "it has no tables"});
    const auto anchors = read_meta_table(file_, meta_, *tables);
    if (!anchors) return wrong(anchors.error(), kMetaTable);
    const auto identity = read_identity_record(file_, meta_, *tables);
    if (!identity) return wrong(identity.error(), kMetaTable);
    if (identity->size() < 4 ||
        read_be<std::uint32_t>(*identity) != crc32c(ByteView(*identity).subspan(4))) {
      return wrong(PageFault{0, "the record of its identity"}, kMetaTable);
    }
    return {};
  }

  // Goes on with the table behind the last entry that was whole.
  Checked slice() {
    const auto tables = read_tables(file_, meta_);
    if (!tables) return wrong(tables.error());
    const auto anchors = read_meta_table(file_, meta_, *tables);
    if (!anchors) return wrong(anchors.error(), kMetaTable);
    const auto tree = std::ranges::find(*tables, table_, &NamedTree::name);
    const auto seed = table_seed(table_);
    const auto anchor = find_anchor(*anchors, seed);
    if (tree == tables->end() || !anchor) return std::unexpected(Wrong{0, table_, {}, "no table"});
    if (tree->tree.entries != anchor->count) {
      return std::unexpected(Wrong{0, table_, {}, "it has another number of entries"});
    }
    if (!after_.empty() && transaction_ != meta_.transaction) {
      // Others have written: what came before is of another state than what follows.
      whole_ = false;
    }
    transaction_ = meta_.transaction;
    TreeWalk walk(file_, tree->tree, meta_.last_page);
    if (const auto found = walk.seek(after_); !found) return wrong(found.error(), table_);
    const auto end_bytes = file_.bytes_read() + kSliceBytes;
    bool first = true;
    while (file_.bytes_read() < end_bytes) {
      const auto node = walk.next();
      if (!node) return wrong(node.error(), table_);
      if (!*node) return end(*anchor, walk.page());
      const auto record = open_linked(seed, (*node)->key, (*node)->value);
      const auto bad = [&](std::string what) {
        const auto page = (*node)->is_long() ? walk.value_page() : walk.page();
        return std::unexpected(
            Wrong{page, table_, Bytes((*node)->key.begin(), (*node)->key.end()), std::move(what)});
      };
      if (!record) return bad("the record is not what was written");
      // Where it goes on after others have written, the entry before may be another one.
      const bool known = whole_ || !first || after_.empty();
      if (known && record->link != link_ && !std::ranges::equal((*node)->key, after_)) {
        return bad("entries are missing before it");
      }
      if (first && !after_.empty() && std::ranges::equal((*node)->key, after_)) {
        first = false;
        link_ = link_of((*node)->key);
        continue;
      }
      first = false;
      if (options_.visit) {
        if (auto what = options_.visit(table_, {(*node)->key, record->payload})) {
          return bad(std::move(*what));
        }
      }
      link_ = link_of((*node)->key);
      after_.assign((*node)->key.begin(), (*node)->key.end());
      total_.sum += weight(record->checksum);
      ++total_.count;
      ++report_.records;
    }
    return {};
  }

  Checked end(const Anchor& anchor, PageNumber page) {
    total_.last = link_;
    if ((whole_ && total_ != anchor) || total_.last != anchor.last) {
      return std::unexpected(Wrong{page,
                                   table_,
                                   {},
                                   "it is not the table that was written: "
                                   "entries are missing, or older ones show"});
    }
    ended_ = true;
    return {};
  }

  PageFile file_;
  const ScrubOptions& options_;
  ScrubPace pace_{options_};
  Meta meta_;
  ScrubReport report_;
  std::vector<std::string> names_;
  std::string table_;
  Bytes after_;             // the last key that was whole
  std::uint32_t link_ = 0;  // to it
  std::uint64_t transaction_ = 0;
  Anchor total_;
  bool whole_ = true;  // all of the table so far was of one state
  bool ended_ = false;
  bool unsettled_ = false;
};

}  // namespace

void ScrubPace::reach(std::uint64_t bytes) {
  bytes_ = bytes;
  const auto rate = options_.bytes_per_second_max;
  if (rate == 0) return;
  const auto due = begun_ + std::chrono::milliseconds(bytes_ * 1'000 / rate);
  while (std::chrono::steady_clock::now() < due && !options_.stop.stop_requested()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

std::expected<ScrubReport, Damage> scrub_store(const std::filesystem::path& directory,
                                               std::string_view kind, const ScrubOptions& options) {
  const auto path = directory / "data.mdb";
  auto file = PageFile::open(path, options.direct);
  Wrong found;
  if (file) {
    auto report = Scrub(std::move(*file), options).run();
    if (report) return *report;
    found = std::move(report.error());
  } else {
    found.what = "it cannot be looked at: " + std::string(name(file.error()));
  }
  return std::unexpected(Damage{path, found.page, std::move(found.table), std::move(found.key),
                                std::move(found.what), std::string(advice_for(kind))});
}

}  // namespace tally::storage
