// What a node does that only its parts together show.
#include "app/node.hpp"

#include <gtest/gtest.h>

#include "app/quarantine_file.hpp"
#include "storage/unknown_outcome.hpp"
#include "support/failing_sync.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::app {
namespace {

// Whatever was written, and for whom: the process stops.
TEST(Node, AFailedSyncOfAnyStoreEndsTheProcess) {
  for (const auto* part : {"/journal/", "/journal.tip", "/state/", "/views/", "/custody/",
                           "/profiles/", "/provenance/", "/documents/index/"}) {
    const test::TemporaryDirectory directory;
    const auto make = [&] {
      Config config;
      config.network.development = true;
      config.network.data_dir = directory / "data";
      const SystemClock clock;
      const test::FailingSync failing(part, ENOSPC);
      static_cast<void>(Node::recover(config, clock));
      std::_Exit(0);  // it went on
    };
    EXPECT_EXIT(make(), testing::ExitedWithCode(storage::kUnknownOutcomeStatus), "") << part;
  }
}

TEST(Node, AFailedSyncOfTheQuarantineEndsTheProcess) {
  const test::TemporaryDirectory directory;
  const auto write = [&] {
    const test::FailingSync failing("quarantine", ENOSPC);
    static_cast<void>(write_quarantine(directory / "quarantine", {}));
    std::_Exit(0);  // it went on
  };
  EXPECT_EXIT(write(), testing::ExitedWithCode(storage::kUnknownOutcomeStatus), "");
}

}  // namespace
}  // namespace tally::app
