#include "http/http_error.hpp"

#include <set>

#include <gtest/gtest.h>

#include "http/response.hpp"

namespace tally::http {
namespace {

// Numbers and texts are promises to callers: this list only ever grows.
constexpr std::pair<int, std::string_view> kPromised[] = {
    {9001, "request_line_invalid"}, {9002, "request_line_too_long"},
    {9003, "head_too_large"},       {9004, "header_count"},
    {9005, "line_ending"},          {9006, "obs_fold"},
    {9007, "header_name"},          {9008, "header_value"},
    {9009, "header_duplicate"},     {9010, "version"},
    {9011, "method_unknown"},       {9012, "host_missing"},
    {9013, "host_invalid"},         {9014, "host_not_served"},
    {9015, "content_length"},       {9016, "transfer_encoding"},
    {9017, "framing_conflict"},     {9018, "expectation"},
    {9101, "target_invalid"},       {9102, "query_unknown"},
    {9103, "query_duplicate"},      {9104, "route_not_found"},
    {9105, "method_not_allowed"},   {9106, "upgrade_required"},
    {9107, "upgrade_invalid"},      {9201, "body_too_large"},
    {9202, "chunk_invalid"},        {9203, "json_invalid"},
    {9204, "media_type"},           {9301, "timeout"},
    {9302, "overloaded"},           {9303, "internal"},
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
