#include "http/api/web_app.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "http/pages.hpp"

namespace tally::http {
namespace {

std::string header(const Response& response, std::string_view name) {
  return std::string(find_header(response.headers, name).value_or(""));
}

// A built file of that kind, as the page names it.
std::string asset(const std::string& ending) {
  const auto page = std::string(web_file("index.html"));
  std::smatch found;
  const std::regex name("/app/(assets/[^\"]+\\." + ending + ")");
  return std::regex_search(page, found, name) ? found[1].str() : std::string();
}

class WebApp : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_web_app()) GTEST_SKIP() << "built with TALLY_WEB=OFF";
  }
};

TEST_F(WebApp, EachPageIsTheShellAskedForEachTime) {
  for (const auto* path : {"", "scan", "sign-in"}) {
    const auto response = web_app_response(path, false);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
    EXPECT_EQ(response.body, web_file("index.html"));
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache");
  }
}

TEST_F(WebApp, AnAddressThatIsNoPageIsNotFound) {
  for (const auto* path : {"nothing", "scan/more", "index.html", "index.html.gz"}) {
    EXPECT_EQ(web_app_response(path, true).status, 404) << path;
  }
  const auto response = web_app_response("assets/nothing.js", false);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.content_type, "application/problem+json");
}

TEST_F(WebApp, ThePolicyAllowsNothingThatIsWrittenIntoThePage) {
  const auto policy = header(web_app_response("", false), "Content-Security-Policy");
  EXPECT_TRUE(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  const std::regex inline_parts(R"(<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=)");
  EXPECT_FALSE(std::regex_search(std::string(web_file("index.html")), inline_parts));
}

TEST_F(WebApp, AHashedFileIsForEverAndComesCompressedToWhoTakesThat) {
  const std::pair<std::string, std::string> kinds[] = {{"js", "text/javascript; charset=utf-8"},
                                                       {"css", "text/css; charset=utf-8"}};
  for (const auto& [ending, type] : kinds) {
    const auto path = asset(ending);
    ASSERT_FALSE(path.empty()) << ending;
    const auto plain = web_app_response(path, false);
    const auto compressed = web_app_response(path, true);
    for (const auto* response : {&plain, &compressed}) {
      EXPECT_EQ(response->status, 200);
      EXPECT_EQ(response->content_type, type);
      EXPECT_EQ(header(*response, "Cache-Control"), "public, max-age=31536000, immutable");
      EXPECT_EQ(header(*response, "Vary"), "Accept-Encoding");
    }
    EXPECT_EQ(header(plain, "Content-Encoding"), "");
    EXPECT_EQ(header(compressed, "Content-Encoding"), "gzip");
    EXPECT_TRUE(compressed.body.starts_with("\x1f\x8b"));
    EXPECT_LT(compressed.body.size() * 2, plain.body.size());
  }
}

TEST_F(WebApp, WhatMakesItInstallableIsThere) {
  EXPECT_EQ(web_app_response("manifest.webmanifest", false).content_type,
            "application/manifest+json");
  EXPECT_EQ(web_app_response("sw.js", false).content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(header(web_app_response("sw.js", false), "Cache-Control"), "no-cache");
  for (const auto* icon : {"icon-192.png", "icon-512.png"}) {
    EXPECT_EQ(web_app_response(icon, true).content_type, "image/png");
    EXPECT_EQ(header(web_app_response(icon, true), "Content-Encoding"), "");
  }
}

}  // namespace
}  // namespace tally::http
