// Takes fixed fields apart, integers big-endian: what a row or a record begins to be read with.
#pragma once

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/id.hpp"

namespace tally {

/// What is read beyond the end is zero or empty, and complete() is then false: so a whole row is
/// read first and judged once.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : ByteReader(bytes, true) {}

  template <typename T>
  T number() {
    const auto bytes = take(sizeof(T));
    return bytes.empty() ? T{} : read_be<T>(bytes);
  }
  Hash32 hash() {
    Hash32 out{};
    std::ranges::copy(take(out.size()), out.begin());
    return out;
  }
  /// The next `size` bytes.
  ByteView take(std::size_t size) {
    if (rest_.size() < size) {
      whole_ = false;
      rest_ = {};
      return {};
    }
    const auto out = rest_.first(size);
    rest_ = rest_.subspan(size);
    return out;
  }
  /// Everything that is left.
  ByteView rest() { return std::exchange(rest_, {}); }
  /// Whether there was all that was read, and nothing more.
  [[nodiscard]] bool complete() const { return whole_ && rest_.empty(); }

 protected:
  /// Of nothing that could be read, if not `whole`.
  ByteReader(ByteView bytes, bool whole) : rest_(bytes), whole_(whole) {}

 private:
  ByteView rest_;
  bool whole_;
};

}  // namespace tally
