// The names and the contents of what CloudTrail delivers. Pure: the same input makes the same bytes.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace haar::cloudtrail {

// Whose events a file holds, and of which trail.
struct FileOrigin {
  std::string prefix;        // the trail's; empty: none
  std::string organization;  // "o-a1b2c3d4e5" of an organization trail; empty: none
  std::string account, region;
  std::string trail, home_region;
};

// AWSLogs/<account>/CloudTrail/<region>/yyyy/mm/dd/<account>_CloudTrail_<region>_<time>_<unique>.json.gz
std::string log_file_name(const FileOrigin& of, Timestamp at, std::string_view unique);
// AWSLogs/<account>/CloudTrail-Digest/<region>/yyyy/mm/dd/<account>_CloudTrail-Digest_<region>_<trail>_<home>_<time>.json.gz
std::string digest_file_name(const FileOrigin& of, Timestamp end);

// Sixteen letters and digits that follow from what the file is made of.
std::string unique_part(std::string_view seed);

// gzip (RFC 1952) without a time in its head.
std::string gzip(std::string_view bytes);

struct DigestedFile {
  std::string bucket, object, sha256;
  Timestamp oldest{}, newest{};
};
struct Digest {
  std::string account;
  Timestamp start{}, end{};
  std::string bucket, object;
  std::string fingerprint;
  // Of the one before; empty: this is the first.
  std::string previous_bucket, previous_object, previous_sha256, previous_signature;
  std::vector<DigestedFile> files;
};
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
std::string digest_json(const Digest& digest);
// What is signed of it: its end, its name, its SHA-256 in hex, and the signature before.
std::string string_to_sign(const Digest& digest, std::string_view sha256);

}  // namespace haar::cloudtrail
