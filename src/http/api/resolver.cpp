#include "http/api/resolver.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "codec/words.hpp"
#include "contracts/address.hpp"
#include "epcis/digital_link.hpp"
#include "epcis/percent.hpp"
#include "http/api/problems.hpp"
#include "http/api/scan_page.hpp"
#include "http/json.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;

struct FormType {
  ScanForm form;
  std::string_view type;
};
// In the order of ScanForm.
constexpr FormType kForms[] = {{ScanForm::html, "text/html"},
                               {ScanForm::json, "application/json"},
                               {ScanForm::json_ld, "application/ld+json"},
                               {ScanForm::linkset, "application/linkset+json"}};

// One element of an Accept field.
struct MediaRange {
  std::string type;
  int weight = 1000;  // thousandths

  // How exactly it names the type: 2, by its first part 1, as anything 0; -1 not at all.
  [[nodiscard]] int matches(std::string_view other) const {
    if (type == other) return 2;
    if (type == "*/*") return 0;
    const auto slash = other.find('/');
    return type == std::string(other.substr(0, slash + 1)) + "*" ? 1 : -1;
  }
};

// `0`, `1`, `0.5`: at most three digits behind the point. A malformed weight counts as 0.
int parse_weight(std::string_view text) {
  if (text.starts_with('1')) return 1000;
  int weight = 0;
  int digit = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return 0;
    weight += (c - '0') * digit;
    digit /= 10;
  }
  return weight;
}

MediaRange parse_range(std::string_view element) {
  MediaRange out;
  out.type = to_lower(trim(element.substr(0, element.find(';'))));
  while (true) {
    const auto semicolon = element.find(';');
    if (semicolon == std::string_view::npos) return out;
    element.remove_prefix(semicolon + 1);
    const auto parameter = trim(element.substr(0, element.find(';')));
    if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
      out.weight = parse_weight(parameter.substr(2));
    }
  }
}

boost::json::array verdicts_json(const Api& api, const ScanItem& item) {
  boost::json::array out;
  for (const auto& verdict : item.verdicts) {
    const auto address =
        contracts::encode_address(contracts::account_of(verdict.appraiser), api.kind());
    out.push_back({{"verdict", codec::word(verdict.verdict)},
                   {"confidence_bps", verdict.confidence_bps},
                   {"appraiser", address},
                   {"accredited", verdict.accredited},
                   {"time_ms", json_number(verdict.time_ms)}});
  }
  return out;
}

boost::json::value flag_json(const std::optional<contracts::FlagState>& flag) {
  if (!flag) return nullptr;
  return {{"flag", codec::word(flag->flag)},
          {"since_ms", json_number(flag->since_ms)},
          {"expires_ms", json_number(flag->expires_ms)}};
}

boost::json::object record_json(const Api& api, const ScanRecord& record) {
  const auto canonical = record.key.canonical();
  const auto item = record.item.value_or(ScanItem{});
  return {
      {"@context", {{"@vocab", "urn:tally:scan:"}}},
      {"@id", api.public_url + "/" + canonical},
      {"gs1_key", canonical},
      {"finding", name(finding(record))},
      {"issued", item.admitted ? "admitted" : "commissioned"},
      {"authority", contracts::encode_address(contracts::account_of(item.authority), api.kind())},
      {"authority_stands", item.authority_stands},
      {"prefix", item.prefix},
      {"since_ms", json_number(item.since_ms)},
      {"decommissioned", item.decommissioned},
      {"flag", flag_json(item.flag)},
      {"for_sale", item.for_sale},
      {"owners", item.owners},
      {"verdicts", verdicts_json(api, item)},
      {"open_challenges", item.doubts},
      {"facts", json_number(item.facts)},
      {"claims", json_number(record.claims)},
      {"as_of_height", json_number(record.height)},
      {"as_of_ms", json_number(record.time_ms)}};
}

// RFC 9264, section 4.2; link types of the GS1 Web Vocabulary.
boost::json::object linkset_json(const Api& api, const ScanRecord& record) {
  const auto url = api.public_url + "/" + record.key.canonical();
  const auto link = [](std::string href, std::string_view type) {
    return boost::json::array{{{"href", std::move(href)}, {"type", type}}};
  };
  return {
      {"linkset",
       {{{"anchor", url},
         {"https://gs1.org/voc/defaultLink", link(url, "text/html")},
         {"https://gs1.org/voc/verificationService", link(url, "application/ld+json")},
         {"https://gs1.org/voc/epcis", link(api.public_url + "/epcis/v2/events?MATCH_epc=" +
                                                epcis::percent_encode(record.key.digital_link()),
                                            "application/ld+json")}}}}};
}

class Resolver {
 public:
  explicit Resolver(const Api& api) : api_(api) {}

  [[nodiscard]] Response answer(const Request& request) const {
    auto form = preferred_form(request.header("accept"));
    const auto link_type = request.query_value("linkType");
    if (link_type == "linkset" || link_type == "all") form = ScanForm::linkset;
    if (!form) return not_acceptable();
    auto response = resolve(request, *form);
    response.with("Vary", "Accept");
    return response;
  }

 private:
  [[nodiscard]] Response resolve(const Request& request, ScanForm form) const {
    const bool html = form == ScanForm::html;
    const auto link = epcis::parse_link_path(request.path, epcis::kResolverOptions);
    if (!link) return html ? page_.bad_key(link.error()) : bad_key(link.error());
    // What a transaction can name: SGTIN, GIAI, GRAI with serial. Others are classes here.
    if (!contracts::valid_gs1_key(link->key.canonical())) {
      return html ? page_.no_item() : problem_response(problem(ErrorCode::item_unknown));
    }
    const auto snapshot = api_.views.snapshot();
    if (!snapshot) return problem_response(problem(snapshot.error()));
    const auto record = read_scan(*snapshot, link->key);
    if (!record) return problem_response(problem(record.error()));
    if (html) return page_.item(*record, api_.kind(), api_.public_url);
    auto body =
        form == ScanForm::linkset ? linkset_json(api_, *record) : record_json(api_, *record);
    if (!record->item) return problem_response(problem(ErrorCode::item_unknown));
    return text_response(200, std::string(kForms[static_cast<std::size_t>(form)].type),
                         boost::json::serialize(body));
  }

  [[nodiscard]] Response bad_key(const epcis::Gs1Fault& fault) const {
    auto out = problem(ErrorCode::gs1_key_invalid);
    out.status = 400;
    out.detail = fmt::format("{}: {}", to_string(fault.code), page_.sentence(fault));
    if (!fault.ai.empty()) out.field = fault.ai;
    out.index = fault.at;
    return problem_response(out);
  }

  static Response not_acceptable() {
    auto out = problem(ErrorCode::unsupported_media_type);
    out.status = 406;
    out.detail = "text/html, application/json, application/ld+json or application/linkset+json";
    return problem_response(out);
  }

  const Api& api_;
  const ScanPage page_;
};

}  // namespace

std::optional<ScanForm> preferred_form(std::optional<std::string_view> accept) {
  if (!accept || trim(*accept).empty()) return ScanForm::json;
  struct Candidate {
    int weight = 0;
    int exactness = 0;
    ScanForm form = ScanForm::json;
  };
  std::optional<Candidate> best;
  std::vector<MediaRange> ranges;
  for_each_element(*accept,
                   [&](std::string_view element) { ranges.push_back(parse_range(element)); });
  for (const auto& [form, type] : kForms) {
    Candidate candidate{0, -1, form};
    for (const auto& range : ranges) {
      const int exactness = range.matches(type);
      if (exactness > candidate.exactness) candidate = {range.weight, exactness, form};
    }
    if (candidate.exactness < 0 || candidate.weight == 0) continue;
    const auto rank = [](const Candidate& c) { return std::pair(c.weight, c.exactness); };
    if (!best || rank(candidate) > rank(*best)) best = candidate;
  }
  if (!best) return std::nullopt;
  return best->exactness == 0 ? ScanForm::json : best->form;
}

void add_resolver_routes(Router& router, const Api& api) {
  const auto resolver = std::make_shared<const Resolver>(api);
  for (const std::string_view pattern :
       {"/01/{gtin}", "/01/{gtin}/21/{serial}", "/01/{gtin}/10/{lot}/21/{serial}",
        "/01/{gtin}/22/{variant}/21/{serial}", "/8003/{grai}", "/8004/{giai}"}) {
    router.add({.method = Method::kGet,
                .pattern = std::string(pattern),
                .handler = [resolver](const Request& request,
                                      const Reply& reply) { reply(resolver->answer(request)); },
                .query = {{"*", true}},  // attributes (17=261231) and what others add to a link
                .is_public = true,
                .look_up = true});
  }
}

}  // namespace tally::http
