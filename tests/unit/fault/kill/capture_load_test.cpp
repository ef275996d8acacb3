#include "fault/kill/capture_load.hpp"

#include <gtest/gtest.h>

namespace tally::fault {
namespace {

Answer answer(std::string_view id, bool running, bool success, int events = 2) {
  Answer out{200,
             {{"captureID", id}, {"running", running}, {"success", success}, {"events", events}}};
  if (!running) out.body["finishedAt"] = "2026-03-01T00:00:00Z";
  return out;
}

TEST(CaptureLoad, WhatWasAcknowledgedIsThere) {
  ToldJob job;
  EXPECT_EQ(compare_job("a", job, answer("a", true, false)), "");
  EXPECT_NE(compare_job("a", job, {404, {}}), "") << "it is lost";
  EXPECT_NE(compare_job("a", job, answer("b", true, false)), "");
  EXPECT_FALSE(job.finished);
}

TEST(CaptureLoad, WhatIsFinishedStaysAsItWasTold) {
  ToldJob job;
  EXPECT_NE(compare_job("a", job, answer("a", false, false)), "") << "it failed";
  EXPECT_EQ(compare_job("a", job, answer("a", false, true)), "");
  EXPECT_TRUE(job.finished);
  EXPECT_EQ(compare_job("a", job, answer("a", false, true)), "");
  EXPECT_NE(compare_job("a", job, answer("a", true, false)), "") << "it runs again";
  EXPECT_NE(compare_job("a", job, answer("a", false, true, 1)), "") << "an event is lost";
}

}  // namespace
}  // namespace tally::fault
