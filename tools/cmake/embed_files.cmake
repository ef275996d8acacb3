# Run by tally_embed(): writes OUTPUT, a source with the content of each of FILES (separated by `|`) as
# an array of bytes. Bytes, because a string literal would have to be cut and escaped.
string(REPLACE "|" ";" files "${FILES}")
set(arrays "")
set(branches "")
set(number 0)
foreach(file ${files})
  file(READ "${file}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(................................................................................)"
         "\\1\n" bytes "${bytes}")
  get_filename_component(name "${file}" NAME)
  string(APPEND arrays "constexpr unsigned char kFile${number}[] = {\n${bytes}0};\n")
  string(APPEND branches
         "  if (name == \"${name}\") return view(kFile${number}, sizeof kFile${number} - 1);\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUTPUT}" "// Made by tools/cmake/embed_files.cmake.
#include \"${HEADER}\"

namespace ${NAMESPACE} {
namespace {

std::string_view view(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

${arrays}
}  // namespace

std::string_view ${FUNCTION}(std::string_view name) {
${branches}  return {};
}

}  // namespace ${NAMESPACE}
")
