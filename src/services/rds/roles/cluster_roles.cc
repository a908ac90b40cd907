// AddRoleToDBCluster, RemoveRoleFromDBCluster: roles are recorded for the features that Aurora PostgreSQL has them for. The
// features themselves (import from S3 and the like) are extensions that no engine here has: using one fails there.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddRoleToDBCluster.html
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "api/kit/row.h"
#include "base/arn.h"
#include "model/rds/AddRoleToDBCluster.h"
#include "model/rds/RemoveRoleFromDBCluster.h"
#include "model/rds/service.h"
#include "services/iam/principals/entities.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/more_operations.h"
#include "services/rds/names.h"
#include "services/rds/placement.h"
#include "services/rds/roles/records.h"
#include "services/rds/status.h"

namespace haar::rds {
namespace {

using api::Call;

// "5", says the guide to quotas.
constexpr std::size_t roles_per_cluster_max = 5;
constexpr std::string_view features[] = {"Bedrock", "Comprehend", "Lambda", "s3Export", "s3Import", "SageMaker"};

Result<void> check_feature(const std::string& engine, const std::optional<std::string>& feature) {
  // Aurora MySQL has roles without a feature.
  if (!feature || feature->empty()) {
    if (engine == "aurora-mysql") return {};
    return errors::InvalidParameterValue(
        fmt::format("The feature-name parameter must be provided with the current operation for the {} engine.", engine));
  }
  if (std::ranges::find(features, *feature) != std::end(features)) return {};
  return errors::InvalidParameterValue(
      fmt::format("The feature-name parameter is invalid: {} is no feature of the {} engine.", feature->substr(0, 64), engine));
}

const iam::RoleRecord* role_at(const Call& call, const std::string& text) {
  const std::optional<Arn> arn = Arn::parse(text);
  if (!arn || arn->service != "iam" || arn->account != call.account().value) return nullptr;
  if (!arn->resource.starts_with("role/")) return nullptr;
  const iam::RoleRecord* role =
      call.txn.get(iam::roles, iam::entity_key(call.account(), arn->resource.substr(arn->resource.rfind('/') + 1)));
  return role != nullptr && iam::arn_of(call, *role) == text ? role : nullptr;
}

Result<const ClusterRecord*> find_changeable(const Call& call, const std::string& given) {
  const ClusterRecord* record = TRY(find_cluster(call, given));
  if (status_in(call.txn, call.key(record->id), *record) != status::available)
    return errors::InvalidDBClusterStateFault(fmt::format("DB Cluster {} is not in the available state.", record->id));
  return record;
}

ClusterRolesRecord roles_of(const Call& call, const std::string& id) {
  const ClusterRolesRecord* known = call.txn.get(cluster_roles, call.key(id));
  return known == nullptr ? ClusterRolesRecord() : *known;
}

Result<wire::Empty> add_role(Call& call, const AddRoleToDBClusterMessage& in) {
  const ClusterRecord* cluster = TRY(find_changeable(call, in.DBClusterIdentifier));
  TRY(check_feature(cluster->engine, in.FeatureName));
  const std::string feature = in.FeatureName.value_or("");
  // AWS's texts for these three could not be found.
  if (role_at(call, in.RoleArn) == nullptr)
    return errors::InvalidParameterValue(
        fmt::format("The role ARN is invalid or there is no such role: {}", in.RoleArn.substr(0, 255)));
  ClusterRolesRecord record = roles_of(call, cluster->id);
  for (const AssociatedRole& one : record.roles) {
    if (one.feature == feature)
      return errors::DBClusterRoleAlreadyExists(
          fmt::format("The role {} is already associated with DB cluster {} for the feature {}.", one.arn, cluster->id, feature));
  }
  if (record.roles.size() >= roles_per_cluster_max)
    return errors::DBClusterRoleQuotaExceeded(fmt::format("A DB cluster can have at most {} roles.", roles_per_cluster_max));
  record.roles.push_back({in.RoleArn, feature});
  call.txn.put(cluster_roles, call.key(cluster->id), std::move(record));
  return wire::Empty{};
}

Result<wire::Empty> remove_role(Call& call, const RemoveRoleFromDBClusterMessage& in) {
  const ClusterRecord* cluster = TRY(find_changeable(call, in.DBClusterIdentifier));
  ClusterRolesRecord record = roles_of(call, cluster->id);
  const std::size_t gone = std::erase_if(record.roles, [&](const AssociatedRole& one) {
    return one.arn == in.RoleArn && one.feature == in.FeatureName.value_or("");
  });
  if (gone == 0)
    return errors::DBClusterRoleNotFound(
        fmt::format("Role ARN {} cannot be found for DB Cluster: {}", in.RoleArn.substr(0, 255), cluster->id));
  const store::Key key = call.key(cluster->id);
  if (record.roles.empty()) call.txn.erase(cluster_roles, key);
  else call.txn.put(cluster_roles, key, std::move(record));
  return wire::Empty{};
}

void needs_add(const Call& call, const AddRoleToDBClusterMessage& in, api::Requirements& needs) {
  need_cluster(call, identifier_of(in.DBClusterIdentifier, "cluster"), needs);
  // "To add a role to a DB cluster, you must have iam:PassRole", says the user guide.
  needs.need("iam:PassRole", in.RoleArn).key("iam:PassedToService", std::string(service_principal));
}
void needs_remove(const Call& call, const RemoveRoleFromDBClusterMessage& in, api::Requirements& needs) {
  need_cluster(call, identifier_of(in.DBClusterIdentifier, "cluster"), needs);
}

}  // namespace

const api::Operations& cluster_roles_operations() {
  static const api::Operations rows = {
      api::op<ops::AddRoleToDBCluster>(add_role, api::on(needs_add), api::takes("DBClusterIdentifier RoleArn FeatureName")),
      api::op<ops::RemoveRoleFromDBCluster>(remove_role, api::on(needs_remove),
          api::takes("DBClusterIdentifier RoleArn FeatureName")),
  };
  return rows;
}

}  // namespace haar::rds
