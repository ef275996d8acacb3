// Bytes to a domain value by way of the generated classes: the one way in for every format.
#pragma once

#include <google/protobuf/arena.h>

#include "base/planted.hpp"
#include "codec/wire/reader.hpp"
#include "codec/wire/writer.hpp"

namespace tally::codec::wire {

/// Memory for one parsed message: on the stack as far as a transfer needs it.
class ParseArena {
 public:
  ParseArena() : arena_(options(block_)) {}
  google::protobuf::Arena* get() { return &arena_; }

 private:
  using Block = std::array<char, 6 * 1024>;
  static google::protobuf::ArenaOptions options(Block& block) {
    google::protobuf::ArenaOptions out;
    out.initial_block = block.data();
    out.initial_block_size = block.size();
    return out;
  }
  alignas(16) Block block_;
  google::protobuf::Arena arena_;
};

/// Stops protobuf from writing to standard error what it finds wrong with a message: anyone can
/// send one. The caller gets the code. Once for the process; any thread.
void silence_protobuf();

/// The message in `bytes`, which lives as long as the arena. body_too_large (figure: `size_max`),
/// not_protobuf.
template <typename M>
contracts::Result<const M*> parse(ParseArena& arena, ByteView bytes, std::size_t size_max) {
  if (bytes.size() > size_max)
    return contracts::fail(contracts::ErrorCode::body_too_large, 0, size_max);
  silence_protobuf();
  auto* message = google::protobuf::Arena::CreateMessage<M>(arena.get());
  if (!message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return contracts::fail(contracts::ErrorCode::not_protobuf);
  }
  return message;
}

/// The domain value of a message parsed from `bytes`: unknown_field, then the first of
/// field_missing, field_length, field_value, then not_canonical.
template <typename T, typename M>
contracts::Result<T> convert(const M& message, ByteView bytes) {
  contracts::Result<T> out;
  Findings findings;
  Reader<M>(message, findings).read(*out);
  if (findings.unknown) return std::unexpected(*findings.unknown);
  if (findings.wrong) return std::unexpected(*findings.wrong);
  if (!PLANTED(accept_duplicate_field) &&
      !std::ranges::equal(encode(*out, bytes.size() + 16), bytes)) {
    return contracts::fail(contracts::ErrorCode::not_canonical);
  }
  return out;
}

/// parse() and convert().
template <typename T, typename M>
contracts::Result<T> decode(ByteView bytes, std::size_t size_max) {
  ParseArena arena;
  const auto message = parse<M>(arena, bytes, size_max);
  if (!message) return std::unexpected(message.error());
  return convert<T>(**message, bytes);
}

}  // namespace tally::codec::wire
