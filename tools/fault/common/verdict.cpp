#include "fault/common/verdict.hpp"

#include <fmt/format.h>

#include "fault/common/answer.hpp"

namespace tally::fault {

std::expected<Verdict, std::string> read_verdict(const client::ClientResponse& response) {
  const auto answer = read_answer(response);
  Verdict out;
  out.settled = response.status == 200;
  out.height = answer.number("height");
  if (out.settled) {
    out.first_output_number = answer.number("first_output_number");
    if (out.height == 0) return std::unexpected("settled in no block: " + response.body);
    return out;
  }
  const auto code = contracts::error_code(static_cast<std::uint16_t>(answer.number("number")));
  if (!code) return std::unexpected("an answer without a code: " + response.body);
  out.code = *code;
  out.looked_at = !not_looked_at(*code);
  if (!out.looked_at && (answer.is("final") || out.journaled())) {
    return std::unexpected("what was not looked at is told as final: " + response.body);
  }
  if (out.journaled() && !answer.is("final")) {
    return std::unexpected("what is in the journal is not told as final: " + response.body);
  }
  return out;
}

std::string wrong_with(const Verdict& verdict, const Made& made, std::uint64_t now_ms) {
  const auto who = fmt::format("{} {}", kind_name(made.kind), made.txid.hex());
  if (verdict.settled) return made.may_settle ? "" : who + " must not settle, and did";
  if (allowed(made, verdict.code, now_ms)) return "";
  return fmt::format("{} may not be refused with {}", who, name(verdict.code));
}

std::string difference(const Verdict& told, const contracts::Txid& txid,
                       const client::ClientResponse& now) {
  const auto there = read_answer(now);
  const bool same =
      now.status == 200 && there.number("height") == told.height &&
      there.text("outcome") == (told.settled ? "settled" : "rejected") &&
      (!told.settled || there.number("first_output_number") == told.first_output_number);
  if (same) return "";
  return fmt::format("{} was answered {} at height {}, output {}, and is now {} {}", txid.hex(),
                     told.settled ? "settled" : name(told.code), told.height,
                     told.first_output_number, now.status, now.body);
}

}  // namespace tally::fault
