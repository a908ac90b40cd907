# The programs: haar itself, and what is not one library per folder.
if(EXISTS ${CMAKE_SOURCE_DIR}/src/main/main.cc)
  add_executable(haar ${CMAKE_SOURCE_DIR}/src/main/main.cc)
  target_link_libraries(haar PRIVATE haar_main)
  set_target_properties(haar PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endif()

# The preloaded shim and the probe of its self-test: plain C, carried inside the binary (frontdoor/handoff.cc)
# and never sanitized: they run inside programs that are not ours.
add_library(haar_shim SHARED ${CMAKE_SOURCE_DIR}/src/frontdoor/shim/shim.c
                            ${CMAKE_SOURCE_DIR}/src/frontdoor/shim/trusted_extensions.c
                            ${CMAKE_SOURCE_DIR}/src/frontdoor/shim/logins.c)
add_executable(haar_probe ${CMAKE_SOURCE_DIR}/src/frontdoor/shim/probe.c)
set_target_properties(haar_shim PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR} C_STANDARD 11)
set_target_properties(haar_probe PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR} C_STANDARD 11)
foreach(target haar_shim haar_probe)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_compile_options(${target} PRIVATE -O2 -g0 -fno-sanitize=all)
  target_link_options(${target} PRIVATE -fno-sanitize=all -s)
endforeach()
target_compile_definitions(haar_frontdoor PRIVATE HAAR_SHIM_FILE="$<TARGET_FILE:haar_shim>"
                                                  HAAR_PROBE_FILE="$<TARGET_FILE:haar_probe>")
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/frontdoor/handoff.cc PROPERTIES
  OBJECT_DEPENDS "${CMAKE_BINARY_DIR}/libhaar_shim.so;${CMAKE_BINARY_DIR}/haar_probe")
add_dependencies(haar_frontdoor haar_shim haar_probe)
target_link_libraries(haar_engines PUBLIC OpenSSL::Crypto)
