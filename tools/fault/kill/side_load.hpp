// What a node is asked beside transactions: it keeps a member's documents and agents. The calls
// commit to the stores of custody, documents and profiles.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace tally::fault {

/// Signs in and stores attributes and makes and removes agents until the node is gone or `stop` is
/// set. One thread, with a connection of its own.
void send_side_load(const std::string& url, std::uint64_t seed, const std::atomic<bool>& stop);

}  // namespace tally::fault
