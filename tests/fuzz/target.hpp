// What a fuzz target is: a function from bytes that must not crash and CHECKs what must hold of
// them, and the inputs to begin from. A target is one file in targets/ and one line in
// CMakeLists.txt; it is then a libFuzzer program (preset `fuzz`), a test over its corpus
// (corpus_test.cpp) and a row of `tally-torture --fuzz`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/check.hpp"

namespace tally::fuzz {

/// Inputs made of real encodings, from which the fuzzer begins and the corpus was once made.
class Seeds {
 public:
  void add(std::string_view name, ByteView bytes) {
    all_.emplace_back(name, Bytes(bytes.begin(), bytes.end()));
  }
  void add(std::string_view name, std::string_view text) { add(name, as_bytes(text)); }
  /// Behind a first byte, for targets in which that chooses.
  void add(std::string_view name, std::uint8_t choice, ByteView bytes) {
    Bytes whole{choice};
    append(whole, bytes);
    all_.emplace_back(name, std::move(whole));
  }
  [[nodiscard]] const std::vector<std::pair<std::string, Bytes>>& all() const { return all_; }

 private:
  std::vector<std::pair<std::string, Bytes>> all_;
};

struct Target {
  std::string_view name;
  void (*run)(ByteView input);
  void (*seed)(Seeds& seeds);
  std::size_t bytes_max = 4'096;  ///< The longest input that is worth trying.
};

}  // namespace tally::fuzz

/// Defines a target of the file's name, for the list that CMake makes.
#define FUZZ_TARGET(name, ...) \
  extern const Target target_##name { #name, __VA_ARGS__ }
