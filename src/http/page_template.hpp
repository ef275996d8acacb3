// Pages from templates. A template is HTML with
//
//   {{name}}             a text, escaped
//   {{&name}}            markup that the program made itself, as it is
//   {{#list}} … {{/list}} once for each entry of the list, with the entry's values before the
//   others
//
// A condition is a list of none or one. Templates belong to the program (src/http/pages), so a name
// without a value is a bug (CHECK). This is the part of Mustache that the pages need; Debian has no
// maintained library of it in C++.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tally::http {

/// The text with `&`, `<`, `>` and both quotes as character references: safe as an element's text
/// and as an attribute's value in quotes.
[[nodiscard]] std::string escape_html(std::string_view text);

struct PageValues {
  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, std::string, std::less<>> markup;
  std::map<std::string, std::vector<PageValues>, std::less<>> lists;
};

/// The page.
[[nodiscard]] std::string render(std::string_view page_template, const PageValues& values);

/// The texts of a page in one language, from lines of `key = text`; empty lines and lines that
/// begin with `#` count for nothing. A line of another form, or a key twice, is a bug (CHECK).
class PageTexts {
 public:
  explicit PageTexts(std::string_view file);

  /// The text of a key, which must be there (CHECK), with {1}, {2}, … replaced by the arguments.
  [[nodiscard]] std::string get(std::string_view key,
                                const std::vector<std::string>& arguments = {}) const;
  /// All of them, for templates.
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& all() const {
    return texts_;
  }

 private:
  std::map<std::string, std::string, std::less<>> texts_;
};

}  // namespace tally::http
