#include "story/node_client.hpp"

#include <charconv>
#include <chrono>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace tally::story {
namespace {

client::HttpClient open(const std::string& url) {
  auto http = client::HttpClient::open(url);
  if (!http) throw std::runtime_error(url + ": " + std::string(name(http.error())));
  return std::move(*http);
}

std::vector<client::ClientHeader> headers_of(const NodeClient::Call& call) {
  std::vector<client::ClientHeader> headers{{"Accept", call.accept}};
  if (!call.token.empty()) headers.push_back({"Authorization", "Bearer " + call.token});
  return headers;
}

}  // namespace

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_int64()) return std::to_string(value.get_int64());
  if (value.is_uint64()) return std::to_string(value.get_uint64());
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  return {};
}

std::uint64_t number_of(const json::value& value) {
  const auto text = text_of(value);
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

const json::value& member(const json::value& value, std::string_view path) {
  static const json::value kNull;
  const json::value* at = &value;
  while (!path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    const auto* object = at->if_object();
    at = object == nullptr ? nullptr : object->if_contains(path.substr(0, dot));
    if (at == nullptr) return kNull;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return *at;
}

std::string Answer::field(std::string_view name) const { return text_of(member(body, name)); }

std::uint64_t Answer::number(std::string_view name) const { return number_of(member(body, name)); }

std::string Answer::describe() const {
  const auto problem = code();
  if (ok() || problem.empty()) return std::to_string(status);
  return fmt::format("{} {}", status, problem);
}

NodeClient::NodeClient(std::string url) : url_(std::move(url)), http_(open(url_)) {}

Answer NodeClient::call(const Call& call) {
  const auto start = std::chrono::steady_clock::now();
  const auto ask = [&] {
    return http_.request(call.method, call.target, call.content_type, call.body, headers_of(call));
  };
  auto response = ask();
  if (!response && response.error() == client::ClientError::kClosed) response = ask();
  if (!response) {
    throw std::runtime_error(
        fmt::format("{} {}{}: {}", call.method, url_, call.target, name(response.error())));
  }
  Answer answer;
  answer.status = response->status;
  answer.text = std::move(response->body);
  if (const auto location = response->header("location")) answer.location = *location;
  if (response->header("content-type").value_or("").find("json") != std::string_view::npos) {
    boost::system::error_code failed;
    auto parsed = json::parse(answer.text, failed);
    if (!failed) answer.body = std::move(parsed);
  }
  const auto passed = std::chrono::steady_clock::now() - start;
  answer.us = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(passed).count());
  return answer;
}

Answer NodeClient::post(std::string target, const json::value& body, std::string token) {
  return call({.method = "POST",
               .target = std::move(target),
               .token = std::move(token),
               .content_type = "application/json",
               .body = json::serialize(body)});
}

}  // namespace tally::story
