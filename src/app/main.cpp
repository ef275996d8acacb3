// tallyd: the node.
#include <csignal>

#include <CLI/CLI.hpp>

#include "app/node.hpp"
#include "base/log.hpp"
#include "base/private_process.hpp"
#include "http/api/routes.hpp"

namespace {

struct Arguments {
  std::string config_file;
  bool development = false;
  std::string data_dir;
  std::vector<std::string> listen;
  std::vector<std::string> settings;
  bool print_routes = false;
};

constexpr const char* kDescription =
    "Runs a Tallystick node.\n\nExamples:\n"
    "  tallyd --dev --data data --listen 127.0.0.1:8080\n"
    "  tallyd --config /etc/tallyd.toml\n"
    "docs/operating.md describes every key of the configuration.";

void declare(CLI::App& parser, Arguments& arguments) {
  parser.add_option("--config", arguments.config_file, "Configuration in TOML")
      ->check(CLI::ExistingFile);
  parser.add_flag(
      "--dev", arguments.development,
      "Run a development network: well-known keys, the API token `dev` may do anything");
  parser.add_option("--data", arguments.data_dir, "The data directory");
  parser.add_option("--listen", arguments.listen, "Address and port, e.g. 127.0.0.1:8080");
  parser.add_option("--set", arguments.settings,
                    "Override a key: --set engine.admission_threads=4");
  parser.add_flag("--print-routes", arguments.print_routes,
                  "Print every method and path that the node serves, and stop");
}

std::expected<tally::app::Config, std::string> configure(const Arguments& arguments) {
  tally::app::Config config;
  if (!arguments.config_file.empty()) {
    auto loaded = tally::app::load_config(arguments.config_file);
    if (!loaded) return std::unexpected(describe(loaded.error()));
    config = std::move(*loaded);
  }
  if (const auto set = tally::app::apply_overrides(config, arguments.settings); !set) {
    return std::unexpected(describe(set.error()));
  }
  if (arguments.development) config.network.development = true;
  if (!arguments.data_dir.empty()) config.network.data_dir = arguments.data_dir;
  if (!arguments.listen.empty()) {
    config.network.listen.clear();
    for (const auto& address : arguments.listen) {
      const bool has_scheme = address.find("://") != std::string::npos;
      config.network.listen.push_back(has_scheme ? address : "http://" + address);
      if (!tally::http::parse_listen(config.network.listen.back())) {
        return std::unexpected("--listen wants ADDRESS:PORT, as 127.0.0.1:8080, not " + address);
      }
    }
  }
  return config;
}

// Signals are taken by one thread, by asking: handlers could do next to nothing.
int wait_for_stop() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  int signal = 0;
  sigwait(&set, &signal);
  return signal;
}

void prepare_process(const tally::app::Config& config) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);  // inherited by every thread
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit shows as a full disk, not as a death
  // A development network's keys are no secret.
  if (!config.network.development && !config.keys.debuggable) tally::keep_memory_private();
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App parser{kDescription};
  declare(parser, arguments);
  CLI11_PARSE(parser, argc, argv);
  const auto config = configure(arguments);
  if (!config) {
    fmt::print(stderr, "tallyd: {}\n", config.error());
    return 2;
  }
  if (!tally::set_up_log(config->log.level)) {
    fmt::print(stderr, "tallyd: log.level: no such level\n");
    return 2;
  }
  prepare_process(*config);
  const tally::SystemClock clock;
  auto node = tally::app::Node::start(*config, clock);
  if (!node) {
    fmt::print(stderr, "tallyd: {}\n", node.error());
    return 1;
  }
  if (arguments.print_routes) {
    for (const auto& route : (*node)->routes()) {
      fmt::print("{} {}\n", tally::http::name(route.method), route.pattern);
    }
    (*node)->stop();
    return 0;
  }
  fmt::print("listening on {}\n", (*node)->url());
  std::fflush(stdout);
  spdlog::info("signal {}: stopping", wait_for_stop());
  (*node)->stop();
  return 0;
}
