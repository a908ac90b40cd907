// Every row against AWS's service authorization reference (data/authorization.json): the resolver asks for
// actions that exist, on resource types that the action has, with the condition keys that it knows and no others, for
// every required resource, every dependent action, and the permission to tag what is made with tags.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <re2/re2.h>

#include <map>
#include <set>
#include <span>

#include "api/kit/action_name.h"
#include "api/kit/row.h"
#include "base/file.h"
#include "main/row_world.h"
#include "main/services.h"

namespace haar::main {
namespace {

namespace json = boost::json;

const json::object& reference() {
  static const json::object all = json::parse(read_file(HAAR_SOURCE_DIR "/data/authorization.json").value()).as_object();
  return all;
}

// "arn:${Partition}:rds:${Region}:${Account}:cluster:${DbClusterIdentifier}" as a pattern. Names that the
// default-made input leaves empty, and the wildcards of list calls, match as well.
std::string pattern_of(std::string_view arn) {
  std::string out;
  for (std::size_t i = 0; i < arn.size();) {
    if (arn.substr(i).starts_with("${")) {
      out += ".*";
      i = arn.find('}', i) + 1;
    } else {
      out += RE2::QuoteMeta(re2::StringPiece(&arn[i], 1));
      ++i;
    }
  }
  return out;
}

// Condition keys with a part that varies end in ${TagKey}.
bool names_key(const json::array& keys, std::string_view key) {
  for (const json::value& known : keys) {
    const std::string_view text = known.as_string();
    const std::size_t variable = text.find("${");
    if (variable == std::string_view::npos ? text == key : key.starts_with(text.substr(0, variable))) return true;
  }
  return false;
}

class Rows : public ::testing::Test {
 protected:
  Rows() { register_all(registry_); }

  std::vector<api::Requirement> requirements(const api::Row& row, Filled filled) {
    return world_.requirements(registry_, row, filled);
  }
  // Every row that asks for permission.
  template <class Each>
  void for_each_row(const Each& each) {
    for (const wire::Service* service : registry_.services()) {
      for (const wire::Operation& operation : service->operations) {
        const api::Row* row = registry_.find(operation);
        if (row != nullptr && !row->needs_no_permission)
          each(*row, api::action_name(operation));
      }
    }
  }

  api::Registry registry_;
  RowWorld world_;
};

const json::object* find_action(const std::string& action) {
  const std::size_t colon = action.find(':');
  const json::value* service = reference().if_contains(action.substr(0, colon));
  if (service == nullptr) return nullptr;
  const json::value* found = service->as_object().at("actions").as_object().if_contains(action.substr(colon + 1));
  return found == nullptr ? nullptr : &found->as_object();
}

// ---- what a requirement supplies, and what the reference knows ------------------------------------

bool is_of_type(const api::Requirement& need, const std::string& type) {
  const std::string service = need.action.substr(0, need.action.find(':'));
  const json::value* facts = reference().at(service).as_object().at("resources").as_object().if_contains(type);
  return facts != nullptr && RE2::FullMatch(need.resource, pattern_of(facts->as_object().at("arn").as_string()));
}

bool is_tagging(const std::string& action) {
  const json::object* facts = find_action(action);
  return facts != nullptr && std::string_view(facts->at("level").as_string()).find("Tagging") != std::string_view::npos;
}

// With "${TagKey}" for the part that varies, as the reference writes it.
std::set<std::string> supplied_keys(const api::Requirement& need) {
  std::set<std::string> keys;
  for (const auto& [key, values] : need.keys) keys.insert(key);
  if (!need.request_tags.empty()) keys.insert("aws:RequestTag/${TagKey}");
  if (!need.request_tags.empty() || !need.tag_keys.empty()) keys.insert("aws:TagKeys");
  if (!need.resource_tags.empty()) {
    keys.insert("aws:ResourceTag/${TagKey}");
    const bool iam = need.action.starts_with("iam:") || need.action.starts_with("sts:");
    // The reference writes this one without its part that varies.
    if (need.action.starts_with("secretsmanager:")) keys.insert("secretsmanager:ResourceTag/tag-key");
    else keys.insert(iam ? "iam:ResourceTag/${TagKey}" : "ec2:ResourceTag/${TagKey}");
  }
  return keys;
}

bool is_supplied(const std::string& key, const std::set<std::string>& supplied) {
  if (supplied.contains(key)) return true;
  const std::size_t variable = key.find("${");
  return variable != std::string::npos && std::any_of(supplied.begin(), supplied.end(), [&](const std::string& one) {
    return one.starts_with(key.substr(0, variable));
  });
}

void add_keys(const json::value& list, std::set<std::string>& keys) {
  for (const json::value& key : list.as_array()) keys.emplace(key.as_string());
}

// The type of resource that a row makes: it has no tags, no id and no settings yet.
std::string_view made_by(std::string_view row) {
  static const std::map<std::string_view, std::string_view> types{
      {"iam:CreateUser", "user"},
      {"iam:CreateRole", "role"},
      {"iam:CreateServiceLinkedRole", "role"},
      {"iam:CreatePolicy", "policy"},
      {"iam:CreateVirtualMFADevice", "mfa"},
      {"iam:CreateInstanceProfile", "instance-profile"},
      {"iam:CreateSAMLProvider", "saml-provider"},
      {"iam:CreateOpenIDConnectProvider", "oidc-provider"},
      {"iam:UploadServerCertificate", "server-certificate"},
      {"ec2:CreateSecurityGroup", "security-group"},
      {"ec2:CreateNetworkInterface", "network-interface"},
      {"ec2:CreateVpc", "vpc"},
      {"ec2:CreateSubnet", "subnet"},
      {"ec2:CreateNetworkAcl", "network-acl"},
      {"ec2:CreateDhcpOptions", "dhcp-options"},
      {"ec2:CreateManagedPrefixList", "prefix-list"},
      {"ec2:CreateKeyPair", "key-pair"},
      {"ec2:ImportKeyPair", "key-pair"},
      {"ec2:RunInstances", "instance"},
      {"ec2:AuthorizeSecurityGroupIngress", "security-group-rule"},
      {"ec2:AuthorizeSecurityGroupEgress", "security-group-rule"},
      {"ec2:CreateRouteTable", "route-table"},
      {"ec2:CreateInternetGateway", "internet-gateway"},
      {"ec2:CreateEgressOnlyInternetGateway", "egress-only-internet-gateway"},
      {"ec2:CreateNatGateway", "natgateway"},
      {"ec2:AllocateAddress", "elastic-ip"},
      {"ec2:CreateVpcPeeringConnection", "vpc-peering-connection"},
      {"ec2:CreateVpcEndpoint", "vpc-endpoint"},
      {"secretsmanager:CreateSecret", "Secret"},
      {"rds:CreateDBCluster", "cluster"},
      {"rds:CreateDBInstance", "db"},
      {"rds:CreateDBClusterSnapshot", "cluster-snapshot"},
      {"rds:CopyDBClusterSnapshot", "cluster-snapshot"},
      {"rds:RestoreDBClusterFromSnapshot", "cluster"},
      {"rds:RestoreDBClusterToPointInTime", "cluster"},
      {"rds:CreateDBSubnetGroup", "subgrp"},
      {"rds:CreateDBClusterParameterGroup", "cluster-pg"},
      {"rds:CreateDBParameterGroup", "pg"},
      {"rds:CopyDBClusterParameterGroup", "cluster-pg"},
      {"rds:CopyDBParameterGroup", "pg"},
      {"rds:CreateDBClusterEndpoint", "cluster-endpoint"},
      {"rds:CreateOptionGroup", "og"},
      {"rds:CopyOptionGroup", "og"},
      {"rds:CreateGlobalCluster", "global-cluster"},
      {"elasticache:CreateCacheCluster", "cluster"},
      {"elasticache:CreateReplicationGroup", "replicationgroup"},
      {"elasticache:CreateCacheSubnetGroup", "subnetgroup"},
      {"elasticache:CreateCacheParameterGroup", "parametergroup"},
      {"elasticache:CreateSnapshot", "snapshot"},
      {"elasticache:CopySnapshot", "snapshot"},
      {"elasticache:CreateUser", "user"},
      {"elasticache:CreateUserGroup", "usergroup"},
  };
  const auto at = types.find(row);
  return at == types.end() ? std::string_view() : at->second;
}

bool is_of_the_made(std::string_view row, const api::Requirement& need) {
  const std::string type(made_by(row));
  return !type.empty() && is_of_type(need, type);
}

// Keys that only what exists has: its tags, and the id that it was given.
bool describes_existing(std::string_view key) {
  return key.find("ResourceTag/") != std::string_view::npos || key.ends_with("ID") ||
         (key.ends_with("-tag/${TagKey}") && key.find("req-tag") == std::string_view::npos);
}

// The action's own keys, and those of the resource as this action sees it; where the action says nothing of its
// own about the resource, those of the resource.
std::set<std::string> expected_keys(const std::string& row, const api::Requirement& need) {
  std::set<std::string> keys, of_resource;
  const json::object& action = *find_action(need.action);
  const json::object& all = reference().at(need.action.substr(0, need.action.find(':'))).as_object().at("resources").as_object();
  add_keys(action.at("keys"), keys);
  const bool made = is_of_the_made(row, need);
  for (const auto& [type, facts] : action.at("resources").as_object()) {
    if (need.resource == "*" || !is_of_type(need, std::string(type)) || (made && need.action != row)) continue;
    const bool own = !facts.as_object().at("keys").as_array().empty();
    add_keys(own ? facts.as_object().at("keys") : all.at(type).as_object().at("keys"), of_resource);
    if (own) continue;
    // A request's tags are those of what it makes or tags.
    std::erase_if(of_resource, [](const std::string& key) { return key.starts_with("aws:RequestTag") || key == "aws:TagKeys"; });
  }
  if (made) std::erase_if(of_resource, describes_existing);
  keys.merge(of_resource);
  if (made) std::erase_if(keys, describes_existing);
  return keys;
}

// What the reference has and a row does not supply, with the reason; what ends in * stands for all that begin so.
struct Absent {
  std::string_view row, type, key, reason;
};

bool begins(std::string_view text, std::string_view pattern) {
  return pattern.ends_with('*') ? text.starts_with(pattern.substr(0, pattern.size() - 1)) : text == pattern;
}

constexpr std::string_view no_ipam = "haar has no IPAM";
constexpr std::string_view token_keys = "a key of sessions opened with an identity provider's token: the pipeline adds it";
constexpr std::string_view default_groups = "haar has the default groups only, which have no tags";
constexpr std::string_view of_requests = "filters what a request makes or changes, "
    "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/IAM.ConditionKeys.html";
constexpr std::string_view final_snapshot = "the snapshot is not made yet";

constexpr Absent absent[] = {
    {"iam:*", "role", "iam:RoleTemplateARN", "haar has no role templates"},
    {"iam:EnableMFADevice", "user", "iam:FIDO*", "haar has virtual devices only"},
    {"iam:EnableMFADevice", "user", "iam:RegisterSecurityKey", "haar has virtual devices only"},
    {"iam:UpdateUser", "user", "aws:ResourceTag*", "a new name is another resource, which has no tags"},
    {"iam:UpdateUser", "user", "iam:ResourceTag*", "a new name is another resource, which has no tags"},
    {"iam:GetServiceLinkedRoleDeletionStatus", "role", "aws:ResourceTag*", "a deletion's task outlives the role"},
    {"iam:GetServiceLinkedRoleDeletionStatus", "role", "iam:ResourceTag*", "a deletion's task outlives the role"},
    {"iam:UpdateServerCertificate", "server-certificate", "aws:ResourceTag*", "a new name is another resource"},
    {"iam:ListServiceSpecificCredentials", "user", "aws:ResourceTag*", "of all users"},
    {"iam:ListServiceSpecificCredentials", "user", "iam:ResourceTag*", "of all users"},
    {"iam:CreateDelegationRequest", "delegation-request", "iam:DelegationRequestOwner", "nobody has taken it yet"},
    {"organizations:*", "*", "aws:ResourceTag*", "there is no organization in this world"},
    {"organizations:*", "*", "organizations:PolicyType", "there is no organization in this world"},
    {"sts:GetFederationToken", "*", "saml:aud", "filters sessions of SAML users"},
    {"sts:GetFederationToken", "*", "sts:TransitiveTagKeys", "a federated user's tags are not handed on"},
    {"sts:AssumeRole", "role", "accounts.google.com:*", token_keys},
    {"sts:AssumeRole", "role", "cognito-identity.amazonaws.com:*", token_keys},
    {"sts:AssumeRole", "role", "graph.facebook.com:*", token_keys},
    {"sts:AssumeRole", "role", "www.amazon.com:*", token_keys},
    {"sts:AssumeRole", "role", "saml:*", token_keys},
    {"sts:AssumeRoleWith*", "role", "*", "a key of the token: the rows' own tests have tokens"},
    {"cloudtrail:CreateTrail", "trail", "aws:ResourceTag*", "what is being made has no tags yet"},
    {"ec2:CreateTags", "*", "ec2:CreateAction", "only of tags at creation"},
    {"ec2:CreateVpcEndpoint", "vpc-endpoint", "ec2:VpcePrivateDns*", "of DnsOptions, which haar refuses"},
    {"ec2:ModifyManagedPrefixList", "prefix-list", "ec2:IpamPrefixListResolverTargetId", no_ipam},
    {"ec2:DeleteManagedPrefixList", "prefix-list", "ec2:IpamPrefixListResolverTargetId", no_ipam},
    {"ec2:GetManagedPrefixList*", "prefix-list", "ec2:IpamPrefixListResolverTargetId", no_ipam},
    {"ec2:*", "instance", "ec2:CpuOptionsAmdSevSnp", "instances have no processors of their own"},
    {"ec2:*", "instance", "ec2:InstanceBandwidthWeighting", "instances have no network cards"},
    {"ec2:*", "instance", "ec2:ManagedResourceOperator", "no service keeps an instance"},
    {"ec2:*", "instance", "ec2:PlacementGroup", "haar has no placement groups"},
    {"ec2:*", "instance", "ec2:ProductCode", "no image is a product"},
    {"ec2:RunInstances", "*", "ec2:LaunchTemplate", "haar has no launch templates"},
    {"ec2:RunInstances", "image", "aws:ResourceTag*", "Amazon's images have no tags"},
    {"ec2:RunInstances", "image", "ec2:ResourceTag*", "Amazon's images have no tags"},
    {"ec2:RunInstances", "network-interface", "*", "of what exists, and of what is made: a call has one or the other"},
    {"ec2:ModifyPrivateDnsNameOptions", "instance", "ec2:NewInstanceProfile", "it gives no profile"},
    {"cloudwatch:*", "*", "cloudwatch:HasAccessGrant", "figures are in no dataset to which access is granted"},
    {"secretsmanager:*", "Secret", "secretsmanager:resource/*", "no Lambda function rotates secrets, and none is a partner's"},
    {"secretsmanager:*", "Secret", "secretsmanager:KmsKeyArn", "haar has no KMS"},
    {"rds-data:*", "cluster", "aws:TagKeys", "the Data API makes nothing that has tags"},
    {"rds-data:*", "Secret", "secretsmanager:resource/*", "no Lambda function rotates secrets, and none is a partner's"},
    {"rds-data:*", "Secret", "secretsmanager:VersionId", "the current version is read"},
    {"rds:CreateDB*", "og", "*", default_groups},
    {"rds:RestoreDBCluster*", "og", "*", default_groups},
    {"rds:RestoreDBCluster*", "*", "rds:StorageSize", "Aurora's storage has no size of its own"},
    {"rds:StopDBInstance", "snapshot", "*", final_snapshot},
    {"rds:DescribePendingMaintenanceActions", "cluster", "*", "of all clusters"},
    {"rds:ApplyPendingMaintenanceAction", "cluster", "*", "of a resource that is none"},
    {"rds:DescribeEventSubscriptions", "es", "*", "there are none"},
    {"rds:DescribeDBProx*", "proxy", "*", "there are none"},
    {"rds:DescribeDBProxyEndpoints", "proxy-endpoint", "*", "there are none"},
    {"rds:DescribeDBSnapshots", "snapshot", "*", "there are none"},
    {"rds:DescribeReservedDBInstances", "ri", "*", "there are none"},
    {"rds:RemoveTagsFromResource", "*", "aws:RequestTag*", "a request to take tags off gives no values"},
    {"rds:RemoveTagsFromResource", "*", "rds:req-tag*", "a request to take tags off gives no values"},
    {"elasticache:CreateReplicationGroup", "cluster", "elasticache:*", of_requests},
    {"elasticache:ListAllowedNodeTypeModifications", "*", "elasticache:*", of_requests},
    {"elasticache:De*", "replicationgroup", "elasticache:*", of_requests},
    {"elasticache:DescribeReservedCacheNodes", "reserved-instance", "*", "nobody can buy any"},
    {"elasticache:IncreaseReplicaCount", "replicationgroup", "elasticache:*", of_requests},
    {"elasticache:TestFailover", "replicationgroup", "elasticache:*", of_requests},
    {"elasticache:ModifyCacheCluster", "cluster", "elasticache:*", of_requests},
    {"elasticache:RebootCacheCluster", "cluster", "elasticache:*", of_requests},
    {"elasticache:*", "snapshot", "elasticache:KmsKeyId", of_requests},
    {"elasticache:Copy*", "snapshot", "aws:*", "of one that is made, or that is named and may have none"},
    {"elasticache:CreateSnapshot", "cluster", "elasticache:*", of_requests},
    {"elasticache:CreateSnapshot", "replicationgroup", "elasticache:*", of_requests},
    {"elasticache:DeleteCacheCluster", "snapshot", "*", final_snapshot},
    {"elasticache:DeleteReplicationGroup", "snapshot", "*", final_snapshot},
    {"elasticache:De*", "cluster", "elasticache:*", of_requests},
    {"elasticache:De*", "user", "elasticache:*", of_requests},
    {"elasticache:CreateUserGroup", "user", "elasticache:*", of_requests},
    {"elasticache:ModifyUserGroup", "user", "elasticache:*", of_requests},
    {"elasticache:ListTagsForResource", "cluster", "elasticache:*", of_requests},
    {"elasticache:AddTagsToResource", "cluster", "elasticache:*", of_requests},
    {"elasticache:RemoveTagsFromResource", "cluster", "elasticache:*", of_requests},
};
std::span<const Absent> absent_keys() { return absent; }

bool excuses(const Absent& absent, const std::string& row, const api::Requirement& need, const std::string& key) {
  return begins(row, absent.row) && begins(key, absent.key) &&
         (absent.type == "*" || is_of_type(need, std::string(absent.type)));
}

// Resource types that the reference calls required although a call has them only sometimes, or as alternatives.
bool is_optional_type(const std::string& row, std::string_view type) {
  static const std::vector<Absent> all{
      {"iam:GenerateServiceLastAccessedDetails", "*", {}, "one of the four"},
      {"iam:ListPoliciesGrantingServiceAccess", "*", {}, "one of the three"},
  };
  return std::any_of(all.begin(), all.end(), [&](const Absent& one) { return begins(row, one.row) && begins(type, one.type); });
}

// Keys that a row supplies to an action that the reference does not give them to.
bool is_supplied_beyond(const std::string& row, const std::string& action) {
  // AssumeRole asks for sts:TagSession and sts:SetSourceIdentity in one request with one context: role trust
  // policies name them in one statement with sts:ExternalId.
  return row == "sts:AssumeRole" && action != row;
}

// Actions that the API's own documentation names and the authorization reference does not have yet. Once it has one,
// the line has to go.
bool is_newer_than_the_reference(const std::string& action) {
  // GetWebIdentityToken's Scope, of the model of botocore 1.44.
  return action == "sts:SetWebIdentityTokenScope" && find_action(action) == nullptr;
}

void check_requirement(const std::string& row, const api::Requirement& need) {
  const json::object* action = find_action(need.action);
  if (is_newer_than_the_reference(need.action)) return;
  ASSERT_NE(action, nullptr) << row << " asks for " << need.action << ", which the reference does not have";
  const json::object& types = action->at("resources").as_object();
  const std::string service = need.action.substr(0, need.action.find(':'));
  if (need.resource == "*") {
    // A list call over several types, or none, may stand for all; an action with a required type may not.
    for (const auto& [name, type] : types)
      EXPECT_FALSE(type.as_object().at("required").as_bool())
          << row << ": " << need.action << " acts on a " << std::string_view(name) << ", not on *";
    return;
  }
  ASSERT_FALSE(types.empty()) << row << ": " << need.action << " has no resource type; its resource is *, not " << need.resource;
  json::array keys = action->at("keys").as_array();
  bool matched = false;
  for (const auto& [name, type] : types) {
    const json::object& facts = reference().at(service).as_object().at("resources").as_object().at(name).as_object();
    if (!RE2::FullMatch(need.resource, pattern_of(facts.at("arn").as_string()))) continue;
    matched = true;
    for (const json::value& key : facts.at("keys").as_array()) keys.push_back(key);
    for (const json::value& key : type.as_object().at("keys").as_array()) keys.push_back(key);
  }
  // The reference knows sts:TagSession of roles only; GetFederationToken needs it for the federated user's tags:
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
  const bool federated_user = row == "sts:GetFederationToken" && need.action == "sts:TagSession";
  EXPECT_TRUE(matched || federated_user) << row << ": " << need.resource << " is no resource of " << need.action;
  if (is_supplied_beyond(row, need.action)) return;
  for (const auto& [key, values] : need.keys)
    EXPECT_TRUE(key.starts_with("aws:") || names_key(keys, key)) << row << ": " << need.action << " knows no key " << key;
}

TEST_F(Rows, AgreeWithTheAuthorizationReference) {
  int rows = 0;
  for_each_row([&](const api::Row& row, const std::string& name) {
    ++rows;
    for (const Filled filled : {Filled::required, Filled::all}) {
      const std::vector<api::Requirement> needs = requirements(row, filled);
      EXPECT_FALSE(needs.empty()) << name << " asks for nothing";
      for (const api::Requirement& need : needs) check_requirement(name, need);
    }
  });
  EXPECT_GT(rows, 50);
}

// Every key that the reference gives to the action, or to the resource on which it is asked for, is supplied when
// the request and the state hold the fact, and so every policy that uses it can decide.
TEST_F(Rows, SupplyTheKeysOfTheReference) {
  std::set<const Absent*> used;
  for_each_row([&](const api::Row& row, const std::string& name) {
    for (const api::Requirement& need : requirements(row, Filled::all)) {
      if (find_action(need.action) == nullptr) continue;  // the test above says so
      const std::set<std::string> supplied = supplied_keys(need);
      for (const std::string& key : expected_keys(name, need)) {
        if (is_supplied(key, supplied)) continue;
        const auto excused = std::find_if(absent_keys().begin(), absent_keys().end(),
                                          [&](const Absent& one) { return excuses(one, name, need, key); });
        EXPECT_NE(excused, absent_keys().end()) << name << ": " << need.action << " on " << need.resource << " lacks " << key;
        if (excused != absent_keys().end()) used.insert(&*excused);
      }
    }
  });
  for (const Absent& absent : absent_keys())
    EXPECT_TRUE(used.contains(&absent)) << "nothing needs the exception for " << absent.row << " " << absent.key;
}

// A required resource type is asked for, and so is every action that the reference says the call depends on.
TEST_F(Rows, AskForEveryRequiredResourceAndDependentAction) {
  for_each_row([&](const api::Row& row, const std::string& name) {
    const json::object* action = find_action(name);
    if (action == nullptr) return;
    const std::vector<api::Requirement> needs = requirements(row, Filled::all);
    for (const auto& [type, facts] : action->at("resources").as_object()) {
      if (!facts.as_object().at("required").as_bool()) continue;
      const bool asked = std::any_of(needs.begin(), needs.end(), [&](const api::Requirement& need) {
        return need.action == name && is_of_type(need, std::string(type));
      });
      EXPECT_TRUE(asked || is_optional_type(name, type)) << name << " does not ask for its " << std::string_view(type);
    }
    for (const json::value& dependent : action->at("dependent").as_array()) {
      const std::string_view wanted = dependent.as_string();
      const bool asked = std::any_of(needs.begin(), needs.end(),
                                     [&](const api::Requirement& need) { return need.action == wanted; });
      EXPECT_TRUE(asked || is_optional_type(name, wanted)) << name << " does not ask for " << wanted;
    }
  });
}

// What is made with tags needs the tagging action on the same resource with the same tags, and only then.
TEST_F(Rows, AskToTagWhatTheyMakeWithTags) {
  int made_with_tags = 0;
  for_each_row([&](const api::Row& row, const std::string& name) {
    const std::vector<api::Requirement> needs = requirements(row, Filled::all);
    const bool tags = std::any_of(needs.begin(), needs.end(), [&](const api::Requirement& need) {
      return need.action == name && !need.request_tags.empty() && !is_tagging(need.action);
    });
    const auto asks = [](const std::vector<api::Requirement>& list) {
      return std::any_of(list.begin(), list.end(), [](const api::Requirement& need) { return is_tagging(need.action); });
    };
    if (is_tagging(name)) return;
    EXPECT_EQ(asks(needs), tags) << name;
    EXPECT_FALSE(asks(requirements(row, Filled::required))) << name << " asks to tag without tags";
    if (!tags) return;
    ++made_with_tags;
    for (const api::Requirement& need : needs) {
      if (is_tagging(need.action)) {
        EXPECT_EQ(need.request_tags, (api::TagMap{{"team", "blue"}})) << name;
      }
    }
  });
  EXPECT_GT(made_with_tags, 5);
}

// A read must not be able to change anything, and what changes something must be recorded with its answer.
TEST_F(Rows, ReadOnlyIsWhatTheReferenceCallsReadOrList) {
  for (const wire::Service* service : registry_.services()) {
    for (const wire::Operation& operation : service->operations) {
      const api::Row* row = registry_.find(operation);
      if (row == nullptr) continue;
      const std::string name = api::action_name(operation);
      const json::object* action = find_action(name);
      if (action == nullptr) continue;
      const std::string_view level = action->at("level").as_string();
      // sts hands out credentials without changing any state, so its rows read.
      if (service->name == "sts") continue;
      // "Read" by the reference, and yet they leave a job behind, which another call reads.
      if (operation.name == "GenerateServiceLastAccessedDetails" || operation.name == "GenerateOrganizationsAccessReport")
        continue;
      EXPECT_EQ(row->mode == api::Mode::read, level == "Read" || level == "List") << name << " is a " << level;
    }
  }
}

}  // namespace
}  // namespace haar::main
