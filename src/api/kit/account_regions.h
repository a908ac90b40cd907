// Which of the regions that are not enabled from the start an account has opened. services/account implements it; who
// authenticates a request stands below it and so knows only this. In the Environment.
#pragma once

#include <string_view>

#include "base/names.h"
#include "store/reader.h"

namespace haar::api {

class AccountRegions {
 public:
  virtual ~AccountRegions() = default;
  // Whether there is such a region at all.
  [[nodiscard]] virtual bool knows(std::string_view region) const = 0;
  [[nodiscard]] virtual bool is_open(const store::Reader& reader, const AccountId& account, std::string_view region) const = 0;
};

}  // namespace haar::api
