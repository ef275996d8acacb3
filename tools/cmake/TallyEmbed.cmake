# tally_embed(<target> HEADER <header> NAMESPACE <namespace> FUNCTION <function> FILES <file>...)
# tally_embed_folder(<target> HEADER … FUNCTION … FOLDER <folder> COMMAND <command>... DEPENDS <file>...)
# Puts files into a target at build time. The header, written by hand, declares
#   std::string_view <function>(std::string_view name);
# which gives the content of the file of that name, or an empty view. A file's name is without its folder;
# that of a file below FOLDER, which COMMAND makes anew, is its path there.
set(TALLY_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_files.cmake)

function(tally_embed target)
  cmake_parse_arguments(arg "" "HEADER;NAMESPACE;FUNCTION" "FILES" ${ARGN})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_${arg_FUNCTION}.cpp)
  set(paths)
  foreach(file ${arg_FILES})
    list(APPEND paths ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  list(JOIN paths "|" joined)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DHEADER=${arg_HEADER}
            -DNAMESPACE=${arg_NAMESPACE} -DFUNCTION=${arg_FUNCTION} -DFILES=${joined}
            -P ${TALLY_EMBED_SCRIPT}
    DEPENDS ${paths} ${TALLY_EMBED_SCRIPT} COMMENT "Embedding files for ${target}" VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

function(tally_embed_folder target)
  cmake_parse_arguments(arg "" "HEADER;NAMESPACE;FUNCTION;FOLDER" "COMMAND;DEPENDS" ${ARGN})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_${arg_FUNCTION}.cpp)
  set(build)
  if(arg_COMMAND)
    set(build COMMAND ${arg_COMMAND})
  endif()
  add_custom_command(
    OUTPUT ${output} ${build}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DHEADER=${arg_HEADER}
            -DNAMESPACE=${arg_NAMESPACE} -DFUNCTION=${arg_FUNCTION} -DFOLDER=${arg_FOLDER}
            -P ${TALLY_EMBED_SCRIPT}
    DEPENDS ${arg_DEPENDS} ${TALLY_EMBED_SCRIPT} COMMENT "Building ${arg_FOLDER}" VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
