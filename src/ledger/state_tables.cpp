#include "ledger/state_tables.hpp"

namespace tally::ledger {

storage::Options state_store_options(const contracts::NetworkId& network_id) {
  storage::Options options;
  options.tables = {"outputs", "bitmap", "registry", "once", "checkpoint"};
  options.identity = {.kind = "state", .format = 2, .network_id = network_id.bytes};
  return options;
}

Bytes number_key(std::uint64_t number) {
  Bytes out;
  append_be(out, number);
  return out;
}

}  // namespace tally::ledger
