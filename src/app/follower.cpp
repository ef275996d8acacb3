#include "app/follower.hpp"

#include "base/failpoint.hpp"
#include "base/log.hpp"
#include "storage/damage.hpp"

namespace tally::app {
namespace {

constexpr std::size_t kBlocksMax = 256;
constexpr std::chrono::milliseconds kWait{100};
constexpr std::chrono::milliseconds kPause{500};

}  // namespace

Follower::Follower(engine::Engine& engine, views::Views& views)
    : engine_(engine), views_(views), thread_([this] { follow(); }) {}

Follower::~Follower() { join(); }

void Follower::join() {
  if (thread_.joinable()) thread_.join();
}

void Follower::follow() {
  const auto& feed = engine_.feed();
  while (!feed.closed() || views_.next_height() <= feed.tip()) {
    const auto done = follow_some();
    if (done) continue;
    if (feed.closed()) return;
    wait_out(done.error());
  }
}

std::expected<void, Follower::Trouble> Follower::follow_some() {
  std::vector<std::shared_ptr<const codec::Block>> blocks;
  auto height = views_.next_height();
  while (blocks.size() < kBlocksMax) {
    auto block = engine_.feed().get(height, blocks.empty() ? kWait : std::chrono::milliseconds(0));
    if (!block && blocks.empty()) return std::unexpected(Trouble{block.error(), "journal"});
    if (!block || !*block) break;
    blocks.push_back(std::move(*block));
    ++height;
  }
  if (blocks.empty()) return {};
  const auto before = views_.next_height() - 1;
  FAILPOINT(views_before_apply);
  if (const auto done = views_.apply(blocks); !done) {
    return std::unexpected(Trouble{done.error(), "views"});
  }
  durable_height_ = before;
  FAILPOINT(views_before_published);
  engine_.set_published(height - 1);
  return {};
}

void Follower::wait_out(const Trouble& trouble) {
  if (is_want_of_room(trouble.fault)) {
    spdlog::error("the views wait: {}", describe(trouble.fault));
    std::this_thread::sleep_for(kPause);
    return;
  }
  auto fault = trouble.fault;
  fault.detail += fmt::format(
      "; the views stand still at block {}, for want of {}/data.mdb. {}; or "
      "resume, to try again",
      views_.next_height() - 1, trouble.store, storage::advice_for(trouble.store));
  engine_.halt(fault);
  while (engine_.writing_state().halted && !engine_.feed().closed()) {
    std::this_thread::sleep_for(kWait);
  }
}

}  // namespace tally::app
