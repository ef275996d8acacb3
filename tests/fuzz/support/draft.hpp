// A transaction that propose() makes, and what of it stands in a file of its own. Private to this
// folder.
#pragma once

#include <algorithm>
#include <vector>

#include "client/development.hpp"
#include "codec/transaction.hpp"
#include "contracts/limits.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/support/model.hpp"
#include "fuzz/support/propose.hpp"

namespace tally::fuzz {

using namespace contracts;

/// One transaction in the making.
struct Draft {
  Input& input;
  const Model& model;
  Transaction tx{};
  std::vector<const Output*> spent{};

  explicit Draft(Input& from, const Model& in) : input(from), model(in) {
    tx.version = kTransactionVersion;
    tx.network_id = network();
    tx.valid_until_ms = model.block.time_ms + kValidityMsDefault;
    // Everybody signs, whoever comes first: what is refused is refused for better reasons.
    tx.signers = people();
    const auto first = input.choice(tx.signers.size());
    std::rotate(tx.signers.begin(), tx.signers.begin() + static_cast<std::ptrdiff_t>(first),
                tx.signers.end());
  }

  Outpoint spend(OutputNumber number, const codec::StoredOutput& stored) {
    tx.inputs.push_back({number, stored.outpoint, std::nullopt});
    spent.push_back(&stored.output);
    return stored.outpoint;
  }
  void make(Output output) { tx.outputs.push_back(std::move(output)); }

  /// Spends one of the outputs that `fits`, not spent yet; null if there is none.
  template <typename T>
  const T* pick(auto fits) {
    std::vector<std::pair<OutputNumber, const codec::StoredOutput*>> found;
    for (const auto& [number, stored] : model.unspent) {
      const auto* x = std::get_if<T>(&stored.output);
      const auto taken = std::ranges::find(tx.inputs, number, &contracts::Input::number);
      if (x != nullptr && fits(*x) && taken == tx.inputs.end()) found.emplace_back(number, &stored);
    }
    if (found.empty()) return nullptr;
    const auto& [number, stored] = found[input.choice(std::min<std::size_t>(found.size(), 256))];
    spend(number, *stored);
    return &std::get<T>(stored->output);
  }
  template <typename T>
  const T* pick() {
    return pick<T>([](const T&) { return true; });
  }
  PublicKey person() { return people()[input.choice(people().size())]; }
};

// What the commands about items need beside their bodies: propose_items.cpp.
void claim(Draft& draft, ItemCommission& body);
void claim(Draft& draft, ItemAdmit& body);
void claim(Draft& draft, ItemTransfer& body);
void claim(Draft& draft, ItemDecommission& body);
void claim(Draft& draft, LotCommission& body);
void claim(Draft& draft, LotStepOut& body);
void claim(Draft& draft, ItemAggregate& body);
void claim(Draft& draft, ItemDisaggregate& body);
void claim(Draft& draft, ItemAssociate& body);
void claim(Draft& draft, ItemTransform& body);
void claim(Draft& draft, ItemMerge& body);

// What the commands of cases need beside their bodies: propose_cases.cpp.
void claim(Draft& draft, PanelDefine& body);
void claim(Draft& draft, AppraiserBond& body);
void claim(Draft& draft, AppraiserWithdraw& body);
void claim(Draft& draft, CaseOpen& body);
void claim(Draft& draft, CaseCommit& body);
void claim(Draft& draft, CaseReveal& body);
void claim(Draft& draft, CaseChallenge& body);
void claim(Draft& draft, CaseAdvance& body);
void claim(Draft& draft, CaseCalibrate& body);

}  // namespace tally::fuzz
