#include "http/http_error.hpp"

#include <set>

#include <gtest/gtest.h>

#include "http/response.hpp"

namespace tally::http {
namespace {

// Numbers and texts are promises to callers: this list only ever grows.
constexpr std::pair<int, std::string_view> kPromised[] = {
    {8001, "request_line_invalid"}, {8002, "request_line_too_long"},
    {8003, "head_too_large"},       {8004, "header_count"},
    {8005, "line_ending"},          {8006, "obs_fold"},
    {8007, "header_name"},          {8008, "header_value"},
    {8009, "header_duplicate"},     {8010, "version"},
    {8011, "method_unknown"},       {8012, "host_missing"},
    {8013, "host_invalid"},         {8014, "host_not_served"},
    {8015, "content_length"},       {8016, "transfer_encoding"},
    {8017, "framing_conflict"},     {8018, "expectation"},
    {8101, "target_invalid"},       {8102, "query_unknown"},
    {8103, "query_duplicate"},      {8104, "route_not_found"},
    {8105, "wrong_method"},         {8106, "upgrade_required"},
    {8107, "upgrade_invalid"},      {8201, "request_too_large"},
    {8202, "chunk_invalid"},        {8203, "json_invalid"},
    {8204, "media_type"},           {8301, "timeout"},
    {8302, "overloaded"},           {8303, "internal"},
};

TEST(HttpErrorTest, CodesAreStableAndComplete) {
  std::set<std::string_view> codes;
  for (const auto& [number, code] : kPromised) {
    const auto& row = info(static_cast<HttpError>(number));
    EXPECT_EQ(row.code, code);
    EXPECT_TRUE(codes.insert(row.code).second);
    EXPECT_NE(reason_phrase(row.status), "Unknown") << row.status;
    EXPECT_GE(row.status, 400);
  }
}

}  // namespace
}  // namespace tally::http
