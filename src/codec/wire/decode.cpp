#include "codec/wire/decode.hpp"

#include <google/protobuf/stubs/logging.h>

namespace tally::codec::wire {

void silence_protobuf() {
  [[maybe_unused]] static const auto previous = google::protobuf::SetLogHandler(nullptr);
}

}  // namespace tally::codec::wire
