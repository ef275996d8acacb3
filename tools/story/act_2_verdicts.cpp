// Act 2: two accredited appraisers look at the bag and say so, with the hashes of their evidence.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "story/acts.hpp"

namespace tally::story {

using namespace contracts;

void attest(Story& story) {
  auto& stage = story.stage;
  stage.report().begin_act(2, "Two appraisers look at the bag");
  const auto& bag = story.bags.front();
  for (const std::string name : {"appraiser-1", "appraiser-2"}) {
    ItemAttest verdict;
    verdict.gs1_key = bag;
    verdict.appraiser = key_of(name);
    verdict.verdict = Verdict::genuine;
    verdict.confidence_bps = 9'700;
    verdict.method_hash = document_hash("microscopy of stitching and stamp");
    verdict.evidence_hash = document_hash(fmt::format("photographs by {}", name));
    Draft draft({name});
    draft.command(std::move(verdict));
    stage.expect_settled(fmt::format("{} attests: genuine, 97 %", name), draft, scan_path(bag));
  }
  const auto item = stage.read("/v1/items/" + bag);
  const auto* verdicts = member(item.body, "attestations").if_array();
  stage.expect("The bag's page shows both verdicts", "2 verdicts",
               fmt::format("{} verdicts", verdicts == nullptr ? 0 : verdicts->size()),
               scan_path(bag), item.us);
}

}  // namespace tally::story
