// The style sheet, the icon and the scripts of pages, carried by the program (cmake/console.cmake lists them).
#pragma once

#include <span>

#include "web/embedded_file.h"

namespace haar::web {

std::span<const EmbeddedFile> page_assets();

}  // namespace haar::web
