// Every file of the corpus through its target, without a fuzzer: what was found once stays found.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/log.hpp"
#include "fuzz/targets.hpp"

namespace tally::fuzz {
namespace {

// A failed CHECK ends the process: then the last words are which file it was.
std::array<char, 512> last_words{};

void say_last_words(int) {
  if (write(STDERR_FILENO, last_words.data(), std::strlen(last_words.data())) < 0) return;
}

Bytes read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void run_named(const Target& target, const std::string& name, ByteView input) {
  std::snprintf(last_words.data(), last_words.size(), "fuzz target %s failed on %s\n",
                std::string(target.name).c_str(), name.c_str());
  std::signal(SIGABRT, say_last_words);
  std::signal(SIGSEGV, say_last_words);
  target.run(input);
  std::signal(SIGABRT, SIG_DFL);
  std::signal(SIGSEGV, SIG_DFL);
}

class FuzzCorpus : public ::testing::TestWithParam<const Target*> {};

TEST_P(FuzzCorpus, HoldsWhatTheTargetChecks) {
  static const bool kQuiet = set_up_log("off");
  ASSERT_TRUE(kQuiet);
  const auto& target = *GetParam();
  const auto directory = std::filesystem::path(TALLY_SOURCE_DIR "/tests/fuzz/corpus") / target.name;
  std::vector<std::filesystem::path> files;
  if (std::filesystem::exists(directory)) {
    for (const auto& file : std::filesystem::directory_iterator(directory)) {
      files.push_back(file.path());
    }
  }
  std::ranges::sort(files);
  EXPECT_FALSE(files.empty()) << directory;
  for (const auto& file : files) run_named(target, file.string(), read_bytes(file));
  Seeds seeds;
  target.seed(seeds);
  EXPECT_FALSE(seeds.all().empty());
  for (const auto& [name, bytes] : seeds.all()) {
    EXPECT_LE(bytes.size(), target.bytes_max) << name;
    run_named(target, "the seed " + name, bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(All, FuzzCorpus, ::testing::ValuesIn(targets().begin(), targets().end()),
                         [](const ::testing::TestParamInfo<const Target*>& target) {
                           return std::string(target.param->name);
                         });

}  // namespace
}  // namespace tally::fuzz
