#include "http/api/stream_events.hpp"

#include <gtest/gtest.h>

namespace tally::http {
namespace {

using contracts::Account;
using custody::Scope;

crypto::PublicKey key_of(std::uint8_t byte) {
  crypto::PublicKey key;
  key.bytes.fill(byte);
  return key;
}

template <typename IdType>
IdType id_of(std::uint8_t byte) {
  IdType id;
  id.bytes.fill(byte);
  return id;
}

const crypto::PublicKey kAna = key_of(1);
const crypto::PublicKey kBo = key_of(2);
const crypto::PublicKey kCai = key_of(3);

// Ana pays Bo: an asset moves.
StreamEvent payment() {
  StreamEvent event{.cursor = {7, 0}, .kind = EventKind::settled};
  event.public_text = "public";
  event.private_text = "private";
  event.parties = {contracts::account_of(kAna), contracts::account_of(kBo)};
  event.commands = {contracts::AssetTransfer::kNumber};
  event.assets = {id_of<contracts::AssetId>(5)};
  event.items = {id_of<contracts::ItemId>(6)};
  event.orders = {id_of<contracts::OrderId>(7)};
  return event;
}

StreamEvent block() {
  StreamEvent event{.cursor = {7, 1}, .kind = EventKind::block};
  event.public_text = "block";
  return event;
}

Caller signed_in(const crypto::PublicKey& key) {
  return {.account = key, .scopes = {Scope::read_own}, .session = true};
}

const Caller kStranger{};
const Caller kAuditor{.account = kCai, .scopes = {Scope::audit}};

std::string told(const StreamEvent& event, const StreamFilter& filter, const Caller& caller) {
  const auto* text = text_for(event, filter, caller);
  return text == nullptr ? "" : *text;
}

TEST(StreamCursorTest, ReadsWhatItWrites) {
  EXPECT_EQ(to_text({12, 3}), "12:3");
  EXPECT_EQ(parse_cursor("12:3"), (StreamCursor{12, 3}));
  EXPECT_EQ(parse_cursor("18446744073709551615:0"), (StreamCursor{UINT64_MAX, 0}));
  for (const auto* text : {"", ":", "1", "1:", ":1", "-1:0", "1:+0", "1:0:0", " 1:0", "0x1:0",
                           "18446744073709551616:0"}) {
    EXPECT_EQ(parse_cursor(text), std::nullopt) << text;
  }
}

TEST(StreamFilterTest, TellsBodiesToTheirPartiesAlone) {
  struct Row {
    const char* who;
    Caller caller;
    const char* text;
  };
  const Row rows[] = {
      {"a stranger", kStranger, "public"},
      {"the payer", signed_in(kAna), "private"},
      {"the payee", signed_in(kBo), "private"},
      {"another member", signed_in(kCai), "public"},
      {"an auditor", kAuditor, "private"},
      {"the payer's token without the right",
       {.account = kAna, .scopes = {Scope::build}},
       "public"},
      {"the node's operator", {.account = kCai, .scopes = {Scope::operate}}, "public"},
  };
  for (const auto& row : rows) EXPECT_EQ(told(payment(), {}, row.caller), row.text) << row.who;
  EXPECT_EQ(told(block(), {}, kAuditor), "block") << "there is nothing private in it";
}

TEST(StreamFilterTest, NarrowsByKind) {
  const StreamFilter blocks{.kinds = {EventKind::block}, .commands = {}};
  EXPECT_EQ(told(payment(), blocks, signed_in(kAna)), "");
  EXPECT_EQ(told(block(), blocks, kStranger), "block");
  const StreamFilter transfers{.kinds = {}, .commands = {contracts::AssetTransfer::kNumber}};
  EXPECT_EQ(told(payment(), transfers, signed_in(kAna)), "private");
  EXPECT_EQ(told(payment(), transfers, kStranger), "") << "what it does is its parties' to know";
  EXPECT_EQ(told(block(), transfers, signed_in(kAna)), "");
  const StreamFilter either{.kinds = {EventKind::block},
                            .commands = {contracts::AssetTransfer::kNumber}};
  EXPECT_EQ(told(payment(), either, signed_in(kBo)), "private");
  EXPECT_EQ(told(block(), either, signed_in(kBo)), "block");
}

TEST(StreamFilterTest, NarrowsByContentOnlyWhereTheContentMayBeSeen) {
  StreamFilter account;
  account.account = contracts::account_of(kBo);
  StreamFilter asset;
  asset.asset = id_of<contracts::AssetId>(5);
  StreamFilter item;
  item.item = id_of<contracts::ItemId>(6);
  StreamFilter order;
  order.order = id_of<contracts::OrderId>(7);
  for (const auto& filter : {account, asset, item, order}) {
    EXPECT_EQ(told(payment(), filter, signed_in(kBo)), "private");
    EXPECT_EQ(told(payment(), filter, kAuditor), "private");
    EXPECT_EQ(told(payment(), filter, kStranger), "");
    EXPECT_EQ(told(payment(), filter, signed_in(kCai)), "");
    EXPECT_EQ(told(block(), filter, signed_in(kBo)), "");
  }
  asset.asset = id_of<contracts::AssetId>(9);
  item.item = id_of<contracts::ItemId>(9);
  order.order = id_of<contracts::OrderId>(9);
  account.account = contracts::account_of(kCai);
  for (const auto& filter : {account, asset, item, order}) {
    EXPECT_EQ(told(payment(), filter, signed_in(kBo)), "");
  }
  StreamFilter two;
  two.asset = id_of<contracts::AssetId>(5);
  two.item = id_of<contracts::ItemId>(9);
  EXPECT_EQ(told(payment(), two, signed_in(kBo)), "") << "each filter narrows further";
}

}  // namespace
}  // namespace tally::http
