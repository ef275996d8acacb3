// tally-story: plays the story of a handbag on a node of its own, through public HTTP with real
// signatures. README and tools/quickstart begin here; acts.hpp has the acts.
#include <csignal>
#include <cstdlib>

#include <chrono>
#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "story/acts.hpp"

namespace {

using namespace tally::story;
namespace fs = std::filesystem;

volatile std::sig_atomic_t interrupted_signal = 0;

struct Arguments {
  bool exit = false;
  bool keep = false;
  bool as_json = false;
  std::string data_dir;
  std::uint16_t port = 0;
  std::string epcis_file;
  std::string node_binary;
};

constexpr const char* kDescription =
    "Plays the story of a handbag on a node of its own.\n\nExamples:\n"
    "  tally-story --exit\n"
    "  tally-story --port 8080 --data story-data\n"
    "  tally-story --exit --json --epcis my-events.jsonld";

void declare(CLI::App& parser, Arguments& arguments) {
  parser.add_flag(
      "--exit", arguments.exit,
      "End after the story, with 0 only if every step did what it should; otherwise the "
      "node stays up");
  parser.add_option("--data", arguments.data_dir,
                    "Keep the node's data there; without it, in a temporary directory");
  parser.add_option("--port", arguments.port, "Serve on this port of 127.0.0.1; any if left out");
  parser.add_flag("--keep", arguments.keep, "Leave the temporary directory behind");
  parser.add_flag("--json", arguments.as_json, "Print one JSON object for each step");
  parser
      .add_option("--epcis", arguments.epcis_file,
                  "Begin with this EPCIS 2.0 document in place of the one that ships")
      ->check(CLI::ExistingFile);
  parser
      .add_option("--node-binary", arguments.node_binary, "The tallyd to run; else that beside it")
      ->check(CLI::ExistingFile);
}

fs::path own_directory() { return fs::read_symlink("/proc/self/exe").parent_path(); }

fs::path document_of(const Arguments& arguments) {
  if (!arguments.epcis_file.empty()) return arguments.epcis_file;
  const fs::path shipped = TALLY_STORY_DOCUMENT;
  return fs::exists(shipped) ? shipped : own_directory() / shipped.filename();
}

// A directory for the node's data, and its end.
class DataDir {
 public:
  DataDir(const std::string& given, bool keep) : keep_(keep || !given.empty()) {
    if (!given.empty()) {
      path_ = fs::absolute(given);
      fs::create_directories(path_);
      if (!fs::is_empty(path_)) {
        throw std::runtime_error(path_.string() +
                                 " is not empty: the story begins on a new ledger");
      }
      return;
    }
    auto pattern = (fs::temp_directory_path() / "tally-story-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = pattern;
  }
  ~DataDir() {
    std::error_code ignored;
    if (!keep_) fs::remove_all(path_, ignored);
  }
  DataDir(const DataDir&) = delete;
  DataDir& operator=(const DataDir&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] bool kept() const { return keep_; }

 private:
  fs::path path_;
  bool keep_;
};

void play(Story& story) {
  for (auto* act : {prepare_network, capture_provenance, attest, issue_money, sell_bag, resell_bag,
                    grant_profile, refuse_money, refuse_goods, heal}) {
    act(story);
  }
}

void stay_up(Story& story, NodeProcess& process) {
  const auto& url = process.url();
  auto& report = story.stage.report();
  const auto& bag = story.bags.front();
  report.say(fmt::format("\nThe node stays up until Ctrl-C. Open:\n"
                         "  {0}/story\n"
                         "  {0}{1}    what the bag's label leads to\n"
                         "Try next, in another terminal:\n"
                         "  export TALLY_NODE={0} PATH={2}:$PATH\n"
                         "  tally verify {3}\n"
                         "  tally item history {3} --dev {4}\n"
                         "  tally asset show {5}\n"
                         "  tally --help",
                         url, scan_path(bag), own_directory().string(), bag, kCai, kTokenSymbol),
             {{"url", url}, {"open", {url + "/story", url + scan_path(bag)}}});
  while (interrupted_signal == 0 && process.running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

int tell_end(Report& report, std::int64_t seconds, bool broken) {
  const auto steps = report.steps();
  if (report.failures() > 0) {
    report.remark(fmt::format("{} of {} steps went wrong", report.failures(), steps));
  } else if (broken) {
    report.remark(fmt::format("The story broke off after {} steps", steps));
  } else {
    report.remark(fmt::format("{} steps, all as they should be, in {} s", steps, seconds));
    return 0;
  }
  return 1;
}

int run(const Arguments& arguments) {
  const auto start = std::chrono::steady_clock::now();
  auto sample = read_sample(document_of(arguments));
  const DataDir data(arguments.data_dir, arguments.keep);
  const auto binary = arguments.node_binary.empty() ? own_directory() / "tallyd"
                                                    : fs::absolute(arguments.node_binary);
  NodeProcess process({binary, data.path(), arguments.port});
  Report report(arguments.as_json, process.url());
  report.remark(fmt::format("A node of its own serves {}; its data is in {}", process.url(),
                            data.path().string()));
  Stage stage(process, report, [] { return interrupted_signal != 0; });
  Story story{.stage = stage, .sample = std::move(sample)};
  bool broken = false;
  try {
    play(story);
  } catch (const std::exception& reason) {
    broken = true;
    fmt::print(stderr, "tally-story: {}\n", reason.what());
  }
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start)
          .count();
  const int status = tell_end(report, seconds, broken);
  if (!arguments.exit && !broken) stay_up(story, process);
  if (!process.stop()) {
    fmt::print(stderr, "tally-story: the node did not stop cleanly\n");
    return 1;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App parser{kDescription};
  declare(parser, arguments);
  CLI11_PARSE(parser, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  for (const int signal : {SIGINT, SIGTERM}) {
    std::signal(signal, [](int number) { interrupted_signal = number; });
  }
  try {
    return run(arguments);
  } catch (const std::exception& reason) {
    fmt::print(stderr, "tally-story: {}\n", reason.what());
    return 2;
  }
}
