#include "services/rds/views.h"

#include <fmt/format.h>

#include <set>

#include "api/kit/resource_states.h"
#include "model/rds/service.h"
#include "services/managed/shown_endpoints.h"
#include "services/rds/access/records.h"
#include "services/rds/engine_facts.h"
#include "services/rds/engine_versions.h"
#include "services/rds/fleet/copies.h"
#include "services/rds/global/membership.h"
#include "services/rds/hosted_zones.h"
#include "services/rds/names.h"
#include "services/rds/parameters/config.h"
#include "services/rds/secret/master_secret.h"
#include "services/rds/standalone/view.h"
#include "services/rds/roles/records.h"
#include "services/rds/status.h"
#include "services/rds/tags.h"

namespace haar::rds {
namespace {

std::vector<VpcSecurityGroupMembership> memberships(const std::vector<std::string>& ids) {
  std::vector<VpcSecurityGroupMembership> out;
  for (const std::string& id : ids) {
    VpcSecurityGroupMembership& one = out.emplace_back();
    one.VpcSecurityGroupId = id;
    one.Status = "active";
  }
  return out;
}

// What the fleet sees of the engine on a volume.
api::ResourceState engine_state(const api::Call& call, const std::string& volume) {
  const std::optional<api::ResourceState> known = call.env.part<api::ResourceStates>().get(volume);
  return known ? *known : api::ResourceState{std::string(status::starting), ""};
}

// What is seen of the cluster's writer, if it could be connected to.
std::optional<api::ResourceState> serving_engine(const api::Call& call, const ClusterRecord& record) {
  const ClusterStateRecord seen = state_of(call.txn, call.key(record.id));
  for (const auto& [key, instance] : call.txn.find(instances, instances_by_cluster,
                                                   store::join(call.account(), call.region(), record.id))) {
    if (instance.resource_id == seen.writer && status_in(call.txn, key, instance) == status::available)
      return engine_state(call, instance_state_of(call.txn, key).volume);
  }
  return std::nullopt;
}

// Without its cluster an instance cannot be made either: then it has the cluster's problem.
std::string problem_of(const api::Call& call, const InstanceRecord& record) {
  const std::string own = instance_state_of(call.txn, call.key(record.id)).problem;
  const ClusterStateRecord cluster = state_of(call.txn, call.key(record.cluster_id));
  return own.empty() && cluster.given_up ? cluster.problem : own;
}

// Problems for people. AWS has this list for replication; there is no better place in its answers.
template <class Info>
std::optional<std::vector<Info>> status_infos(std::initializer_list<std::string> problems) {
  std::vector<Info> out;
  for (const std::string& problem : problems) {
    if (problem.empty()) continue;
    Info& info = out.emplace_back();
    info.StatusType = "controller";
    info.Normal = false;
    info.Status = "error";
    info.Message = problem;
  }
  if (out.empty()) return std::nullopt;
  return out;
}

// Whether its instances stand in more than one zone.
bool spans_zones(const api::Call& call, const ClusterRecord& record) {
  std::set<std::string> zones;
  for (const auto& [key, instance] : call.txn.find(instances, instances_by_cluster,
                                                   store::join(call.account(), call.region(), record.id))) {
    if (!instance.deleting) zones.insert(instance.zone);
  }
  return zones.size() > 1;
}

std::vector<DBClusterMember> members_of(const api::Call& call, const ClusterRecord& record) {
  std::vector<DBClusterMember> out;
  const std::string writer = state_of(call.txn, call.key(record.id)).writer;
  for (const auto& [key, instance] : call.txn.find(instances, instances_by_cluster,
                                                   store::join(call.account(), call.region(), record.id))) {
    if (instance.deleting) continue;
    DBClusterMember& member = out.emplace_back();
    member.DBInstanceIdentifier = instance.id;
    member.IsClusterWriter = writer.empty() ? out.size() == 1 : instance.resource_id == writer;
    member.DBClusterParameterGroupStatus = std::string(
        apply_status(call.txn, call.key(record.id), record, instance, instance_state_of(call.txn, key).config).cluster);
    member.PromotionTier = instance.promotion_tier;
  }
  return out;
}

DBParameterGroupStatus parameter_status(const api::Call& call, const ClusterRecord& cluster, const InstanceRecord& record) {
  DBParameterGroupStatus out;
  out.DBParameterGroupName = record.parameter_group;
  out.ParameterApplyStatus = std::string(apply_status(call.txn, call.key(cluster.id), cluster, record,
                                                      instance_state_of(call.txn, call.key(record.id)).config).instance);
  return out;
}

// When the certificate ends that its engine serves TLS with; none where it serves none.
std::optional<CertificateDetails> certificate_of(const api::Call& call, const InstanceRecord& record) {
  const auto* certificate = call.txn.get(engine_certificates, call.key(record.resource_id));
  if (certificate == nullptr) return std::nullopt;
  CertificateDetails out;
  out.CAIdentifier = certificate_authority;
  out.ValidTill = certificate->ends;
  return out;
}

// An endpoint as its name or its address.
std::string shown(const api::Call& call, EndpointKind kind, const std::string& id, const std::string& address) {
  const DomainRecord* domain = call.txn.get(domains, call.key("label"));
  if (domain == nullptr) return address;
  return managed::shown_endpoint(call, endpoint_name(kind, id, domain->label, call.region().value), address);
}

void show_pending(const InstanceRecord& record, PendingModifiedValues& out) {
  if (!record.pending_class.empty()) out.DBInstanceClass = record.pending_class;
  if (!record.pending_id.empty()) out.DBInstanceIdentifier = record.pending_id;
  if (!record.pending_engine_version.empty()) out.EngineVersion = record.pending_engine_version;
}

}  // namespace

std::string shown_status(const api::Call& call, const ClusterRecord& record) {
  const std::string_view known = status_in(call.txn, call.key(record.id), record);
  if (known != status::available) return std::string(known);
  const std::optional<api::ResourceState> engine = serving_engine(call, record);
  const std::string_view seen = engine ? std::string_view(engine->status) : known;
  const bool backs_up = engine && seen == status::available && is_backing_up(call.txn, record.resource_id);
  return std::string(backs_up ? status::backing_up : seen);
}

std::string shown_status(const api::Call& call, const InstanceRecord& record) {
  const std::string_view known = status_in(call.txn, call.key(record.id), record);
  if (known != status::available) return std::string(known);
  return engine_state(call, instance_state_of(call.txn, call.key(record.id)).volume).status;
}

DBCluster to_cluster(const api::Call& call, const ClusterRecord& record) {
  DBCluster out;
  out.DBClusterIdentifier = record.id;
  out.DBClusterArn = cluster_arn(call, record.id);
  out.DbClusterResourceId = record.resource_id;
  out.Status = shown_status(call, record);
  out.Engine = record.engine;
  out.EngineVersion = record.engine_version;
  out.EngineMode = "provisioned";
  out.EngineLifecycleSupport = std::string(extended_support);
  out.DatabaseInsightsMode = "standard";
  out.AllocatedStorage = 1;
  out.MasterUsername = record.master_username;
  out.MasterUserSecret = secret_view(call, record);
  if (!record.database_name.empty()) out.DatabaseName = record.database_name;
  out.Port = record.port;
  out.Endpoint = shown(call, EndpointKind::writer, record.id, record.writer_address);
  out.ReaderEndpoint = shown(call, EndpointKind::reader, record.id, record.reader_address);
  out.HostedZoneId = hosted_zone_of(call.region().value);
  out.MultiAZ = spans_zones(call, record);
  out.AvailabilityZones = record.zones;
  out.DBSubnetGroup = record.subnet_group;
  out.DBClusterParameterGroup = record.parameter_group;
  out.VpcSecurityGroups = memberships(record.security_group_ids);
  out.DBClusterMembers = members_of(call, record);
  out.BackupRetentionPeriod = record.backup_retention_days;
  out.PreferredBackupWindow = record.backup_window;
  out.PreferredMaintenanceWindow = record.maintenance_window;
  out.AutoMinorVersionUpgrade = record.auto_minor_version_upgrade;
  out.DeletionProtection = record.deletion_protection;
  out.StorageEncrypted = false;
  out.CopyTagsToSnapshot = record.copy_tags_to_snapshot;
  out.IAMDatabaseAuthenticationEnabled = record.iam_authentication;
  out.HttpEndpointEnabled = record.http_endpoint;
  out.CrossAccountClone = false;
  out.NetworkType = "IPV4";
  out.ClusterCreateTime = record.created_at;
  out.AssociatedRoles.emplace();
  const ClusterRolesRecord* roles = call.txn.get(cluster_roles, call.key(record.id));
  for (const AssociatedRole& role : roles == nullptr ? std::vector<AssociatedRole>() : roles->roles) {
    DBClusterRole& one = out.AssociatedRoles->emplace_back();
    one.RoleArn = role.arn;
    one.Status = "ACTIVE";
    if (!role.feature.empty()) one.FeatureName = role.feature;
  }
  if (const GlobalClusterRecord* global = global_cluster_of(call, *out.DBClusterArn)) out.GlobalClusterIdentifier = global->id;
  out.DomainMemberships.emplace();
  out.TagList = to_tags(record.tags);
  if (record.stopped) out.AutomaticRestartTime = record.starts_again;
  const store::Key backups = call.key(record.resource_id);
  if (const auto window = restore_window(read_backups(call.txn, backups), backup_state_of(call.txn, backups), call.now())) {
    out.EarliestRestorableTime = window->earliest;
    out.LatestRestorableTime = window->latest;
  }
  const std::optional<api::ResourceState> engine = serving_engine(call, record);
  out.StatusInfos = status_infos<DBClusterStatusInfo>(
      {state_of(call.txn, call.key(record.id)).problem, engine ? engine->problem : ""});
  return out;
}

DBInstance to_instance(const api::Call& call, const InstanceRecord& record) {
  DBInstance out;
  out.DBInstanceIdentifier = record.id;
  out.DBInstanceArn = instance_arn(call, record.id);
  out.DbiResourceId = record.resource_id;
  out.DBClusterIdentifier = record.cluster_id;
  out.DBInstanceClass = record.instance_class;
  out.DBInstanceStatus = shown_status(call, record);
  out.AvailabilityZone = record.zone;
  out.PromotionTier = record.promotion_tier;
  out.PubliclyAccessible = record.publicly_accessible;
  out.AutoMinorVersionUpgrade = record.auto_minor_version_upgrade;
  out.PreferredMaintenanceWindow = record.maintenance_window;
  out.InstanceCreateTime = record.created_at;
  out.TagList = to_tags(record.tags);
  out.StorageType = "aurora";
  out.AllocatedStorage = 1;
  out.MultiAZ = false;
  out.StorageEncrypted = false;
  out.MonitoringInterval = 0;
  out.CopyTagsToSnapshot = false;
  out.IAMDatabaseAuthenticationEnabled = false;
  out.DeletionProtection = false;
  out.PerformanceInsightsEnabled = false;
  out.NetworkType = "IPV4";
  out.CACertificateIdentifier = certificate_authority;
  out.CertificateDetails = certificate_of(call, record);
  out.DbInstancePort = 0;
  out.DBSecurityGroups.emplace();
  out.DomainMemberships.emplace();
  out.AssociatedRoles.emplace();
  show_pending(record, out.PendingModifiedValues.emplace());
  out.ReadReplicaDBInstanceIdentifiers.emplace();
  const ClusterRecord* cluster = call.txn.get(clusters, call.key(record.cluster_id));
  if (cluster == nullptr) return out;
  const std::string_view known = status_in(call.txn, call.key(record.id), record);
  const bool serves = known == status::available;
  out.StatusInfos = status_infos<DBInstanceStatusInfo>(
      {problem_of(call, record),
       serves ? engine_state(call, instance_state_of(call.txn, call.key(record.id)).volume).problem : ""});
  // AWS shows the endpoint of an instance once it exists.
  if (known != status::creating) {
    out.Endpoint.emplace();
    out.Endpoint->Address = shown(call, EndpointKind::instance, record.id, record.address);
    out.Endpoint->Port = cluster->port;
    out.Endpoint->HostedZoneId = hosted_zone_of(call.region().value);
  }
  out.IAMDatabaseAuthenticationEnabled = cluster->iam_authentication;
  out.Engine = cluster->engine;
  out.EngineVersion = cluster->engine_version;
  out.LicenseModel = std::string(facts_of(cluster->engine).license);
  out.MasterUsername = cluster->master_username;
  if (!cluster->database_name.empty()) out.DBName = cluster->database_name;
  out.BackupRetentionPeriod = cluster->backup_retention_days;
  out.PreferredBackupWindow = cluster->backup_window;
  out.VpcSecurityGroups = memberships(cluster->security_group_ids);
  out.DBParameterGroups = std::vector{parameter_status(call, *cluster, record)};
  OptionGroupMembership options;
  options.OptionGroupName = default_option_group(cluster->engine, cluster->engine_version);
  options.Status = "in-sync";
  out.OptionGroupMemberships = std::vector{std::move(options)};
  if (const SubnetGroupRecord* group = call.txn.get(subnet_groups, call.key(cluster->subnet_group)))
    out.DBSubnetGroup = to_subnet_group(call, *group);
  if (cluster->standalone) show_standalone(*cluster, record, out);
  return out;
}

DBSubnetGroup to_subnet_group(const api::Call& call, const SubnetGroupRecord& record) {
  DBSubnetGroup out;
  out.DBSubnetGroupName = record.name;
  out.DBSubnetGroupDescription = record.description;
  out.DBSubnetGroupArn = subnet_group_arn(call, record.name);
  out.VpcId = record.vpc_id;
  out.SubnetGroupStatus = "Complete";
  out.SupportedNetworkTypes = std::vector<std::string>{"IPV4"};
  out.Subnets = managed::subnet_views<Subnet>(call, record, [](Subnet& subnet) { subnet.SubnetStatus = "Active"; });
  return out;
}

}  // namespace haar::rds
