// Files that the program carries, coded at build time by codegen/embed.py (cmake/web.cmake lists them).
#pragma once

#include <span>
#include <string_view>

namespace haar::web {

struct EmbeddedFile {
  std::string_view path;  // where it is served: "/_haar/compatibility"
  std::string_view content_type;
  std::string_view plain, gzip, brotli;  // a coding that would save nothing is empty
  std::string_view etag;                 // of `plain`, without quotes
};

// The pages of the documents site.
std::span<const EmbeddedFile> pages();

}  // namespace haar::web
