// The console's application as Vite built it (cmake/console.cmake): its page at every path below /console/, since routes
// within it are the browser's, and the files that the page loads.
#pragma once

#include <string>
#include <vector>

#include "web/embedded_file.h"
#include "web/site.h"

namespace haar::web {

// Generated; paths are those that they are served at.
std::span<const EmbeddedFile> app_files();

}  // namespace haar::web

namespace haar::console {

std::vector<web::Site> app_sites(const std::vector<std::string>& hosts);

}  // namespace haar::console
