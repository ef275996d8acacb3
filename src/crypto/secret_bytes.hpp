// Memory for secrets: wiped when it is given back, locked against swapping as far as the system
// allows, left out of core dumps, behind guard pages. The source of the memory is OpenSSL's secure
// heap, one arena for the whole process; OpenSSL keeps its own copies of private keys there too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "base/bytes.hpp"

namespace tally::crypto {

/// What is larger (a decrypted document) is wiped as well, but lies in ordinary memory: the arena
/// is for keys, passphrases and tokens.
inline constexpr std::size_t kSecretArenaPieceMax = 4096;

/// Bytes that are wiped when they go out of scope. They are moved and never copied by accident,
/// have no printed form, and do not grow: a reallocation would leave a copy behind.
class SecretBytes {
 public:
  SecretBytes() = default;
  /// `size` zeros.
  explicit SecretBytes(std::size_t size);
  explicit SecretBytes(ByteView secret);
  SecretBytes(SecretBytes&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    other.clear();
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { clear(); }

  [[nodiscard]] ByteView view() const { return {data_, size_}; }
  [[nodiscard]] std::span<std::uint8_t> span() { return {data_, size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  void clear() noexcept;

  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace tally::crypto
