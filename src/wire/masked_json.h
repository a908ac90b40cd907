// Values as JSON, for events and hashes: member names in the case CloudTrail gives them ("userName",
// "dBClusterIdentifier"), absent members left out, timestamps in ISO 8601, bytes in base64.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "wire/schema.h"

namespace haar::wire {

inline constexpr std::string_view masked_text = "HIDDEN_DUE_TO_SECURITY_REASONS";
// CloudTrail leaves out requestParameters and responseElements beyond 100 KB.
inline constexpr std::size_t masked_json_bytes_max = 100 * 1024;

// "userName" of "UserName": only the first letter changes.
std::string lower_camel(std::string_view name);

// Everything, secrets too: for hashing, never for storing.
std::string to_json(const Shape& shape, const void* value);
// Sensitive members are masked whole. "null" if no member is there; beyond the limit
// {"omitted":true,"originalSize":n,"reason":"…"}.
std::string to_masked_json(const Shape& shape, const void* value);

// Every sensitive text in the value, with its path ("masterUserPassword", "passwords.1").
void for_each_secret(const Shape& shape, const void* value,
                     const std::function<void(std::string_view path, std::string_view secret)>& each);

}  // namespace haar::wire
