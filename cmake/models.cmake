# Whose models haar has, for what it says of members that they lack: the version that models/README.md names.
set(models_readme ${CMAKE_SOURCE_DIR}/models/README.md)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${models_readme})
file(STRINGS ${models_readme} models_source REGEX "package `botocore` [0-9.]+ from PyPI")
if(NOT models_source MATCHES "`botocore` ([0-9]+[.][0-9]+[.][0-9]+) from PyPI")
  message(FATAL_ERROR "models/README.md does not say of which version of botocore the models are")
endif()
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/wire/unknown_member.cc PROPERTIES
                            COMPILE_DEFINITIONS "HAAR_MODELS_OF=\"${CMAKE_MATCH_1}\"")
