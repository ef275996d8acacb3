#include "http/page_template.hpp"

#include "base/check.hpp"
#include "http/request.hpp"

namespace tally::http {
namespace {

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";

// The values that a place of the template sees, the nearest first.
using Scopes = std::vector<const PageValues*>;

template <typename Map>
const typename Map::mapped_type& look_up(const Scopes& scopes, Map PageValues::* member,
                                         std::string_view name) {
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    const auto& map = (*scope)->*member;
    if (const auto found = map.find(name); found != map.end()) return found->second;
  }
  CHECK(!"the page's template names a value that the program does not give");
}

void render_into(std::string& out, std::string_view text, Scopes& scopes) {
  while (true) {
    const auto open = text.find(kOpen);
    out += text.substr(0, open);
    if (open == std::string_view::npos) return;
    const auto close = text.find(kClose, open);
    CHECK(close != std::string_view::npos);
    auto name = text.substr(open + kOpen.size(), close - open - kOpen.size());
    text.remove_prefix(close + kClose.size());
    if (name.starts_with('&')) {
      out += look_up(scopes, &PageValues::markup, name.substr(1));
    } else if (name.starts_with('#')) {
      name.remove_prefix(1);
      const auto end_mark = "{{/" + std::string(name) + "}}";
      const auto end = text.find(end_mark);
      CHECK(end != std::string_view::npos);
      for (const auto& entry : look_up(scopes, &PageValues::lists, name)) {
        scopes.push_back(&entry);
        render_into(out, text.substr(0, end), scopes);
        scopes.pop_back();
      }
      text.remove_prefix(end + end_mark.size());
    } else {
      out += escape_html(look_up(scopes, &PageValues::texts, name));
    }
  }
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string render(std::string_view page_template, const PageValues& values) {
  std::string out;
  Scopes scopes{&values};
  render_into(out, page_template, scopes);
  return out;
}

PageTexts::PageTexts(std::string_view file) {
  while (!file.empty()) {
    const auto line = file.substr(0, file.find('\n'));
    file.remove_prefix(std::min(line.size() + 1, file.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const auto equals = line.find(" = ");
    CHECK(equals != std::string_view::npos);
    const auto text = std::string(trim(line.substr(equals + 3)));
    CHECK(texts_.emplace(std::string(line.substr(0, equals)), text).second);
  }
}

std::string PageTexts::get(std::string_view key, const std::vector<std::string>& arguments) const {
  const auto found = texts_.find(key);
  CHECK(found != texts_.end());
  std::string_view text = found->second;
  std::string out;
  while (!text.empty()) {
    const bool is_argument =
        text.size() >= 3 && text[0] == '{' && text[2] == '}' && text[1] >= '1' && text[1] <= '9';
    if (!is_argument) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto index = static_cast<std::size_t>(text[1] - '1');
    CHECK(index < arguments.size());
    out += arguments[index];
    text.remove_prefix(3);
  }
  return out;
}

}  // namespace tally::http
