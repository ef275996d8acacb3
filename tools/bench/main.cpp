// tally-bench: the product's own instrument. Each benchmark prints one JSON object with its figures
// last; `--json` prints nothing else.
#include <sys/utsname.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "base/log.hpp"
#include "bench/cases.hpp"
#include "bench/settle.hpp"

namespace {

boost::json::object machine() {
  utsname name{};
  uname(&name);
  return {{"system", name.sysname},    {"release", name.release},
          {"processor", name.machine}, {"cores", std::thread::hardware_concurrency()},
          {"compiler", __VERSION__},
#ifdef __OPTIMIZE__
          {"build", "optimised"}};
#else
          {"build", "unoptimised"}};
#endif
}

void print(boost::json::object figures, bool json) {
  if (!json) {
    for (const auto& [key, value] : figures) {
      fmt::print("{:<26} {}\n", std::string_view(key), boost::json::serialize(value));
    }
  }
  figures["machine"] = machine();
  fmt::print("{}\n", boost::json::serialize(figures));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Measures Tallystick against the limits of this machine."};
  app.require_subcommand(1);
  bool json = false;
  tally::bench::SettleOptions settle;
  auto* command = app.add_subcommand(
      "settle",
      "Settled, durable transfers in process, against raw signature verification\n"
      "Example: tally-bench settle --seconds 10 --json");
  command->add_option("--seconds", settle.seconds, "How long to measure")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  command->add_option("--outputs", settle.outputs, "Unspent outputs to begin with")
      ->check(CLI::Range(10'000, 100'000'000))
      ->capture_default_str();
  command->add_option("--seed", settle.seed, "Decides which coins are spent")
      ->capture_default_str();
  command->add_option("--dir", settle.directory, "Keep the data in this directory");
  command->add_flag("--json", json, "Print the JSON object alone");
  tally::bench::CasesOptions cases;
  auto* judging = app.add_subcommand(
      "cases",
      "Cases of authentication from opening to close, each judged by three, durable\n"
      "Example: tally-bench cases --cases 10000 --json");
  judging->add_option("--cases", cases.cases, "How many")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  judging->add_option("--dir", cases.directory, "Keep the data in this directory");
  judging->add_flag("--json", json, "Print the JSON object alone");
  CLI11_PARSE(app, argc, argv);

  if (!tally::set_up_log("warn")) return 1;
  settle.progress = cases.progress = !json;
  try {
    print(judging->parsed() ? tally::bench::run_cases(cases) : tally::bench::run_settle(settle),
          json);
  } catch (const std::exception& error) {
    fmt::print(stderr, "tally-bench: {}\n", error.what());
    return 1;
  }
  return 0;
}
