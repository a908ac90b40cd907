// Which security groups may let in others than before, after a commit: so that only their endpoints are looked at anew.
#pragma once

#include <set>
#include <span>
#include <string_view>

#include "base/names.h"
#include "store/db.h"

namespace haar::ec2 {

// What names a security group among those of all accounts and regions.
inline store::Key security_group_term(const AccountId& account, std::string_view region, std::string_view group_id) {
  return store::join(account, region, group_id);
}

// The groups for which effective_ingress can answer otherwise on `after` than on `before`: those of changed rules, those
// whose rules name the group of a changed interface, and those whose rules name a changed prefix list. `changes` are the
// keys in which the two states differ; other spaces' are left out.
std::set<store::Key> groups_with_changed_ingress(const store::Reader& before, const store::Reader& after,
                                                 std::span<const store::Changed> changes);

}  // namespace haar::ec2
