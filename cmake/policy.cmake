# Tests of src/policy that need more than gtest: the naive evaluator and the AWS managed policies; the bench.
file(GLOB policy_oracle_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/test/policy/*.cc)
add_executable(policy_oracle_test ${policy_oracle_sources})
target_include_directories(policy_oracle_test PRIVATE ${CMAKE_SOURCE_DIR}/test)
target_link_libraries(policy_oracle_test PRIVATE haar_policy haar_data boost_json PkgConfig::RE2 GTest::gtest
                                                 GTest::gtest_main)
target_compile_definitions(policy_oracle_test PRIVATE HAAR_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
add_test(NAME policy_oracle COMMAND policy_oracle_test)
set_property(GLOBAL APPEND PROPERTY HAAR_TESTS policy_oracle_test)

add_executable(decide_bench EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/test/bench/decide_bench.cc)
target_link_libraries(decide_bench PRIVATE haar_policy haar_data)

add_executable(analysis_bench EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/test/bench/analysis_bench.cc)
target_link_libraries(analysis_bench PRIVATE haar_policy haar_data)
