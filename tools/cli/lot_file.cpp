#include "cli/lot_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <unordered_set>

#include "base/bytes.hpp"
#include "contracts/limits.hpp"
#include "crypto/random.hpp"
#include "market/serial_list.hpp"

namespace tally::cli {
namespace {

constexpr std::string_view kFormat = "tally/lot/1";
constexpr std::uint64_t kReportEvery = 100'000;
constexpr std::size_t kSyncBytes = std::size_t{1} << 20;

std::unexpected<Failure> wrong(const std::filesystem::path& path, std::string_view what) {
  return usage(fmt::format("{}: {}", path.string(), what));
}

struct Found {
  LotFile file;
  bool whole = false;
  std::uint64_t good_bytes = 0;  ///< Up to the last whole line.
};

// `=` count root
bool read_end(std::string_view line, Found& found) {
  const auto root = array_from_hex<32>(line.substr(line.find_last_of(' ') + 1));
  const auto expected = fmt::format("= {} ", found.file.serials.size());
  if (!root || !line.starts_with(expected)) return false;
  found.file.root = *root;
  found.whole = true;
  return true;
}

bool read_head(std::string_view line, Found& found) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return false;
  const auto secret = array_from_hex<32>(line.substr(space + 1));
  found.file.lot = line.substr(0, space);
  if (!secret || !contracts::valid_lot_key(found.file.lot)) return false;
  found.file.secret = *secret;
  return true;
}

// What is there, to its last whole line.
Result<Found> read_there(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return wrong(path, std::strerror(errno));
  Found found;
  std::string line;
  for (std::uint64_t number = 1; std::getline(in, line); ++number) {
    if (in.eof()) break;  // Cut off: the line may not be whole.
    const bool right = number == 1             ? line == kFormat
                       : number == 2           ? read_head(line, found)
                       : line.starts_with('=') ? read_end(line, found)
                                               : !found.whole && !line.empty();
    if (!right) return wrong(path, fmt::format("line {} is not one of a lot's file", number));
    if (number > 2 && !found.whole) found.file.serials.push_back(line);
    found.good_bytes += line.size() + 1;
    if (found.file.serials.size() > contracts::kLotItemsMax) {
      return wrong(path, "there are too many serials");
    }
  }
  return found;
}

// Appends lines, synced now and then, so that little is lost when the machine stops.
class Appender {
 public:
  static Result<Appender> open(const std::filesystem::path& path, std::uint64_t good_bytes) {
    Appender out;
    out.path_ = path;
    out.file_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!out.file_) return wrong(path, std::strerror(errno));
    const auto at = static_cast<off_t>(good_bytes);
    if (::ftruncate(*out.file_, at) != 0 || ::lseek(*out.file_, at, SEEK_SET) != at) {
      return wrong(path, std::strerror(errno));
    }
    return out;
  }

  Result<void> line(std::string_view text) {
    waiting_.append(text);
    waiting_ += '\n';
    return waiting_.size() < kSyncBytes ? Result<void>{} : flush();
  }
  Result<void> flush() {
    for (std::string_view left = waiting_; !left.empty();) {
      const auto done = ::write(*file_, left.data(), left.size());
      if (done < 0 && errno != EINTR) return wrong(path_, std::strerror(errno));
      if (done > 0) left.remove_prefix(static_cast<std::size_t>(done));
    }
    waiting_.clear();
    if (::fsync(*file_) != 0) return wrong(path_, std::strerror(errno));
    return {};
  }

 private:
  class File {
   public:
    File() = default;
    File(File&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}
    File& operator=(File&&) = delete;
    ~File() {
      if (handle_ >= 0) ::close(handle_);
    }
    void reset(int handle) { handle_ = handle; }
    explicit operator bool() const { return handle_ >= 0; }
    int operator*() const { return handle_; }

   private:
    int handle_ = -1;
  };

  std::filesystem::path path_;
  File file_;
  std::string waiting_;
};

// The list against what is there, then beyond it. Returns the serials that were appended.
Result<void> take_over(const std::filesystem::path& list, std::istream& in, Found& found,
                       Appender& file, Terminal& terminal) {
  market::SerialList serials(in, found.file.lot);
  std::unordered_set<std::string> seen;
  std::uint64_t count = 0;
  const auto there = found.file.serials.size();
  while (true) {
    auto serial = serials.next();
    if (!serial) {
      return wrong(list,
                   fmt::format("line {}: {}", serials.line(), market::describe(serial.error())));
    }
    if (!*serial) break;
    if (count == contracts::kLotItemsMax || (found.whole && count == there)) {
      return wrong(list, fmt::format("line {}: more than {} serials", serials.line(), count));
    }
    if (!seen.insert(**serial).second) {
      return wrong(list, fmt::format("line {}: {} stands twice", serials.line(), **serial));
    }
    if (count < there && found.file.serials[count] != **serial) {
      return wrong(list, fmt::format("line {}: the file has another list", serials.line()));
    }
    if (count >= there) {
      if (auto done = file.line(**serial); !done) return done;
      found.file.serials.push_back(**std::move(serial));
    }
    if (++count % kReportEvery == 0) terminal.err(fmt::format("{} serials\n", count));
  }
  if (count == 0) return wrong(list, "there is no serial");
  if (count < there) return wrong(list, "the file has more serials than the list");
  return {};
}

// About three seconds for a million serials, with the root.
void grow_tree(LotFile& file) {
  file.tree = market::LotTree(file.lot, file.secret);
  for (const auto& serial : file.serials) file.tree.add(serial);
}

}  // namespace

Result<LotFile> read_lot_file(const std::filesystem::path& path) {
  auto found = read_there(path);
  if (!found) return std::unexpected(found.error());
  if (!found->whole) return wrong(path, "the list was cut off: run `tally item lot prepare` again");
  grow_tree(found->file);
  if (found->file.tree.root() != found->file.root) {
    return wrong(path, "the root is not that of the serials: the file was changed");
  }
  return std::move(found->file);
}

Result<LotFile> make_lot_file(const std::filesystem::path& path, const std::string& lot,
                              const std::filesystem::path& list, Terminal& terminal) {
  if (!contracts::valid_lot_key(lot)) return usage(lot + ": no key of a lot, as 01/…/10/SPRING");
  std::ifstream in(list, std::ios::binary);
  if (!in) return wrong(list, std::strerror(errno));
  Found found;
  if (std::filesystem::exists(path)) {
    auto there = read_there(path);
    if (!there) return std::unexpected(there.error());
    found = *std::move(there);
    if (!found.file.lot.empty() && found.file.lot != lot) return wrong(path, "of another lot");
  }
  const bool fresh = found.file.lot.empty();
  auto file = Appender::open(path, fresh ? 0 : found.good_bytes);
  if (!file) return std::unexpected(file.error());
  if (fresh) {
    found.file.lot = lot;
    found.file.secret = crypto::random_array<32>();
    for (const auto& line :
         {std::string(kFormat), fmt::format("{} {}", lot, to_hex(found.file.secret))}) {
      if (auto done = file->line(line); !done) return std::unexpected(done.error());
    }
  }
  if (auto done = take_over(list, in, found, *file, terminal); !done) {
    static_cast<void>(file->flush());  // What was good so far is taken up the next time.
    return std::unexpected(done.error());
  }
  grow_tree(found.file);
  if (!found.whole) {
    found.file.root = found.file.tree.root();
    const auto end = fmt::format("= {} {}", found.file.serials.size(), to_hex(found.file.root));
    if (auto done = file->line(end); !done) return std::unexpected(done.error());
  }
  if (auto done = file->flush(); !done) return std::unexpected(done.error());
  return std::move(found.file);
}

}  // namespace tally::cli
