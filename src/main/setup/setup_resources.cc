#include "main/setup/setup_resources.h"

#include <fmt/format.h>

#include <optional>

#include "base/file.h"
#include "base/ids.h"
#include "model/ec2/AuthorizeSecurityGroupIngress.h"
#include "model/ec2/CreateSecurityGroup.h"
#include "model/ec2/DescribeSecurityGroups.h"
#include "model/ec2/DescribeVpcs.h"
#include "model/elasticache/CreateCacheCluster.h"
#include "model/elasticache/DescribeCacheClusters.h"
#include "model/rds/CreateDBCluster.h"
#include "model/rds/CreateDBInstance.h"
#include "model/rds/DescribeDBClusters.h"
#include "model/rds/DescribeDBInstances.h"

namespace haar::main {
namespace {

constexpr const char* group_name = "haar-setup";
constexpr const char* this_machine = "127.0.0.1/32";
constexpr const char* cluster_name = "haar-demo";
constexpr const char* instance_name = "haar-demo-1";
constexpr const char* master_user = "dbadmin";
constexpr const char* database_name = "demo";
constexpr const char* cache_name = "haar-cache";
constexpr std::size_t password_characters = 24;
constexpr std::chrono::seconds patience{180};

// A description for one more call: nothing where AWS says that it does not exist.
template <class T>
Result<std::optional<T>> unless_missing(Result<T> answer, std::string_view code) {
  if (answer.ok()) return std::optional<T>(std::move(answer).value());
  if (answer.error().code == code) return std::optional<T>();
  return std::move(answer).error();
}

Error in_the_way(std::string_view what, std::string_view status) {
  return Error{"InTheWay", fmt::format("{} is {}. When that is over, run this again.", what, status)};
}

Result<std::string> default_vpc(const AwsClient& aws) {
  ec2::DescribeVpcsRequest ask;
  ask.Filters = {ec2::Filter{"is-default", std::vector<std::string>{"true"}}};
  const auto answer = TRY(aws.call<ec2::ops::DescribeVpcs>(ask));
  if (!answer.Vpcs || answer.Vpcs->empty())
    return Error{"NoDefaultVpc", "There is no default VPC in " + aws.region() + ", so there is no place for a database."};
  return answer.Vpcs->front().VpcId.value_or("");
}

Result<std::optional<ec2::SecurityGroup>> find_group(const AwsClient& aws, const std::string& vpc) {
  ec2::DescribeSecurityGroupsRequest ask;
  ask.Filters = {ec2::Filter{"vpc-id", std::vector<std::string>{vpc}},
                 ec2::Filter{"group-name", std::vector<std::string>{group_name}}};
  const auto answer = TRY(aws.call<ec2::ops::DescribeSecurityGroups>(ask));
  if (!answer.SecurityGroups || answer.SecurityGroups->empty()) return std::optional<ec2::SecurityGroup>();
  return std::optional<ec2::SecurityGroup>(answer.SecurityGroups->front());
}

// True if the rule is new.
Result<bool> admit_this_machine(const AwsClient& aws, const std::string& group, std::uint16_t port) {
  ec2::IpPermission permission;
  permission.IpProtocol = "tcp";
  permission.FromPort = permission.ToPort = port;
  permission.IpRanges = {ec2::IpRange{"this machine", this_machine}};
  ec2::AuthorizeSecurityGroupIngressRequest ask;
  ask.GroupId = group;
  ask.IpPermissions = {permission};
  const auto answer = aws.call<ec2::ops::AuthorizeSecurityGroupIngress>(ask);
  if (answer.ok()) return true;
  if (answer.error().code == "InvalidPermission.Duplicate") return false;
  return answer.error();
}

// ---- the database --------------------------------------------------------------------------------------

std::string pgpass_line(const std::string& host, const std::string& password) {
  return fmt::format("{}:*:*:{}:{}\n", host, master_user, password);
}

// The last field of the only line; the generated password has no character that the file escapes.
std::string stored_password(const std::string& data) {
  const auto text = read_file(demo_password_file(data));
  if (!text.ok()) return "";
  const std::string line = text->substr(0, text->find('\n'));
  return line.substr(line.rfind(':') + 1);
}

Result<std::optional<rds::DBCluster>> find_cluster(const AwsClient& aws) {
  rds::DescribeDBClustersMessage ask;
  ask.DBClusterIdentifier = cluster_name;
  auto answer = TRY(unless_missing(aws.call<rds::ops::DescribeDBClusters>(ask), "DBClusterNotFoundFault"));
  if (!answer || !answer->DBClusters || answer->DBClusters->empty()) return std::optional<rds::DBCluster>();
  return std::optional<rds::DBCluster>(std::move(answer->DBClusters->front()));
}

Result<std::optional<rds::DBInstance>> find_instance(const AwsClient& aws) {
  rds::DescribeDBInstancesMessage ask;
  ask.DBInstanceIdentifier = instance_name;
  auto answer = TRY(unless_missing(aws.call<rds::ops::DescribeDBInstances>(ask), "DBInstanceNotFound"));
  if (!answer || !answer->DBInstances || answer->DBInstances->empty()) return std::optional<rds::DBInstance>();
  return std::optional<rds::DBInstance>(std::move(answer->DBInstances->front()));
}

Result<void> create_cluster(const AwsClient& aws, const std::string& group, const std::string& password) {
  rds::CreateDBClusterMessage ask;
  ask.DBClusterIdentifier = cluster_name;
  ask.Engine = "aurora-postgresql";
  ask.DatabaseName = database_name;
  ask.MasterUsername = master_user;
  ask.MasterUserPassword = password;
  ask.VpcSecurityGroupIds = {group};
  TRY(aws.call<rds::ops::CreateDBCluster>(ask));
  return {};
}

Result<void> create_instance(const AwsClient& aws) {
  rds::CreateDBInstanceMessage ask;
  ask.DBInstanceIdentifier = instance_name;
  ask.DBInstanceClass = "db.t4g.medium";
  ask.Engine = "aurora-postgresql";
  ask.DBClusterIdentifier = cluster_name;
  TRY(aws.call<rds::ops::CreateDBInstance>(ask));
  return {};
}

}  // namespace

std::string demo_password_file(const std::string& data) { return data + "/aws/pgpass"; }

Result<std::string> ensure_security_group(const AwsClient& aws, Narrator& say) {
  const std::string vpc = TRY(default_vpc(aws));
  const auto there = TRY(find_group(aws, vpc));
  std::string group;
  if (there) {
    group = there->GroupId.value_or("");
    say.found(fmt::format("security group {} ({}) in the default VPC {}", group_name, group, vpc));
  } else {
    ec2::CreateSecurityGroupRequest ask;
    ask.GroupName = group_name;
    ask.Description = "Admits this machine to the database and the cache of haar setup";
    ask.VpcId = vpc;
    group = TRY(aws.call<ec2::ops::CreateSecurityGroup>(ask)).GroupId.value_or("");
    say.made(fmt::format("security group {} ({}) in the default VPC {}", group_name, group, vpc));
  }
  for (const std::uint16_t port : {demo_database_port, demo_cache_port}) {
    const std::string rule = fmt::format("rule: {} may connect to TCP port {}", this_machine, port);
    if (TRY(admit_this_machine(aws, group, port))) {
      say.made(rule);
    } else {
      say.found(rule);
    }
  }
  return group;
}

Result<DemoDatabase> ensure_database(const AwsClient& aws, Narrator& say, const std::string& group,
                                     const std::string& data) {
  DemoDatabase database;
  database.password = stored_password(data);
  auto cluster = TRY(find_cluster(aws));
  if (cluster && cluster->Status.value_or("") == "deleting") return in_the_way("The DB cluster haar-demo", "being deleted");
  if (!cluster) {
    // Stored before the cluster is made: a crash in between costs an unused password, not a lost one.
    if (database.password.empty()) {
      database.password = random_text(system_random(), alphabet_secret.substr(0, 62), password_characters);
      TRY(write_file_durably(demo_password_file(data), pgpass_line("*", database.password), 0600));
    }
    TRY(create_cluster(aws, group, database.password));
    say.made(fmt::format("DB cluster {} (aurora-postgresql), master user {}, database {}", cluster_name, master_user,
                         database_name));
    say.made(fmt::format("its master password {}, kept in {}", database.password, demo_password_file(data)));
  } else {
    say.found(fmt::format("DB cluster {}", cluster_name));
  }
  const auto instance = TRY(find_instance(aws));
  if (instance && instance->DBInstanceStatus.value_or("") == "deleting")
    return in_the_way("The DB instance haar-demo-1", "being deleted");
  if (!instance) TRY(create_instance(aws));
  const std::string what = fmt::format("DB instance {}", instance_name);
  const auto is_available = [&]() -> Result<bool> {
    const auto now = TRY(find_instance(aws));
    return now && now->DBInstanceStatus.value_or("") == "available";
  };
  TRY(say.wait(what + " to be available", patience, is_available));
  cluster = TRY(find_cluster(aws));
  if (!cluster) return in_the_way("The DB cluster haar-demo", "gone while this waited for it");
  database.address = cluster->Endpoint.value_or("");
  database.port = cluster->Port.value_or(demo_database_port);
  database.user = cluster->MasterUsername.value_or(master_user);
  database.database = cluster->DatabaseName.value_or("postgres");
  const std::string where = fmt::format("{}, at {}:{}", what, database.address, database.port);
  if (instance) {
    say.found(where);
  } else {
    say.made(where);
  }
  if (database.password.empty()) {
    say.note(fmt::format("the file with its master password, {}, is gone, and haar keeps no copy that could be shown",
                         demo_password_file(data)));
    return database;
  }
  TRY(write_file_durably(demo_password_file(data), pgpass_line(database.address, database.password), 0600));
  return database;
}

Result<DemoCache> ensure_cache(const AwsClient& aws, Narrator& say, const std::string& group) {
  elasticache::DescribeCacheClustersMessage ask;
  ask.CacheClusterId = cache_name;
  ask.ShowCacheNodeInfo = true;
  const auto find = [&]() -> Result<std::optional<elasticache::CacheCluster>> {
    auto answer = TRY(unless_missing(aws.call<elasticache::ops::DescribeCacheClusters>(ask), "CacheClusterNotFound"));
    if (!answer || !answer->CacheClusters || answer->CacheClusters->empty())
      return std::optional<elasticache::CacheCluster>();
    return std::optional<elasticache::CacheCluster>(std::move(answer->CacheClusters->front()));
  };
  auto cache = TRY(find());
  if (cache && cache->CacheClusterStatus.value_or("") == "deleting") return in_the_way("The cache haar-cache", "being deleted");
  const bool existed = cache.has_value();
  if (!existed) {
    elasticache::CreateCacheClusterMessage create;
    create.CacheClusterId = cache_name;
    create.Engine = "redis";
    create.CacheNodeType = "cache.t4g.micro";
    create.NumCacheNodes = 1;
    create.SecurityGroupIds = {group};
    TRY(aws.call<elasticache::ops::CreateCacheCluster>(create));
  }
  const auto is_available = [&]() -> Result<bool> {
    cache = TRY(find());
    return cache && cache->CacheClusterStatus.value_or("") == "available" && cache->CacheNodes &&
           !cache->CacheNodes->empty() && cache->CacheNodes->front().Endpoint;
  };
  TRY(say.wait("the cache haar-cache to be available", patience, is_available));
  const auto& endpoint = *cache->CacheNodes->front().Endpoint;
  DemoCache result{endpoint.Address.value_or(""), endpoint.Port.value_or(demo_cache_port)};
  const std::string text = fmt::format("cache {} (redis), at {}:{}", cache_name, result.address, result.port);
  if (existed) {
    say.found(text);
  } else {
    say.made(text);
  }
  return result;
}

}  // namespace haar::main
