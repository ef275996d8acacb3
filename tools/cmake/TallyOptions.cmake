# Language level, warnings, sanitizers and the compiler cache: one place for all targets.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

set(TALLY_SANITIZE "" CACHE STRING "Sanitizers for every target, as -fsanitize= takes them")
option(TALLY_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(TALLY_FAILPOINTS "Compile failpoints and planted bugs in; never in what is shipped" OFF)
option(TALLY_WERROR "Warnings are errors" ON)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                    -Wnon-virtual-dtor -Woverloaded-virtual)
if(TALLY_WERROR)
  add_compile_options(-Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these falsely inside libstdc++ and Boost once it inlines them (GCC PR 105562,
  # 105329, 107852); clang-tidy and the sanitizers look for the real ones.
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow
                      -Wno-array-bounds -Wno-dangling-pointer -Wno-stringop-overread)
endif()
if(TALLY_FAILPOINTS)
  add_compile_definitions(TALLY_FAILPOINTS)
endif()
if(TALLY_SANITIZE)
  add_compile_options(-fsanitize=${TALLY_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TALLY_SANITIZE})
endif()
if(TALLY_FUZZ)
  # Every library counts its edges; tests/fuzz/CMakeLists.txt links libFuzzer's main() to its targets.
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

# A change in one rule links every program and test again: mold does that in a tenth of the time.
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Precompiled headers and ccache agree only with these two allowances.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()
