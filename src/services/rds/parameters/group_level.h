// What differs between DB cluster parameter groups and DB parameter groups, for the operations that both have.
#pragma once

#include "base/quota.h"
#include "model/rds/DescribeDBClusterParameterGroups.h"
#include "model/rds/DescribeDBParameterGroups.h"
#include "services/rds/parameters/groups.h"
#include "services/rds/quotas.h"
#include "services/rds/records.h"

namespace haar::rds {

struct OfClusters {
  using Record = ClusterParameterGroupRecord;
  using View = DBClusterParameterGroup;
  static constexpr ParameterLevel level = ParameterLevel::cluster;
  static constexpr std::string_view kind = "DBClusterParameterGroup", parameter = "DBClusterParameterGroupName";
  static constexpr std::string_view arn_kind = "cluster-pg", described = "DescribeDBClusterParameterGroups";
  static constexpr const store::KeySpace<Record>& groups() { return cluster_parameter_groups; }
  static Quota& quota() { return cluster_parameter_groups_per_region; }
  static api::Requirement& need(const api::Call& call, const std::string& name, api::Requirements& needs) {
    return need_cluster_parameter_group(call, name, needs);
  }
  static std::string arn(const api::Call& call, std::string_view name) { return cluster_parameter_group_arn(call, name); }
  template <class T>
  static auto& name_in(T& message) { return message.DBClusterParameterGroupName; }
  static const std::string& group_of(const EngineConfig& config) { return config.cluster_group; }
  static const std::string& group_of(const ClusterRecord& cluster, const InstanceRecord&) { return cluster.parameter_group; }
};

struct OfInstances {
  using Record = ParameterGroupRecord;
  using View = DBParameterGroup;
  static constexpr ParameterLevel level = ParameterLevel::instance;
  static constexpr std::string_view kind = "DBParameterGroup", parameter = "DBParameterGroupName";
  static constexpr std::string_view arn_kind = "pg", described = "DescribeDBParameterGroups";
  static constexpr const store::KeySpace<Record>& groups() { return parameter_groups; }
  static Quota& quota() { return parameter_groups_per_region; }
  static api::Requirement& need(const api::Call& call, const std::string& name, api::Requirements& needs) {
    return need_parameter_group(call, name, needs);
  }
  static std::string arn(const api::Call& call, std::string_view name) { return parameter_group_arn(call, name); }
  template <class T>
  static auto& name_in(T& message) { return message.DBParameterGroupName; }
  static const std::string& group_of(const EngineConfig& config) { return config.instance_group; }
  static const std::string& group_of(const ClusterRecord&, const InstanceRecord& instance) { return instance.parameter_group; }
};

}  // namespace haar::rds
