// For parameters of which haar builds one value.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace haar::api {

// NotImplemented (501) where another value than `built` is asked for. `what` begins a sentence: "The network type".
inline Result<void> require_built_value(std::string_view what, const std::optional<std::string>& asked,
                                        std::string_view built) {
  if (!asked || *asked == built) return {};
  return Error{"NotImplemented", fmt::format("{} {} is not implemented by haar; {} is.", what, *asked, built), 501,
               Fault::receiver};
}

}  // namespace haar::api
