#include "app/config.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/storage/temporary_directory.hpp"

namespace tally::app {
namespace {

using testing::HasSubstr;

TEST(ConfigTest, EveryKeyMayBeLeftOut) {
  const auto config = parse_config("", "tallyd.toml");
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->network.listen, std::vector<std::string>{"http://127.0.0.1:8080"});
  EXPECT_EQ(config->log.level, "info");
}

TEST(ConfigTest, ReadsEveryKind) {
  const auto config = parse_config(R"(
    [network]
    data_dir = "/var/lib/tally"
    listen = ["https://[::]:8443", "http://127.0.0.1:8080"]
    development = true
    [tls]
    certificate_file = "c.pem"
    private_key_file = "k.pem"
    [http]
    threads = 4
    buffered_bytes_max = "512MiB"
    head_ms_max = 2_000
    [engine]
    block_bytes_max = 262144
    [log]
    level = "debug"
  )",
                                   "tallyd.toml");
  ASSERT_TRUE(config.has_value()) << describe(config.error());
  EXPECT_EQ(config->network.data_dir, "/var/lib/tally");
  EXPECT_TRUE(config->network.development);
  EXPECT_EQ(config->engine.block_bytes_max, 262144u);
  const auto options = server_options(*config);
  ASSERT_EQ(options.listen.size(), 2u);
  EXPECT_TRUE(options.listen[0].tls);
  EXPECT_EQ(options.listen[0].host, "::");
  EXPECT_EQ(options.tls->private_key_file, "k.pem");
  EXPECT_EQ(options.io_threads, 4u);
  EXPECT_EQ(options.limits.buffered_bytes_max, std::size_t{512} << 20);
  EXPECT_EQ(options.limits.head_ms_max, 2000u);
}

struct Bad {
  std::string_view text;
  ConfigError error;
  std::uint32_t line;
  std::string_view says;
};

class ConfigBad : public testing::TestWithParam<Bad> {};

TEST_P(ConfigBad, IsRefusedWithItsPlace) {
  const auto config = parse_config(GetParam().text, "tallyd.toml");
  ASSERT_FALSE(config.has_value()) << GetParam().text;
  EXPECT_EQ(config.error().error, GetParam().error);
  EXPECT_EQ(config.error().line, GetParam().line);
  EXPECT_THAT(describe(config.error()), HasSubstr(GetParam().says));
}

using enum ConfigError;

// Each row that can also holds later faults: precedence is syntax, unknown, type and range.
INSTANTIATE_TEST_SUITE_P(
    Table, ConfigBad,
    testing::Values(
        Bad{"[http]\nthreads = \nx = 1", kSyntax, 2, "tallyd.toml:2: "},
        Bad{"[http]\nthreads = 1\nthreads = 2", kSyntax, 3, "tallyd.toml:3: "},
        Bad{"[http]\nthreads = \"two\"\nthread = 2", kUnknownKey, 3,
            "tallyd.toml:3: http.thread: there is no such key; did you mean http.threads?"},
        Bad{"[htpp]\nthreads = 2", kUnknownKey, 2, "did you mean http.threads?"},
        Bad{"listen = []", kUnknownKey, 1, "listen: there is no such key"},
        Bad{"a = 1\n[b]\nc = 2", kUnknownKey, 1, "a: there is no such key"},
        Bad{"[http.threads]\nx = 1", kUnknownKey, 2, "http.threads.x"},
        Bad{"[nothing]", kUnknownKey, 1, "nothing: there is no such key"},
        Bad{"[http]\nthreads = \"two\"", kWrongType, 2, "http.threads: is an integer"},
        Bad{"[http]\nthreads = 2.0", kWrongType, 2, "is an integer"},
        Bad{"[network]\ndevelopment = 1", kWrongType, 2, "is true or false"},
        Bad{"[network]\ndata_dir = 1", kWrongType, 2, "is a string"},
        Bad{"[network]\nlisten = \"x\"", kWrongType, 2, "is a list of strings"},
        Bad{"[network]\nlisten = [1]", kWrongType, 2, "is a list of strings"},
        Bad{"[http]\nbuffered_bytes_max = \"1 GB\"", kWrongType, 2, "such as \"64MiB\""},
        Bad{"[http]\nthreads = 0", kOutOfRange, 2, "is from 1 to 256"},
        Bad{"[http]\nthreads = 257", kOutOfRange, 2, "is from 1 to 256"},
        Bad{"[http]\nthreads = -1", kOutOfRange, 2, "is from 1 to 256"},
        Bad{"[http]\nhead_bytes_max = \"2MiB\"", kOutOfRange, 2, "is from 1KiB to 1MiB"},
        Bad{"[log]\nlevel = \"loud\"", kOutOfRange, 2, "is one of trace, debug, info"},
        Bad{"[network]\nlisten = [\"localhost:80\"]", kInconsistent, 0, "is not http://IP:PORT"},
        Bad{"[network]\nlisten = [\"https://127.0.0.1:80\"]", kInconsistent, 0, "is needed"},
        Bad{"[tls]\ncertificate_file = \"c\"", kInconsistent, 0, "goes together"},
        Bad{"[http]\nrequest_line_bytes_max = 8192\nhead_bytes_max = 4096", kInconsistent, 0,
            "is at most http.head_bytes_max"}));

TEST(ConfigTest, EmptySectionsAreFine) {
  EXPECT_TRUE(parse_config("[http]\n[log]\n", "f").has_value());
}

TEST(ConfigTest, RangesAreInclusive) {
  EXPECT_EQ(parse_config("[http]\nthreads = 1", "f")->http_threads, 1u);
  EXPECT_EQ(parse_config("[http]\nthreads = 256", "f")->http_threads, 256u);
}

TEST(ConfigTest, LoadsAFileOrSaysWhyNot) {
  const test::TemporaryDirectory directory;
  const auto path = directory / "tally_config_test.toml";
  std::ofstream(path) << "[http]\nthreads = 3\n";
  EXPECT_EQ(load_config(path)->http_threads, 3u);
  std::ofstream(path) << "[http]\nthreds = 3\n";
  EXPECT_THAT(describe(load_config(path).error()), HasSubstr("tally_config_test.toml:2: "));
  std::filesystem::remove(path);
  EXPECT_EQ(load_config(path).error().error, kUnreadable);
  EXPECT_EQ(load_config(directory.path()).error().error, kUnreadable);
}

TEST(ConfigTest, OverridesComeLastAndTogether) {
  Config config;
  const auto done = apply_overrides(
      config, {"http.threads=3", "network.data_dir=/srv/tally", "network.development=true",
               "network.listen=[\"https://127.0.0.1:1\"]", "tls.certificate_file=c",
               "tls.private_key_file=\"k\"", "storage.state_map_bytes_max=2GiB", "http.threads=5"});
  ASSERT_TRUE(done.has_value()) << describe(done.error());
  EXPECT_EQ(config.http_threads, 5u);
  EXPECT_EQ(config.network.data_dir, "/srv/tally");
  EXPECT_TRUE(config.network.development);
  EXPECT_EQ(config.tls.private_key_file, "k");
  EXPECT_EQ(config.storage.state_map_bytes_max, std::uint64_t{2} << 30);
}

TEST(ConfigTest, ABadOverrideChangesNothing) {
  Config config;
  for (const auto* bad : {"http.threads", "=1", "http.thread=1", "http.threads=0", "http.threads=x",
                          "network.listen=x", "tls.certificate_file=c"}) {
    EXPECT_FALSE(apply_overrides(config, {"log.level=debug", bad}).has_value()) << bad;
    EXPECT_EQ(config.log.level, "info") << bad;
  }
  EXPECT_THAT(describe(apply_overrides(config, {"http.thread=1"}).error()),
              testing::StartsWith("configuration: http.thread: there is no such key"));
}

// The table of the operating manual is this program's own list, row for row.
TEST(ConfigTest, TheManualListsEveryKey) {
  std::ifstream in(std::string(TALLY_SOURCE_DIR) + "/docs/operating.md");
  std::ostringstream manual;
  manual << in.rdbuf();
  std::string expected = "| key | type | default | range | meaning |\n|---|---|---|---|---|\n";
  for (const auto& row : config_keys()) {
    expected += "| `" + row.key + "` | " + row.type + " | `" + row.fallback + "` | " + row.range +
                " | " + row.meaning + " |\n";
  }
  EXPECT_NE(manual.str().find(expected), std::string::npos)
      << "docs/operating.md must hold exactly this table:\n"
      << expected;
}

}  // namespace
}  // namespace tally::app
