#include "http/api/scan_page.hpp"

#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "epcis/digital_link.hpp"
#include "http/api/web_app.hpp"
#include "http/pages.hpp"

namespace tally::http {
namespace {

using contracts::ItemFlag;
using contracts::Verdict;

constexpr std::uint64_t kDay = 86'400'000;
constexpr std::uint64_t kMarch = 1'772'409'600'000;  // 2026-03-02T00:00:00Z
constexpr auto kKind = contracts::NetworkKind::development;
const std::string kBase = "https://host.example";

ScanRecord record() {
  ScanRecord out;
  out.key = *epcis::parse_canonical("01/09506000130019/21/A1");
  ScanItem item;
  item.prefix = "950600013";
  item.since_ms = kMarch;
  item.facts = 7;
  out.item = item;
  out.claims = 2;
  out.height = 12;
  out.time_ms = kMarch + kDay;
  return out;
}

ScanVerdict verdict(Verdict what, bool accredited = true) {
  return {.appraiser = {{3}},
          .verdict = what,
          .confidence_bps = 9'500,
          .time_ms = kMarch,
          .accredited = accredited};
}

bool has(const Response& response, std::string_view text) {
  return response.body.find(text) != std::string::npos;
}

Response page(const ScanRecord& scan) { return ScanPage().item(scan, kKind, kBase); }

TEST(ScanPage, LeadsToWhereTheObjectIsCompared) {
  if (!has_web_app()) GTEST_SKIP() << "built with TALLY_WEB=OFF";
  auto scan = record();
  scan.key = *epcis::parse_canonical("01/09506000130019/21/A%2FB");
  EXPECT_TRUE(has(page(scan), R"(href="/app/scan?code=/01/09506000130019/21/A%252FB")"));
  scan.item.reset();
  EXPECT_FALSE(has(page(scan), "/app/scan")) << "there is no record to compare with";
}

TEST(Finding, TheGravestWins) {
  auto scan = record();
  EXPECT_EQ(finding(scan), Finding::genuine);
  scan.item->authority_stands = false;
  EXPECT_EQ(finding(scan), Finding::withdrawn);
  scan.item->admitted = true;
  EXPECT_EQ(finding(scan), Finding::admitted_revoked);
  scan.item->authority_stands = true;
  EXPECT_EQ(finding(scan), Finding::admitted);
  scan.item->doubts = 1;
  EXPECT_EQ(finding(scan), Finding::disputed);
  scan.item->verdicts = {verdict(Verdict::fake, false)};
  EXPECT_EQ(finding(scan), Finding::disputed) << "who is not accredited does not decide";
  scan.item->verdicts.push_back(verdict(Verdict::fake));
  EXPECT_EQ(finding(scan), Finding::fake);
  for (const auto& [flag, expected] : {std::pair(ItemFlag::stolen, Finding::stolen),
                                       std::pair(ItemFlag::recalled, Finding::recalled),
                                       std::pair(ItemFlag::counterfeit, Finding::counterfeit)}) {
    scan.item->flag = contracts::FlagState{flag, {}, kMarch, kMarch + kDay};
    EXPECT_EQ(finding(scan), expected);
  }
  scan.item->decommissioned = true;
  EXPECT_EQ(finding(scan), Finding::decommissioned);
  scan.item.reset();
  EXPECT_EQ(finding(scan), Finding::unknown);
}

TEST(ScanPage, AGenuineRecordSaysWhatIsKnownAndWhatIsNot) {
  auto scan = record();
  scan.item->verdicts = {verdict(Verdict::genuine), verdict(Verdict::inconclusive, false)};
  scan.item->for_sale = true;
  const auto answer = page(scan);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/html; charset=utf-8");
  for (const std::string_view text :
       {"<html lang=\"en\" dir=\"ltr\">", "<h1>The record is genuine</h1>",
        "Product 09506000130019, serial number A1",
        "Issued on 2026-03-02 under the company prefix 950600013", "For sale in a shop",
        "Still in the trade", "7 recorded by those entitled to, and 2 claimed",
        "<li class=\"good\"><strong>Genuine</strong>", "confidence 95 %",
        "<li class=\"plain\"><strong>Inconclusive</strong>", "who is accredited",
        "whose accreditation has ended since", "<time datetime=\"2026-03-02\">",
        "Whether the object in your hand is this item", "<svg", "role=\"img\"",
        "href=\"/01/09506000130019/21/A1\"", "https://host.example/01/09506000130019/21/A1",
        "As of block 12, 2026-03-03 00:00 UTC."}) {
    EXPECT_TRUE(has(answer, text)) << text;
  }
  EXPECT_FALSE(has(answer, "Open doubts"));
}

TEST(ScanPage, EveryFindingHasItsHeadline) {
  const PageTexts texts(page_file("en.txt"));
  for (const auto what :
       {Finding::unknown, Finding::genuine, Finding::withdrawn, Finding::admitted,
        Finding::admitted_revoked, Finding::fake, Finding::disputed, Finding::stolen,
        Finding::recalled, Finding::counterfeit, Finding::decommissioned}) {
    EXPECT_FALSE(texts.get(fmt::format("title_{}", name(what))).empty());
    EXPECT_FALSE(texts.get(fmt::format("text_{}", name(what)), {"x"}).empty());
  }
}

TEST(ScanPage, Owners) {
  for (const auto& [owners, text] :
       {std::pair(0u, "Still in the trade"), std::pair(1u, "First owner"),
        std::pair(2u, "Second owner"), std::pair(3u, "Third owner"),
        std::pair(11u, "Owner number 11")}) {
    auto scan = record();
    scan.item->owners = owners;
    EXPECT_TRUE(has(page(scan), text)) << owners;
  }
}

TEST(ScanPage, FlagsAndDoubtsHaveTheirDates) {
  auto scan = record();
  scan.item->flag = contracts::FlagState{ItemFlag::stolen, {}, kMarch, kMarch + 30 * kDay};
  scan.item->doubts = 2;
  scan.item->last_doubt_ms = kMarch + kDay;
  const auto answer = page(scan);
  EXPECT_TRUE(has(answer, "<h1>Reported stolen</h1>"));
  EXPECT_TRUE(has(answer, "Reported stolen on 2026-03-02; the report expires on 2026-04-01"));
  EXPECT_TRUE(has(answer, "2 doubts are open, the latest raised on 2026-03-03."));
}

TEST(ScanPage, NothingOnRecordIs404AndThePageSaysSo) {
  auto scan = record();
  scan.item.reset();
  const auto answer = page(scan);
  EXPECT_EQ(answer.status, 404);
  EXPECT_TRUE(has(answer, "<h1>Nothing is on record under this code</h1>"));
  EXPECT_TRUE(has(answer, "<svg"));
}

TEST(ScanPage, ASerialThatIsMarkupIsShownAsText) {
  auto scan = record();
  scan.key = epcis::parse_link_path("/01/09506000130019/21/%3Cb%3E%22%27%26x")->key;
  const auto answer = page(scan);
  EXPECT_TRUE(has(answer, "serial number &lt;b&gt;&quot;&#39;&amp;x"));
  EXPECT_FALSE(has(answer, "<b>"));
  EXPECT_TRUE(has(answer, "href=\"/01/09506000130019/21/%3Cb%3E%22%27%26x\""));
}

TEST(ScanPage, ItsStyleIsAllThatMayRun) {
  for (const auto& answer : {page(record()), ScanPage().no_item()}) {
    const auto open = answer.body.find("<style>") + 7;
    const auto style = answer.body.substr(open, answer.body.find("</style>") - open);
    const auto policy = find_header(answer.headers, "Content-Security-Policy");
    ASSERT_TRUE(policy);
    const auto hash = to_base64(crypto::sha256(as_bytes(style)));
    EXPECT_NE(policy->find("style-src 'sha256-" + hash + "'"), std::string_view::npos);
    EXPECT_TRUE(policy->starts_with("default-src 'none';"));
    EXPECT_EQ(policy->find("unsafe"), std::string_view::npos);
    EXPECT_EQ(answer.body.find("<script"), std::string::npos);
  }
}

TEST(ScanPage, ABadKeyIs400WithTheRightCheckDigit) {
  const auto link = epcis::parse_link_path("/01/09506000130018/21/A1");
  ASSERT_FALSE(link);
  const ScanPage pages;
  const auto answer = pages.bad_key(link.error());
  EXPECT_EQ(answer.status, 400);
  EXPECT_TRUE(has(answer, "The check digit of the value for (01) is wrong: it should be 9."));
}

TEST(ScanPage, EveryFaultOfAKeyHasASentence) {
  const ScanPage pages;
  for (int code = 1; code <= 18; ++code) {
    EXPECT_FALSE(pages.sentence({static_cast<epcis::Gs1Error>(code), "01", 0, '1'}).empty());
  }
}

TEST(ScanPage, AClassIsNoItem) {
  EXPECT_EQ(ScanPage().no_item().status, 404);
  EXPECT_TRUE(has(ScanPage().no_item(), "not of one item"));
}

}  // namespace
}  // namespace tally::http
