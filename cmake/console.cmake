# The console's layer: pages that haar makes itself, with the files that they load, and browser sessions.
set(page_dir ${CMAKE_SOURCE_DIR}/src/console/page)
set(page_asset_files ${page_dir}/page.css ${page_dir}/icon.svg ${page_dir}/passkey.js)
set(page_assets /assets/page.css "text/css$<SEMICOLON> charset=utf-8" ${page_dir}/page.css
                /assets/icon.svg image/svg+xml ${page_dir}/icon.svg
                /assets/passkey.js "text/javascript$<SEMICOLON> charset=utf-8" ${page_dir}/passkey.js)
add_custom_command(
  OUTPUT ${GEN}/console/page_assets.cc
  COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/embed.py ${GEN}/console/page_assets.cc page_assets ${page_assets}
  DEPENDS ${CMAKE_SOURCE_DIR}/codegen/embed.py ${page_asset_files}
  COMMENT "files of the console's pages"
  VERBATIM)

# The application (console/), built by Vite, with every file that it loads.
file(GLOB_RECURSE app_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/console/src/* ${CMAKE_SOURCE_DIR}/console/public/*)
list(FILTER app_sources EXCLUDE REGEX "\\.test\\.ts$")
list(APPEND app_sources ${CMAKE_SOURCE_DIR}/console/index.html ${CMAKE_SOURCE_DIR}/console/package.json
     ${CMAKE_SOURCE_DIR}/console/package-lock.json ${CMAKE_SOURCE_DIR}/console/tsconfig.json
     ${CMAKE_SOURCE_DIR}/console/vite.config.ts)
add_custom_command(
  OUTPUT ${GEN}/console/app_files.cc
  COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/build_console.py ${CMAKE_BINARY_DIR}/console-app
  COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/embed.py ${GEN}/console/app_files.cc app_files
          --folder /console/ ${CMAKE_BINARY_DIR}/console-app
  COMMAND python3 ${CMAKE_SOURCE_DIR}/codegen/build_console.py ${CMAKE_BINARY_DIR}/console-app
          --retry ${GEN}/console/app_files.cc
  DEPENDS ${CMAKE_SOURCE_DIR}/codegen/build_console.py ${CMAKE_SOURCE_DIR}/codegen/embed.py ${app_sources}
  COMMENT "the console's application"
  VERBATIM)
haar_folder(console LINK haar_web ${HAAR_SERVICES} haar_control)
target_sources(haar_console PRIVATE ${GEN}/console/page_assets.cc ${GEN}/console/app_files.cc)
