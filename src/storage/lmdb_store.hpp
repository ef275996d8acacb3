// Stores on LMDB 0.9: the implementation of store.hpp that keeps what it is given.
//
// What LMDB does not do, or does in a way that a ledger cannot use, is done here:
// - A second process is refused (LMDB would share the file with it), by an flock on LOCK.
// - The map grows before it is full, with no transaction open; and disk is reserved ahead, so that
//   a full disk is told before a transaction begins and not as a short write inside its commit.
// - A failed commit is judged: LMDB writes and syncs the data pages before it writes the meta page,
//   so a failure before that is known not to have taken effect; a failure of the meta page itself
//   leaves the environment in its fatal state, which is asked for. Full map, and a write that a
//   full disk refused: known, the store lives. Any other failure, a failed sync among them, for
//   want of room too, is outcome_unknown, for good.
// - A file shorter than its meta page says is `corrupt`; reading it would be a SIGBUS.
//
// MDB_NOSYNC and MDB_WRITEMAP are never used, nor MDB_NOMEMINIT (it would write heap contents, keys
// among them, to the disk); MDB_NOMETASYNC only for Durability::rebuildable.
//
// The directory holds data.mdb, lock.mdb (LMDB's reader table) and LOCK, all of mode 0600. A store
// is made in the directory `making` in it and gets its name when it is whole: what a loss of power
// leaves of one that was not yet is thrown away by the next opening, and a file data.mdb that is no
// store was damaged.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>

#include "base/clock.hpp"
#include "storage/store.hpp"

namespace tally::storage {

/// Opens, or with Options::create makes, the store in `directory`. `clock` (for the age of readers)
/// outlives the store. Errors: invalid (the options), not_found, denied, locked, corrupt,
/// wrong_kind, wrong_network, newer_format, older_format, map_full, disk_full, busy, io.
[[nodiscard]] std::expected<std::unique_ptr<Store>, Error> open_lmdb_store(
    const std::filesystem::path& directory, const Clock& clock, Options options);

}  // namespace tally::storage
