// The fixture of the attacks: the node of the refusals, and what an attacker does with what others
// have signed. Each test is named after what happened elsewhere; tests/incidents.txt has the list.
#pragma once

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include "codec/batch.hpp"
#include "contracts/order/order_flow.hpp"
#include "integration/refusals.hpp"

namespace tally::test {

class Attacks : public Refusals {
 protected:
  using Signed = codec::SignedTransaction;

  /// Submits all of them in one request; their answers, in order.
  static std::vector<Answer> submit_all(const std::vector<Signed>& transactions) {
    Bytes bytes;
    for (const auto& each : transactions) codec::append_to_batch(bytes, codec::encode_signed(each));
    const auto answer = node_->post("/v1/transactions:batch", kProtobuf, as_text(bytes));
    EXPECT_EQ(answer.status, 200) << answer.body;
    std::vector<Answer> out;
    std::istringstream in(answer.body);
    for (std::string line; std::getline(in, line);) {
      Answer one;
      one.json = boost::json::parse(line).as_object();
      one.body = line;
      one.status = one.text("outcome") == "settled" ? 200 : static_cast<int>(one.number("status"));
      out.push_back(std::move(one));
    }
    EXPECT_EQ(out.size(), transactions.size());
    return out;
  }
  /// None of them settles, and none of them decides the fate of anything.
  static void expect_refused_open(const std::vector<Signed>& transactions) {
    for (const auto& answer : submit_all(transactions)) {
      const auto* final_member = answer.json.if_contains("final");
      EXPECT_TRUE(answer.status >= 400 && final_member != nullptr && *final_member == false)
          << answer.body;
    }
  }
  /// The body as it is, with the signatures of these people over its own txid.
  static Signed sign(Bytes body, const std::vector<std::string_view>& people) {
    Signed out{std::move(body), {}};
    const auto id = txid(network(), out.body);
    for (const auto name : people) {
      const auto signature = crypto::sign(client::development_key(name), id.bytes);
      out.witnesses.emplace_back(signature.bytes.begin(), signature.bytes.end());
    }
    return out;
  }
  static Bytes witness_of(std::string_view name, const Signed& transaction) {
    return sign(transaction.body, {name}).witnesses.front();
  }
  static Answer read(std::string target) {
    target += target.find('?') == std::string::npos ? '?' : '&';
    auto answer = node_->get(target + "min_height=" + std::to_string(node_->height()), "dev");
    EXPECT_EQ(answer.status, 200) << answer.body << process_->process().errors();
    return answer;
  }
  /// How much of TEST somebody has in free coins.
  static std::uint64_t balance(std::string_view name) {
    const auto answer = read("/v1/accounts/" + address(name) + "/balances");
    if (!answer.json.contains("balances")) return 0;
    for (const auto& row : answer.json.at("balances").as_array()) {
      if (row.at("symbol") == "TEST") return std::stoull(row.at("amount").as_string().c_str());
    }
    return 0;
  }
  static std::uint64_t supply() { return read("/v1/assets/TEST").number("supply"); }

  /// An order of ana's for her first bag at 50, offered; and what bo needs to fund it.
  struct Offer {
    Order order;
    Settled at;
  };
  static Offer offer(std::uint32_t item_index, std::string_view serial) {
    auto body = terms();
    body.lines[0].gs1_key = bag(serial);
    auto out = draft({"ana"});
    test::spend(out, items_, item_index);
    const auto order = offered_order(body, out.tx.inputs.front().outpoint);
    return {order, settled(node_->settle(out.make(order).command(OrderOffer{body})))};
  }
};

}  // namespace tally::test
