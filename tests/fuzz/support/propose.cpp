#include "fuzz/support/propose.hpp"

#include "base/check.hpp"
#include "client/development.hpp"
#include "codec/transaction.hpp"
#include "contracts/limits.hpp"
#include "contracts/membership.hpp"
#include "contracts/order/authenticity.hpp"
#include "contracts/order/order_flow.hpp"
#include "fuzz/support/draft.hpp"
#include "fuzz/support/plausible.hpp"

namespace tally::fuzz {
namespace {

using namespace contracts;

// ---- What each command needs beside its body. ----

void pay_out(Draft& draft, const AssetId& asset, std::uint64_t amount) {
  if (amount == 0) return;
  const auto part = amount * (1 + draft.input.choice(4)) / 4;
  draft.make(Coin{asset, part, KeyLock{draft.person()}});
  if (part < amount) draft.make(Coin{asset, amount - part, plausible<Lock>(draft.input)});
}

void claim(Draft& draft, AssetIssue& body) {
  body.amount = 1 + draft.input.number() % 1'000'000;
  pay_out(draft, body.asset, body.amount);
}
void claim(Draft& draft, AssetTransfer&) {
  const auto* first = draft.pick<Coin>();
  if (first == nullptr) return;
  auto sum = first->amount;
  for (auto more = draft.input.choice(3); more > 0; --more) {
    const auto* coin = draft.pick<Coin>([&](const Coin& x) { return x.asset == first->asset; });
    if (coin != nullptr) sum += coin->amount;
  }
  pay_out(draft, first->asset, sum);
}
void give_back(Draft& draft, AssetId& asset, std::uint64_t& amount) {
  const auto* coin = draft.pick<Coin>();
  if (coin == nullptr) return;
  asset = coin->asset;
  amount = coin->amount * (1 + draft.input.choice(2)) / 2;
  if (amount < coin->amount) draft.make(Coin{asset, coin->amount - amount, coin->lock});
  const auto* entry = draft.model.registry.get<AssetEntry>(asset_key(asset));
  if (entry == nullptr || !entry->terms || !entry->terms->promised_asset) return;
  // An IOU is redeemed against what it promises, at par.
  const auto promised = *entry->terms->promised_asset;
  const auto* payout =
      draft.pick<Coin>([&](const Coin& x) { return x.asset == promised && x.amount >= amount; });
  if (payout == nullptr) return;
  draft.make(Coin{promised, amount, coin->lock});
  if (payout->amount > amount) draft.make(Coin{promised, payout->amount - amount, payout->lock});
}
void claim(Draft& draft, AssetRedeem& body) { give_back(draft, body.asset, body.amount); }
void claim(Draft& draft, AssetBurn& body) { give_back(draft, body.asset, body.amount); }

void claim(Draft& draft, ProfileSet& body) {
  const auto* entry =
      draft.model.registry.get<ProfileEntry>(profile_key(body.owner, body.attribute_id));
  body.version = entry == nullptr ? 1 : entry->version + 1;
}
void claim(Draft& draft, ProfileGrant&) { draft.make(plausible<Grant>(draft.input)); }
void claim(Draft& draft, ProfileRevoke&) { draft.pick<Grant>(); }
void claim(Draft& draft, DelegationGrant& body) {
  auto& powers = body.powers;
  std::ranges::sort(powers.commands);
  std::ranges::sort(powers.prefixes);
  std::ranges::sort(powers.places);
  powers.amount_max = powers.asset ? std::max<std::uint64_t>(powers.amount_max, 1) : 0;
  powers.until_ms = draft.model.block.time_ms + 1 + draft.input.number() % kDelegationMsMax;
}
void claim(Draft& draft, ItemFlagSet& body) {
  body.expires_ms = draft.model.block.time_ms + 1 + draft.input.number() * 1'000;
}
void claim(Draft& draft, AssetDefine& body) {
  if (body.kind != AssetKind::iou) body.terms.reset();
  if (body.kind == AssetKind::iou && !body.terms) body.terms.emplace();
  if (body.terms) {
    if (body.terms->promised_asset) body.terms->promised_hash.reset();
    if (!body.terms->promised_asset) body.terms->promised_hash.emplace();
    body.terms->maturity_ms =
        draft.input.flag() ? 0 : draft.model.block.time_ms + draft.input.number() * 1'000;
  }
  body.decimals %= kDecimalsMax + 1;
  body.policies.supply_max = 1'000'000 + draft.input.number();
  body.policies.minimum_unit = 1 + draft.input.choice(2) * 9;
}

void claim(Draft& draft, OrderOffer& body) {
  auto& terms = body.terms;
  terms.lines.resize(std::clamp<std::size_t>(terms.lines.size(), 1, 3));
  std::vector<OrderLine> lines;
  for (auto& line : terms.lines) {
    const auto* item = draft.pick<Item>();
    if (item != nullptr) lines.push_back({item->gs1_key, 1 + line.price % 10'000, {}});
  }
  terms.lines = std::move(lines);
  if (terms.carrier == terms.seller) terms.carrier.reset();
  if (terms.named_buyer == terms.seller) terms.named_buyer.reset();
  terms.bond = draft.input.flag() ? 1 + terms.bond % 1'000 : 0;
  terms.dispute_buyer_bps %= kBasisPoints + 1;
  terms.policy.accept_commissioned = terms.policy.accept_commissioned || draft.input.flag();
  terms.policy.verdicts_min %= 3;
  for (auto* period :
       {&terms.periods.offer_ms, &terms.periods.accept_ms, &terms.periods.ship_ms,
        &terms.periods.transit_ms, &terms.periods.inspect_ms, &terms.periods.dispute_ms}) {
    *period = kOrderStageMsMin + *period % kDayMs;
  }
  std::uint64_t change = 0;
  if (terms.bond > 0) {
    const auto* coin = draft.pick<Coin>([&](const Coin& x) { return x.amount >= terms.bond; });
    if (coin == nullptr) return;
    terms.price_asset = coin->asset;
    change = coin->amount - terms.bond;
  }
  if (draft.tx.inputs.empty()) return;
  draft.make(offered_order(terms, draft.tx.inputs.front().outpoint));
  if (change > 0) draft.make(Coin{terms.price_asset, change, KeyLock{terms.seller}});
}

void claim(Draft& draft, OrderFund& body) {
  const auto* order =
      draft.pick<Order>([](const Order& x) { return x.state == OrderState::offered; });
  if (order == nullptr) return;
  const auto& terms = order->terms;
  if (terms.named_buyer) body.buyer = *terms.named_buyer;
  std::map<AssetId, std::uint64_t> paid;
  for (auto count = 1 + draft.input.choice(3); count > 0; --count) {
    const auto* coin = draft.pick<Coin>([&](const Coin& x) {
      return x.asset == terms.price_asset ||
             std::ranges::find(terms.accepted_ious, x.asset) != terms.accepted_ious.end();
    });
    if (coin != nullptr) paid[coin->asset] += coin->amount;
  }
  body.payment.clear();
  for (const auto& [asset, amount] : paid) body.payment.push_back({asset, amount});
  draft.make(funded_order(*order, body.buyer, body.payment,
                          reserves_loyalty(terms, draft.model.registry)));
}

void outcome(Draft& draft, const OrderOutcome& of) {
  for (const auto& output : of.outputs) draft.make(output);
}
const Order* order_in(Draft& draft, std::initializer_list<OrderState> states) {
  return draft.pick<Order>(
      [&](const Order& x) { return std::ranges::find(states, x.state) != states.end(); });
}
std::vector<AssetFacts> facts_of(const Draft& draft, const Order& order) {
  return asset_facts(order.terms.seller, order.payment, draft.model.registry);
}

void claim(Draft& draft, OrderAccept&) {
  const auto* order = order_in(draft, {OrderState::funded});
  if (order == nullptr) return;
  outcome(draft, step_outcome(
                     accepted_order(*order, reserves_loyalty(order->terms, draft.model.registry))));
}
void claim(Draft& draft, OrderShip& body) {
  const auto* order = order_in(draft, {OrderState::accepted});
  if (order != nullptr) outcome(draft, step_outcome(shipped_order(*order, body.tracking_hash)));
}
void claim(Draft& draft, OrderDeliver&) {
  const auto* order = order_in(draft, {OrderState::shipped});
  if (order != nullptr) outcome(draft, step_outcome(delivered_order(*order)));
}
void claim(Draft& draft, OrderDispute&) {
  const auto* order = order_in(draft, {OrderState::delivered});
  if (order != nullptr) outcome(draft, step_outcome(disputed_order(*order)));
}
void claim(Draft& draft, OrderRelease&) {
  const auto* order = order_in(draft, {OrderState::delivered, OrderState::disputed});
  if (order != nullptr) outcome(draft, release_outcome(*order, facts_of(draft, *order)));
}
void claim(Draft& draft, OrderRefund&) {
  const auto* order =
      order_in(draft, {OrderState::funded, OrderState::accepted, OrderState::shipped,
                       OrderState::delivered, OrderState::disputed});
  if (order != nullptr) outcome(draft, refund_outcome(*order, OrderParty::seller));
}
void claim(Draft& draft, OrderWithdraw&) {
  const auto* order = order_in(draft, {OrderState::offered});
  if (order != nullptr) outcome(draft, withdraw_outcome(*order));
}
void claim(Draft& draft, OrderTimeout&) {
  const auto* order = draft.pick<Order>();
  if (order == nullptr) return;
  const bool holds =
      check_authenticity(order->terms, draft.model.registry, draft.model.block.time_ms).has_value();
  outcome(draft, timeout_outcome(*order, holds, facts_of(draft, *order)));
  if (draft.input.flag()) draft.tx.signers.clear();
}
void claim(Draft&, auto&) {}  // The others claim nothing.

// Adds a command of this kind that claims what it spends and makes.
void add_command(Draft& draft, std::size_t kind) {
  const auto first_input = static_cast<std::uint32_t>(draft.tx.inputs.size());
  const auto first_output = static_cast<std::uint32_t>(draft.tx.outputs.size());
  Command command{{}, {}, plausible_command(draft.input, kind, draft.model)};
  std::visit([&](auto& body) { claim(draft, body); }, command.body);
  for (auto i = first_input; i < draft.tx.inputs.size(); ++i) command.inputs.push_back(i);
  for (auto i = first_output; i < draft.tx.outputs.size(); ++i) command.outputs.push_back(i);
  draft.tx.commands.push_back(std::move(command));
}

// ---- What the input changes about it. ----

template <typename T>
T* any_of(Input& input, std::vector<T>& list) {
  return list.empty() ? nullptr : &list[input.choice(std::min<std::size_t>(list.size(), 256))];
}

void change_output(Draft& draft) {
  auto* output = any_of(draft.input, draft.tx.outputs);
  if (output == nullptr) return;
  if (auto* coin = std::get_if<Coin>(output)) {
    const auto by = draft.input.number();
    switch (draft.input.choice(4)) {
      case 0:
        coin->amount += by;
        break;
      case 1:
        coin->amount -= by;
        break;
      case 2:
        coin->asset = plausible_asset(draft.input, draft.model);
        break;
      default:
        coin->lock = plausible<Lock>(draft.input);
    }
  } else if (auto* item = std::get_if<Item>(output)) {
    item->lock = plausible<Lock>(draft.input);
    if (draft.input.flag()) item->gs1_key = plausible_gs1_key(draft.input);
  } else if (auto* order = std::get_if<Order>(output)) {
    const auto by = draft.input.number();
    if (draft.input.flag()) order->terms.bond += by;
    if (draft.input.flag() && !order->payment.empty()) order->payment[0].amount += by;
    if (draft.input.flag()) order->loyalty_reserved = !order->loyalty_reserved;
    if (draft.input.flag()) order->buyer = draft.person();
  }
}

void change_claims(Draft& draft) {
  auto* from = any_of(draft.input, draft.tx.commands);
  auto* to = any_of(draft.input, draft.tx.commands);
  if (from == nullptr) return;
  const bool of_inputs = draft.input.flag();
  auto& source = of_inputs ? from->inputs : from->outputs;
  if (source.empty()) return;
  const auto index = source.back();
  if (draft.input.flag()) source.pop_back();
  (of_inputs ? to->inputs : to->outputs).push_back(index);
}

void change(Draft& draft) {
  auto& tx = draft.tx;
  switch (draft.input.choice(10)) {
    case 0:
      if (!tx.signers.empty()) {
        tx.signers.erase(tx.signers.begin() +
                         static_cast<std::ptrdiff_t>(draft.input.choice(tx.signers.size())));
      }
      break;
    case 1:
      tx.signers = {draft.person()};
      break;
    case 2:
    case 3:
      change_output(draft);
      break;
    case 4:
      change_claims(draft);
      break;
    case 5:
      if (auto* output = any_of(draft.input, tx.outputs)) {
        const auto copy = *output;
        tx.commands.back().outputs.push_back(static_cast<std::uint32_t>(tx.outputs.size()));
        draft.make(copy);
      }
      break;
    case 6:
      if (auto* spent = any_of(draft.input, tx.inputs)) spent->number += draft.input.number();
      break;
    case 7:
      if (auto* spent = any_of(draft.input, tx.inputs)) spent->preimage = kPlausiblePreimage;
      break;
    case 8:
      tx.references.push_back({plausible_reference(draft.input, draft.model)});
      break;
    default: {
      auto* command = any_of(draft.input, tx.commands);
      command->body = plausible_command(draft.input, command->body.index(), draft.model);
    }
  }
}

// Whether the transaction settles in the next block; then it has.
bool settle_next(Model& model, Transaction& tx) {
  const auto before = model.block;
  model.pass(kStepMs);
  tx.valid_until_ms = model.block.time_ms + kValidityMsDefault;
  if (check_shape(tx, network()) &&
      check_submission(tx, model.registry, model.block.time_ms).has_value()) {
    const auto id = txid_of(tx);
    if (const auto verdict = model.judge(tx, id)) {
      model.settle(tx, id, *verdict);
      return true;
    }
  }
  model.block = before;
  return false;
}

// Chance finds its way from genesis, the same one each time: each kind of command a few times.
Beginning begin() {
  constexpr int kTries = 8'000;
  constexpr int kOfAKind = 3;
  Beginning out{Model(client::development_genesis()), {}};
  std::uint64_t seed = 1;
  Bytes bytes(300);
  std::array<int, std::variant_size_v<contracts::CommandAlternatives>> settled{};
  for (int tries = 0; tries < kTries; ++tries) {
    const auto kind = static_cast<std::size_t>(tries) % settled.size();
    if (settled[kind] == kOfAKind) continue;
    for (auto& byte : bytes) {
      seed = seed * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
      byte = static_cast<std::uint8_t>(seed >> 56);
    }
    Input input(bytes);
    Draft draft(input, out.model);
    add_command(draft, kind);
    if (kind % 3 == 0) draft.tx.idempotency_key = {0xff, static_cast<std::uint8_t>(tries)};
    if (!settle_next(out.model, draft.tx)) continue;
    out.transactions.push_back(std::move(draft.tx));
    ++settled[kind];
  }
  out.model.check_whole();
  return out;
}

}  // namespace

const std::vector<PublicKey>& people() {
  static const auto kPeople = [] {
    std::vector<PublicKey> out;
    for (const auto name : client::development_operators()) {
      out.push_back(crypto::public_key(client::development_key(name)));
    }
    for (const auto* name : {"bank", "brand", "centre", "shop", "ana", "bo", "carrier", "expert"}) {
      out.push_back(crypto::public_key(client::development_key(name)));
    }
    return out;
  }();
  return kPeople;
}

Transaction propose(Input& input, const Model& model) {
  Draft draft(input, model);
  const auto how = input.byte();
  for (auto commands = 1 + (how & 1); commands > 0; --commands) {
    add_command(draft, input.choice(std::variant_size_v<contracts::CommandAlternatives>));
  }
  for (auto changes = (how >> 1) % 4; changes > 0; --changes) change(draft);
  if ((how & 0x10) != 0) draft.tx.idempotency_key = {static_cast<std::uint8_t>(input.choice(4))};
  return std::move(draft.tx);
}

Txid txid_of(const Transaction& tx) { return txid(network(), codec::encode_body(tx)); }

const Beginning& beginning() {
  static const auto kBeginning = begin();
  return kBeginning;
}

}  // namespace tally::fuzz
