#include "storage/damage.hpp"

#include <lmdb.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <mutex>

#include "base/check.hpp"
#include "base/log.hpp"

namespace tally::storage {
namespace {

constexpr std::size_t kGuardsMax = 64;
// A damaged page can lead so far beyond its end: pointers and sizes of keys have 16 bits.
constexpr std::uintptr_t kReach = std::uintptr_t{128} << 10;

struct Guard {
  std::atomic<bool> taken = false;
  std::atomic<MDB_env*> env = nullptr;
  std::atomic<std::uintptr_t> start = 0;
  std::atomic<std::uintptr_t> end = 0;
  std::array<char, 512> line{};  // "…/data.mdb is damaged", and what to do
};

// Process-wide as signals are: a handler has nothing else to find the maps by.
std::array<Guard, kGuardsMax> guards;
struct sigaction before_segv;
struct sigaction before_bus;

void say(const char* text) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text, std::strlen(text));
}

// Only what a signal handler may do.
[[noreturn]] void end_process(const Guard& guard, const char* how, std::uint64_t page) {
  std::array<char, 24> digits{};
  auto* at = digits.data() + digits.size() - 1;
  do {
    *--at = static_cast<char>('0' + page % 10);
    page /= 10;
  } while (page != 0);
  say("\ndamaged: ");
  say(guard.line.data());
  say("\n  noticed as: ");
  say(how);
  say(" near page ");
  say(at);
  say("; nothing of it was served\n");
  ::_exit(kDamagedStatus);
}

void handle(int signal, siginfo_t* info, void*) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (const auto& guard : guards) {
    const auto start = guard.start.load();
    if (start == 0 || address + kReach < start || address >= guard.end.load() + kReach) continue;
    end_process(guard, signal == SIGBUS ? "SIGBUS" : "SIGSEGV",
                address < start ? 0 : (address - start) / 4096);
  }
  if (MapGuard::inside() < guards.size()) {
    end_process(guards[MapGuard::inside()], signal == SIGBUS ? "SIGBUS" : "SIGSEGV", 0);
  }
  // Not ours: the same instruction meets whoever was there before.
  ::sigaction(signal, signal == SIGBUS ? &before_bus : &before_segv, nullptr);
}

void on_assertion(MDB_env* env, const char* message) {
  for (const auto& guard : guards) {
    if (guard.env.load() == env) end_process(guard, message, 0);
  }
  say("damaged: an assertion of LMDB's: ");
  say(message);
  ::_exit(kDamagedStatus);
}

void install_handlers() {
  struct sigaction action{};
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGSEGV, &action, &before_segv);
  ::sigaction(SIGBUS, &action, &before_bus);
}

}  // namespace

std::string describe(const Damage& damage) {
  std::string out = fmt::format("{} is damaged: page {}", damage.file.string(), damage.page);
  if (!damage.table.empty()) out += fmt::format(", table {}", damage.table);
  if (!damage.key.empty()) out += fmt::format(", key {}", to_hex(damage.key));
  return out + fmt::format(": {}. {}", damage.what, damage.advice);
}

std::string_view advice_for(std::string_view kind) {
  if (kind == "state") return "Stop the node and run tally-replay --rebuild-state";
  if (kind == "views") return "Stop the node and run tally-replay --rebuild-views";
  if (kind == "journal") {
    return "Stop the node and restore journal and journal.tip from a backup or another node";
  }
  if (kind == "archive") return "Restore the file from a backup or another node";
  return "Stop the node and restore the directory from a backup";
}

void report(const Damage& damage) { spdlog::error("{}", describe(damage)); }

MapGuard::MapGuard(MDB_env* env, const std::filesystem::path& file, std::string_view kind)
    : slot_(0) {
  static std::once_flag installed;
  std::call_once(installed, install_handlers);
  while (slot_ < guards.size() && guards[slot_].taken.exchange(true)) ++slot_;
  CHECK(slot_ < guards.size());
  auto& guard = guards[slot_];
  const auto line = fmt::format("{}. {}", file.string(), advice_for(kind));
  guard.line.fill('\0');
  std::memcpy(guard.line.data(), line.data(), std::min(line.size(), guard.line.size() - 1));
  guard.env = env;
  mdb_env_set_assert(env, on_assertion);
}

MapGuard::~MapGuard() {
  guards[slot_].start = 0;
  guards[slot_].env = nullptr;
  guards[slot_].taken = false;
}

void MapGuard::set(const void* start, std::size_t bytes) {
  guards[slot_].end = reinterpret_cast<std::uintptr_t>(start) + bytes;
  guards[slot_].start = reinterpret_cast<std::uintptr_t>(start);
}

}  // namespace tally::storage
