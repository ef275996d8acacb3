#include "engine/block_feed.hpp"

#include "base/check.hpp"

namespace tally::engine {

void BlockFeed::push(std::shared_ptr<const codec::Block> block) {
  {
    const std::lock_guard lock(mutex_);
    CHECK(block->header.height == tip_ + 1);
    tip_ = block->header.height;
    recent_.push_back(std::move(block));
    if (recent_.size() > recent_max_) recent_.pop_front();
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

bool BlockFeed::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

}  // namespace tally::engine
