# Fuzz targets: each test/fuzz/<name>_fuzz.cc with the driver beside it, under -DHAAR_FUZZ=ON (best with
# -DHAAR_SANITIZE=ON: the sanitizers do the finding). The target `fuzz` builds all of them; tools/check.py
# runs what fuzz_targets.txt lists.
if(NOT HAAR_FUZZ)
  return()
endif()
file(GLOB fuzz_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/test/fuzz/*_fuzz.cc)
add_library(haar_fuzz_driver STATIC EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/test/fuzz/driver.cc)
set(fuzz_targets)
foreach(source ${fuzz_sources})
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} EXCLUDE_FROM_ALL ${source})
  target_link_libraries(${name} PRIVATE haar_fuzz_driver haar_gen haar_wire haar_auth haar_policy haar_http)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  list(APPEND fuzz_targets ${name})
endforeach()
# haar decide, without the rest of main.
target_sources(decide_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/src/main/decide/decide_command.cc ${CMAKE_SOURCE_DIR}/src/main/decide/decide_lines.cc
                                   ${CMAKE_SOURCE_DIR}/src/main/decide/decide_question.cc)
add_custom_target(fuzz DEPENDS ${fuzz_targets})
list(JOIN fuzz_targets "\n" fuzz_lines)
file(WRITE ${CMAKE_BINARY_DIR}/fuzz_targets.txt "${fuzz_lines}\n")
