#include "http/api/resolver.hpp"

#include <gtest/gtest.h>

namespace tally::http {
namespace {

TEST(PreferredForm, AcceptFields) {
  struct Row {
    std::optional<std::string_view> accept;
    std::optional<ScanForm> form;
  };
  const Row rows[] = {
      {std::nullopt, ScanForm::json},
      {"", ScanForm::json},
      {"*/*", ScanForm::json},
      {"text/html", ScanForm::html},
      {"TEXT/HTML", ScanForm::html},
      {"text/*", ScanForm::html},
      {"application/*", ScanForm::json},
      {"application/json", ScanForm::json},
      {"application/ld+json", ScanForm::json_ld},
      {"application/linkset+json", ScanForm::linkset},
      // What a browser sends.
      {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
       ScanForm::html},
      {"application/json, text/html;q=0.9", ScanForm::json},
      {"text/html;q=0.2, application/ld+json ; q=0.75", ScanForm::json_ld},
      {"text/html;q=0, */*", ScanForm::json},
      {"*/*;q=0.1, application/linkset+json;q=0.2", ScanForm::linkset},
      {"application/ld+json;profile=\"x\"", ScanForm::json_ld},
      {"text/html;q=0.5, application/json;q=0.5", ScanForm::html},
      {"image/png", std::nullopt},
      {"text/html;q=0", std::nullopt},
      {"text/html;q=nonsense", std::nullopt},
      {",,", std::nullopt},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(preferred_form(row.accept), row.form) << row.accept.value_or("(none)");
  }
}

}  // namespace
}  // namespace tally::http
