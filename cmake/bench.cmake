# Programs of test/bench, built only by name: ninja bench, then test/bench/run.
add_executable(load EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/test/bench/load.cc)
target_link_libraries(load PRIVATE haar_auth)
add_custom_target(bench DEPENDS haar load decide_bench analysis_bench)
add_executable(lookup_events EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/test/bench/lookup_events.cc)
target_link_libraries(lookup_events PRIVATE haar_events)
