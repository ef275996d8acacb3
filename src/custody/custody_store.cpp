#include "custody/custody_store.hpp"

#include <algorithm>

#include "base/failpoint.hpp"
#include "base/planted.hpp"
#include "storage/lmdb_store.hpp"

namespace tally::custody {
namespace {

constexpr std::uint32_t kFormat = 2;
constexpr std::size_t kChecksumBytes = 4;

}  // namespace

storage::Options custody_options(const Hash32& network_id, bool create) {
  storage::Options options;
  options.tables = {"tokens", "tokens_by_principal", "agents", "agents_by_principal"};
  options.identity = {"custody", kFormat, network_id};
  options.create = create;
  return options;
}

std::expected<std::unique_ptr<storage::Store>, Error> open_custody_store(
    const std::filesystem::path& directory, const Clock& clock, const Hash32& network_id,
    bool create) {
  auto store = storage::open_lmdb_store(directory, clock, custody_options(network_id, create));
  if (!store) return std::unexpected(from_storage(store.error()));
  return std::move(*store);
}

std::expected<void, Error> write(
    storage::Store& store,
    const std::function<std::expected<void, Error>(storage::WriteTransaction&)>& body) {
  auto transaction = store.begin_write();
  if (!transaction) return std::unexpected(from_storage(transaction.error()));
  if (const auto done = body(**transaction); !done) return done;
  FAILPOINT(custody_before_commit);
  if (PLANTED(custody_not_committed)) return {};
  if (const auto committed = (*transaction)->commit(); !committed) {
    return std::unexpected(from_storage(committed.error()));
  }
  FAILPOINT(custody_after_commit);
  return {};
}

Bytes principal_key(const crypto::PublicKey& principal, ByteView id) {
  Bytes key;
  append(key, principal.view());
  append(key, id);
  return key;
}

bool is_label(std::string_view text) {
  return text.size() <= kLabelBytesMax && std::ranges::none_of(text, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte < 0x20 || byte == 0x7f;
         });
}

}  // namespace tally::custody
