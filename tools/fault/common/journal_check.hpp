// Holds a stopped node's journal against what was promised of it.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "codec/block.hpp"
#include "contracts/id.hpp"

namespace tally::fault {

/// An outcome that a client was told, and its block.
struct JournaledPromise {
  contracts::Txid txid;
  bool settled = false;
  std::uint64_t height = 0;
};

/// Passes every block of a development network's data directory from genesis on, those in its
/// archive included. Errors: what is wrong.
std::expected<void, std::string> for_each_block(
    const std::filesystem::path& data, const std::function<void(const codec::Block&)>& visit);

/// Nothing is in the journal twice, and every promise is in it as it was told. Errors: what is
/// wrong.
std::expected<void, std::string> check_journal(const std::filesystem::path& data,
                                               std::span<const JournaledPromise> promises);

}  // namespace tally::fault
