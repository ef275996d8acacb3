#include "fault/common/journal_check.hpp"

#include <map>

#include "base/clock.hpp"
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "ledger/archive.hpp"
#include "ledger/journal.hpp"
#include "storage/lmdb_store.hpp"

namespace tally::fault {
namespace {

contracts::NetworkId network() {
  return contracts::network_id(codec::encode_genesis(client::development_genesis()));
}

}  // namespace

std::expected<void, std::string> for_each_block(
    const std::filesystem::path& data, const std::function<void(const codec::Block&)>& visit) {
  const SystemClock clock;
  auto store =
      storage::open_lmdb_store(data / "journal", clock, ledger::Journal::store_options(network()));
  auto tip = storage::TipFile::open(data / "journal.tip", false);
  auto archive = ledger::Archive::open(data / "archive", network());
  if (!store || !tip || !archive) return std::unexpected("the journal cannot be opened");
  const auto journal =
      ledger::Journal::open(std::move(*store), std::move(*tip), std::move(*archive));
  if (!journal) return std::unexpected("the journal: " + describe(journal.error()));
  const auto read = (*journal)->for_each(0, [&](const codec::Block& block) {
    visit(block);
    return true;
  });
  if (!read) return std::unexpected("the journal: " + describe(read.error()));
  return {};
}

std::expected<void, std::string> check_journal(const std::filesystem::path& data,
                                               std::span<const JournaledPromise> promises) {
  std::map<contracts::Txid, std::pair<bool, std::uint64_t>> there;
  std::string twice;
  const auto id = network();
  const auto read = for_each_block(data, [&](const codec::Block& block) {
    for (const auto& outcome : block.outcomes) {
      const auto* settled = std::get_if<codec::SettledRecord>(&outcome);
      const auto txid = settled != nullptr ? contracts::txid(id, settled->body)
                                           : std::get<codec::RejectedRecord>(outcome).txid;
      const bool is_new =
          there.emplace(txid, std::pair(settled != nullptr, block.header.height)).second;
      if (!is_new) twice = txid.hex();
    }
  });
  if (!read) return read;
  if (!twice.empty()) return std::unexpected(twice + " is in the journal twice");
  for (const auto& promise : promises) {
    const auto found = there.find(promise.txid);
    if (found == there.end() || found->second != std::pair(promise.settled, promise.height)) {
      return std::unexpected(promise.txid.hex() +
                             " was acknowledged and is not in the journal as told");
    }
  }
  return {};
}

}  // namespace tally::fault
