// DescribeDBSubnetGroups. The group "default" is made by the first cluster (placement.cc).
#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/DescribeDBSubnetGroups.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/describe.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/placement.h"
#include "services/rds/tags.h"
#include "services/rds/views.h"

namespace haar::rds {
namespace {

using api::Call;

Result<DBSubnetGroupMessage> describe_db_subnet_groups(Call& call, const DescribeDBSubnetGroupsMessage& in) {
  const std::size_t page = TRY(api::page_size(page_rules, in.MaxRecords));
  // "This parameter isn't currently supported", says the API reference of Filters.
  DBSubnetGroupMessage out;
  out.DBSubnetGroups.emplace();
  if (in.DBSubnetGroupName) {
    const std::string name = to_lower(*in.DBSubnetGroupName);
    const SubnetGroupRecord* record = call.txn.get(subnet_groups, call.key(name));
    if (record == nullptr) return subnet_group_not_found(name);
    out.DBSubnetGroups->push_back(to_subnet_group(call, *record));
    return out;
  }
  TRY(managed::list_records(
      call, page_rules, "DescribeDBSubnetGroups", page, in.Marker, subnet_groups, api::any_record,
      [&](const SubnetGroupRecord& record) { out.DBSubnetGroups->push_back(to_subnet_group(call, record)); }, out));
  return out;
}

void needs_describe_db_subnet_groups(const Call& call, const DescribeDBSubnetGroupsMessage& in, api::Requirements& needs) {
  need_subnet_group(call, in.DBSubnetGroupName ? to_lower(*in.DBSubnetGroupName) : "*", needs);
}

}  // namespace

constinit const managed::TaggedKind subnet_group_tags{"subgrp", subnet_group_not_found, &api::tagged_records<subnet_groups>,
                                                      need_subnet_group};

const api::Operations& subnet_groups_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeDBSubnetGroups>(describe_db_subnet_groups, api::on(needs_describe_db_subnet_groups),
          api::read_only, api::takes("DBSubnetGroupName MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::rds
