// The libFuzzer program of one target: TALLY_TARGET names it (CMakeLists.txt). With
// TALLY_FUZZ_SEEDS in the environment it only writes its seeds into that directory.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/log.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

void write_seeds(const Target& target, const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  Seeds seeds;
  target.seed(seeds);
  for (const auto& [name, bytes] : seeds.all()) {
    std::ofstream(directory / name, std::ios::binary) << as_text(bytes);
  }
}

}  // namespace

extern const Target TALLY_TARGET;

}  // namespace tally::fuzz

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  if (!tally::set_up_log("off")) return 1;
  if (const char* directory = std::getenv("TALLY_FUZZ_SEEDS")) {
    tally::fuzz::write_seeds(tally::fuzz::TALLY_TARGET, directory);
    std::_Exit(0);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto& target = tally::fuzz::TALLY_TARGET;
  if (size <= target.bytes_max) target.run({data, size});
  return 0;
}
