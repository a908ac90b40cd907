// What is told of a policy, and where: the checks of IAM Access Analyzer's policy validation, by its codes and in its words.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/json.h"

namespace haar::policy::validation {

enum class FindingType : std::uint8_t { error, warning, security_warning, suggestion };

struct Check {
  std::string_view code;
  FindingType type;
  std::string_view text;  // for fmt
};
// The check's place on AWS's page.
std::string learn_more(const Check& check);

// A step down the document: into a member's value, to a member's name, or into a list.
struct PathElement {
  enum class Kind : std::uint8_t { value, key, index } kind = Kind::value;
  std::string text;
  std::size_t index = 0;
  bool operator==(const PathElement&) const = default;
};
using Path = std::vector<PathElement>;

struct Finding {
  const Check* check = nullptr;
  std::string details;
  struct Place {
    Path path;
    std::size_t begin = 0, end = 0;  // bytes of the text, end exclusive
  };
  std::vector<Place> places;
};

enum class PolicyKind : std::uint8_t { identity, resource, trust, scp, rcp };

// All findings, in the order of the document.
std::vector<Finding> validate(std::string_view text, PolicyKind kind);

}  // namespace haar::policy::validation
