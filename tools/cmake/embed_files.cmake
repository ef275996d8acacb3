# Run by tally_embed() and tally_embed_folder(): writes OUTPUT, a source that holds the content of each of
# FILES (separated by `|`), or of every file below FOLDER. The assembler takes the bytes in by itself: as
# text they would take longer to compile than the rest of the program. Each file's hash stands beside it,
# so that what the compiler's cache has kept is of the same bytes.
if(FOLDER)
  file(GLOB_RECURSE files LIST_DIRECTORIES false "${FOLDER}/*")
  list(SORT files)
else()
  string(REPLACE "|" ";" files "${FILES}")
endif()
set(arrays "")
set(branches "")
set(number 0)
foreach(file ${files})
  if(FOLDER)
    file(RELATIVE_PATH name "${FOLDER}" "${file}")
  else()
    get_filename_component(name "${file}" NAME)
  endif()
  file(SHA256 "${file}" hash)
  set(symbol "tally_${FUNCTION}_${number}")
  string(APPEND arrays "// ${name} ${hash}
__asm__(\".section .rodata\\n${symbol}:\\n.incbin \\\"${file}\\\"\\n${symbol}_end:\\n.previous\\n\");
extern const char kBegin${number}[] __asm__(\"${symbol}\");
extern const char kEnd${number}[] __asm__(\"${symbol}_end\");
")
  string(APPEND branches
         "  if (name == \"${name}\") return view(kBegin${number}, kEnd${number});\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUTPUT}" "// Made by tools/cmake/embed_files.cmake.
#include \"${HEADER}\"

namespace ${NAMESPACE} {
namespace embedded_${FUNCTION} {

std::string_view view(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

${arrays}
}  // namespace embedded_${FUNCTION}

std::string_view ${FUNCTION}([[maybe_unused]] std::string_view name) {
  using namespace embedded_${FUNCTION};
${branches}  return {};
}

}  // namespace ${NAMESPACE}
")
