// Act 5: Bo sells the bag on to Cai. The page then says that Cai is the second owner, and nothing
// at all about Bo.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "story/orders.hpp"

namespace tally::story {

using namespace contracts;

namespace {

constexpr std::uint64_t kPrice = 3'600'00;

bool tells_of(const std::string& text, const std::string& name) {
  return text.find(address_of(name)) != std::string::npos ||
         text.find(key_of(name).hex()) != std::string::npos;
}

// The page as a machine and as a person gets it.
void check_page(Story& story, std::string_view reader, const std::string& accept) {
  auto& stage = story.stage;
  const auto path = scan_path(story.bags.front());
  stage.read("/v1/network");
  const auto page = stage.node().call({.target = path, .accept = accept});
  const bool says_second =
      page.number("owners") == 2 || page.text.find("Second owner") != std::string::npos;
  stage.expect(fmt::format("The page for {} says: second owner", reader), "200, second owner",
               fmt::format("{}{}", page.describe(), says_second ? ", second owner" : ""), path,
               page.us);
  stage.expect(fmt::format("The page for {} says nothing about Bo", reader), "nothing",
               tells_of(page.text, kBo) ? "his key or address" : "nothing", path, page.us);
}

}  // namespace

void resell_bag(Story& story) {
  auto& stage = story.stage;
  stage.report().begin_act(5, "Bo sells the bag on to Cai");
  auto terms = terms_for(story, kBo, story.bags.front(), kPrice);
  terms.named_buyer = key_of(kCai);
  terms.accept_at_once = true;
  const auto offered =
      stage.expect_settled(fmt::format("Bo offers it to Cai for {}", money(kPrice, kTokenSymbol)),
                           offer(story, kBo, terms));
  const auto id = order_of(offered);
  stage.expect_settled("Cai funds it, which is acceptance here",
                       fund(story, id, kCai, {{story.token, kPrice}}));
  stage.expect_settled("Bo ships", ship(story, id, kBo, "parcel 2"));
  stage.expect_settled("Cai says that it was delivered", deliver(story, id, kCai));
  stage.expect_settled("Cai releases: the bag is Cai's", release(story, id, kCai),
                       scan_path(story.bags.front()));
  const auto item = stage.read("/v1/items/" + story.bags.front());
  stage.expect("The ledger counts two owners since it left the shop", "2", item.field("owners"),
               "/v1/items/" + story.bags.front(), item.us);
  check_page(story, "machines", "application/json");
  check_page(story, "people", "text/html");
}

}  // namespace tally::story
