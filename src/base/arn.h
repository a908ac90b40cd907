// Amazon Resource Names: arn:partition:service:region:account:resource.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/names.h"

namespace haar {

struct Arn {
  std::string partition, service, region, account, resource;

  [[nodiscard]] std::string str() const;
  // nullopt unless there are six components and the first is "arn".
  static std::optional<Arn> parse(std::string_view text);
  auto operator<=>(const Arn&) const = default;
};

// arn:aws:iam::111122223333:user/path/name; an empty region leaves the component empty.
std::string make_arn(const Partition& partition, std::string_view service, std::string_view region,
                     const AccountId& account, std::string_view resource);

}  // namespace haar
