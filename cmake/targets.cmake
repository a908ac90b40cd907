# The programs: haar itself, and what is not one library per folder.
if(EXISTS ${CMAKE_SOURCE_DIR}/src/main/main.cc)
  add_executable(haar ${CMAKE_SOURCE_DIR}/src/main/main.cc)
  target_link_libraries(haar PRIVATE haar_main)
  set_target_properties(haar PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endif()
