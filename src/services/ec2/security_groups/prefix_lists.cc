// Prefix lists, which rules may name: haar has the kind, and no operation that makes or changes one.
#include "model/ec2/service.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

constinit const ResourceKind prefix_list_kind{
    "pl-", "prefix-list", "prefix list ID", "prefix list IDs",
    errors::InvalidPrefixListIdMalformed, errors::InvalidPrefixListIDNotFound,
    api::tagged_records<prefix_lists>, describe_record<prefix_lists, no_more_keys>, ""};

}  // namespace haar::ec2
