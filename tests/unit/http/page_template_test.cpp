#include "http/page_template.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "http/pages.hpp"

namespace tally::http {
namespace {

TEST(EscapeHtml, EveryCharacterThatCouldEndATextOrAnAttribute) {
  EXPECT_EQ(escape_html(R"(<a href="x" id='y'>&</a>)"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
  EXPECT_EQ(escape_html("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(escape_html(""), "");
}

TEST(Render, TextsAreEscapedAndMarkupIsNot) {
  PageValues values;
  values.texts["name"] = "<script>alert(1)</script>";
  values.markup["picture"] = "<svg/>";
  EXPECT_EQ(render("<p title=\"{{name}}\">{{name}}</p>{{&picture}}", values),
            "<p title=\"&lt;script&gt;alert(1)&lt;/script&gt;\">"
            "&lt;script&gt;alert(1)&lt;/script&gt;</p><svg/>");
}

TEST(Render, AValueIsNeverReadAsATemplate) {
  PageValues values;
  values.texts["name"] = "{{&secret}} {{#list}}";
  values.markup["secret"] = "hidden";
  EXPECT_EQ(render("{{name}}", values), "{{&amp;secret}} {{#list}}");
}

TEST(Render, ListsNestAndSeeTheValuesAroundThem) {
  PageValues values;
  values.texts["outer"] = "o";
  PageValues a;
  a.texts["x"] = "1";
  PageValues b;
  b.texts["x"] = "2";
  b.texts["outer"] = "hidden";
  PageValues group;
  group.lists["rows"] = {a, b};
  values.lists["groups"] = {group};
  values.lists["none"] = {};
  EXPECT_EQ(render("{{#groups}}[{{#rows}}{{x}}{{outer}};{{/rows}}]{{/groups}}"
                   "{{#none}}never{{/none}}.",
                   values),
            "[1o;2hidden;].");
}

TEST(RenderDeathTest, ANameWithoutAValueIsABug) {
  EXPECT_DEATH(static_cast<void>(render("{{missing}}", {})), "");
}

TEST(PageTexts, LinesWithArguments) {
  const PageTexts texts("# a comment\n\na = plain = text\nb = {2} before {1}\n");
  EXPECT_EQ(texts.get("a"), "plain = text");
  EXPECT_EQ(texts.get("b", {"x{2}", "y"}), "y before x{2}");
  EXPECT_EQ(texts.all().size(), 2u);
}

TEST(Pages, AllFilesAreThere) {
  for (const auto* name : {"en.txt", "item.html", "notice.html", "style.css"}) {
    EXPECT_FALSE(page_file(name).empty()) << name;
  }
  EXPECT_TRUE(page_file("other.html").empty());
  EXPECT_TRUE(page_file("item.html").ends_with("</html>\n"));
}

// A page must not ask anyone else for anything, nor run anything.
TEST(Pages, NothingComesFromElsewhere) {
  const std::regex foreign(
      R"(<script|<link|<iframe|<img|@import|url\(|https?://| on[a-z]+=|style=)", std::regex::icase);
  for (const auto* name : {"item.html", "notice.html", "style.css"}) {
    EXPECT_FALSE(std::regex_search(std::string(page_file(name)), foreign)) << name;
  }
}

}  // namespace
}  // namespace tally::http
