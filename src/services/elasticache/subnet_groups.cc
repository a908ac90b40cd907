// CreateCacheSubnetGroup, ModifyCacheSubnetGroup, DeleteCacheSubnetGroup, DescribeCacheSubnetGroups. The group "default" is
// made by the first cluster (placement.cc).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/CreateCacheSubnetGroup.h"
#include "model/elasticache/DeleteCacheSubnetGroup.h"
#include "model/elasticache/DescribeCacheSubnetGroups.h"
#include "model/elasticache/ModifyCacheSubnetGroup.h"
#include "services/ec2/network/network.h"
#include "services/elasticache/describe.h"
#include "services/elasticache/names.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/quotas.h"
#include "services/elasticache/tags.h"
#include "services/elasticache/views.h"

namespace haar::elasticache {
namespace {

using api::Call;

constexpr std::size_t echoed_max = 255;

Error subnet_group_not_found(std::string_view name) {
  return errors::CacheSubnetGroupNotFoundFault(fmt::format("Cache subnet group {} not found.", name.substr(0, echoed_max)));
}

// At most 255 letters, digits and hyphens. The text of this refusal was found on no page of AWS.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html
Result<void> check_name(std::string_view name) {
  const auto usual = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  if (!name.empty() && name.size() <= echoed_max && std::ranges::all_of(name, usual)) return {};
  return errors::InvalidParameterValue(
      "The parameter CacheSubnetGroupName must be provided and must contain no more than 255 alphanumeric characters or "
      "hyphens.");
}

struct ChosenSubnets {
  std::string vpc_id;
  std::vector<std::string> ids;
};
// The subnets asked for, each once: they exist and are of one VPC. The texts of the refusals were found on no page of AWS;
// the codes are those of the API reference.
Result<ChosenSubnets> choose_subnets(const Call& call, const std::vector<std::string>& asked) {
  ChosenSubnets out;
  std::set<std::string> vpcs;
  for (const std::string& id : asked) {
    if (std::ranges::find(out.ids, id) != out.ids.end()) continue;
    const ec2::SubnetRecord* subnet = ec2::find_subnet(call.txn, ec2::Place(call), id);
    if (subnet == nullptr)
      return errors::InvalidSubnet(fmt::format("The subnet ID '{}' does not exist.", std::string_view(id).substr(0, echoed_max)));
    out.ids.push_back(id);
    vpcs.insert(subnet->vpc_id);
  }
  if (out.ids.empty()) return errors::InvalidSubnet("At least one subnet must be given.");
  if (vpcs.size() > 1)
    return errors::InvalidSubnet(fmt::format("The subnets [{}] are not all in one VPC.", fmt::join(out.ids, ", ")));
  if (out.ids.size() > subnets_per_subnet_group.value()) {
    return errors::CacheSubnetQuotaExceededFault(fmt::format(
        "The request would exceed the allowed number of subnets in a cache subnet group: {}.", subnets_per_subnet_group.value()));
  }
  out.vpc_id = *vpcs.begin();
  return out;
}

// ---- CreateCacheSubnetGroup ----------------------------------------------------------------------------

Result<CreateCacheSubnetGroupResult> create_cache_subnet_group(Call& call, const CreateCacheSubnetGroupMessage& in) {
  TRY(check_name(in.CacheSubnetGroupName));
  SubnetGroupRecord record;
  record.name = to_lower(in.CacheSubnetGroupName);
  record.description = in.CacheSubnetGroupDescription;
  record.tags = TRY(read_tags(in.Tags));
  if (call.txn.get(subnet_groups, call.key(record.name)) != nullptr)
    return errors::CacheSubnetGroupAlreadyExists(fmt::format("Cache subnet group {} already exists.", record.name));
  ChosenSubnets chosen = TRY(choose_subnets(call, in.SubnetIds));
  if (call.txn.count(subnet_groups, store::prefix_of(call.account(), call.region())) >= subnet_groups_per_region.value()) {
    return errors::CacheSubnetGroupQuotaExceeded(fmt::format(
        "The request would exceed the allowed number of cache subnet groups: {}.", subnet_groups_per_region.value()));
  }
  record.vpc_id = std::move(chosen.vpc_id);
  record.subnet_ids = std::move(chosen.ids);
  call.txn.put(subnet_groups, call.key(record.name), record);
  CreateCacheSubnetGroupResult out;
  out.CacheSubnetGroup = to_subnet_group(call, record);
  return out;
}

void needs_create_cache_subnet_group(const Call& call, const CreateCacheSubnetGroupMessage& in, api::Requirements& needs) {
  const std::string arn = subnet_group_arn(call, to_lower(in.CacheSubnetGroupName));
  const api::TagMap tags = api::tag_map(in.Tags);
  needs.need(arn).request_tags = tags;
  if (!tags.empty()) needs.need("elasticache:AddTagsToResource", arn).request_tags = tags;
}

// ---- ModifyCacheSubnetGroup ----------------------------------------------------------------------------

// The subnets in which caches of the group have, or will have, nodes.
std::set<std::string> subnets_in_use(const Call& call, const std::string& group) {
  std::set<std::string> out;
  for (const auto& [key, cluster] : call.txn.scan(clusters, store::prefix_of(call.account(), call.region()))) {
    if (cluster.subnet_group != group) continue;
    for (const auto& [node_key, node] : call.txn.scan(nodes, nodes_of(key))) out.insert(node.subnet_id);
  }
  return out;
}

Result<ModifyCacheSubnetGroupResult> modify_cache_subnet_group(Call& call, const ModifyCacheSubnetGroupMessage& in) {
  const std::string name = to_lower(in.CacheSubnetGroupName);
  const SubnetGroupRecord* record = call.txn.get(subnet_groups, call.key(name));
  if (record == nullptr) return subnet_group_not_found(name);
  SubnetGroupRecord changed = *record;
  changed.description = in.CacheSubnetGroupDescription.value_or(changed.description);
  if (in.SubnetIds) {
    ChosenSubnets chosen = TRY(choose_subnets(call, *in.SubnetIds));
    if (chosen.vpc_id != record->vpc_id)
      return errors::InvalidSubnet("The new subnets are not in the same VPC as the existing subnet group.");
    for (const std::string& used : subnets_in_use(call, name)) {
      if (std::ranges::find(chosen.ids, used) == chosen.ids.end())
        return errors::SubnetInUse(fmt::format("The subnet {} is in use by a cache cluster and cannot be removed.", used));
    }
    changed.subnet_ids = std::move(chosen.ids);
  }
  call.txn.put(subnet_groups, call.key(name), changed);
  ModifyCacheSubnetGroupResult out;
  out.CacheSubnetGroup = to_subnet_group(call, changed);
  return out;
}

void need_subnet_group(const Call& call, const std::string& name, api::Requirements& needs) {
  api::Requirement& need = needs.need(subnet_group_arn(call, name));
  if (const SubnetGroupRecord* record = call.txn.get(subnet_groups, call.key(name))) need.resource_tags = record->tags;
}

void needs_modify_cache_subnet_group(const Call& call, const ModifyCacheSubnetGroupMessage& in, api::Requirements& needs) {
  need_subnet_group(call, to_lower(in.CacheSubnetGroupName), needs);
}

// ---- DeleteCacheSubnetGroup ----------------------------------------------------------------------------

Result<wire::Empty> delete_cache_subnet_group(Call& call, const DeleteCacheSubnetGroupMessage& in) {
  const std::string name = to_lower(in.CacheSubnetGroupName);
  if (call.txn.get(subnet_groups, call.key(name)) == nullptr) return subnet_group_not_found(name);
  for (const auto& [key, cluster] : call.txn.scan(clusters, store::prefix_of(call.account(), call.region()))) {
    if (cluster.subnet_group == name)
      return errors::CacheSubnetGroupInUse(fmt::format("Cache subnet group {} is currently in use by a cache cluster.", name));
  }
  call.txn.erase(subnet_groups, call.key(name));
  return wire::Empty{};
}

void needs_delete_cache_subnet_group(const Call& call, const DeleteCacheSubnetGroupMessage& in, api::Requirements& needs) {
  need_subnet_group(call, to_lower(in.CacheSubnetGroupName), needs);
}

// ---- DescribeCacheSubnetGroups -------------------------------------------------------------------------

Result<CacheSubnetGroupMessage> describe_cache_subnet_groups(Call& call, const DescribeCacheSubnetGroupsMessage& in) {
  const std::size_t page = TRY(api::page_size(page_rules, in.MaxRecords));
  CacheSubnetGroupMessage out;
  out.CacheSubnetGroups.emplace();
  if (in.CacheSubnetGroupName) {
    const std::string name = to_lower(*in.CacheSubnetGroupName);
    const SubnetGroupRecord* record = call.txn.get(subnet_groups, call.key(name));
    if (record == nullptr) return subnet_group_not_found(name);
    out.CacheSubnetGroups->push_back(to_subnet_group(call, *record));
    return out;
  }
  TRY(managed::list_records(
      call, page_rules, "DescribeCacheSubnetGroups", page, in.Marker, subnet_groups, api::any_record,
      [&](const SubnetGroupRecord& record) { out.CacheSubnetGroups->push_back(to_subnet_group(call, record)); }, out));
  return out;
}

void needs_describe_cache_subnet_groups(const Call& call, const DescribeCacheSubnetGroupsMessage& in, api::Requirements& needs) {
  need_subnet_group(call, in.CacheSubnetGroupName ? to_lower(*in.CacheSubnetGroupName) : "*", needs);
}

}  // namespace

constinit const managed::TaggedKind subnet_group_tags{
    "subnetgroup", not_present<errors::CacheSubnetGroupNotFoundFault>, &api::tagged_records<subnet_groups>};

const api::Operations& subnet_groups_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateCacheSubnetGroup>(create_cache_subnet_group, api::on(needs_create_cache_subnet_group),
          api::takes("CacheSubnetGroupName CacheSubnetGroupDescription SubnetIds Tags")),
      api::op<ops::ModifyCacheSubnetGroup>(modify_cache_subnet_group, api::on(needs_modify_cache_subnet_group),
          api::takes("CacheSubnetGroupName CacheSubnetGroupDescription SubnetIds")),
      api::op<ops::DeleteCacheSubnetGroup>(delete_cache_subnet_group, api::on(needs_delete_cache_subnet_group),
          api::takes("CacheSubnetGroupName")),
      api::op<ops::DescribeCacheSubnetGroups>(describe_cache_subnet_groups,
          api::on(needs_describe_cache_subnet_groups), api::read_only,
          api::takes("CacheSubnetGroupName MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::elasticache
