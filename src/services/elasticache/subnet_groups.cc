// DescribeCacheSubnetGroups. The group "default" is made by the first cluster (placement.cc).
#include <fmt/format.h>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/DescribeCacheSubnetGroups.h"
#include "services/elasticache/describe.h"
#include "services/elasticache/names.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/tags.h"
#include "services/elasticache/views.h"

namespace haar::elasticache {
namespace {

using api::Call;

Result<CacheSubnetGroupMessage> describe_cache_subnet_groups(Call& call, const DescribeCacheSubnetGroupsMessage& in) {
  const std::size_t page = TRY(api::page_size(page_rules, in.MaxRecords));
  CacheSubnetGroupMessage out;
  out.CacheSubnetGroups.emplace();
  if (in.CacheSubnetGroupName) {
    const std::string name = to_lower(*in.CacheSubnetGroupName);
    const SubnetGroupRecord* record = call.txn.get(subnet_groups, call.key(name));
    if (record == nullptr) return errors::CacheSubnetGroupNotFoundFault(fmt::format("Cache subnet group {} not found.", name));
    out.CacheSubnetGroups->push_back(to_subnet_group(call, *record));
    return out;
  }
  TRY(managed::list_records(
      call, page_rules, "DescribeCacheSubnetGroups", page, in.Marker, subnet_groups, api::any_record,
      [&](const SubnetGroupRecord& record) { out.CacheSubnetGroups->push_back(to_subnet_group(call, record)); }, out));
  return out;
}

void needs_describe_cache_subnet_groups(const Call& call, const DescribeCacheSubnetGroupsMessage& in, api::Requirements& needs) {
  const std::string name = in.CacheSubnetGroupName ? to_lower(*in.CacheSubnetGroupName) : "*";
  api::Requirement& need = needs.need(subnet_group_arn(call, name));
  if (const SubnetGroupRecord* record = call.txn.get(subnet_groups, call.key(name))) need.resource_tags = record->tags;
}

}  // namespace

constinit const managed::TaggedKind subnet_group_tags{
    "subnetgroup", not_present<errors::CacheSubnetGroupNotFoundFault>, &api::tagged_records<subnet_groups>};

const api::Operations& subnet_groups_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeCacheSubnetGroups>(describe_cache_subnet_groups,
          api::on(needs_describe_cache_subnet_groups), api::read_only,
          api::takes("CacheSubnetGroupName MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::elasticache
