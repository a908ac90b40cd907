// The default network of a region that an account opts into: made in steps like those of a new account (network.h).
#pragma once

#include <optional>
#include <string_view>

#include "base/names.h"
#include "services/ec2/regions.h"
#include "store/db.h"
#include "store/reader.h"

namespace haar::ec2 {

// Nothing where the account has a VPC there already, from an earlier time.
void begin_default_network(store::Txn& txn, const AccountId& account, const RegionFacts& region);
bool lacks_default_network(const store::Reader& reader, const AccountId& account, std::string_view region);
// The account whose networks a change has begun; nullopt: it is no such change.
std::optional<AccountId> begins_default_networks(const store::Changed& change);

}  // namespace haar::ec2
