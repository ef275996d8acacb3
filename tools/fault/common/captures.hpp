// Capture as the harnesses ask for it: the member, the prefix and the agent that it needs on the
// ledger, and documents that commission new items.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "client/http_client.hpp"
#include "contracts/transaction.hpp"

namespace tally::fault {

/// Signs the command in these names of the development network and submits it. Errors: what the
/// node answered, if it did not settle.
[[nodiscard]] std::expected<void, std::string> settle(client::HttpClient& client,
                                                      const std::vector<std::string_view>& signers,
                                                      contracts::CommandBody command);

/// Admits `name` as a member that has the prefix of capture_document()'s items. Errors: as
/// settle().
[[nodiscard]] std::expected<void, std::string> admit_capturer(client::HttpClient& client,
                                                              std::string_view name);
/// Lets the member's agent commission them in its name. Errors: as settle().
[[nodiscard]] std::expected<void, std::string> delegate_capture(client::HttpClient& client,
                                                                std::string_view name,
                                                                const crypto::PublicKey& agent);

/// An EPCIS document of so many events, each of one item whose serial comes after `serial`, which
/// is counted on.
[[nodiscard]] std::string capture_document(std::uint64_t& serial, std::size_t events);

}  // namespace tally::fault
