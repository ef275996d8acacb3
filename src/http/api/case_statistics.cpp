#include "http/api/case_statistics.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include <fmt/format.h>

#include "http/api/cases.hpp"
#include "http/api/scan_page.hpp"
#include "http/json.hpp"
#include "provenance/case_files.hpp"

namespace tally::http {
namespace {

constexpr std::uint64_t kWeeksDefault = 26;
constexpr std::uint64_t kWeeksMax = 260;

using Cells = std::map<std::pair<std::uint32_t, Hash32>, StatisticsRow>;

void add(StatisticsRow& row, const auto& count) {
  row.genuine += count.genuine;
  row.fake += count.fake;
  row.inconclusive += count.inconclusive;
}

std::vector<StatisticsRow> told(
    const Cells& cells, const std::function<std::optional<std::string>(const Hash32&)>& word) {
  std::vector<StatisticsRow> out;
  for (const auto& [key, cell] : cells) {
    if (cell.all() < kCellMin) continue;
    out.push_back(cell);
    out.back().week = key.first;
    out.back().name = word(key.second).value_or(to_hex(key.second));
  }
  std::ranges::sort(out, {}, [](const auto& row) { return std::tie(row.week, row.name); });
  return out;
}

boost::json::array rows_json(const std::vector<StatisticsRow>& rows, const char* name) {
  boost::json::array out;
  for (const auto& row : rows) {
    boost::json::object one{{"week", week_text(row.week)}};
    if (name != nullptr) one[name] = row.name;
    one["cases"] = json_number(row.all());
    one["genuine"] = json_number(row.genuine);
    one["fake"] = json_number(row.fake);
    one["inconclusive"] = json_number(row.inconclusive);
    one["fake_bps"] = row.fake_bps();
    out.push_back(std::move(one));
  }
  return out;
}

OrProblem<Response> statistics(const Read& read) {
  const auto weeks = number_parameter(read.request, "weeks", kWeeksDefault);
  if (!weeks) return std::unexpected(weeks.error());
  if (*weeks == 0 || *weeks > kWeeksMax) {
    return std::unexpected(bad_parameter("weeks", "from 1 to 260"));
  }
  const auto format = read.request.query_value("format").value_or("json");
  if (format != "json" && format != "csv" && format != "svg") {
    return std::unexpected(bad_parameter("format", "json, csv or svg"));
  }
  const auto now = views::week_of(read.snapshot.time_ms());
  const auto first = now - std::min<std::uint32_t>(now, static_cast<std::uint32_t>(*weeks) - 1);
  const auto counts = checked(views::count_cases(read.snapshot, first));
  if (!counts) return std::unexpected(counts.error());
  std::map<Hash32, std::optional<std::string>> words;  // each stands in many weeks
  const auto summary = summarise(*counts, [&](const Hash32& hash) {
    const auto [at, is_new] = words.try_emplace(hash);
    if (is_new && read.api.cases != nullptr) at->second = read.api.cases->word(hash);
    return at->second;
  });
  if (format == "csv") return text_response(200, "text/csv", statistics_csv(summary));
  if (format == "svg") return text_response(200, "image/svg+xml", statistics_svg(summary));
  return read.answer({{"counts_from", json_number(kCellMin)},
                      {"weeks", rows_json(summary.weeks, nullptr)},
                      {"categories", rows_json(summary.categories, "category")},
                      {"sources", rows_json(summary.sources, "source")}});
}

}  // namespace

std::string week_text(std::uint32_t week) { return date_of(views::week_begin_ms(week)); }

Statistics summarise(const std::vector<views::CaseCount>& counts,
                     const std::function<std::optional<std::string>(const Hash32&)>& word) {
  Cells categories;
  Cells sources;
  for (const auto& count : counts) {
    add(categories[{count.week, count.category_hash}], count);
    add(sources[{count.week, count.source_hash}], count);
  }
  Statistics out{{}, told(categories, word), told(sources, word)};
  for (const auto& row : out.categories) {
    if (out.weeks.empty() || out.weeks.back().week != row.week) {
      out.weeks.push_back({.week = row.week, .name = {}});
    }
    add(out.weeks.back(), row);
  }
  return out;
}

// Names are words of a-z, 0-9, - and ., or hexadecimal digits: nothing to quote.
std::string statistics_csv(const Statistics& statistics) {
  std::string out = "table,week,name,cases,genuine,fake,inconclusive,fake_bps\r\n";
  const auto rows = [&](std::string_view table, const std::vector<StatisticsRow>& all) {
    for (const auto& row : all) {
      out += fmt::format("{},{},{},{},{},{},{},{}\r\n", table, week_text(row.week), row.name,
                         row.all(), row.genuine, row.fake, row.inconclusive, row.fake_bps());
    }
  };
  rows("week", statistics.weeks);
  rows("category", statistics.categories);
  rows("source", statistics.sources);
  return out;
}

// Axes by hand: two scales, a line for each category. A chart library would be more than all this.
std::string statistics_svg(const Statistics& statistics) {
  constexpr double kLeft = 52;
  constexpr double kTop = 36;
  constexpr double kWidth = 560;
  constexpr double kHeight = 220;
  constexpr std::size_t kLinesMax = 6;
  constexpr std::string_view kColours[kLinesMax] = {"#1b6ca8", "#b8421e", "#3f7d20",
                                                    "#7a3e9d", "#946b00", "#444444"};
  std::map<std::string, std::uint64_t> sizes;
  std::uint32_t first = UINT32_MAX;
  std::uint32_t last = 0;
  for (const auto& row : statistics.categories) {
    sizes[row.name] += row.all();
    first = std::min(first, row.week);
    last = std::max(last, row.week);
  }
  std::vector<std::pair<std::uint64_t, std::string>> order;
  for (const auto& [name, size] : sizes) order.emplace_back(size, name);
  std::ranges::sort(order, std::greater<>());
  order.resize(std::min(order.size(), kLinesMax));

  std::string out = R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 300" role="img" )"
                    R"(font-family="sans-serif" font-size="12" aria-labelledby="t d">)"
                    R"(<title id="t">Share of fakes by category and week</title><desc id="d">)";
  if (order.empty()) out += "No category had ten cases in a week yet.";
  for (const auto& [size, name] : order) out += fmt::format("{}: {} cases. ", name, size);
  out += R"(</desc><rect width="760" height="300" fill="#fff"/>)";
  out += R"(<text x="52" y="20" font-size="14">Share of fakes by category and week</text>)";
  for (int percent = 0; percent <= 100; percent += 25) {
    const auto y = kTop + kHeight * (100 - percent) / 100;
    out += fmt::format(
        R"(<path d="M{} {}h{}" stroke="#ddd"/><text x="44" y="{}" text-anchor="end">{} %</text>)",
        kLeft, y, kWidth, y + 4, percent);
  }
  const auto x_of = [&](std::uint32_t week) {
    return last == first ? kLeft + kWidth / 2 : kLeft + kWidth * (week - first) / (last - first);
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    std::string path;
    std::string dots;
    for (const auto& row : statistics.categories) {
      if (row.name != order[i].second) continue;
      const auto x = x_of(row.week);
      const auto y = kTop + kHeight * (1 - static_cast<double>(row.fake_bps()) / 10'000);
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? 'M' : 'L', x, y);
      dots += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="3"/>)", x, y);
    }
    out +=
        fmt::format(R"(<g fill="{0}"><path d="{1}" fill="none" stroke="{0}" stroke-width="2"/>{2})"
                    R"(<text x="{3}" y="{4}">{5}</text></g>)",
                    kColours[i], path, dots, kLeft + kWidth + 12,
                    kTop + 16 + 20 * static_cast<double>(i), order[i].second.substr(0, 20));
  }
  if (!order.empty()) {
    out += fmt::format(R"(<text x="{}" y="280">{}</text>)", kLeft, week_text(first));
    if (last != first) {
      out += fmt::format(R"(<text x="{}" y="280" text-anchor="end">{}</text>)", kLeft + kWidth,
                         week_text(last));
    }
  }
  return out + "</svg>\n";
}

void add_statistics_route(Router& router, const Api& api) {
  add_read(router, api,
           {.pattern = "/v1/authentication/statistics",
            .handler = statistics,
            .query = {{"weeks"}, {"format"}},
            .is_public = true});
}

}  // namespace tally::http
