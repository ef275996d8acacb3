#include "http/response.hpp"

#include <gtest/gtest.h>

namespace tally::http {
namespace {

TEST(ReplyTest, DeliversOnce) {
  int status = 0;
  const Reply reply([&](const Response& response) { status = response.status; });
  const Reply copy = reply;
  copy(text_response(204, "", ""));
  EXPECT_EQ(status, 204);
  EXPECT_DEATH(reply(Response{}), "CHECK");
}

TEST(ReplyTest, ForgottenIsAnsweredInternal) {
  std::vector<int> answers;
  {
    const Reply reply([&](const Response& response) { answers.push_back(response.status); });
    const Reply copy = reply;
  }
  EXPECT_EQ(answers, std::vector<int>{500});
}

TEST(ChunkSinkTest, ForgottenBreaksTheBody) {
  Chunk::Kind kind = Chunk::Kind::kMore;
  {
    const ChunkSink sink([&](const Chunk& chunk) { kind = chunk.kind; });
  }
  EXPECT_EQ(kind, Chunk::Kind::kBroken);
}

TEST(ResponseTest, ReasonPhrases) {
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(505), "HTTP Version Not Supported");
  EXPECT_EQ(reason_phrase(299), "Unknown");
}

}  // namespace
}  // namespace tally::http
