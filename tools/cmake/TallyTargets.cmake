# One target per folder. The link edges below are the permitted edges of docs/architecture.md;
# tests/edges.py checks the includes against the same list.

# tally_library(<folder> [EDGES folder...] [LIBS library...])
# A static library of every .cpp in the folder and below; may include the folders it names (and base).
function(tally_library name)
  cmake_parse_arguments(arg "" "" "EDGES;LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")  # a program's, beside its library
  if(NOT sources)
    return()
  endif()
  add_library(tally_${name} STATIC ${sources})
  target_include_directories(tally_${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM arg_EDGES PREPEND tally_)
  if(NOT name STREQUAL "base")
    target_link_libraries(tally_${name} PUBLIC tally_base)
    target_precompile_headers(tally_${name} REUSE_FROM tally_base)
  endif()
  target_link_libraries(tally_${name} PUBLIC ${arg_EDGES} ${arg_LIBS})
endfunction()

# tally_program(<name> [EDGES folder...] [LIBS library...]): an executable of the folder's sources.
function(tally_program name)
  cmake_parse_arguments(arg "" "" "EDGES;LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(${name} ${sources})
  list(TRANSFORM arg_EDGES PREPEND tally_)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tools)
  target_link_libraries(${name} PRIVATE tally_base ${arg_EDGES} ${arg_LIBS})
  target_precompile_headers(${name} REUSE_FROM tally_base)
endfunction()

# tally_tests(<name> [EDGES folder...] [LIBS library...] [LABELS label...] [TIMEOUT seconds]
#             [TOGETHER suite...])
# A GoogleTest executable of the folder's sources; ctest lists each test of it, but those suites whose
# tests share something costly as one each.
function(tally_tests name)
  cmake_parse_arguments(arg "" "TIMEOUT" "EDGES;LIBS;LABELS;TOGETHER" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  list(TRANSFORM arg_EDGES PREPEND tally_)
  target_link_libraries(${name} PRIVATE tally_base ${arg_EDGES} ${arg_LIBS} GTest::gmock
                                        GTest::gtest_main)
  target_precompile_headers(${name} REUSE_FROM tally_base)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE TALLY_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                             TALLY_BINARY_DIR="${CMAKE_BINARY_DIR}")
  include(GoogleTest)
  set(each "*")
  if(arg_TOGETHER)
    list(TRANSFORM arg_TOGETHER APPEND ".*" OUTPUT_VARIABLE whole)
    list(JOIN whole ":" whole)
    set(each "-${whole}")
  endif()
  gtest_discover_tests(${name} TEST_FILTER "${each}" DISCOVERY_MODE PRE_TEST
                       PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
  foreach(suite ${arg_TOGETHER})
    add_test(NAME ${suite} COMMAND ${name} --gtest_filter=${suite}.*)
    set_tests_properties(${suite} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
  endforeach()
endfunction()
