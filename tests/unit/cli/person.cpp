#include "unit/cli/person.hpp"

#include <cstdlib>

#include "base/check.hpp"

namespace tally::cli::test {

Directory::Directory() {
  auto pattern = (std::filesystem::temp_directory_path() / "tally-cli-XXXXXX").string();
  CHECK(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

}  // namespace tally::cli::test
