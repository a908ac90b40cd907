// For who authenticates requests: the regions that there are, and those that an account has opened.
#pragma once

#include "api/kit/account_regions.h"
#include "services/ec2/regions.h"
#include "services/iam/account/settings.h"

namespace haar::account {

class AccountRegions final : public api::AccountRegions {
 public:
  [[nodiscard]] bool knows(std::string_view region) const override { return ec2::find_region(region) != nullptr; }
  [[nodiscard]] bool is_open(const store::Reader& reader, const AccountId& account, std::string_view region) const override {
    return ec2::find_region(region)->enabled_by_default || iam::opted_in(reader, account, region);
  }
};

}  // namespace haar::account
