#include "fault/common/data_check.hpp"

#include <fmt/format.h>

#include "app/config.hpp"
#include "app/node.hpp"
#include "base/check.hpp"
#include "fault/common/node_program.hpp"
#include "storage/memory_store.hpp"
#include "storage/scan.hpp"

namespace tally::fault {
namespace {

constexpr std::size_t kApplyBlocks = 128;

template <typename... Arguments>
std::unexpected<Wrong> wrong(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return std::unexpected(fmt::format(format, std::forward<Arguments>(arguments)...));
}

using Rows = std::vector<std::pair<Bytes, Bytes>>;

std::expected<Rows, Wrong> rows_of(const storage::ReadTransaction& tables, std::uint32_t table) {
  Rows rows;
  const auto done =
      storage::for_each(tables, storage::Table{table}, {}, storage::Direction::forward,
                        [&](const storage::Entry& entry) {
                          rows.emplace_back(Bytes(entry.key.begin(), entry.key.end()),
                                            Bytes(entry.value.begin(), entry.value.end()));
                          return true;
                        });
  if (!done) return wrong("the views: {}", storage::name(done.error()));
  return rows;
}

// The views as they are against views built anew from the same journal.
std::expected<void, Wrong> compare_views(app::Node& node) {
  const auto& ledger = node.ledger();
  const auto source = [&](std::uint64_t height) { return ledger.journal().read(height); };
  auto options = views::Views::store_options(ledger.network_id());
  const auto tables = options.tables;
  options.create = true;
  storage::MemoryDisk disk;
  const SystemClock clock;
  auto memory = storage::open_memory_store(disk, clock, options);
  if (!memory) return wrong("a store in memory: {}", storage::name(memory.error()));
  auto anew = views::Views::open(std::move(*memory), ledger.genesis(), source);
  if (!anew) return wrong("the views: {}", describe(anew.error()));
  if (const auto done = follow(**anew, ledger.journal()); !done) return done;
  const auto ours = node.views().snapshot();
  const auto theirs = (*anew)->snapshot();
  if (!ours || !theirs) return wrong("the views have no snapshot");
  for (std::uint32_t table = 0; table < tables.size(); ++table) {
    const auto have = rows_of(ours->tables(), table);
    const auto want = rows_of(theirs->tables(), table);
    if (!have || !want) return wrong("the views cannot be read");
    if (*have != *want)
      return wrong("the views' table {} is not what the journal gives", tables[table]);
  }
  return {};
}

}  // namespace

std::expected<std::unique_ptr<app::Node>, Wrong> open_data(
    const std::filesystem::path& data, const Clock& clock,
    const std::vector<std::string>& settings) {
  app::Config config;
  config.network.development = true;
  config.network.data_dir = data.string();
  CHECK(app::apply_overrides(config, settings).has_value());
  auto node = app::Node::recover(config, clock);
  if (!node) return wrong("does not open: {}", node.error());
  return std::move(*node);
}

std::expected<void, Wrong> follow(views::Views& views, const ledger::Journal& journal) {
  const auto tip = journal.tip()->height;
  while (views.next_height() <= tip) {
    std::vector<std::shared_ptr<const codec::Block>> blocks;
    const auto read = journal.for_each(views.next_height(), [&](const codec::Block& block) {
      blocks.push_back(std::make_shared<const codec::Block>(block));
      return blocks.size() < kApplyBlocks;
    });
    if (!read) return wrong("the journal: {}", describe(read.error()));
    if (const auto done = views.apply(blocks); !done) {
      return wrong("the views: {}", describe(done.error()));
    }
  }
  return {};
}

std::expected<void, Wrong> check_views(const std::filesystem::path& data) {
  const SystemClock clock;
  auto node = open_data(data, clock);
  if (!node) return wrong("to compare its views: {}", node.error());
  if (const auto done = follow((*node)->views(), (*node)->ledger().journal()); !done) return done;
  return compare_views(**node);
}

std::expected<void, Wrong> check_thoroughly(const Options& options,
                                            const std::filesystem::path& data) {
  {
    const SystemClock clock;
    auto node = open_data(data, clock);
    if (!node) return wrong("a second time: {}", node.error());
    if (const auto same = compare_views(**node); !same) return same;
  }
  const auto output = data.parent_path() / "program.out";
  if (auto done = run_replay(options.bin_dir, {"--verify"}, data, output); !done) return done;
  return start_and_stop(options.bin_dir, {.data = data, .output = output});
}

}  // namespace tally::fault
