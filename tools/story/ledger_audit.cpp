#include "story/ledger_audit.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "client/development.hpp"

namespace tally::story {

client::Audit audit_ledger(NodeClient& node, const contracts::NetworkId& network_id) {
  client::Audit audit(network_id);
  const auto head = node.get("/v1/network").number("head.height");
  for (std::uint64_t height = 1; height <= head; ++height) {
    const auto answer = node.get(fmt::format("/v1/blocks/{}?bodies=true", height),
                                 std::string(client::kDevelopmentToken));
    const auto bytes = from_base64(answer.field("block"));
    if (!answer.ok() || !bytes) {
      throw std::runtime_error(fmt::format("block {}: {}", height, answer.describe()));
    }
    const auto block = codec::decode_block(*bytes);
    if (!block || block->header.height != height) {
      throw std::runtime_error(fmt::format("block {} does not decode", height));
    }
    audit.take(*block);
  }
  return audit;
}

}  // namespace tally::story
