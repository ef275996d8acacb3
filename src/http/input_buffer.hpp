// Private to this folder: bytes read and not yet consumed.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>
#include <vector>

#include <boost/asio/buffer.hpp>

namespace tally::http {

/// One flat block of fixed capacity.
class InputBuffer {
 public:
  explicit InputBuffer(std::size_t capacity) : bytes_(capacity) {}
  [[nodiscard]] std::string_view view() const { return {bytes_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t n) {
    begin_ += n;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  /// Room to read into; empty only if the buffer is full of unconsumed bytes.
  boost::asio::mutable_buffer room() {
    if (begin_ > 0 && bytes_.size() - end_ < kRoomBytesMin) {
      std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    return boost::asio::buffer(bytes_.data() + end_, bytes_.size() - end_);
  }
  void commit(std::size_t n) { end_ += n; }

 private:
  static constexpr std::size_t kRoomBytesMin = 4096;  // less room is worth a move of the rest

  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace tally::http
