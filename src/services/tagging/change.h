// A change of one resource's tags, made by its own service's operation and with that operation's permission.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/kit/call.h"
#include "base/arn.h"
#include "base/result.h"

namespace haar::tagging {

// Tags that are added, or keys that are removed.
struct Change {
  std::map<std::string, std::string> tags;
  std::vector<std::string> keys;
  [[nodiscard]] bool adds() const { return keys.empty(); }
};

// The error is the service's own, or this API's where no service is asked. Nothing is changed then.
Result<void> change_tags(api::Call& call, const Arn& arn, const Change& change);

}  // namespace haar::tagging
