#include "http/api/scan_page.hpp"

#include "contracts/address.hpp"
#include "crypto/hash.hpp"
#include "epcis/timestamp.hpp"
#include "http/api/web_app.hpp"
#include "http/pages.hpp"
#include "http/qr_code.hpp"

namespace tally::http {
namespace {

using epcis::KeyKind;

// How a finding looks: a class of style.css. Never the only sign: the headline says it.
std::string_view tone(Finding finding) {
  switch (finding) {
    case Finding::genuine:
      return "good";
    case Finding::unknown:
      return "open";
    case Finding::admitted:
      return "plain";
    case Finding::withdrawn:
    case Finding::admitted_revoked:
    case Finding::disputed:
    case Finding::decommissioned:
      return "warn";
    case Finding::fake:
    case Finding::stolen:
    case Finding::recalled:
    case Finding::counterfeit:
      return "bad";
  }
  return "plain";
}

std::string_view flag_name(contracts::ItemFlag flag) {
  switch (flag) {
    case contracts::ItemFlag::stolen:
      return "stolen";
    case contracts::ItemFlag::recalled:
      return "recalled";
    case contracts::ItemFlag::counterfeit:
      return "counterfeit";
  }
  return "stolen";
}

std::string_view verdict_name(contracts::Verdict verdict) {
  switch (verdict) {
    case contracts::Verdict::genuine:
      return "genuine";
    case contracts::Verdict::fake:
      return "fake";
    case contracts::Verdict::inconclusive:
      return "inconclusive";
  }
  return "inconclusive";
}

// `2026-03-02 08:15 UTC`.
std::string minute_of(std::uint64_t time_ms) {
  const auto iso = epcis::Timestamp{static_cast<std::int64_t>(time_ms)}.iso();
  return iso.substr(0, 10) + " " + iso.substr(11, 5) + " UTC";
}

std::string_view tone(contracts::Verdict verdict) {
  switch (verdict) {
    case contracts::Verdict::genuine:
      return "good";
    case contracts::Verdict::fake:
      return "bad";
    case contracts::Verdict::inconclusive:
      return "warn";
  }
  return "warn";
}

// A long text of letters and digits, so that people can compare it by its ends.
std::string shortened(const std::string& address) {
  constexpr std::size_t kHead = 12;
  constexpr std::size_t kTail = 6;
  if (address.size() <= kHead + kTail + 1) return address;
  return address.substr(0, kHead) + "…" + address.substr(address.size() - kTail);
}

// Where the same record is compared with the object; the path's own escapes are a part of the
// value.
std::string compare_url(std::string_view path) {
  std::string out = "/app/scan?code=";
  for (const char c : path) {
    if (c == '%') {
      out += "%25";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string date_of(std::uint64_t time_ms) {
  return epcis::Timestamp{static_cast<std::int64_t>(time_ms)}.iso().substr(0, 10);
}

ScanPage::ScanPage() : texts_(page_file("en.txt")) {
  const auto hash = crypto::sha256(as_bytes(page_file("style.css")));
  content_security_policy_ = fmt::format(
      "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; "
      "frame-ancestors 'none'",
      to_base64(hash));
}

PageValues ScanPage::base() const {
  PageValues values;
  values.texts = texts_.all();
  values.markup["style"] = page_file("style.css");
  return values;
}

Response ScanPage::respond(int status, std::string_view page, const PageValues& values) const {
  auto response =
      text_response(status, "text/html; charset=utf-8", render(page_file(page), values));
  response.with("Content-Security-Policy", content_security_policy_)
      .with("Content-Language", texts_.get("lang"));
  return response;
}

std::string ScanPage::identity(const epcis::Gs1Key& key) const {
  constexpr std::size_t kGraiDigits = 14;
  switch (key.kind) {
    case KeyKind::sgtin:
      return texts_.get("identity_sgtin", {key.primary, key.qualifier});
    case KeyKind::grai:
      return texts_.get("identity_grai", {key.primary.substr(0, kGraiDigits), key.qualifier});
    default:
      return texts_.get("identity_giai", {key.primary});
  }
}

std::string ScanPage::status(const ScanRecord& record) const {
  if (!record.item) return texts_.get("status_none");
  const auto& item = *record.item;
  if (item.decommissioned) return texts_.get("status_decommissioned");
  if (item.flag) {
    return texts_.get(fmt::format("status_{}", flag_name(item.flag->flag)),
                      {date_of(item.flag->since_ms), date_of(item.flag->expires_ms)});
  }
  if (item.for_sale) return texts_.get("status_for_sale");
  return texts_.get(item.owners == 0 ? "status_in_trade" : "status_sold");
}

void ScanPage::add_rows(PageValues& values, const ScanRecord& record) const {
  auto& rows = values.lists["rows"];
  const auto add = [&](std::string_view term, std::string value) {
    PageValues row;
    row.texts["term"] = texts_.get(term);
    row.texts["value"] = std::move(value);
    rows.push_back(std::move(row));
  };
  add("term_identity", identity(record.key));
  if (!record.item) {
    add("term_record", texts_.get("record_none"));
    add("term_status", status(record));
    return;
  }
  const auto& item = *record.item;
  const auto since = date_of(item.since_ms);
  if (item.admitted) {
    add("term_record",
        texts_.get(item.authority_stands ? "record_centre" : "record_centre_revoked", {since}));
  } else {
    add("term_record", texts_.get(item.authority_stands ? "record_brand" : "record_brand_withdrawn",
                                  {item.prefix, since}));
  }
  add("term_status", status(record));
  add("term_owners", item.owners <= 3 ? texts_.get(fmt::format("owners_{}", item.owners))
                                      : texts_.get("owners_n", {std::to_string(item.owners)}));
  add("term_events", texts_.get(record.claims == 0 ? "events" : "events_claimed",
                                {std::to_string(item.facts), std::to_string(record.claims)}));
}

void ScanPage::add_verdicts(PageValues& values, const ScanRecord& record,
                            contracts::NetworkKind kind) const {
  PageValues list;
  auto& verdicts = list.lists["verdicts"];
  if (record.item) {
    for (const auto& verdict : record.item->verdicts) {
      const auto address =
          contracts::encode_address(contracts::account_of(verdict.appraiser), kind);
      PageValues row;
      row.texts["verdict"] = texts_.get(fmt::format("verdict_{}", verdict_name(verdict.verdict)));
      row.texts["tone"] = verdict.accredited ? tone(verdict.verdict) : "plain";
      row.texts["date"] = date_of(verdict.time_ms);
      row.texts["details"] =
          texts_.get(verdict.accredited ? "verdict_accredited" : "verdict_revoked",
                     {std::to_string(verdict.confidence_bps / 100), shortened(address)});
      verdicts.push_back(std::move(row));
    }
  }
  auto& none = values.lists["no_verdicts"];
  auto& lists = values.lists["verdict_lists"];
  if (verdicts.empty()) {
    none.emplace_back();
  } else {
    lists.push_back(std::move(list));
  }
}

void ScanPage::add_doubts(PageValues& values, const ScanRecord& record) const {
  auto& doubts = values.lists["doubts"];
  if (!record.item || record.item->doubts == 0) return;
  const auto date = date_of(record.item->last_doubt_ms);
  PageValues entry;
  entry.texts["doubts_text"] =
      record.item->doubts == 1
          ? texts_.get("doubts_one", {date})
          : texts_.get("doubts_many", {std::to_string(record.item->doubts), date});
  doubts.push_back(std::move(entry));
}

Response ScanPage::item(const ScanRecord& record, contracts::NetworkKind kind,
                        const std::string& base_url) const {
  const auto what = finding(record);
  auto values = base();
  const auto path = "/" + record.key.canonical();
  const auto url = base_url + path;
  values.texts["headline"] = texts_.get(fmt::format("title_{}", name(what)));
  values.texts["summary"] = texts_.get(fmt::format("text_{}", name(what)),
                                       {record.item ? record.item->prefix : std::string()});
  values.texts["tone"] = tone(what);
  values.texts["identity"] = identity(record.key);
  values.texts["path"] = path;
  values.texts["url"] = url;
  values.texts["as_of"] =
      texts_.get("as_of", {std::to_string(record.height), minute_of(record.time_ms)});
  values.markup["qr"] = qr_svg(url, texts_.get("code_label")).value_or("");
  add_rows(values, record);
  add_verdicts(values, record, kind);
  add_doubts(values, record);
  auto& compare = values.lists["compare"];
  if (record.item && has_web_app()) {
    compare.emplace_back().texts["compare_url"] = compare_url(path);
  }
  return respond(record.item ? 200 : 404, "item.html", values);
}

Response ScanPage::notice(int status, std::string_view which, std::string summary) const {
  auto values = base();
  values.texts["headline"] = texts_.get(fmt::format("title_{}", which));
  values.texts["summary"] = texts_.get(fmt::format("text_{}", which), {std::move(summary)});
  values.texts["next"] = texts_.get(fmt::format("next_{}", which));
  return respond(status, "notice.html", values);
}

std::string ScanPage::sentence(const epcis::Gs1Fault& fault) const {
  return texts_.get(fmt::format("fault_{}", to_string(fault.code)),
                    {"(" + fault.ai + ")", std::to_string(fault.at + 1),
                     fault.expected == 0 ? std::string() : std::string(1, fault.expected)});
}

Response ScanPage::bad_key(const epcis::Gs1Fault& fault) const {
  return notice(400, "bad_key", sentence(fault));
}

Response ScanPage::no_item() const { return notice(404, "class", ""); }

}  // namespace tally::http
