#include "fault/flips/bit_flips.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <stdexcept>

#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "custody/custody_store.hpp"
#include "custody/node_key.hpp"
#include "documents/document_store.hpp"
#include "documents/profile_store.hpp"
#include "fault/common/node_program.hpp"
#include "fault/flips/page_map.hpp"
#include "fault/flips/read_everything.hpp"
#include "ledger/journal.hpp"
#include "ledger/state_tables.hpp"
#include "provenance/capture_store.hpp"
#include "storage/damage.hpp"
#include "storage/durable_file.hpp"
#include "storage/lmdb_store.hpp"
#include "storage/scrub.hpp"
#include "storage/tip_file.hpp"
#include "views/views.hpp"

namespace tally::fault {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr std::string_view kPassphrase = "development";
constexpr const char* kFiles[] = {"journal.tip", "node.key", "document file"};
constexpr const char* kRepair = "repair";
/// From so many on every class has had its turn.
constexpr std::uint64_t kEnoughFlips = 150;

struct Environment {
  std::string name;
  fs::path directory;  // within the data directory
  storage::Options options;
  Contents contents;
  PageMap map;
};

struct Tally {
  std::uint64_t runs = 0;
  std::uint64_t opening = 0;
  std::uint64_t reading = 0;
  std::uint64_t ended = 0;  // with kDamagedStatus
  std::uint64_t scrubbed = 0;
  std::uint64_t harmless = 0;
  std::uint64_t failed = 0;
};

class Flips {
 public:
  explicit Flips(const Options& options) : options_(options) {}

  Result run() {
    prepare();
    const auto until = options_.time_max.count() == 0
                           ? std::chrono::steady_clock::time_point::max()
                           : std::chrono::steady_clock::now() + options_.time_max;
    std::uint64_t done = 0;
    for (; done < options_.count && std::chrono::steady_clock::now() < until; ++done) {
      // Each has a seed of its own, so that one alone repeats it.
      const auto seed = options_.seed + done;
      if (seed % 8 == 7) {
        damage_file(seed);
      } else {
        damage_store(seed);
      }
    }
    repair("state");
    repair("views");
    report(done >= kEnoughFlips);
    return std::move(result_);
  }

 private:
  // In a whole run each class is met, and damage to it noticed, if there is anything to notice.
  void report(bool whole) {
    for (std::size_t i = 0; i < kPageClasses; ++i) {
      (void)tallies_[std::string(name(static_cast<PageClass>(i)))];
    }
    for (const auto* file : kFiles) (void)tallies_[file];
    for (const auto& [what, t] : tallies_) {
      const bool noticeable = what != name(PageClass::unused) && what != kRepair;
      const auto noticed = t.opening + t.reading + t.ended + t.scrubbed;
      auto row = must_happen(
          what, noticeable ? noticed : t.runs, whole,
          fmt::format("refused at open {}, at read {}, ended {}, by scrub {}, harmless {}",
                      t.opening, t.reading, t.ended, t.scrubbed, t.harmless));
      row.runs = t.runs;
      row.failed += t.failed;
      result_.rows.push_back(std::move(row));
    }
  }

  fs::path base() const { return options_.work_dir / "data"; }

  void call(const fs::path& program, std::vector<std::string> arguments) {
    Program child({program, std::move(arguments), {}, options_.work_dir / "output.txt"});
    const auto status = child.wait(seconds(120));
    if (status != 0) {
      throw std::runtime_error(fmt::format("{} ended with {}: {}", program.string(),
                                           status.value_or(-1), child.printed()));
    }
  }
  void replay(std::string_view what, const fs::path& data) {
    const auto done = run_replay(options_.bin_dir, {std::string(what), "--json"}, data,
                                 options_.work_dir / "output.txt");
    if (!done) throw std::runtime_error(done.error());
  }

  void prepare() {
    fs::create_directories(options_.work_dir);
    call("/usr/bin/env", {"tar", "-xJf", TALLY_GOLDEN_DIR "/format-1/clean.tar.xz", "-C",
                          options_.work_dir.string()});
    replay("--upgrade", base());
    replay("--rebuild-views", base());
    const auto network =
        contracts::network_id(codec::encode_genesis(client::development_genesis()));
    documents::Options index;
    index.network_id = network.bytes;
    add("journal", "journal", ledger::Journal::store_options(network));
    add("state", "state", ledger::state_store_options(network));
    add("views", "views", views::Views::store_options(network));
    add("custody", "custody", custody::custody_options(network.bytes, false));
    add("documents", "documents/index", documents::index_options(index));
    add("profiles", "profiles", documents::ProfileStore::store_options(network.bytes));
    add("provenance", "provenance", provenance::capture_store_options(network.bytes));
  }

  void add(std::string name, fs::path directory, storage::Options options) {
    options.create = false;
    options.map_bytes = std::size_t{4} << 20;
    Environment out{std::move(name), std::move(directory), std::move(options), {}, {}};
    const auto store = storage::open_lmdb_store(base() / out.directory, clock_, out.options);
    if (!store) throw std::runtime_error(out.name + " does not open");
    out.contents = read_contents(**store, out.options.tables.size());
    out.map = map_pages(base() / out.directory / "data.mdb");
    environments_.push_back(std::move(out));
  }

  std::string repeat(std::uint64_t seed) const {
    return fmt::format("tally-torture --flips 8 --seed {}", seed - seed % 8);
  }
  void fail(Tally& tally, std::uint64_t seed, const std::string& what) {
    ++tally.failed;
    result_.failures.push_back(what + "; to repeat: " + repeat(seed));
  }

  // Runs `ask` in a process of its own; its exit status, or 128 and the signal.
  template <typename Ask>
  int in_child(const fs::path& said, Ask ask) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto out = ::freopen((options_.work_dir / "said.log").c_str(), "w", stderr);
      std::string text;
      const int status = out != nullptr ? ask(text) : kWrongAnswer;
      if (!text.empty()) (void)storage::write_file(said, as_bytes(text));
      ::_exit(status);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  void copy_store(const Environment& environment, const fs::path& directory) {
    fs::remove_all(directory);
    fs::create_directories(directory);
    fs::copy_file(base() / environment.directory / "data.mdb", directory / "data.mdb");
    fs::resize_file(directory / "data.mdb", environment.map.pages * 4096);
  }

  void damage_store(std::uint64_t seed) {
    Chance chance(seed * 1'000'003);
    // Each class in turn, so that each is met; the last table too, which a scrub reads last.
    // What opening would find goes bad under an open store: then only the links tell.
    const bool on_the_way = seed % 8 == 5;
    const auto kind = on_the_way
                          ? PageClass::branch_node
                          : static_cast<PageClass>(seed / environments_.size() % kPageClasses);
    auto which = seed;
    const auto has = [&] {
      const auto& map = environments_[which % environments_.size()].map;
      return !map.places[static_cast<std::size_t>(kind)].empty();
    };
    for (std::size_t i = 0; !has() && i < environments_.size(); ++i) ++which;
    const auto& environment = environments_[which % environments_.size()];
    const auto directory = options_.work_dir / "damaged";
    const auto file = directory / "data.mdb";
    copy_store(environment, directory);
    std::optional<std::string> how;
    auto what = std::string(name(kind));
    if (seed % 8 == 6 && !environment.map.last_table_values.empty()) {
      const auto& values = environment.map.last_table_values;
      const auto& place = values[chance.below(values.size())];
      how = flip_bit(file, place.offset, place.bytes, chance);
      what = name(PageClass::leaf_value);
    } else {
      how = damage(file, environment.map, kind, chance);
    }
    if (!how) return;
    judge(tallies_[what], environment, directory, seed,
          fmt::format("{}: {}: {}", environment.name, what, *how));
  }

  void judge(Tally& tally, const Environment& environment, const fs::path& directory,
             std::uint64_t seed, const std::string& what) {
    ++tally.runs;
    const auto said = options_.work_dir / "said.txt";
    fs::remove(said);
    const auto scrubbed = in_child(said, [&](std::string&) {
      return storage::scrub_store(directory, environment.name, {}) ? 0 : 1;
    });
    // Every other time the disk goes bad under an open store.
    const bool live = seed % 8 == 5 || seed / 2 % 2 == 1;
    const auto open = live ? options_.work_dir / "live" : directory;
    if (live) copy_store(environment, open);
    const auto status = in_child(said, [&](std::string& text) {
      return ask_everything(open, environment.options, environment.contents, seed, text, [&] {
        if (live) overwrite(directory / "data.mdb", open / "data.mdb");
      });
    });
    if (options_.verbose) fmt::print("{}: {} {}\n", what, status, scrubbed);
    const bool refused =
        status == kRefusedOpening || status == kRefusedReading || status == storage::kDamagedStatus;
    if (!refused && status != kSame) {
      const auto text = storage::read_file(said, 4096);
      return fail(tally, seed,
                  fmt::format("{}: status {} {}", what, status,
                              text ? std::string(as_text(*text)) : std::string()));
    }
    if (scrubbed > 1) return fail(tally, seed, fmt::format("{}: the scrub: {}", what, scrubbed));
    if (refused && scrubbed == 0) return fail(tally, seed, what + ": the scrub does not find it");
    tally.opening += status == kRefusedOpening ? 1 : 0;
    tally.reading += status == kRefusedReading ? 1 : 0;
    tally.ended += status == storage::kDamagedStatus ? 1 : 0;
    if (status == kSame) ++(scrubbed == 1 ? tally.scrubbed : tally.harmless);
  }

  // The files beside the stores.
  void damage_file(std::uint64_t seed) {
    Chance chance(seed * 1'000'003);
    const auto which = seed / 8 % std::size(kFiles);
    auto& tally = tallies_[kFiles[which]];
    const auto data = options_.work_dir / "files";
    fs::remove_all(data);
    fs::create_directories(data);
    fs::copy(base() / "journal.tip", data / "journal.tip");
    fs::copy(base() / "node.key", data / "node.key");
    fs::copy(base() / "documents", data / "documents", fs::copy_options::recursive);
    auto file = data / (which == 0 ? "journal.tip" : "node.key");
    auto bytes = fs::file_size(file);
    std::uint64_t offset = 0;
    if (which == 0) {
      offset = chance.below(2) * 4096;
      bytes = 60;
    } else if (which == 2) {
      for (const auto& entry : fs::recursive_directory_iterator(data / "documents" / "blobs")) {
        if (entry.is_regular_file()) file = entry.path();
      }
      bytes = fs::file_size(file);
    }
    const auto how = flip_bit(file, offset, bytes, chance);
    ++tally.runs;
    const auto status = in_child(options_.work_dir / "said.txt", [&](std::string&) {
      return which == 0 ? ask_tip(data) : ask_documents(data);
    });
    const bool refused = status == kRefusedOpening || status == kRefusedReading;
    if (!refused && status != kSame) {
      return fail(tally, seed, fmt::format("{}: {}: status {}", kFiles[which], how, status));
    }
    ++(status == kSame             ? tally.harmless
       : status == kRefusedOpening ? tally.opening
                                   : tally.reading);
  }

  // A tip that is damaged is noticed, or the other slot's, which is older, is told as such.
  int ask_tip(const fs::path& data) {
    const auto whole = storage::TipFile::open(base() / "journal.tip", false);
    const auto tip = storage::TipFile::open(data / "journal.tip", false);
    if (!tip) return kRefusedOpening;
    if (tip->damaged_slots() > 0) return kRefusedReading;
    return tip->read() == whole->read() ? kSame : kWrongAnswer;
  }

  int ask_documents(const fs::path& data) {
    const auto key = custody::NodeKey::open(data / "node.key", kPassphrase);
    if (!key) return kRefusedOpening;
    const auto whole = custody::NodeKey::open(base() / "node.key", kPassphrase);
    if (key->public_key() != whole->public_key()) return kWrongAnswer;
    documents::Options options;
    options.network_id = environments_.front().options.identity.network_id;
    const auto store =
        documents::DocumentStore::open(data / "documents", clock_, options, key->document_key());
    if (!store) return kRefusedOpening;
    const auto all = (*store)->list(std::nullopt, 100);
    if (!all) return kRefusedReading;
    for (const auto& info : *all) {
      const auto document = (*store)->get(info.hash);
      if (!document) return kRefusedReading;
      if (documents::document_hash(document->content.view()) != info.hash) return kWrongAnswer;
    }
    return all->size() == environments_[4].contents[0].size() ? kSame : kWrongAnswer;
  }

  // A store that does not open any more is rebuilt from the journal, and holds what it held.
  void repair(const std::string& name) {
    auto& tally = tallies_[kRepair];
    ++tally.runs;
    const auto data = options_.work_dir / "repaired";
    fs::remove_all(data);
    fs::copy(base(), data, fs::copy_options::recursive);
    const auto& environment =
        *std::ranges::find(environments_, name, [](const auto& e) { return e.name; });
    Chance chance(options_.seed);
    (void)flip_bit(data / environment.directory / "data.mdb", 16, 8, chance);
    try {
      replay("--rebuild-" + name, data);
      const auto store =
          storage::open_lmdb_store(data / environment.directory, clock_, environment.options);
      if (!store) throw std::runtime_error("it does not open");
      const auto again = read_contents(**store, environment.options.tables.size());
      // The last table of the state tells of the sweep for dead outputs, which begins anew.
      const auto tables = name == "state" ? again.size() - 1 : again.size();
      for (std::size_t i = 0; i < tables; ++i) {
        if (again[i] != environment.contents[i]) {
          throw std::runtime_error("table " + environment.options.tables[i] + " differs");
        }
      }
    } catch (const std::exception& error) {
      fail(tally, options_.seed, fmt::format("--rebuild-{}: {}", name, error.what()));
    }
  }

  const Options& options_;
  const SystemClock clock_;
  std::vector<Environment> environments_;
  std::map<std::string, Tally> tallies_;
  Result result_;
};

}  // namespace

Result run_flips(const Options& options) { return Flips(options).run(); }

}  // namespace tally::fault
