#include "main/compatibility.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "main/guide_steps.h"
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

// A row that names no test proves nothing.
TEST(Compatibility, EveryStepOfTheGuidesNamesATestThatThereIs) {
  for (const GuideStep& step : guide_steps()) {
    const Result<std::string> source = read_file(HAAR_SOURCE_DIR "/" + std::string(step.file));
    ASSERT_TRUE(source.ok()) << step.file;
    EXPECT_NE(source->find("def " + std::string(step.test) + "("), std::string::npos) << step.file << ": " << step.test;
  }
}

}  // namespace
}  // namespace haar::main
