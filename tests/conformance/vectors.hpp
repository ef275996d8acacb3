// The official test vectors, which are kept beside the project: the environment variable
// TALLY_VECTORS names their folder.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace tally::conformance {

/// A test that is skipped, with the reason, where TALLY_VECTORS is unset. Where it is set, a file
/// that is missing fails the test.
class Vectors : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("TALLY_VECTORS");
    if (folder == nullptr || *folder == '\0') {
      GTEST_SKIP() << "TALLY_VECTORS is unset: it names the folder of the official test vectors";
    }
    folder_ = folder;
  }

  /// The content of `path`, relative to the folder. Throws, and so fails the test, without it.
  [[nodiscard]] std::string text(const std::string& path) const {
    std::ifstream file(folder_ / path, std::ios::binary);
    if (!file) throw std::runtime_error("no such test vectors: " + (folder_ / path).string());
    std::ostringstream out;
    out << file.rdbuf();
    return std::move(out).str();
  }

  [[nodiscard]] boost::json::value json(const std::string& path) const {
    return boost::json::parse(text(path));
  }

 private:
  std::filesystem::path folder_;
};

/// A member that is a string.
inline std::string string_of(const boost::json::value& object, const char* key) {
  return std::string(object.at(key).as_string());
}

}  // namespace tally::conformance
