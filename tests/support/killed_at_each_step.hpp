// Kills a piece of work before each system call that changes a file, one run for each.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

namespace tally::test {

/// Whether a system call may change what lies on the disk.
inline bool changes_files(long number) {
  constexpr long kCalls[] = {SYS_write,   SYS_pwrite64,  SYS_writev,   SYS_pwritev,
                             SYS_fsync,   SYS_fdatasync, SYS_msync,    SYS_openat,
                             SYS_rename,  SYS_renameat2, SYS_link,     SYS_linkat,
                             SYS_unlink,  SYS_unlinkat,  SYS_rmdir,    SYS_mkdir,
                             SYS_mkdirat, SYS_ftruncate, SYS_fallocate};
  return std::ranges::find(kCalls, number) != std::end(kCalls);
}

/// Runs `work` in a child process and kills it before the `step`-th such call, from 0. Whether it
/// was killed; false: it ended before, with what it returned as its status, which must be 0.
inline bool killed_at(std::size_t step, const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(99);
    ::raise(SIGSTOP);
    ::_exit(work());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  std::size_t met = 0;
  bool entering = true;
  while (WIFSTOPPED(status)) {
    if (WSTOPSIG(status) == SIGTRAP) {
      user_regs_struct registers{};
      ::ptrace(PTRACE_GETREGS, child, nullptr, &registers);
      const bool counts = entering && changes_files(static_cast<long>(registers.orig_rax));
      entering = !entering;
      if (counts && met++ == step) {
        ::kill(child, SIGKILL);
        ::waitpid(child, &status, 0);
        return true;
      }
    }
    ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
    ::waitpid(child, &status, 0);
  }
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "status " << status;
  return false;
}

/// Calls `work` in child processes, killed ever later, until it comes to its end; before each
/// `prepare`, after each `check`, which is told the step. At least a few steps are met.
inline void kill_at_each_step(const std::function<void()>& prepare,
                              const std::function<int()>& work,
                              const std::function<void(std::size_t step)>& check) {
  for (std::size_t step = 0;; ++step) {
    prepare();
    const bool killed = killed_at(step, work);
    check(step);
    if (testing::Test::HasFailure()) return;
    if (killed) continue;
    EXPECT_GT(step, 5u) << "hardly anything was met";
    return;
  }
}

}  // namespace tally::test
