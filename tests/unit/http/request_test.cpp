#include "http/request.hpp"

#include <gtest/gtest.h>

namespace tally::http {
namespace {

Request with_header(std::string name, std::string value) {
  Request request;
  request.headers.push_back({std::move(name), std::move(value)});
  return request;
}

TEST(RequestTest, MethodsHaveOneSpelling) {
  for (const auto method : {Method::kGet, Method::kHead, Method::kPost, Method::kPut,
                            Method::kPatch, Method::kDelete, Method::kOptions}) {
    EXPECT_EQ(parse_method(name(method)), method);
  }
  EXPECT_FALSE(parse_method("get").has_value());
  EXPECT_FALSE(parse_method("TRACE").has_value());
}

TEST(RequestTest, BearerToken) {
  const auto token = [](std::string value) {
    const auto request = with_header("authorization", std::move(value));
    return std::string(request.bearer_token().value_or("none"));
  };
  EXPECT_EQ(token("Bearer abc-._~+/="), "abc-._~+/=");
  EXPECT_EQ(token("bearer  abc"), "abc");
  EXPECT_EQ(token("Basic abc"), "none");
  EXPECT_EQ(token("Bearer"), "none");
  EXPECT_EQ(token("Bearer "), "none");
  EXPECT_EQ(token("Bearer a b"), "none");
  EXPECT_EQ(token("Bearer a,b"), "none");
  EXPECT_FALSE(Request{}.bearer_token().has_value());
}

TEST(RequestTest, MediaTypeAndAccept) {
  EXPECT_EQ(with_header("content-type", "Application/JSON ; charset=utf-8").media_type(),
            "application/json");
  EXPECT_EQ(Request{}.media_type(), "");
  const auto request = with_header("accept", "text/html;q=0.9, application/x-protobuf ,*/*");
  EXPECT_TRUE(request.accepts("application/x-protobuf"));
  EXPECT_TRUE(request.accepts("text/html"));
  EXPECT_FALSE(request.accepts("application/json"));
}

TEST(RequestTest, ParamsAndQuery) {
  Request request;
  request.params = {{"txid", "ab"}};
  request.query = {{"limit", "1"}, {"limit", "2"}};
  EXPECT_EQ(request.param("txid"), "ab");
  EXPECT_EQ(request.query_value("limit"), "1");
  EXPECT_FALSE(request.query_value("cursor").has_value());
  EXPECT_DEATH(static_cast<void>(request.param("tx")), "CHECK");
}

}  // namespace
}  // namespace tally::http
