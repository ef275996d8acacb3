#include "http/api/story.hpp"

#include <boost/json.hpp>
#include <mutex>

#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "http/api/read.hpp"
#include "http/json.hpp"
#include "http/page_template.hpp"
#include "http/pages.hpp"

namespace tally::http {
namespace {

constexpr std::size_t kStepsMax = 1'000;
constexpr std::size_t kTextBytesMax = 500;
constexpr std::size_t kBodyBytesMax = 8 * 1'024;
constexpr std::uint64_t kActMax = 99;
constexpr std::string_view kTexts[] = {"title", "step", "expected", "got"};

struct Step {
  std::uint64_t act = 0;
  std::string title;
  std::string step;
  std::string expected;
  std::string got;
  bool ok = false;
  std::string path;  // below this node; empty: no link
  std::string txid;
  std::uint64_t ms = 0;
};

// The steps of this life of the node. Any thread.
class StoryLog {
 public:
  // False when there are kStepsMax.
  [[nodiscard]] bool add(Step step) {
    const std::lock_guard lock(mutex_);
    if (steps_.size() == kStepsMax) return false;
    steps_.push_back(std::move(step));
    return true;
  }
  [[nodiscard]] std::vector<Step> after(std::uint64_t count) const {
    const std::lock_guard lock(mutex_);
    const auto from = std::min<std::uint64_t>(count, steps_.size());
    return {steps_.begin() + static_cast<std::ptrdiff_t>(from), steps_.end()};
  }
  /// Names this life of the node.
  [[nodiscard]] const std::string& epoch() const { return epoch_; }

 private:
  const std::string epoch_ = to_hex(crypto::random_array<8>());
  mutable std::mutex mutex_;
  std::vector<Step> steps_;
};

OrProblem<std::string> bounded_text(const boost::json::object& body, std::string_view name) {
  auto text = text_member(body, name);
  if (text && text->size() > kTextBytesMax) {
    return std::unexpected(bad_parameter(std::string(name), "too long"));
  }
  return text;
}

// A link of the page leads to this node and nowhere else.
bool is_own_path(std::string_view path) {
  return path.empty() || (path.starts_with('/') && !path.starts_with("//"));
}

OrProblem<Step> parse_step(const Request& request) {
  const auto body =
      body_object(request, {"act", "title", "step", "expected", "got", "ok", "url", "txid", "ms"});
  if (!body) return std::unexpected(body.error());
  Step step;
  std::string* const texts[] = {&step.title, &step.step, &step.expected, &step.got};
  for (std::size_t i = 0; i < std::size(kTexts); ++i) {
    auto text = bounded_text(*body, kTexts[i]);
    if (!text) return std::unexpected(text.error());
    *texts[i] = std::move(*text);
  }
  const auto act = number_member(*body, "act");
  if (!act) return std::unexpected(act.error());
  if (*act > kActMax) return std::unexpected(bad_parameter("act", "at most 99"));
  step.act = *act;
  const auto ms = number_member(*body, "ms");
  if (!ms) return std::unexpected(ms.error());
  step.ms = *ms;
  const auto* ok = body->if_contains("ok");
  if (ok == nullptr || !ok->is_bool()) return std::unexpected(bad_parameter("ok", "true or false"));
  step.ok = ok->get_bool();
  auto path = bounded_text(*body, "url");
  if (!path) return std::unexpected(path.error());
  if (!is_own_path(*path)) return std::unexpected(bad_parameter("url", "a path of this node"));
  step.path = std::move(*path);
  if (const auto* txid = body->if_contains("txid"); txid != nullptr && txid->is_string()) {
    const auto id = contracts::Txid::parse(txid->get_string());
    if (!id) return std::unexpected(bad_parameter("txid", "64 hexadecimal digits"));
    step.txid = id->hex();
  }
  return step;
}

OrProblem<Response> take(const Api& api, const Request& request, StoryLog& log) {
  const auto caller = require(api, request, custody::Scope::operate);
  if (!caller) return std::unexpected(caller.error());
  auto step = parse_step(request);
  if (!step) return std::unexpected(step.error());
  if (!log.add(std::move(*step))) {
    return std::unexpected(bad_parameter("step", "the story has as many as it may"));
  }
  return Response{.status = 204};
}

OrProblem<Response> events(const Request& request, const StoryLog& log) {
  const auto after = number_parameter(request, "after", 0);
  if (!after) return std::unexpected(after.error());
  boost::json::array rows;
  for (const auto& step : log.after(*after)) {
    rows.push_back(
        {{"act", step.act},
         {"title", step.title},
         {"step", step.step},
         {"expected", step.expected},
         {"got", step.got},
         {"ok", step.ok},
         {"url", step.path},
         {"txid", step.txid.empty() ? boost::json::value(nullptr) : boost::json::value(step.txid)},
         {"ms", json_number(step.ms)}});
  }
  auto response = json_response(200, {{"epoch", log.epoch()}, {"events", std::move(rows)}});
  return std::move(response.with("Cache-Control", "no-store"));
}

class StoryPage {
 public:
  StoryPage() : texts_(page_file("story_en.txt")) {
    style_ = fmt::format("{}{}", page_file("style.css"), page_file("story.css"));
    content_security_policy_ = fmt::format(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        to_base64(crypto::sha256(as_bytes(style_))),
        to_base64(crypto::sha256(as_bytes(page_file("story.js")))));
  }

  [[nodiscard]] Response render_page(const StoryLog& log) const {
    const auto steps = log.after(0);
    PageValues values;
    values.texts = texts_.all();
    values.texts["epoch"] = log.epoch();
    values.texts["steps"] = std::to_string(steps.size());
    const auto failures = std::ranges::count(steps, false, &Step::ok);
    values.texts["failures"] = std::to_string(failures);
    values.texts["tone"] = steps.empty() ? "plain" : failures == 0 ? "good" : "bad";
    values.markup["style"] = style_;
    values.markup["script"] = page_file("story.js");
    if (steps.empty()) {
      values.lists["nothing_yet"].emplace_back();
    } else {
      values.lists["nothing_yet"];
    }
    auto& acts = values.lists["acts"];
    for (const auto& step : steps) add_line(acts, step);
    auto response =
        text_response(200, "text/html; charset=utf-8", render(page_file("story.html"), values));
    response.with("Content-Security-Policy", content_security_policy_)
        .with("Content-Language", texts_.get("lang"))
        .with("Cache-Control", "no-store");
    return response;
  }

 private:
  void add_line(std::vector<PageValues>& acts, const Step& step) const {
    const auto number = std::to_string(step.act);
    if (acts.empty() || acts.back().texts["number"] != number) {
      auto& act = acts.emplace_back();
      act.texts["number"] = number;
      act.texts["act_title"] = step.title;
      act.lists["lines"];
    }
    PageValues line;
    line.texts["tone"] = step.ok ? "right" : "bad";
    line.texts["sign"] = step.ok ? "✓" : "✗";
    line.texts["mark"] = texts_.get(step.ok ? "right_mark" : "wrong_mark");
    line.texts["step"] = step.step;
    line.texts["got"] = step.got;
    line.texts["refused"] = step.got.starts_with("refused ") ? " refused" : "";
    auto& unexpected = line.lists["unexpected"];
    if (!step.ok) unexpected.emplace_back().texts["wanted"] = step.expected;
    auto& links = line.lists["links"];
    if (!step.path.empty()) links.emplace_back().texts["path"] = step.path;
    acts.back().lists["lines"].push_back(std::move(line));
  }

  PageTexts texts_;
  std::string style_;
  std::string content_security_policy_;  // allows the page's own style and script, by their hashes
};

}  // namespace

void add_story_routes(Router& router, const Api& api) {
  if (!api.development) return;
  const auto log = std::make_shared<StoryLog>();
  const auto page = std::make_shared<const StoryPage>();
  router.add({.method = Method::kGet,
              .pattern = "/story",
              .handler = [log, page](const Request&, const Reply& reply) {
                reply(page->render_page(*log));
              }});
  router.add({.method = Method::kGet,
              .pattern = "/story/events",
              .handler =
                  [log](const Request& request, const Reply& reply) {
                    auto answer = events(request, *log);
                    reply(answer ? std::move(*answer) : problem_response(answer.error()));
                  },
              .query = {{"after"}}});
  add_write(
      router, api, Method::kPost, "/v1/admin/story",
      [log](const Api& node, const Request& request) { return take(node, request, *log); },
      kBodyBytesMax);
}

}  // namespace tally::http
