#include "main/compatibility.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "main/services.h"

namespace haar::main {
namespace {

// The page in docs/ is what the rows say. HAAR_UPDATE_DOCS=1 writes it anew.
TEST(Compatibility, PageIsUpToDate) {
  api::Registry registry;
  register_all(registry);
  const std::string page = compatibility_page(registry), path = HAAR_SOURCE_DIR "/docs/compatibility.md";
  if (std::getenv("HAAR_UPDATE_DOCS") != nullptr) {
    ASSERT_TRUE(write_file_durably(path, page, 0644).ok());
  }
  const Result<std::string> written = read_file(path);
  ASSERT_TRUE(written.ok()) << "write it with HAAR_UPDATE_DOCS=1";
  EXPECT_EQ(*written, page) << "docs/compatibility.md is old: write it with HAAR_UPDATE_DOCS=1";
}

}  // namespace
}  // namespace haar::main
