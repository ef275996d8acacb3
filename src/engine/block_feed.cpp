#include "engine/block_feed.hpp"

#include "base/check.hpp"

namespace tally::engine {

namespace {

// About what a block takes in memory.
std::size_t bytes_of(const codec::Block& block) {
  constexpr std::size_t kWitnessBytes = sizeof(Bytes) + 64 + 16;
  std::size_t bytes = sizeof block;
  for (const auto& outcome : block.outcomes) {
    bytes += sizeof outcome;
    if (const auto* settled = std::get_if<codec::SettledRecord>(&outcome)) {
      bytes += settled->body.size() + settled->witnesses.size() * kWitnessBytes +
               settled->writes.size() * 2 * sizeof(contracts::RegistryWrite);
    }
  }
  return bytes;
}

}  // namespace

void BlockFeed::push(std::shared_ptr<const codec::Block> block) {
  const auto bytes = bytes_of(*block);
  {
    const std::lock_guard lock(mutex_);
    CHECK(block->header.height == tip_ + 1);
    tip_ = block->header.height;
    recent_.push_back(std::move(block));
    recent_bytes_ += bytes;
    while (recent_.size() > 1 && recent_bytes_ > recent_bytes_max_) {
      recent_bytes_ -= bytes_of(*recent_.front());
      recent_.pop_front();
    }
  }
  grown_.notify_all();
}

void BlockFeed::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  grown_.notify_all();
}

ledger::Faulty<std::shared_ptr<const codec::Block>> BlockFeed::get(std::uint64_t height,
                                                                   std::chrono::milliseconds wait) {
  {
    std::unique_lock lock(mutex_);
    grown_.wait_for(lock, wait, [&] { return closed_ || height <= tip_; });
    if (height > tip_) return nullptr;
    if (!recent_.empty() && height >= recent_.front()->header.height) {
      return recent_[height - recent_.front()->header.height];
    }
  }
  auto block = journal_.read(height);
  if (!block) return std::unexpected(block.error());
  return std::make_shared<const codec::Block>(std::move(*block));
}

std::uint64_t BlockFeed::tip() const {
  const std::lock_guard lock(mutex_);
  return tip_;
}

std::size_t BlockFeed::kept() const {
  const std::lock_guard lock(mutex_);
  return recent_.size();
}

bool BlockFeed::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

}  // namespace tally::engine
