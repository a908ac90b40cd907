// Prefix lists: a customer's own, and those that AWS manages.
// https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
#pragma once

#include <span>
#include <string_view>

#include "model/ec2/CreateManagedPrefixList.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

// The lists of the services that gateway endpoints lead to, com.amazonaws.<region>.s3 and .dynamodb, sorted by id. They
// belong to AWS, are the same for every account, and are not stored. Neither service is on this machine, so that they have
// no entries: a rule that names one admits nobody, a route leads nothing there.
// https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
std::span<const PrefixListRecord> aws_prefix_lists(const ::haar::Region& region);
bool is_aws_prefix_list(const ::haar::Region& region, std::string_view list_id);

// nullptr: there is none.
const PrefixListRecord* find_prefix_list(const store::Reader& reader, const Place& place, std::string_view list_id);

// How many rules, or routes, a reference to the list counts as. 0 for one that is gone.
std::int32_t prefix_list_weight(const store::Reader& reader, const Place& place, std::string_view list_id);

ManagedPrefixList prefix_list_view(const api::Call& call, const PrefixListRecord& record);

// The ids of the security groups and route tables of this account that name the list, sorted.
std::vector<std::string> resources_with_prefix_list(const store::Reader& reader, const Place& place, std::string_view list_id);

}  // namespace haar::ec2
