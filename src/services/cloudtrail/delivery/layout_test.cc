#include "services/cloudtrail/delivery/layout.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/json.hpp>

#include "auth/sha256.h"

namespace haar::cloudtrail {
namespace {

const Timestamp at = parse_timestamp("2026-11-30T22:05:07Z").value();

FileOrigin origin() { return {"", "", "111122223333", "eu-west-1", "main", "us-east-1"}; }

// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html#cloudtrail-log-filename-format
TEST(Layout, FilesHaveCloudTrailsNames) {
  EXPECT_EQ(log_file_name(origin(), at, "AbCdEfGh12345678"),
            "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/30/"
            "111122223333_CloudTrail_eu-west-1_20261130T2205Z_AbCdEfGh12345678.json.gz");
  EXPECT_EQ(digest_file_name(origin(), at),
            "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/11/30/"
            "111122223333_CloudTrail-Digest_eu-west-1_main_us-east-1_20261130T220507Z.json.gz");
  FileOrigin of = origin();
  of.prefix = "logs/all";
  of.organization = "o-a1b2c3d4e5";
  EXPECT_TRUE(log_file_name(of, at, "x").starts_with("logs/all/AWSLogs/o-a1b2c3d4e5/111122223333/CloudTrail/eu-west-1/"));
}

TEST(Layout, TheUniquePartFollowsFromItsSeed) {
  EXPECT_EQ(unique_part("a").size(), 16u);
  EXPECT_EQ(unique_part("a"), unique_part("a"));
  EXPECT_NE(unique_part("a"), unique_part("b"));
}

TEST(Layout, GzipIsReadByZlibAndAlwaysTheSame) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += std::to_string(i);
  const std::string zipped = gzip(text);
  EXPECT_LT(zipped.size(), text.size());
  EXPECT_EQ(zipped, gzip(text));
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(text.size() + 1, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(zipped.data()));
  stream.avail_in = static_cast<uInt>(zipped.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  EXPECT_EQ(out, text);
}

TEST(Layout, ADigestNamesItsFilesAndTheOneBefore) {
  Digest digest;
  digest.account = "111122223333";
  digest.start = at.plus_seconds(-3600);
  digest.end = at;
  digest.bucket = "bucket";
  digest.object = "object";
  digest.fingerprint = "f00d";
  digest.files = {{"bucket", "one", "hash1", at.plus_seconds(-20), at.plus_seconds(-10)},
                  {"bucket", "two", "hash2", at.plus_seconds(-30), at.plus_seconds(-15)}};
  const auto first = boost::json::parse(digest_json(digest)).as_object();
  EXPECT_TRUE(first.at("previousDigestSignature").is_null());
  EXPECT_TRUE(first.at("previousDigestHashAlgorithm").is_null());
  EXPECT_EQ(first.at("oldestEventTime").as_string(), "2026-11-30T22:04:37Z");
  EXPECT_EQ(first.at("newestEventTime").as_string(), "2026-11-30T22:04:57Z");
  EXPECT_EQ(first.at("logFiles").as_array().size(), 2u);
  EXPECT_EQ(string_to_sign(digest, "abc"), "2026-11-30T22:05:07Z\nbucket/object\nabc\nnull");
  digest.previous_bucket = "bucket", digest.previous_object = "before", digest.previous_sha256 = "hash";
  digest.previous_signature = "beef";
  const auto second = boost::json::parse(digest_json(digest)).as_object();
  EXPECT_EQ(second.at("previousDigestHashAlgorithm").as_string(), "SHA-256");
  EXPECT_EQ(string_to_sign(digest, "abc"), "2026-11-30T22:05:07Z\nbucket/object\nabc\nbeef");
  digest.files.clear();
  EXPECT_TRUE(boost::json::parse(digest_json(digest)).at("newestEventTime").is_null());
}

}  // namespace
}  // namespace haar::cloudtrail
