#include "fault/flips/read_everything.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "fault/common/chance.hpp"
#include "storage/lmdb_store.hpp"
#include "storage/scan.hpp"

namespace tally::fault {
namespace {

using storage::Direction;
using storage::Error;
using storage::Table;

bool is_refusal(Error error) { return error == Error::corrupt || error == Error::io; }

class Asking {
 public:
  Asking(const Contents& contents, std::uint64_t seed, std::string& said)
      : contents_(contents), chance_(seed), said_(said) {}

  void ask(storage::Store& store) {
    const auto read = store.begin_read();
    if (!read) {
      note(read.error(), "begin_read");
      return;
    }
    for (std::uint32_t i = 0; i < contents_.size(); ++i) ask(**read, Table{i});
  }

  // A write may be refused for whatever reason: the caller knows that it has failed.
  void write(storage::Store& store) {
    const Bytes key(20, 0x7f);
    auto tx = store.begin_write();
    if (!tx) {
      refused_ = true;
      return;
    }
    for (std::uint32_t i = 0; i < contents_.size(); ++i) {
      auto done = (*tx)->put(Table{i}, key, key);
      if (done && !contents_[i].empty()) {
        const auto& [old, value] = contents_[i][chance_.below(contents_[i].size())];
        done = (*tx)->put(Table{i}, old, value);
      }
      if (done) done = (*tx)->erase(Table{i}, key);
      if (!done) {
        refused_ = true;
        return;
      }
    }
    if (!(*tx)->commit()) refused_ = true;
  }

  [[nodiscard]] bool wrong() const { return wrong_; }
  [[nodiscard]] bool refused() const { return refused_; }

 private:
  void fail(std::string text) {
    if (!wrong_) said_ = std::move(text);
    wrong_ = true;
  }
  void note(Error error, std::string_view where) {
    if (!is_refusal(error)) return fail(fmt::format("{}: {}", where, name(error)));
    refused_ = true;
  }

  void ask(const storage::ReadTransaction& read, Table table) {
    const auto& entries = contents_[table.index];
    for (const auto& [key, value] : entries) {
      const auto got = read.get(table, key);
      if (!got) {
        note(got.error(), fmt::format("table {}: get {}", table.index, to_hex(key)));
      } else if (!std::ranges::equal(*got, value)) {
        fail(fmt::format("table {}: another value of {}", table.index, to_hex(key)));
      }
      absent(read, table, key);
    }
    absent(read, table, Bytes{});
    const auto count = read.count(table);
    if (!count) {
      note(count.error(), "count");
    } else if (*count != entries.size()) {
      fail(fmt::format("table {}: counts {}, not {}", table.index, *count, entries.size()));
    }
    walk(read, table, 0, entries.size(), true);
    for (int i = 0; i < 4 && !entries.empty(); ++i) {
      const auto first = chance_.below(entries.size());
      walk(read, table, first, chance_.between(first, entries.size() - 1), false);
    }
  }

  void absent(const storage::ReadTransaction& read, Table table, Bytes key) {
    key.push_back(0);
    const auto& entries = contents_[table.index];
    if (key.size() > storage::kKeyBytesMax ||
        std::ranges::binary_search(entries, key, {}, [](const auto& e) { return e.first; })) {
      return;
    }
    const auto got = read.get(table, key);
    if (got) return fail(fmt::format("table {}: {} is there", table.index, to_hex(key)));
    if (got.error() != Error::not_found) note(got.error(), "get of nothing");
  }

  // Entries first … end − 1, or all without bounds, both ways.
  void walk(const storage::ReadTransaction& read, Table table, std::size_t first, std::size_t end,
            bool unbounded) {
    const auto& entries = contents_[table.index];
    storage::Range range;
    if (!unbounded) range = {entries[first].first, entries[end].first};
    for (const auto direction : {Direction::forward, Direction::backward}) {
      std::size_t at = 0;
      bool same = true;
      const auto walked =
          storage::for_each(read, table, range, direction, [&](const storage::Entry& entry) {
            const auto i = direction == Direction::forward ? first + at : end - 1 - at;
            same = at < end - first && std::ranges::equal(entry.key, entries[i].first) &&
                   std::ranges::equal(entry.value, entries[i].second);
            ++at;
            return same;
          });
      if (!walked) note(walked.error(), "scan");
      if (!same || (walked && at != end - first)) {
        fail(fmt::format("table {}: a scan of {} entries differs at its {}th", table.index,
                         end - first, at));
      }
    }
  }

  const Contents& contents_;
  Chance chance_;
  std::string& said_;
  bool wrong_ = false;
  bool refused_ = false;
};

}  // namespace

Contents read_contents(storage::Store& store, std::size_t tables) {
  Contents out(tables);
  const auto read = store.begin_read();
  if (!read) throw std::runtime_error("the undamaged store does not open");
  for (std::uint32_t i = 0; i < tables; ++i) {
    const auto walked = storage::for_each(
        **read, Table{i}, {}, Direction::forward, [&](const storage::Entry& entry) {
          out[i].emplace_back(Bytes(entry.key.begin(), entry.key.end()),
                              Bytes(entry.value.begin(), entry.value.end()));
          return true;
        });
    if (!walked) throw std::runtime_error("the undamaged store does not read");
  }
  return out;
}

int ask_everything(const std::filesystem::path& directory, const storage::Options& options,
                   const Contents& contents, std::uint64_t seed, std::string& said,
                   const std::function<void()>& opened) {
  const SystemClock clock;
  Asking asking(contents, seed, said);
  for (int round = 0; round < 2 && !asking.wrong(); ++round) {
    const auto store = storage::open_lmdb_store(directory, clock, options);
    if (!store) return round == 0 ? kRefusedOpening : kRefusedReading;
    if (round == 0 && opened) opened();
    asking.ask(**store);
    if (round == 0) asking.write(**store);
  }
  if (asking.wrong()) return kWrongAnswer;
  return asking.refused() ? kRefusedReading : kSame;
}

}  // namespace tally::fault
