# test/fleet: the fleet's simulation, the real rows, records and kinds, without threads, disk and processes.
file(GLOB fleet_simulation_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/test/fleet/*.cc)
add_executable(fleet_simulation_test ${fleet_simulation_sources})
target_include_directories(fleet_simulation_test PRIVATE ${CMAKE_SOURCE_DIR}/test/fleet)
target_link_libraries(fleet_simulation_test PRIVATE haar_control GTest::gtest GTest::gtest_main)
add_test(NAME fleet_simulation COMMAND fleet_simulation_test)
set_property(GLOBAL APPEND PROPERTY HAAR_TESTS fleet_simulation_test)
