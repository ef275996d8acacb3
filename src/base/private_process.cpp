#include "base/private_process.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/check.hpp"

namespace tally {

void keep_memory_private() {
  const rlimit none{0, 0};
  CHECK(setrlimit(RLIMIT_CORE, &none) == 0);
  // A core may also be piped to a program, which no limit holds back.
  CHECK(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
}

}  // namespace tally
