#include "fault/harness.hpp"

#include <algorithm>
#include <array>

#include "fault/attacks/attacks.hpp"
#include "fault/disk/disk_faults.hpp"
#include "fault/flips/bit_flips.hpp"
#include "fault/fuzz/fuzz.hpp"
#include "fault/kill/kills.hpp"
#include "fault/planted/planted.hpp"
#include "fault/power_loss/power_loss.hpp"
#include "fault/simulation/simulation.hpp"

namespace tally::fault {
namespace {

constexpr std::array kHarnesses{
    Harness{"kills", "kills",
            "Kill the node at every failpoint and at random, and hold it to its word", 200,
            run_kills},
    Harness{"seeds", "lives", "Simulated lives of a node, one seed each, with every fault there is",
            2'000, run_seeds},
    Harness{"power-loss", "images", "Cut the power, lose what was not synced, open what is left",
            300, run_power_loss},
    Harness{"flips", "flips",
            "Flip bits, zero sectors, exchange pages of every class, and read it all", 500,
            run_flips},
    Harness{"disk", "sequences", "Fill the disk, archive, back up, restore, and kill at any of it",
            8, run_disk_faults},
    Harness{"attacks", "seconds", "Attack a node under load, each way for so many seconds", 3,
            run_attacks},
    Harness{"fuzz", "minutes", "Bytes of every kind to every parser, rule and codec", 2, run_fuzz},
    Harness{"planted", "bugs", "Plant bugs, and see that the harness named beside each catches it",
            4, run_planted, true},
};

}  // namespace

std::span<const Harness> harnesses() { return kHarnesses; }

Row must_happen(std::string what, std::uint64_t happened, bool whole, std::string detail) {
  const bool hollow = whole && happened == 0;
  if (hollow) detail = "never happened: the run shows nothing of it";
  return {std::move(what), happened, hollow ? 1u : 0u, std::move(detail)};
}

bool Result::passed() const {
  return failures.empty() &&
         std::ranges::all_of(rows, [](const Row& row) { return row.failed == 0; });
}

}  // namespace tally::fault
