# Files that the program serves from itself: where, as what, which. Coded ahead by codegen/embed.py.
find_program(HAAR_BROTLI brotli REQUIRED)
set(pages /_haar/compatibility "text/plain$<SEMICOLON> charset=utf-8" ${CMAKE_SOURCE_DIR}/docs/compatibility.md)
set(page_files ${CMAKE_SOURCE_DIR}/docs/compatibility.md)
add_custom_command(
  OUTPUT ${GEN}/web/pages.cc
  COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/embed.py ${GEN}/web/pages.cc pages ${pages}
  DEPENDS ${CMAKE_SOURCE_DIR}/codegen/embed.py ${page_files}
  COMMENT "pages of the documents site"
  VERBATIM)
haar_folder(web LINK haar_api)
target_sources(haar_web PRIVATE ${GEN}/web/pages.cc)
