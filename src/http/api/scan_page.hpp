// A scan's answer for people: an HTML page that stands alone, without script and without requests
// to anywhere. Its texts are in src/http/pages/en.txt, its layout in item.html and notice.html.
#pragma once

#include <string>

#include "contracts/genesis.hpp"
#include "epcis/gs1_error.hpp"
#include "http/api/scan_record.hpp"
#include "http/page_template.hpp"
#include "http/response.hpp"

namespace tally::http {

class ScanPage {
 public:
  ScanPage();

  /// The page of a record, 200 or, if nothing is on record, 404. `base_url`: as people reach the
  /// node, without a slash at its end.
  [[nodiscard]] Response item(const ScanRecord& record, contracts::NetworkKind kind,
                              const std::string& base_url) const;
  /// The page for an address that is no key, 400.
  [[nodiscard]] Response bad_key(const epcis::Gs1Fault& fault) const;
  /// The page for a key that names a class and no item, 404.
  [[nodiscard]] Response no_item() const;

  /// What is wrong with a key, in a sentence.
  [[nodiscard]] std::string sentence(const epcis::Gs1Fault& fault) const;

 private:
  [[nodiscard]] PageValues base() const;
  [[nodiscard]] Response notice(int status, std::string_view which, std::string summary) const;
  [[nodiscard]] Response respond(int status, std::string_view page, const PageValues& values) const;
  void add_rows(PageValues& values, const ScanRecord& record) const;
  void add_verdicts(PageValues& values, const ScanRecord& record,
                    contracts::NetworkKind kind) const;
  void add_doubts(PageValues& values, const ScanRecord& record) const;
  [[nodiscard]] std::string identity(const epcis::Gs1Key& key) const;
  [[nodiscard]] std::string status(const ScanRecord& record) const;

  PageTexts texts_;
  std::string content_security_policy_;  ///< allows the page's own style, by its hash, and nothing
};

/// `2026-03-02`, UTC.
[[nodiscard]] std::string date_of(std::uint64_t time_ms);

}  // namespace tally::http
