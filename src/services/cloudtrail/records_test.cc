#include "services/cloudtrail/records.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::cloudtrail {
namespace {

TEST(CloudTrailFormats, OfEveryVersionAreRead) {
  TrailRecord trail{"main", "id", "bucket", "prefix", false, true, true, true, {{"team", "blue"}}, {}, {}, Timestamp{1}, true,
                    Timestamp{2}, Timestamp{3}, {{Timestamp{2}, Timestamp{3}}}, Timestamp{4}, 5};
  trail.selectors.push_back({"WriteOnly", true, {"kms.amazonaws.com"}, {{"AWS::S3::Object", {"arn:aws:s3"}}}});
  trail.advanced.push_back({"writes", {{"readOnly", {"false"}, {"a"}, {"b"}, {"c"}, {"d"}, {"e"}}}});
  const TrailStateRecord state{"main", 5, 6, Timestamp{7}, Timestamp{8}, Timestamp{9}, Timestamp{10}, Timestamp{11},
                               Timestamp{12}, Timestamp{13}, "error", "digest error", 2};
  const DeliveredRecord file{"bucket", "object", "hash", Timestamp{1}, Timestamp{2}, Timestamp{3}};
  const ChainRecord chain{"bucket", "object", "hash", "signature", Timestamp{1}};
  const SigningKeyRecord key{"fingerprint", "public", "sealed", Timestamp{1}, Timestamp{2}};
  for (const Result<void>& read : {store::check_goldens<TrailRecord>({{1, trail}}),
                                   store::check_goldens<TrailStateRecord>({{1, state}}),
                                   store::check_goldens<DeliveredRecord>({{1, file}}),
                                   store::check_goldens<ChainRecord>({{1, chain}}),
                                   store::check_goldens<SigningKeyRecord>({{1, key}})})
    EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::cloudtrail
