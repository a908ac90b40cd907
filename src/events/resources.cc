#include "events/resources.h"

#include <algorithm>
#include <boost/json.hpp>
#include <span>

namespace haar::events {
namespace {

struct Member {
  std::string_view name;  // as the event's JSON spells it
  std::string_view type;
};

constexpr Member iam_members[] = {
    {"userName", "AWS::IAM::User"}, {"roleName", "AWS::IAM::Role"}, {"groupName", "AWS::IAM::Group"},
    {"policyArn", "AWS::IAM::Policy"}, {"accessKeyId", "AWS::IAM::AccessKey"},
    {"instanceProfileName", "AWS::IAM::InstanceProfile"}, {"serialNumber", "AWS::IAM::VirtualMFADevice"},
    {"sAMLProviderArn", "AWS::IAM::SAMLProvider"}, {"openIDConnectProviderArn", "AWS::IAM::OIDCProvider"},
    {"serverCertificateName", "AWS::IAM::ServerCertificate"}};
// As the log of an AssumeRole shows them: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
constexpr Member sts_members[] = {
    {"roleArn", "AWS::IAM::Role"}, {"accessKeyId", "AWS::IAM::AccessKey"}, {"assumedRoleId", "AWS::STS::AssumedRole"}};
constexpr Member organizations_members[] = {
    {"accountId", "AWS::Organizations::Account"}, {"policyId", "AWS::Organizations::Policy"},
    {"organizationalUnitId", "AWS::Organizations::OrganizationalUnit"}};
constexpr Member ec2_members[] = {
    {"groupId", "AWS::EC2::SecurityGroup"}, {"vpcId", "AWS::EC2::VPC"}, {"subnetId", "AWS::EC2::Subnet"},
    {"networkInterfaceId", "AWS::EC2::NetworkInterface"}, {"routeTableId", "AWS::EC2::RouteTable"},
    {"internetGatewayId", "AWS::EC2::InternetGateway"}, {"networkAclId", "AWS::EC2::NetworkAcl"},
    {"dhcpOptionsId", "AWS::EC2::DHCPOptions"}, {"prefixListId", "AWS::EC2::PrefixList"},
    {"instanceId", "AWS::EC2::Instance"}, {"allocationId", "AWS::EC2::EIP"}};
constexpr Member rds_members[] = {
    {"dBClusterIdentifier", "AWS::RDS::DBCluster"}, {"dBInstanceIdentifier", "AWS::RDS::DBInstance"},
    {"dBSubnetGroupName", "AWS::RDS::DBSubnetGroup"}, {"dBParameterGroupName", "AWS::RDS::DBParameterGroup"},
    {"dBClusterParameterGroupName", "AWS::RDS::DBClusterParameterGroup"},
    {"dBSnapshotIdentifier", "AWS::RDS::DBSnapshot"}, {"dBClusterSnapshotIdentifier", "AWS::RDS::DBClusterSnapshot"}};
constexpr Member elasticache_members[] = {
    {"cacheClusterId", "AWS::ElastiCache::CacheCluster"}, {"replicationGroupId", "AWS::ElastiCache::ReplicationGroup"},
    {"cacheSubnetGroupName", "AWS::ElastiCache::SubnetGroup"},
    {"cacheParameterGroupName", "AWS::ElastiCache::ParameterGroup"}};
// What haar itself tells of a resource, and what any service may be asked by ARN.
constexpr Member other_members[] = {{"resourceArn", ""}};

struct Service {
  std::string_view source;
  std::span<const Member> members;
};
constexpr Service services[] = {
    {"iam.amazonaws.com", iam_members}, {"sts.amazonaws.com", sts_members},
    {"organizations.amazonaws.com", organizations_members}, {"ec2.amazonaws.com", ec2_members},
    {"rds.amazonaws.com", rds_members}, {"elasticache.amazonaws.com", elasticache_members}};

std::span<const Member> members_of(std::string_view source) {
  for (const Service& service : services) {
    if (service.source == source) return service.members;
  }
  return {};
}

// Walks JSON that haar has written, and looks at strings only: at each that is a member's value, and at each of a list,
// which counts as its member's ("groupIds" as "groupId").
class Finder {
 public:
  Finder(std::span<const Member> members, std::vector<Resource>& out) : members_(members), out_(out) {}

  void look_through(std::string_view json) {
    std::string_view name, text;
    for (std::size_t at = 0; at < json.size();) {
      switch (json[at]) {
        case '"':
          text = string_at(json, at);
          if (at < json.size() && json[at] == ':') name = text;
          else found(name, text);
          break;
        case '}': name = {}; ++at; break;
        default: ++at;
      }
    }
  }

 private:
  // The string that begins at json[at], as it is written there; `at` is then behind it.
  static std::string_view string_at(std::string_view json, std::size_t& at) {
    const std::size_t begin = ++at;
    while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
    const std::size_t end = std::min(at, json.size());
    at = end + 1;
    return json.substr(begin, end - begin);
  }

  void found(std::string_view name, std::string_view text) {
    if (name.empty() || text.empty() || out_.size() >= resources_max) return;
    for (const std::span<const Member> some : {members_, std::span<const Member>(other_members)}) {
      for (const Member& member : some) {
        const bool plural = name.size() == member.name.size() + 1 && name.back() == 's';
        if ((plural ? name.substr(0, member.name.size()) : name) != member.name) continue;
        Resource resource{member.type, unescaped(text)};
        if (std::find(out_.begin(), out_.end(), resource) == out_.end()) out_.push_back(std::move(resource));
        return;
      }
    }
  }

  static std::string unescaped(std::string_view text) {
    if (text.find('\\') == std::string_view::npos) return std::string(text);
    boost::json::error_code error;
    const boost::json::value value = boost::json::parse('"' + std::string(text) + '"', error);
    return error || !value.is_string() ? std::string(text) : std::string(value.get_string());
  }

  const std::span<const Member> members_;
  std::vector<Resource>& out_;
};

}  // namespace

std::vector<Resource> resources_of(std::string_view source, std::string_view request, std::string_view response) {
  std::vector<Resource> out;
  Finder finder(members_of(source), out);
  finder.look_through(request);
  finder.look_through(response);
  return out;
}

}  // namespace haar::events
