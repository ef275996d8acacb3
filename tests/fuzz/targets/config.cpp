// The configuration: a file in TOML, and overrides of the command line, a line each behind a NUL.
#include "app/config.hpp"

#include "fuzz/support/input.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

void run(ByteView bytes) {
  Input input(bytes);
  auto config = app::parse_config(as_text(input.until(0)), "tallyd.toml");
  if (!config) {
    CHECK(!describe(config.error()).empty());
    return;
  }
  std::vector<std::string> assignments;
  while (!input.empty()) assignments.emplace_back(as_text(input.until('\n')));
  const auto listen = config->network.listen;
  const auto done = app::apply_overrides(*config, assignments);
  if (!done) CHECK(config->network.listen == listen);
  const auto options = app::server_options(*config);
  CHECK(options.listen.size() == config->network.listen.size());
  for (const auto& address : options.listen) CHECK(!address.host.empty());
}

void seed(Seeds& seeds) {
  std::string all;
  std::string table;
  for (const auto& key : app::config_keys()) {
    const auto dot = key.key.find('.');
    if (key.key.substr(0, dot) != table) {
      table = key.key.substr(0, dot);
      all += "[" + table + "]\n";
    }
    all += key.key.substr(dot + 1) + " = " + key.fallback + "\n";
  }
  seeds.add("every-key", all);
  seeds.add("few",
            "[network]\nlisten = [\"https://[::]:8443\"]\n[tls]\ncertificate_file = \"c\"\n"
            "private_key_file = \"k\"\n[http]\nbuffered_bytes_max = \"512MiB\"\n");
  const std::string_view overrides("[http]\nthreads = 4\n\0http.threads=8\nlog.level=debug\n", 46);
  seeds.add("overrides", overrides);
  seeds.add("unknown", "[http]\nthread = 1\n");
  seeds.add("values", "http.threads = 0x10\n[log]\nlevel = '''off'''\na = 1979-05-27T07:32:00Z\n");
}

}  // namespace

FUZZ_TARGET(config, run, seed, 8'192);

}  // namespace tally::fuzz
