# One static library per folder of src/, one test program per folder that has *_test.cc.

# haar_folder(<folder> LINK <libraries>)
function(haar_folder folder)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  set(dir ${CMAKE_SOURCE_DIR}/src/${folder})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${dir}/*.cc)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${dir}/*_test.cc)
  list(REMOVE_ITEM sources ${tests} ${dir}/main.cc)
  if(NOT sources)
    file(WRITE ${CMAKE_BINARY_DIR}/empty_${name}.cc "namespace haar {}\n")
    set(sources ${CMAKE_BINARY_DIR}/empty_${name}.cc)
  endif()
  add_library(haar_${name} STATIC ${sources})
  target_include_directories(haar_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src ${GEN})
  target_link_libraries(haar_${name} PUBLIC ${ARG_LINK})
  # Handlers and controllers are many and not hot: -O1 builds them in three quarters of the time.
  if(folder MATCHES "^(services/|fleet|control|console|main)")
    target_compile_options(haar_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  if(tests)
    add_executable(${name}_test ${tests})
    target_compile_options(${name}_test PRIVATE $<$<CONFIG:Release>:-O0>)
    target_link_libraries(${name}_test PRIVATE haar_${name} GTest::gtest GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE HAAR_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                    HAAR_BINARY_DIR="${CMAKE_BINARY_DIR}")
    add_test(NAME ${name} COMMAND ${name}_test)
    set_property(GLOBAL APPEND PROPERTY HAAR_TESTS ${name}_test)
  endif()
endfunction()

# haar_models(<services>): models/*.json and the operations that src/services uses -> structs and tables.
function(haar_models)
  set(row_globs)
  foreach(folder src/services src/main src/control src/fleet src/api src/web src/console test)
    list(APPEND row_globs ${CMAKE_SOURCE_DIR}/${folder}/*.cc ${CMAKE_SOURCE_DIR}/${folder}/*.h)
  endforeach()
  file(GLOB_RECURSE rows CONFIGURE_DEPENDS ${row_globs})
  file(GLOB generator CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/codegen/*.py ${CMAKE_SOURCE_DIR}/data/errors/*
                                        ${CMAKE_SOURCE_DIR}/models/*.json ${CMAKE_SOURCE_DIR}/models/patches/*)
  set(generate python3 ${CMAKE_SOURCE_DIR}/codegen/generate.py --source ${CMAKE_SOURCE_DIR})
  execute_process(COMMAND ${generate} --list ${ARGN} OUTPUT_VARIABLE headers COMMAND_ERROR_IS_FATAL ANY
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REPLACE "\n" ";" headers "${headers}")
  list(TRANSFORM headers PREPEND ${GEN}/model/)
  set(tables ${ARGN})
  list(TRANSFORM tables PREPEND ${GEN}/model/)
  list(TRANSFORM tables APPEND .cc)
  # The generator rewrites a file only when its contents change. An edit of a handler makes the tables anew and compiles
  # those that changed; headers come from the models alone.
  add_custom_command(
    OUTPUT ${GEN}/model/headers.stamp
    BYPRODUCTS ${headers}
    COMMAND ${generate} --out ${GEN}/model --headers ${ARGN}
    COMMAND ${CMAKE_COMMAND} -E touch ${GEN}/model/headers.stamp
    DEPENDS ${generator}
    COMMENT "models -> C++ structs")
  add_custom_command(
    OUTPUT ${GEN}/model/tables.stamp
    BYPRODUCTS ${tables}
    COMMAND ${generate} --out ${GEN}/model --tables ${ARGN}
    COMMAND ${CMAKE_COMMAND} -E touch ${GEN}/model/tables.stamp
    DEPENDS ${rows} ${generator}
    COMMENT "models -> schema tables")
  # What includes the headers waits for those only: an edit of a handler compiles it while the tables are made.
  add_custom_target(haar_model_headers DEPENDS ${GEN}/model/headers.stamp)
  add_custom_target(haar_model_tables DEPENDS ${GEN}/model/tables.stamp)
  add_library(haar_gen STATIC ${tables})
  add_dependencies(haar_gen haar_model_headers haar_model_tables)
  target_include_directories(haar_gen PUBLIC ${CMAKE_SOURCE_DIR}/src ${GEN})
  target_link_libraries(haar_gen PUBLIC haar_wire)
  haar_wire_tests()
endfunction()

# test/wire: the protocol tests over generated tables of their own, and the codecs over the real models.
function(haar_wire_tests)
  set(dir ${CMAKE_SOURCE_DIR}/test/wire)
  file(GLOB tests CONFIGURE_DEPENDS ${dir}/*.cc)
  file(GLOB generator CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/codegen/*.py ${CMAKE_SOURCE_DIR}/models/*.json
                                        ${CMAKE_SOURCE_DIR}/models/patches/* ${dir}/protocol-tests/*/*.json)
  set(units)
  foreach(name input_query input_ec2 input_json input_rest_json output_query output_ec2 output_json output_rest_json)
    list(APPEND units ${GEN}/protocol/${name}.cc)
  endforeach()
  add_custom_command(
    OUTPUT ${GEN}/protocol/stamp
    BYPRODUCTS ${units} ${GEN}/protocol/patterns.h
    COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/generate.py --source ${CMAKE_SOURCE_DIR} --out ${GEN}/protocol
            --protocol-tests
    COMMAND ${CMAKE_COMMAND} -E touch ${GEN}/protocol/stamp
    DEPENDS ${generator}
    COMMENT "protocol tests -> C++")
  add_custom_target(haar_protocol_files DEPENDS ${GEN}/protocol/stamp)
  add_executable(wire_protocol_test ${tests} ${units})
  add_dependencies(wire_protocol_test haar_protocol_files)
  target_include_directories(wire_protocol_test PRIVATE ${dir} ${GEN})
  target_link_libraries(wire_protocol_test PRIVATE haar_gen haar_wire GTest::gtest GTest::gtest_main boost_json)
  target_compile_definitions(wire_protocol_test PRIVATE HAAR_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                        HAAR_BINARY_DIR="${CMAKE_BINARY_DIR}")
  add_test(NAME wire_protocol COMMAND wire_protocol_test)
  set_property(GLOBAL APPEND PROPERTY HAAR_TESTS wire_protocol_test)
  add_test(NAME codegen COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/golden_test.py)
endfunction()

# Facts as data, compiled in: data/managed-policies.json and its like (see data/README.md).
include(${CMAKE_SOURCE_DIR}/cmake/data.cmake)

include(${CMAKE_SOURCE_DIR}/cmake/policy.cmake)
