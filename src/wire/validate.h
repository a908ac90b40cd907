// The model's constraints: required members, lengths, ranges, enumerations, patterns. A broken one is told
// in the words of the service: IAM and STS collect all of them into one ValidationError, RDS and
// ElastiCache answer MissingParameter first, EC2 has its own texts for single parameters, Organizations tells of
// the first with a Reason.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "wire/schema.h"

namespace haar::wire {

// A required member that did not come. A plain T cannot say that it is absent, so the decoder notes it.
struct Missing {
  std::string path;       // as constraints name it: "tags.1.member.key"
  std::string parameter;  // as the request names it: "Tags.member.1.Key"
};

inline constexpr std::size_t violations_max = 20;  // told in one answer
inline constexpr std::size_t echoed_bytes_max = 1'024;

Result<void> validate_request(const Service& service, const Operation& operation, const void* input,
                              std::span<const Missing> missing);

// Where a value is, from the outside in: for error texts only, so built on the stack while descending.
struct Path {
  const Path* parent = nullptr;
  const Member* member = nullptr;  // null: an element of the parent, which is a list or a map
  std::size_t index = 0;           // of that element, from 1
  std::string_view key{};          // of that element, if the parent is a map
};

std::string constraint_path(const Path& path);
std::string parameter_path(const Service& service, const Path& path);

}  // namespace haar::wire
