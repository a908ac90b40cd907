#include "store/golden.h"

#include <gtest/gtest.h>

#include "store/test_folder.h"

namespace haar::store {
namespace {

struct First {
  static constexpr std::string_view record_name = "test.golden";
  static constexpr std::uint32_t record_version = 1;
  std::string name;
  std::int32_t size_kib = 0;
  template <class V>
  void fields(V& v) {
    v(1, name);
    v(2, size_kib);
  }
};

// The same record two versions of the program later: sizes are in bytes, and there are tags.
struct Second {
  static constexpr std::string_view record_name = "test.golden";
  static constexpr std::uint32_t record_version = 2;
  std::string name;
  std::int64_t size_bytes = 0;
  std::map<std::string, std::string> tags{};
  std::int32_t size_kib_v1 = 0;
  template <class V>
  void fields(V& v) {
    v(1, name);
    v(2, size_kib_v1);
    v(3, size_bytes);
    v(4, tags);
  }
  static Result<void> upgrade(std::uint32_t, Second& record) {
    record.size_bytes = std::int64_t{record.size_kib_v1} * 1024;
    record.size_kib_v1 = 0;
    return {};
  }
};

class Golden : public ::testing::Test {
 protected:
  void TearDown() override { ::unsetenv("HAAR_UPDATE_GOLDEN"); }
  static std::string problem(const Result<void>& r) { return r.ok() ? "" : r.error().message; }
  TestFolder folder_;
};

TEST_F(Golden, the_committed_files_are_read_and_upgraded) {
  EXPECT_EQ(problem(check_goldens<Second>({{1, {"disk", 8192}}, {2, {"disk", 4096, {{"k", "v"}}}}})), "");
}

TEST_F(Golden, a_missing_file_is_a_failure_unless_asked_to_write_it_and_none_is_overwritten) {
  EXPECT_NE(problem(check_goldens<First>({{1, {"disk", 8}}}, folder_.path())), "");
  ::setenv("HAAR_UPDATE_GOLDEN", "1", 1);
  EXPECT_EQ(problem(check_goldens<First>({{1, {"disk", 8}}}, folder_.path())), "");
  EXPECT_NE(problem(check_goldens<First>({{1, {"other", 9}}}, folder_.path())), "") << "the file stays as it was";
  EXPECT_NE(problem(check_goldens<Second>({{2, {"disk", 1}}}, folder_.path())), "") << "version 1 was not spoken of";
  EXPECT_EQ(problem(check_goldens<Second>({{1, {"disk", 8192}}, {2, {"disk", 1}}}, folder_.path())), "");
  ::unsetenv("HAAR_UPDATE_GOLDEN");
  EXPECT_EQ(problem(check_goldens<Second>({{1, {"disk", 8192}}, {2, {"disk", 1}}}, folder_.path())), "");
}

TEST_F(Golden, a_build_that_reads_a_file_differently_fails) {
  ::setenv("HAAR_UPDATE_GOLDEN", "1", 1);
  ASSERT_EQ(problem(check_goldens<First>({{1, {"disk", 8}}}, folder_.path())), "");
  const std::string path = golden_path(folder_.path(), "test.golden", 1);
  std::string bytes = *read_file(path);
  bytes.back() = static_cast<char>(bytes.back() + 2);
  ASSERT_TRUE(write_file_durably(path, bytes, 0644).ok());
  EXPECT_NE(problem(check_goldens<First>({{1, {"disk", 8}}}, folder_.path())).find("something else"), std::string::npos);
}

}  // namespace
}  // namespace haar::store
