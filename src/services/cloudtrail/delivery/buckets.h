// Where log files go: a bucket is a folder below a root that the operator names, or one of an S3-compatible endpoint. haar
// has no S3 of its own: without either no bucket exists.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace haar::cloudtrail {

// User metadata of an object, by name without "x-amz-meta-".
using Metadata = std::map<std::string, std::string>;

// Errors have S3's codes ("NoSuchBucket", "AccessDenied"), and "DiskFull" of a folder whose disk is.
class Buckets {
 public:
  virtual ~Buckets() = default;
  // Whether the bucket is there and may be written to. Waits for disk or network.
  virtual Result<void> check(const std::string& bucket) = 0;
  // Puts a whole object, in place of one of that name; durable when this returns.
  virtual Result<void> put(const std::string& bucket, const std::string& object, std::string_view bytes,
                           const Metadata& metadata) = 0;
};

// <root>/<bucket>/<object>; the metadata of an object that has some lies beside it, as JSON, in <object>.metadata. A bucket
// is a folder that is there: the operator makes it.
std::unique_ptr<Buckets> folder_buckets(std::string root);

struct S3Endpoint {
  std::string url;     // "https://s3.example.com:9000", without a slash at its end
  std::string region;  // that requests are signed for
  std::string access_key_id, secret;
};
std::unique_ptr<Buckets> s3_buckets(S3Endpoint endpoint, const Clock& clock);
// The endpoint's credentials, from a file as the AWS CLI has it: aws_access_key_id = …, aws_secret_access_key = …
Result<void> read_credentials(const std::string& path, S3Endpoint& out);

// No bucket exists.
std::unique_ptr<Buckets> no_buckets();

}  // namespace haar::cloudtrail
