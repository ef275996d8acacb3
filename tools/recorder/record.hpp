// What a process has written, in the order in which it did: the format that the recorder
// (recorder.cpp, preloaded into tallyd) writes and the harness of power cuts reads.
//
//   log    = header records
//   record = Record path-or-content padding-to-8
//
// The log is a file that both have mapped. Each record has its place before the call that it is of
// returns to the program; so what a client was told is covered by what `used_bytes` says when the
// answer is there.
#pragma once

#include <atomic>
#include <cstdint>

namespace tally::recorder {

inline constexpr char kLogVariable[] = "TALLY_RECORD_LOG";    // the log's file, of its final size
inline constexpr char kRootVariable[] = "TALLY_RECORD_ROOT";  // what is recorded: absolute
/// How long a sync takes at least, in microseconds: in memory it would take no time, and nothing
/// would happen meanwhile.
inline constexpr char kSyncVariable[] = "TALLY_RECORD_SYNC_US";

inline constexpr std::uint64_t kMagic = 0x74616c6c79726563;  // "tallyrec"

/// Why a recording is of no use. The first is kept, with its path.
enum class Complaint : std::uint32_t {
  none = 0,
  log_full = 1,
  shared_map = 2,   // a file other than LMDB's lock.mdb is written through memory
  unsupported = 3,  // a call that is not recorded was made on a recorded file
  sync_failed = 4,
  files_max = 5,  // a descriptor beyond what is tracked
};

struct LogHeader {
  std::uint64_t magic = 0;
  std::atomic<std::uint64_t> used_bytes;  // the header included; records up to here are complete
  std::atomic<std::uint32_t> complaint;
  char complaint_path[236] = {};
};

enum class Event : std::uint32_t {
  open = 1,        // path; file. argument: flags. Makes the file if it is not there
  write = 2,       // file, offset, content. argument: 1 if the descriptor is O_DSYNC or O_SYNC
  truncate = 3,    // file, offset: its new size
  allocate = 4,    // file, offset, length in argument: at least so long
  sync_begin = 5,  // file. argument: a number of its own
  sync_end = 6,    // file. argument: that of its sync_begin, or of the write that is now durable
  make_dir = 7,    // path
  rename = 8,      // path NUL path
  remove = 9,      // path
  link = 10,       // path NUL path
};

/// Offsets, sizes and files in the machine's byte order: it is never read elsewhere.
struct Record {
  std::uint32_t bytes = 0;  // of the whole record, padding included
  Event event = Event::open;
  std::uint32_t thread = 0;
  std::uint32_t content_bytes = 0;
  std::uint64_t number = 0;  // 1, 2, …: the order
  std::uint64_t file = 0;    // inode
  std::uint64_t offset = 0;
  std::uint64_t argument = 0;
};

}  // namespace tally::recorder
