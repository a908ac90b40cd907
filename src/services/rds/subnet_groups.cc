// CreateDBSubnetGroup, DescribeDBSubnetGroups, ModifyDBSubnetGroup, DeleteDBSubnetGroup. The group "default" is made by the
// first cluster (placement.cc).
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/CreateDBSubnetGroup.h"
#include "model/rds/DeleteDBSubnetGroup.h"
#include "model/rds/DescribeDBSubnetGroups.h"
#include "model/rds/ModifyDBSubnetGroup.h"
#include "services/ec2/interfaces/records.h"
#include "services/ec2/network/network.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/describe.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/placement.h"
#include "services/rds/quotas.h"
#include "services/rds/tags.h"
#include "services/rds/views.h"

namespace haar::rds {
namespace {

using api::Call;

constexpr std::size_t zones_min = 2;

// 1 to 255 letters, digits, periods, underscores, spaces and hyphens, first a letter; never "default".
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
// The texts of these refusals were found on no page of AWS.
Result<void> check_name(std::string_view name) {
  constexpr std::size_t name_max = 255;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto usual = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || std::string_view("._ -").find(c) != std::string_view::npos;
  };
  if (name.empty() || name.size() > name_max || !letter(name[0]) || !std::ranges::all_of(name, usual)) {
    return errors::InvalidParameterValue(
        "The parameter DBSubnetGroupName is not a valid identifier. It must begin with a letter and contain 1 to 255 "
        "alphanumeric characters, periods, underscores, spaces, or hyphens.");
  }
  if (to_lower(name) == "default")
    return errors::InvalidParameterValue("The DB subnet group name 'default' is reserved and cannot be used.");
  return {};
}

// The subnets asked for, each once: they exist, are of one VPC and in two zones at least.
struct ChosenSubnets {
  std::string vpc_id;
  std::vector<std::string> ids;
};
Result<ChosenSubnets> choose_subnets(const Call& call, const std::vector<std::string>& asked) {
  ChosenSubnets out;
  std::vector<std::string> unknown;
  std::set<std::string> zones, vpcs;
  for (const std::string& id : asked) {
    if (std::ranges::find(out.ids, id) != out.ids.end()) continue;
    const ec2::SubnetRecord* subnet = ec2::find_subnet(call.txn, ec2::Place(call), id);
    if (subnet == nullptr) {
      unknown.push_back(id);
      continue;
    }
    out.ids.push_back(id);
    zones.insert(subnet->zone);
    vpcs.insert(subnet->vpc_id);
  }
  if (!unknown.empty())
    return errors::InvalidSubnet(fmt::format("Some input subnets in :[{}] are invalid.", fmt::join(unknown, ", ")));
  // The text of this refusal was found on no page of AWS; the code is that of the API reference.
  if (vpcs.size() > 1)
    return errors::InvalidSubnet(fmt::format("The subnets :[{}] are not all in one VPC.", fmt::join(out.ids, ", ")));
  if (zones.size() < zones_min) {
    return errors::DBSubnetGroupDoesNotCoverEnoughAZs(fmt::format(
        "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: {}. Add "
        "subnets to cover at least {} AZs.",
        fmt::join(zones, ", "), zones_min));
  }
  if (out.ids.size() > subnets_per_subnet_group.value()) {
    return errors::DBSubnetQuotaExceededFault(
        fmt::format("The request would exceed the number of subnets in a DB subnet group: {}.",
                    subnets_per_subnet_group.value()));
  }
  out.vpc_id = *vpcs.begin();
  return out;
}

// ---- CreateDBSubnetGroup ----------------------------------------------------------------------------

Result<CreateDBSubnetGroupResult> create_db_subnet_group(Call& call, const CreateDBSubnetGroupMessage& in) {
  TRY(check_name(in.DBSubnetGroupName));
  if (in.DBSubnetGroupDescription.empty())
    return errors::InvalidParameterValue("The parameter DBSubnetGroupDescription must be provided and must not be blank.");
  SubnetGroupRecord record;
  record.name = to_lower(in.DBSubnetGroupName);
  record.description = in.DBSubnetGroupDescription;
  record.tags = TRY(read_tags(in.Tags));
  if (call.txn.get(subnet_groups, call.key(record.name)) != nullptr)
    return errors::DBSubnetGroupAlreadyExists(fmt::format("The DB subnet group '{}' already exists.", record.name));
  ChosenSubnets chosen = TRY(choose_subnets(call, in.SubnetIds));
  if (call.txn.count(subnet_groups, store::prefix_of(call.account(), call.region())) >= subnet_groups_per_region.value())
    return errors::DBSubnetGroupQuotaExceeded("Cannot create more than " + std::to_string(subnet_groups_per_region.value()) +
                                              " DB subnet groups");
  record.vpc_id = std::move(chosen.vpc_id);
  record.subnet_ids = std::move(chosen.ids);
  call.txn.put(subnet_groups, call.key(record.name), record);
  CreateDBSubnetGroupResult out;
  out.DBSubnetGroup = to_subnet_group(call, record);
  return out;
}

void needs_create_db_subnet_group(const Call& call, const CreateDBSubnetGroupMessage& in, api::Requirements& needs) {
  const std::string arn = subnet_group_arn(call, to_lower(in.DBSubnetGroupName));
  const api::TagMap tags = api::tag_map(in.Tags);
  need_creation_tags(needs.need(arn), tags);
  need_tags_at_creation(arn, tags, needs);
}

// ---- ModifyDBSubnetGroup ----------------------------------------------------------------------------

// The subnets in which the group's clusters have instances.
std::set<std::string> subnets_in_use(const Call& call, const std::string& group) {
  std::set<std::string> out;
  for (const auto& [key, instance] : call.txn.scan(instances, store::prefix_of(call.account(), call.region()))) {
    const ClusterRecord* cluster = call.txn.get(clusters, call.key(instance.cluster_id));
    if (cluster == nullptr || cluster->subnet_group != group) continue;
    const ec2::NetworkInterfaceRecord* interface = call.txn.get(ec2::network_interfaces, call.key(instance.interface_id));
    if (interface != nullptr) out.insert(interface->subnet_id);
  }
  return out;
}

Result<ModifyDBSubnetGroupResult> modify_db_subnet_group(Call& call, const ModifyDBSubnetGroupMessage& in) {
  const std::string name = to_lower(in.DBSubnetGroupName);
  const SubnetGroupRecord* record = call.txn.get(subnet_groups, call.key(name));
  if (record == nullptr) return subnet_group_not_found(name);
  ChosenSubnets chosen = TRY(choose_subnets(call, in.SubnetIds));
  if (chosen.vpc_id != record->vpc_id)
    return errors::InvalidParameterValue("The new Subnets are not in the same Vpc as the existing subnet group");
  for (const std::string& used : subnets_in_use(call, name)) {
    // The text of this refusal was found on no page of AWS.
    if (std::ranges::find(chosen.ids, used) == chosen.ids.end())
      return errors::SubnetAlreadyInUse(fmt::format("The subnet {} is in use by a DB instance and cannot be removed.", used));
  }
  SubnetGroupRecord changed = *record;
  changed.subnet_ids = std::move(chosen.ids);
  changed.description = in.DBSubnetGroupDescription.value_or(changed.description);
  call.txn.put(subnet_groups, call.key(name), changed);
  ModifyDBSubnetGroupResult out;
  out.DBSubnetGroup = to_subnet_group(call, changed);
  return out;
}

void needs_modify_db_subnet_group(const Call& call, const ModifyDBSubnetGroupMessage& in, api::Requirements& needs) {
  need_subnet_group(call, to_lower(in.DBSubnetGroupName), needs);
}

// ---- DeleteDBSubnetGroup ----------------------------------------------------------------------------

Result<wire::Empty> delete_db_subnet_group(Call& call, const DeleteDBSubnetGroupMessage& in) {
  const std::string name = to_lower(in.DBSubnetGroupName);
  if (call.txn.get(subnet_groups, call.key(name)) == nullptr) return subnet_group_not_found(name);
  for (const auto& [key, cluster] : call.txn.scan(clusters, store::prefix_of(call.account(), call.region()))) {
    if (cluster.subnet_group != name) continue;
    const auto members =
        call.txn.find(instances, instances_by_cluster, store::join(call.account(), call.region(), cluster.id));
    const bool has_instance = !members.empty();
    return errors::InvalidDBSubnetGroupStateFault(
        fmt::format("Cannot delete the subnet group '{}' because at least one database {}: {} is still using it.", name,
                    has_instance ? "instance" : "cluster", has_instance ? members.first()->record.id : cluster.id));
  }
  call.txn.erase(subnet_groups, call.key(name));
  return wire::Empty{};
}

void needs_delete_db_subnet_group(const Call& call, const DeleteDBSubnetGroupMessage& in, api::Requirements& needs) {
  need_subnet_group(call, to_lower(in.DBSubnetGroupName), needs);
}

// ---- DescribeDBSubnetGroups -------------------------------------------------------------------------

Result<DBSubnetGroupMessage> describe_db_subnet_groups(Call& call, const DescribeDBSubnetGroupsMessage& in) {
  const std::size_t page = TRY(api::page_size(page_rules, in.MaxRecords));
  TRY(refuse_filters(in.Filters));
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
      api::op<ops::CreateDBSubnetGroup>(create_db_subnet_group, api::on(needs_create_db_subnet_group),
          api::takes("DBSubnetGroupName DBSubnetGroupDescription SubnetIds Tags")),
      api::op<ops::ModifyDBSubnetGroup>(modify_db_subnet_group, api::on(needs_modify_db_subnet_group),
          api::takes("DBSubnetGroupName DBSubnetGroupDescription SubnetIds")),
      api::op<ops::DeleteDBSubnetGroup>(delete_db_subnet_group, api::on(needs_delete_db_subnet_group),
          api::takes("DBSubnetGroupName")),
      api::op<ops::DescribeDBSubnetGroups>(describe_db_subnet_groups, api::on(needs_describe_db_subnet_groups),
          api::read_only, api::takes("DBSubnetGroupName Filters MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::rds
