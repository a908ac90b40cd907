// CreateDBInstance, DescribeDBInstances, DeleteDBInstance, for instances of Aurora clusters and for those without a cluster.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "api/kit/built_value.h"
#include "api/kit/engine_notice.h"
#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/CreateDBInstance.h"
#include "model/rds/DeleteDBInstance.h"
#include "model/rds/DescribeDBInstances.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/ec2/network/network.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/describe.h"
#include "services/rds/engine_facts.h"
#include "services/rds/engine_versions.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/parameters/groups.h"
#include "services/rds/placement.h"
#include "services/rds/prepared.h"
#include "services/rds/quotas.h"
#include "services/rds/standalone/hidden_cluster.h"
#include "services/rds/standalone/lifecycle.h"
#include "services/rds/status.h"
#include "services/rds/tags.h"
#include "services/rds/views.h"

namespace haar::rds {
namespace {

using api::Call;

constexpr std::size_t address_candidates = 4;
constexpr std::size_t members_max = 16;
// The port is the cluster's, which `prepare` does not know; a loopback address that has it free for
// PostgreSQL's standard port has it free for the others in all but contrived cases, and the front door
// reports a taken one.
constexpr std::uint16_t probe_port = 5432;

Result<PreparedInstance> prepare_instance(const api::Environment& env, const CreateDBInstanceMessage& in) {
  PreparedInstance out;
  std::uint16_t port = probe_port;
  if (!in.DBClusterIdentifier) {
    if (in.MasterUserPassword) {
      TRY(check_master_password(*in.MasterUserPassword));
      out.master_verifier = TRY(master_verifiers(*in.MasterUserPassword, env.random)).of(in.Engine);
    }
    if (in.Port) {
      TRY(check_port(*in.Port));
      port = static_cast<std::uint16_t>(*in.Port);
    }
  }
  out.addresses = ec2::probe_host_addresses(env.part<frontdoor::AddressSlice>(), port, env.random, address_candidates);
  return out;
}

// ---- CreateDBInstance ------------------------------------------------------------------------------

// Parameters that an instance of a cluster may not have: they are the cluster's.
Result<void> check_belongs_to_cluster(const CreateDBInstanceMessage& in) {
  const auto refuse = [](std::string_view what) {
    return errors::InvalidParameterCombination(
        fmt::format("The requested DB Instance will be a member of a DB Cluster. Set {} for the DB Cluster.", what));
  };
  if (in.MasterUsername) return refuse("master user name");
  if (in.MasterUserPassword) return refuse("master user password");
  if (in.DBName) return refuse("database name");
  if (in.BackupRetentionPeriod) return refuse("backup retention period");
  if (in.PreferredBackupWindow) return refuse("backup window");
  if (in.Port) return refuse("database endpoint port");
  if (in.VpcSecurityGroupIds && !in.VpcSecurityGroupIds->empty()) return refuse("vpc security group");
  if (in.AllocatedStorage) return refuse("allocated storage");
  if (in.DeletionProtection.value_or(false)) return refuse("deletion protection");
  if (in.StorageType && *in.StorageType != "aurora") return refuse("storage type");
  if (in.EnableIAMDatabaseAuthentication) return refuse("IAM database authentication");
  if (in.Iops || in.StorageThroughput) return refuse("storage");
  return check_instance_class(in.DBInstanceClass);
}

Result<void> check_new_instance(const CreateDBInstanceMessage& in) {
  TRY(check_identifier("DBInstanceIdentifier", in.DBInstanceIdentifier));
  if (!in.DBClusterIdentifier) {
    if (is_aurora(in.Engine))
      return errors::InvalidParameterCombination(fmt::format("A DBClusterIdentifier is required for the engine {}.", in.Engine));
    TRY(check_standalone(in));
  } else {
    TRY(check_belongs_to_cluster(in));
  }
  if (in.MultiAZ.value_or(false))
    return Error{"NotImplemented", "Multi-AZ DB instances are not implemented by haar.", 501, Fault::receiver};
  TRY(api::require_built_value("The insights mode", in.DatabaseInsightsMode, "standard"));
  TRY(api::require_built_value("The engine lifecycle support", in.EngineLifecycleSupport, extended_support));
  TRY(api::require_built_value("The backup target", in.BackupTarget, "region"));
  TRY(api::require_built_value("The network type", in.NetworkType, "IPV4"));
  TRY(api::require_built_value("The certificate authority", in.CACertificateIdentifier, certificate_authority));
  if (const std::string_view license = facts_of(in.Engine).license; in.LicenseModel && *in.LicenseModel != license) {
    return errors::InvalidParameterCombination(fmt::format(
        "Invalid license model '{}' for engine '{}'. Valid license models are: {}.", *in.LicenseModel, in.Engine, license));
  }
  if (const std::int32_t tier = in.PromotionTier.value_or(1); tier < 0 || tier > 15)
    return errors::InvalidParameterValue(fmt::format("Invalid promotion tier: {}. Must be between 0 and 15.", tier));
  return check_windows(nullptr, in.PreferredMaintenanceWindow ? &*in.PreferredMaintenanceWindow : nullptr);
}

auto members_of(const Call& call, const std::string& cluster) {
  return call.txn.find(instances, instances_by_cluster, store::join(call.account(), call.region(), cluster));
}

// Of the cluster's zones, the first of those in which it has the fewest instances.
std::string choose_zone(const Call& call, const ClusterRecord& cluster) {
  std::map<std::string, std::size_t> there;
  for (const auto& [key, instance] : members_of(call, cluster.id)) there[instance.zone] += instance.deleting ? 0 : 1;
  return *std::ranges::min_element(cluster.zones, {}, [&](const std::string& zone) { return there[zone]; });
}

// The subnet of the cluster's group in the zone asked for, or in one of the cluster's.
Result<const ec2::SubnetRecord*> choose_subnet(const Call& call, const ClusterRecord& cluster,
                                               const std::optional<std::string>& zone) {
  const SubnetGroupRecord* group = call.txn.get(subnet_groups, call.key(cluster.subnet_group));
  if (group == nullptr) return subnet_group_not_found(cluster.subnet_group);
  const std::string wanted = zone ? *zone : choose_zone(call, cluster);
  for (const std::string& id : group->subnet_ids) {
    const ec2::SubnetRecord* subnet = ec2::find_subnet(call.txn, ec2::Place(call), id);
    if (subnet != nullptr && subnet->zone == wanted) return subnet;
  }
  return errors::InvalidVPCNetworkStateFault(
      fmt::format("Availability zone {} is not covered by DB subnet group {}.", wanted, group->name));
}

// The cluster, and that it can take this instance.
Result<const ClusterRecord*> cluster_for(const Call& call, const CreateDBInstanceMessage& in) {
  const std::string id = identifier_of(*in.DBClusterIdentifier, "cluster");
  const ClusterRecord* cluster = call.txn.get(clusters, call.key(id));
  if (cluster == nullptr) return errors::DBClusterNotFoundFault(fmt::format("DBCluster {} not found.", id));
  if (in.Engine != cluster->engine) {
    return errors::InvalidParameterCombination(fmt::format(
        "The engine name requested for your DB instance ({}) doesn't match the engine name of your DB cluster ({}).",
        in.Engine, cluster->engine));
  }
  // A copy of a volume that InnoDB is writing to needs a program beside the server, and readers its binary log.
  if (is_mysql(cluster->engine) &&
      !call.txn.find(instances, instances_by_cluster, store::join(call.account(), call.region(), id)).empty()) {
    return Error{"NotImplemented", "A second DB instance in a cluster of Aurora MySQL is not implemented by haar.", 501,
                 Fault::receiver};
  }
  if (in.EngineVersion && *in.EngineVersion != cluster->engine_version) {
    return errors::InvalidParameterCombination(fmt::format(
        "The engine version that you requested for your DB instance ({}) does not match the engine version of your DB "
        "cluster ({}).",
        *in.EngineVersion, cluster->engine_version));
  }
  // The instance stands in its cluster's subnets. AWS's text could not be found.
  if (in.DBSubnetGroupName && to_lower(*in.DBSubnetGroupName) != cluster->subnet_group) {
    return errors::InvalidParameterCombination(
        fmt::format("The DB subnet group requested for your DB instance ({}) doesn't match the DB subnet group of your DB "
                    "cluster ({}).",
                    *in.DBSubnetGroupName, cluster->subnet_group));
  }
  // One that is being made will take it; one that failed never will.
  const std::string_view cluster_status = status_in(call.txn, call.key(id), *cluster);
  if (cluster_status == status::deleting || cluster_status == status::failed || cluster->stopped)
    return errors::InvalidDBClusterStateFault(fmt::format("DB Cluster {} is not in the available state.", id));
  std::size_t members = 0;
  for (const auto& [key, instance] : members_of(call, id)) members += instance.deleting ? 0 : 1;
  // A writer and up to 15 readers. AWS's text could not be found.
  if (members >= members_max) {
    return errors::InvalidDBClusterStateFault(
        fmt::format("DB Cluster {} has the maximum number of DB instances: {}.", id, members_max));
  }
  return cluster;
}

Result<CreateDBInstanceResult> create_db_instance(Call& call, const CreateDBInstanceMessage& in,
                                                  const PreparedInstance& prepared) {
  api::say_what_engines_lack(call);
  TRY(check_new_instance(in));
  const std::string id = to_lower(in.DBInstanceIdentifier);
  if (call.txn.get(instances, call.key(id)) != nullptr) return errors::DBInstanceAlreadyExists("DB instance already exists");
  if (call.txn.count(instances, store::prefix_of(call.account(), call.region())) >= instances_max)
    return errors::InstanceQuotaExceeded("DB instance quota exceeded for this region: 40.");
  InstanceRecord record;
  record.resource_id = new_resource_id(call.random(), "db-");
  const ClusterRecord* cluster = in.DBClusterIdentifier
                                     ? TRY(cluster_for(call, in))
                                     : TRY(make_hidden_cluster(call, in, prepared, record.resource_id));
  TRY(check_option_group(in.OptionGroupName, *cluster));
  if (cluster->standalone) TRY(set_storage(in, record));
  const std::shared_ptr<const api::Caller> service = TRY(rds_caller(call));
  const ec2::SubnetRecord* subnet = TRY(choose_subnet(call, *cluster, in.AvailabilityZone));

  record.tags = TRY(read_tags(in.Tags));
  record.id = id;
  record.cluster_id = cluster->id;
  record.instance_class = in.DBInstanceClass;
  record.parameter_group =
      TRY(choose_parameter_group(call, in.DBParameterGroupName, cluster->engine, cluster->engine_version));
  record.zone = subnet->zone;
  record.promotion_tier = in.PromotionTier.value_or(1);
  // AWS: public if the subnets reach an internet gateway and nothing else was said.
  record.publicly_accessible =
      in.PubliclyAccessible.value_or(ec2::subnet_reaches_internet(call.txn, ec2::Place(call), *subnet));
  record.auto_minor_version_upgrade = in.AutoMinorVersionUpgrade.value_or(true);
  record.maintenance_window = to_lower(in.PreferredMaintenanceWindow.value_or(random_maintenance_window(call.random())));
  record.created_at = call.now();
  record.address = TRY(ec2::take_host_address(call.txn, prepared.addresses, record.resource_id));
  record.interface_id = TRY(ec2::create_managed_interface(
      call, service_principal, service,
      {subnet->id, cluster->security_group_ids, "RDSNetworkInterface", record.address}));
  call.txn.put(instances, call.key(id), record);
  CreateDBInstanceResult out;
  out.DBInstance = to_instance(call, record);
  return out;
}

// Keys of the resource type db, as the request will make it.
void add_create_keys(const Call& call, const CreateDBInstanceMessage& in, api::Requirement& need) {
  need.key("rds:DatabaseEngine", in.Engine).key("rds:DatabaseClass", in.DBInstanceClass);
  need.key("rds:MultiAz", truth(in.MultiAZ)).key("rds:StorageEncrypted", truth(in.StorageEncrypted)).key("rds:Vpc", "true");
  if (in.AllocatedStorage) need.key("rds:StorageSize", std::to_string(*in.AllocatedStorage));
  if (in.Iops) need.key("rds:Piops", std::to_string(*in.Iops));
  const ClusterRecord* cluster =
      in.DBClusterIdentifier ? call.txn.get(clusters, call.key(identifier_of(*in.DBClusterIdentifier, "cluster"))) : nullptr;
  if (in.DBName) need.key("rds:DatabaseName", *in.DBName);
  else if (cluster != nullptr && !cluster->database_name.empty()) need.key("rds:DatabaseName", cluster->database_name);
}

void needs_create_db_instance(const Call& call, const CreateDBInstanceMessage& in, api::Requirements& needs) {
  const api::TagMap tags = api::tag_map(in.Tags);
  const std::string arn = instance_arn(call, to_lower(in.DBInstanceIdentifier));
  const auto add_request = [&](api::Requirement& need) {
    need.request_tags = tags;
    if (in.PubliclyAccessible) need.key("rds:PubliclyAccessible", truth(in.PubliclyAccessible));
    need.key("rds:ManageMasterUserPassword", truth(in.ManageMasterUserPassword));
    need.key("rds:BackupTarget", in.BackupTarget.value_or("region"));
    for (const auto& [key, value] : tags) need.key("rds:req-tag/" + key, value);
  };
  api::Requirement& instance = needs.need(arn);
  add_request(instance);
  add_create_keys(call, in, instance);
  std::string major = in.EngineVersion ? std::string(major_of(*in.EngineVersion)) : "*";
  if (in.DBClusterIdentifier) {
    const std::string cluster_id = identifier_of(*in.DBClusterIdentifier, "cluster");
    add_request(need_cluster(call, cluster_id, needs));
    if (const ClusterRecord* cluster = call.txn.get(clusters, call.key(cluster_id)))
      major = cluster->engine_version.substr(0, cluster->engine_version.find('.'));
  }
  add_request(need_parameter_group(
      call, in.DBParameterGroupName ? to_lower(*in.DBParameterGroupName) : "default." + in.Engine + major, needs));
  add_request(needs.need(call.arn("rds", "og:default:" + in.Engine + "-" + major)));
  add_request(need_subnet_group(call, to_lower(in.DBSubnetGroupName.value_or("default")), needs));
  if (api::Requirement* tagging = need_tags_at_creation(arn, tags, needs)) add_create_keys(call, in, *tagging);
}

// ---- DescribeDBInstances -----------------------------------------------------------------------------

constexpr FilterField<InstanceRecord> instance_filters[] = {
    {"db-cluster-id", [](const InstanceRecord& r, Values& out) { add_value(out, r.cluster_id); },
     [](std::string_view given) { return identifier_of(given, "cluster"); }},
    {"db-instance-id", [](const InstanceRecord& r, Values& out) { add_value(out, r.id); },
     [](std::string_view given) { return identifier_of(given, "db"); }},
    {"dbi-resource-id", [](const InstanceRecord& r, Values& out) { add_value(out, r.resource_id); }},
};

Error instance_not_found(std::string_view id) {
  return errors::DBInstanceNotFound(fmt::format("DBInstance {} not found.", id));
}

Result<DBInstanceMessage> describe_db_instances(Call& call, const DescribeDBInstancesMessage& in) {
  const std::size_t page = TRY(api::page_size(page_rules, in.MaxRecords));
  const api::FilterSet<InstanceRecord> filters = TRY(read_filters<InstanceRecord>(in.Filters, instance_filters));
  DBInstanceMessage out;
  out.DBInstances.emplace();
  const auto wanted = [&](const InstanceRecord& record) { return filters.match(record); };
  const auto show = [&](const InstanceRecord& record) { out.DBInstances->push_back(to_instance(call, record)); };
  if (in.DBInstanceIdentifier) {
    const std::string id = identifier_of(*in.DBInstanceIdentifier, "db");
    const InstanceRecord* record = call.txn.get(instances, call.key(id));
    if (record == nullptr) return instance_not_found(id);
    if (wanted(*record)) show(*record);
    return out;
  }
  TRY(managed::list_records(call, page_rules, "DescribeDBInstances " + filter_text(in.Filters), page, in.Marker, instances,
                            wanted, show, out));
  return out;
}

void needs_describe_db_instances(const Call& call, const DescribeDBInstancesMessage& in, api::Requirements& needs) {
  need_instance(call, in.DBInstanceIdentifier ? identifier_of(*in.DBInstanceIdentifier, "db") : "*", needs);
}

api::AwaitedKeys instance_in_transition(const Call& call, const DBInstanceMessage& out) {
  for (const DBInstance& instance : *out.DBInstances) {
    if (is_in_transition(instance.DBInstanceStatus.value_or("")))
      return {call.key(*instance.DBInstanceIdentifier)};
  }
  return {};
}

// ---- DeleteDBInstance ----------------------------------------------------------------------------------

Result<DeleteDBInstanceResult> delete_db_instance(Call& call, const DeleteDBInstanceMessage& in) {
  const std::string id = identifier_of(in.DBInstanceIdentifier, "db");
  const InstanceRecord* record = call.txn.get(instances, call.key(id));
  if (record == nullptr) return instance_not_found(id);
  const ClusterRecord* hidden = hidden_cluster_of(call, *record);
  if (hidden != nullptr) {
    TRY(check_deletion(in, *hidden));
  } else if (in.FinalDBSnapshotIdentifier) {
    return errors::InvalidParameterCombination(
        "FinalDBSnapshotIdentifier can not be specified when deleting a cluster instance.");
  }
  if (record->deleting)
    return errors::InvalidDBInstanceState(fmt::format("Instance {} is already being deleted.", id));
  // "You can't add or remove DB instances while the cluster is stopped." AWS's text could not be found.
  if (const ClusterRecord* cluster = call.txn.get(clusters, call.key(record->cluster_id));
      hidden == nullptr && cluster != nullptr && cluster->stopped)
    return errors::InvalidDBInstanceState(fmt::format("Instance {} is in a DB cluster that is stopped.", id));
  InstanceRecord changed = *record;
  changed.deleting = true;
  ++changed.generation;
  call.txn.put(instances, call.key(id), changed);
  if (hidden != nullptr) delete_hidden_cluster(call, *hidden);
  DeleteDBInstanceResult out;
  out.DBInstance = to_instance(call, changed);
  return out;
}

void needs_delete_db_instance(const Call& call, const DeleteDBInstanceMessage& in, api::Requirements& needs) {
  need_instance(call, identifier_of(in.DBInstanceIdentifier, "db"), needs);
}

}  // namespace

constinit const managed::TaggedKind instance_tags{"db", instance_not_found, &api::tagged_records<instances>, need_instance};

const api::Operations& instances_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateDBInstance>(create_db_instance, api::on(needs_create_db_instance),
          api::prepare(prepare_instance),
          api::takes("DBInstanceIdentifier DBClusterIdentifier DBInstanceClass Engine EngineVersion "
                     "AvailabilityZone DBParameterGroupName DBSubnetGroupName PreferredMaintenanceWindow PromotionTier "
                     "PubliclyAccessible AutoMinorVersionUpgrade LicenseModel Tags NetworkType MasterUsername "
                     "MasterUserPassword DBName BackupRetentionPeriod PreferredBackupWindow Port "
                     "VpcSecurityGroupIds AllocatedStorage DeletionProtection CACertificateIdentifier StorageType Iops "
                     "StorageThroughput MultiAZ OptionGroupName CopyTagsToSnapshot DatabaseInsightsMode "
                     "EngineLifecycleSupport BackupTarget EnableIAMDatabaseAuthentication")),
      api::op<ops::DescribeDBInstances>(describe_db_instances, api::on(needs_describe_db_instances), api::read_only,
          api::in_transition(instance_in_transition), api::takes("DBInstanceIdentifier Filters MaxRecords Marker")),
      api::op<ops::DeleteDBInstance>(delete_db_instance, api::on(needs_delete_db_instance),
          api::takes("DBInstanceIdentifier FinalDBSnapshotIdentifier SkipFinalSnapshot DeleteAutomatedBackups")),
  };
  return rows;
}

}  // namespace haar::rds
