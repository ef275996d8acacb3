#include "http/peers.hpp"

#include "base/planted.hpp"

namespace tally::http {
namespace {

// More peers than these are not remembered; who is new then has to wait. An entry is about 200
// bytes.
constexpr std::size_t kPeersMax = 65'536;
// Looking for peers to forget walks through all of them, so it is done so often at most.
constexpr std::uint64_t kSweepMs = 1'000;
// Connections over the cap, while as many that were told to close are still there.
constexpr std::size_t kDismissedMax = 64;

}  // namespace

Peers::Permit Peers::admit(const std::string& key, std::uint64_t now_ms) {
  const std::lock_guard lock(mutex_);
  if (peers_.size() >= kPeersMax / 2) forget_idle(now_ms);
  auto found = peers_.find(key);
  if (found == peers_.end()) {
    if (peers_.size() >= kPeersMax) return {};
    found = peers_.emplace(key, std::make_shared<Peer>(limits_, now_ms)).first;
  }
  auto& peer = *found->second;
  if (peer.connections_ >= limits_.connections_per_peer_max) return {};
  if (PLANTED(quota_forgets_the_address)) {
    peer.requests_ = TokenBucket(limits_.requests, now_ms);
  }
  if (!peer.requests_.take(limits_.requests, now_ms)) return {};
  if (connections_ >= limits_.connections_max + dismissed_ && !dismiss_one()) return {};
  ++peer.connections_;
  ++connections_;
  return {*this, {found->second, &Peer::connections_}};
}

Peers::Permit Peers::admit_websocket(const std::shared_ptr<Peer>& peer) {
  const std::lock_guard lock(mutex_);
  if (peer->websockets_ >= limits_.websockets_per_peer_max) return {};
  ++peer->websockets_;
  return {*this, {peer, &Peer::websockets_}};
}

bool Peers::take_request(Peer& peer, std::uint64_t now_ms) {
  const std::lock_guard lock(mutex_);
  return peer.requests_.take(limits_.requests, now_ms);
}

bool Peers::take_look_up(Peer& peer, std::uint64_t now_ms) {
  const std::lock_guard lock(mutex_);
  return peer.look_ups_.take(limits_.look_ups, now_ms);
}

std::size_t Peers::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

std::size_t Peers::remembered() const {
  const std::lock_guard lock(mutex_);
  return peers_.size();
}

void Peers::release(Guest& guest) {
  const std::lock_guard lock(mutex_);
  if (guest.rests) resting_.erase(guest.place);
  --((*guest.peer).*guest.count);
  if (guest.count != &Peer::connections_) return;
  --connections_;
  if (guest.dismissed) --dismissed_;
}

void Peers::rest(Guest& guest, Dismiss dismiss) {
  const std::lock_guard lock(mutex_);
  if (guest.dismissed) return;
  if (guest.rests) resting_.erase(guest.place);
  guest.rests = true;
  guest.dismiss = std::move(dismiss);
  guest.place = resting_.insert(resting_.end(), &guest);
}

void Peers::work(Guest& guest) {
  const std::lock_guard lock(mutex_);
  if (!guest.rests) return;
  resting_.erase(guest.place);
  guest.rests = false;
}

// Tells the one that has waited longest to close, if there is one.
bool Peers::dismiss_one() {
  if (resting_.empty() || dismissed_ >= kDismissedMax) return false;
  auto& guest = *resting_.front();
  resting_.pop_front();
  guest.rests = false;
  guest.dismissed = true;
  ++dismissed_;
  guest.dismiss();
  return true;
}

// A peer without connections whose buckets are full again is as good as a new one.
void Peers::forget_idle(std::uint64_t now_ms) {
  if (now_ms < swept_ms_ + kSweepMs) return;
  swept_ms_ = now_ms;
  std::erase_if(peers_, [&](const auto& entry) {
    auto& peer = *entry.second;
    return peer.connections_ == 0 && peer.websockets_ == 0 &&
           peer.requests_.full(limits_.requests, now_ms) &&
           peer.look_ups_.full(limits_.look_ups, now_ms);
  });
}

}  // namespace tally::http
