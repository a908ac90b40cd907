#include "services/cloudtrail/delivery/buckets.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"

namespace haar::cloudtrail {
namespace {

class FolderBucket : public ::testing::Test {
 protected:
  FolderBucket() {
    char pattern[] = "/tmp/haar-buckets-XXXXXX";
    root_ = ::mkdtemp(pattern);
    std::filesystem::create_directory(root_ + "/logs");
    buckets_ = folder_buckets(root_);
  }
  ~FolderBucket() override { std::filesystem::remove_all(root_); }

  std::string root_;
  std::unique_ptr<Buckets> buckets_;
};

TEST_F(FolderBucket, IsAFolderThatIsThere) {
  EXPECT_TRUE(buckets_->check("logs").ok());
  EXPECT_EQ(buckets_->check("none").error().code, "NoSuchBucket");
  EXPECT_EQ(buckets_->check("logs/..").error().code, "NoSuchBucket");
  EXPECT_EQ(no_buckets()->check("logs").error().code, "NoSuchBucket");
}

TEST_F(FolderBucket, TakesObjectsWithTheirMetadata) {
  ASSERT_TRUE(buckets_->put("logs", "a/b/c.json.gz", "bytes", {{"signature", "beef"}}).ok());
  EXPECT_EQ(read_file(root_ + "/logs/a/b/c.json.gz").value(), "bytes");
  EXPECT_EQ(read_file(root_ + "/logs/a/b/c.json.gz.metadata").value(), R"({"signature":"beef"})");
  ASSERT_TRUE(buckets_->put("logs", "a/b/c.json.gz", "other", {}).ok()) << "in place of the one before";
  EXPECT_EQ(read_file(root_ + "/logs/a/b/c.json.gz").value(), "other");
  EXPECT_EQ(buckets_->put("none", "a", "bytes", {}).error().code, "NoSuchBucket");
}

TEST_F(FolderBucket, CredentialsAreReadFromAFile) {
  const std::string path = root_ + "/credentials";
  ASSERT_TRUE(write_file_durably(path, "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key=a/b+c=\n", 0600).ok());
  S3Endpoint endpoint;
  ASSERT_TRUE(read_credentials(path, endpoint).ok());
  EXPECT_EQ(endpoint.access_key_id, "AKIAEXAMPLE");
  EXPECT_EQ(endpoint.secret, "a/b+c=");
  ASSERT_TRUE(write_file_durably(path, "[default]\n", 0600).ok());
  EXPECT_FALSE(read_credentials(path, endpoint).ok());
}

}  // namespace
}  // namespace haar::cloudtrail
