# tally_web(<target>): puts the pages under /app/ (tools/web) into a target, built by Node and npm.
option(TALLY_WEB "Build the pages under /app/ into the node; wants node and npm" ON)

function(tally_web target)
  set(folder ${CMAKE_BINARY_DIR}/web)
  set(command ${CMAKE_COMMAND} -E make_directory ${folder})
  set(sources)
  if(TALLY_WEB)
    find_program(NODE node)
    find_program(NPM npm)
    if(NOT NODE OR NOT NPM)
      message(FATAL_ERROR "The pages under /app/ are built by Node (18 or later) and npm, which are not "
                          "here: run tools/install, or configure with -DTALLY_WEB=OFF for a node "
                          "without these pages.")
    endif()
    set(web ${CMAKE_SOURCE_DIR}/tools/web)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/src/* ${web}/public/*)
    list(APPEND sources ${web}/build ${web}/index.html ${web}/package-lock.json ${web}/tsconfig.json
         ${web}/vite.config.ts ${CMAKE_SOURCE_DIR}/api/tally/v1/transaction.proto)
    set(command ${web}/build ${folder})
  else()
    file(REMOVE_RECURSE ${folder})
  endif()
  tally_embed_folder(${target} HEADER http/pages.hpp NAMESPACE tally::http FUNCTION web_file
                     FOLDER ${folder} COMMAND ${command} DEPENDS ${sources})
endfunction()
