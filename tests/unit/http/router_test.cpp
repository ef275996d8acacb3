#include "http/router.hpp"

#include <gtest/gtest.h>

#include "http/target.hpp"

namespace tally::http {
namespace {

Route route(Method method, std::string pattern) {
  return {.method = method, .pattern = std::move(pattern), .handler = [](Request, Reply) {}};
}

Router sample() {
  Router router;
  router.add(route(Method::kGet, "/"));
  router.add(route(Method::kPost, "/v1/transactions"));
  router.add(route(Method::kPost, "/v1/transactions:batch"));
  router.add(route(Method::kGet, "/v1/transactions/{txid}"));
  router.add(route(Method::kGet, "/v1/accounts/{address}/{part}"));
  router.add(route(Method::kGet, "/v1/accounts/{address}/outputs"));
  router.add(route(Method::kGet, "/01/{gtin}/{rest...}"));
  router.add(route(Method::kGet, "/01/{gtin}/21/{serial}"));
  router.add(
      {.method = Method::kGet,
       .pattern = "/v1/stream",
       .handler = {},
       .websocket = [](const Request&, const auto&) { return std::unexpected(Response{}); }});
  return router;
}

struct Case {
  Method method;
  std::string_view path;
  std::string_view pattern;  // of the route expected
  std::string_view params;   // "name=value;"
};

class RouterMatch : public testing::TestWithParam<Case> {};

TEST_P(RouterMatch, FindsTheRoute) {
  const auto router = sample();
  const auto target = parse_target(GetParam().path);
  ASSERT_TRUE(target.has_value());
  const auto match = router.find(GetParam().method, target->segments);
  ASSERT_TRUE(match.has_value());
  EXPECT_EQ(match->route->pattern, GetParam().pattern);
  EXPECT_EQ(&router.routes()[match->index], match->route);
  std::string params;
  for (const auto& [name, value] : match->params) params += name + "=" + value + ";";
  EXPECT_EQ(params, GetParam().params);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RouterMatch,
    testing::Values(
        Case{Method::kGet, "/", "/", ""},
        Case{Method::kPost, "/v1/transactions", "/v1/transactions", ""},
        Case{Method::kPost, "/v1/transactions:batch", "/v1/transactions:batch", ""},
        Case{Method::kGet, "/v1/transactions/ab", "/v1/transactions/{txid}", "txid=ab;"},
        Case{Method::kHead, "/v1/transactions/ab", "/v1/transactions/{txid}", "txid=ab;"},
        Case{Method::kGet, "/v1/accounts/x/outputs", "/v1/accounts/{address}/outputs",
             "address=x;"},
        Case{Method::kGet, "/v1/accounts/x/credit", "/v1/accounts/{address}/{part}",
             "address=x;part=credit;"},
        Case{Method::kGet, "/01/1/21/a%2Fb", "/01/{gtin}/21/{serial}", "gtin=1;serial=a/b;"},
        Case{Method::kGet, "/01/1/10/l/21/s", "/01/{gtin}/{rest...}", "gtin=1;rest=10/l/21/s;"},
        Case{Method::kGet, "/v1/stream", "/v1/stream", ""}));

TEST(RouterTest, SaysWhatIsMissing) {
  const auto router = sample();
  const auto refusal = [&](Method method, std::string_view path) {
    return router.find(method, parse_target(path)->segments).error();
  };
  for (const auto* path : {"/v1", "/v1/transactions/", "/v1/transactions/a/b", "/v1/Transactions/a",
                           "/v1/transactions:Batch", "/v1/accounts//outputs", "/01/1"}) {
    EXPECT_EQ(refusal(Method::kGet, path).error, HttpError::kRouteNotFound) << path;
  }
  EXPECT_EQ(refusal(Method::kGet, "/v1/transactions").error, HttpError::kMethodNotAllowed);
  EXPECT_EQ(refusal(Method::kGet, "/v1/transactions").allow, "POST, OPTIONS");
  EXPECT_EQ(refusal(Method::kDelete, "/v1/transactions/a").allow, "GET, HEAD, OPTIONS");
  EXPECT_EQ(refusal(Method::kHead, "/v1/stream").allow, "GET, OPTIONS");
}

TEST(RouterTest, OptionsListsTheMethodsOfThePath) {
  auto router = sample();
  router.add({.method = Method::kGet,
              .pattern = "/public",
              .handler = [](Request, Reply) {},
              .is_public = true});
  router.add(route(Method::kPost, "/"));
  EXPECT_EQ(router.options({""})->allow, "GET, HEAD, POST, OPTIONS");
  EXPECT_FALSE(router.options({""})->is_public);
  EXPECT_TRUE(router.options({"public"})->is_public);
  EXPECT_FALSE(router.options({"none"}).has_value());
}

TEST(RouterTest, OptionsHasTheHeadersThatRoutesAddEachOnce) {
  auto get = route(Method::kGet, "/x");
  get.options_headers = {{"A", "1"}};
  auto post = route(Method::kPost, "/x");
  post.options_headers = {{"a", "2"}, {"B", "3"}};
  Router router;
  router.add(std::move(get));
  router.add(std::move(post));
  const auto headers = router.options({"x"})->headers;
  ASSERT_EQ(headers.size(), 2u);
  EXPECT_EQ(find_header(headers, "A"), "1");
  EXPECT_EQ(find_header(headers, "B"), "3");
}

TEST(RouterTest, ListsItsRoutesInOrder) {
  const auto router = sample();
  ASSERT_EQ(router.routes().size(), 9u);
  EXPECT_EQ(router.routes()[2].pattern, "/v1/transactions:batch");
}

TEST(RouterTest, ChecksTheQuery) {
  auto with_rules = route(Method::kGet, "/q");
  with_rules.query = {{"limit"}, {"status", true}, {"EQ_*", true}};
  const auto check = [&](std::string_view query) {
    return check_query(with_rules, parse_target("/q?" + std::string(query))->query);
  };
  EXPECT_FALSE(check("").has_value());
  EXPECT_FALSE(check("limit=1&status=a&status=b&EQ_x=1&EQ_x=2").has_value());
  EXPECT_EQ(check("Limit=1")->error, HttpError::kQueryUnknown);
  EXPECT_EQ(check("limit=1&limt=2&limit=3")->name, "limt");
  EXPECT_EQ(check("limit=1&limit=1")->error, HttpError::kQueryDuplicate);
}

TEST(RouterDeathTest, BadRoutesAreBugs) {
  auto router = sample();
  EXPECT_DEATH(router.add(route(Method::kGet, "/")), "CHECK");
  EXPECT_DEATH(router.add(route(Method::kGet, "no-slash")), "CHECK");
  EXPECT_DEATH(router.add(route(Method::kGet, "/{a...}/b")), "CHECK");
  EXPECT_DEATH(router.add(route(Method::kGet, "/{}")), "CHECK");
  EXPECT_DEATH(router.add({.method = Method::kGet, .pattern = "/x", .handler = {}}), "CHECK");
}

}  // namespace
}  // namespace tally::http
