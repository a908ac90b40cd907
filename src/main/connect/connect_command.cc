#include "main/connect/connect_command.h"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>
#include <vector>

#include "main/connect/connect_plan.h"
#include "main/connect/connect_target.h"
#include "main/operator.h"
#include "main/setup/profile.h"
#include "model/ec2/AuthorizeSecurityGroupEgress.h"
#include "model/ec2/AuthorizeSecurityGroupIngress.h"
#include "model/ec2/CreateSecurityGroup.h"
#include "model/ec2/DeleteSecurityGroup.h"
#include "model/ec2/DescribeInstances.h"
#include "model/ec2/DescribeSecurityGroups.h"
#include "model/ec2/ModifyNetworkInterfaceAttribute.h"
#include "model/ec2/RevokeSecurityGroupEgress.h"

namespace haar::main {
namespace {

struct Instance {
  std::string id, vpc, interface;  // the primary interface
  std::vector<std::string> groups;
};

std::string text(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Result<AwsClient> client_of(const std::string& data, const std::string& region) {
  const std::string socket = TRY(choose_operator_socket(data));
  const auto status = TRY(ask_operator(socket, "status"));
  const std::string chosen = !region.empty() ? region : variable("AWS_REGION");
  ProfileKey key{variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")};
  if (!variable("AWS_SESSION_TOKEN").empty())
    return Error{"InvalidConfiguration", "haar connect signs with a lasting key, not with a session's"};
  if (key.id.empty() || key.secret.empty()) {
    const std::optional<ProfileKey> known = read_profile_key(text(status, "data"));
    if (!known) return Error{"NoCredentials", "there is no key to sign with: run  haar setup  or set AWS_ACCESS_KEY_ID"};
    key = *known;
  }
  return AwsClient(text(status, "endpoint"), chosen.empty() ? text(status, "region") : chosen, std::move(key));
}

// ---- what there is ------------------------------------------------------------------------------

Result<Instance> find_instance(const AwsClient& aws, const std::string& id) {
  ec2::DescribeInstancesRequest ask;
  ask.InstanceIds = {id};
  const auto answer = TRY(aws.call<ec2::ops::DescribeInstances>(ask));
  if (!answer.Reservations || answer.Reservations->empty() || !answer.Reservations->front().Instances)
    return Error{"InvalidInstanceID.NotFound", "The instance ID '" + id + "' does not exist"};
  for (const ec2::Instance& one : *answer.Reservations->front().Instances) {
    if (!one.NetworkInterfaces || one.NetworkInterfaces->empty()) continue;
    const ec2::InstanceNetworkInterface& primary = one.NetworkInterfaces->front();
    Instance out{id, one.VpcId.value_or(""), primary.NetworkInterfaceId.value_or(""), {}};
    if (primary.Groups) {
      for (const ec2::GroupIdentifier& group : *primary.Groups) out.groups.push_back(group.GroupId.value_or(""));
    }
    return out;
  }
  return Error{"IncorrectInstanceState", "the instance " + id + " has no network interface"};
}

// A rule for each peer, as the API's table of rules has them.
std::vector<PlainRule> plain(const std::optional<std::vector<ec2::IpPermission>>& permissions) {
  std::vector<PlainRule> out;
  if (!permissions) return out;
  for (const ec2::IpPermission& one : *permissions) {
    const auto add = [&](const std::string& group) {
      out.push_back({one.IpProtocol.value_or(""), one.FromPort.value_or(-1), one.ToPort.value_or(-1), group});
    };
    if (one.UserIdGroupPairs) {
      for (const auto& pair : *one.UserIdGroupPairs) add(pair.GroupId.value_or(""));
    }
    const std::size_t others = (one.IpRanges ? one.IpRanges->size() : 0) + (one.Ipv6Ranges ? one.Ipv6Ranges->size() : 0) +
                               (one.PrefixListIds ? one.PrefixListIds->size() : 0);
    for (std::size_t i = 0; i < others; ++i) add("");
  }
  return out;
}

Result<std::vector<PlainGroup>> groups_of(const AwsClient& aws, const std::string& vpc, const PairNames& names) {
  ec2::DescribeSecurityGroupsRequest ask;
  ask.Filters = {ec2::Filter{"vpc-id", std::vector<std::string>{vpc}},
                 ec2::Filter{"group-name", std::vector<std::string>{std::string(names.target) + "*",
                                                                    std::string(names.instance) + "*"}}};
  std::vector<PlainGroup> out;
  do {
    auto answer = TRY(aws.call<ec2::ops::DescribeSecurityGroups>(ask));
    if (answer.SecurityGroups) {
      for (const ec2::SecurityGroup& group : *answer.SecurityGroups)
        out.push_back({group.GroupId.value_or(""), group.GroupName.value_or(""), plain(group.IpPermissions),
                       plain(group.IpPermissionsEgress)});
    }
    ask.NextToken = std::move(answer.NextToken);
  } while (ask.NextToken && !ask.NextToken->empty());
  return out;
}

// ---- what is made -------------------------------------------------------------------------------

// Without the rule that every new group has: all that AWS's have is the one rule of their pair.
Result<std::string> make_group(const AwsClient& aws, const std::string& vpc, std::string name, std::string description) {
  ec2::CreateSecurityGroupRequest make;
  make.GroupName = std::move(name);
  make.Description = std::move(description);
  make.VpcId = vpc;
  const std::string id = TRY(aws.call<ec2::ops::CreateSecurityGroup>(make)).GroupId.value_or("");
  ec2::IpPermission everything;
  everything.IpProtocol = "-1";
  everything.IpRanges = {ec2::IpRange{std::nullopt, "0.0.0.0/0"}};
  ec2::RevokeSecurityGroupEgressRequest revoke;
  revoke.GroupId = id;
  revoke.IpPermissions = {everything};
  TRY(aws.call<ec2::ops::RevokeSecurityGroupEgress>(revoke));
  return id;
}

ec2::IpPermission one_rule(std::int32_t port, const std::string& peer, std::optional<std::string> description) {
  ec2::UserIdGroupPair pair;
  pair.GroupId = peer;
  pair.Description = std::move(description);
  ec2::IpPermission rule;
  rule.IpProtocol = "tcp";
  rule.FromPort = rule.ToPort = port;
  rule.UserIdGroupPairs = {pair};
  return rule;
}

// Those that it has, and one more unless that is empty.
Result<void> give_groups(const AwsClient& aws, const Instance& instance, const std::string& group) {
  ec2::ModifyNetworkInterfaceAttributeRequest change;
  change.NetworkInterfaceId = instance.interface;
  change.Groups = instance.groups;
  if (!group.empty()) change.Groups->push_back(group);
  TRY(aws.call<ec2::ops::ModifyNetworkInterfaceAttribute>(change));
  return {};
}

struct Pair {
  std::string target, instance;  // ids
};

// The texts are those that AWS's RDS console writes; for caches, whose console says it in words of its own that could
// not be found, the same ones.
Result<void> fill_pair(const AwsClient& aws, const ConnectTarget& target, const Pair& pair) {
  ec2::AuthorizeSecurityGroupIngressRequest in;
  in.GroupId = pair.target;
  in.IpPermissions = {one_rule(target.port, pair.instance,
                               "Rule to allow connections from EC2 instances with " + pair.instance + " attached")};
  TRY(aws.call<ec2::ops::AuthorizeSecurityGroupIngress>(in));
  ec2::AuthorizeSecurityGroupEgressRequest out;
  out.GroupId = pair.instance;
  out.IpPermissions = {one_rule(target.port, pair.target,
                                "Rule to allow connections to " + target.id +
                                    " from any instances this security group is attached to")};
  TRY(aws.call<ec2::ops::AuthorizeSecurityGroupEgress>(out));
  return {};
}

std::string name_of(std::string_view prefix, std::int32_t number) { return std::string(prefix) + std::to_string(number); }

Result<void> make_and_attach(const AwsClient& aws, const ConnectTarget& target, const Instance& instance, std::int32_t number,
                             Pair& pair) {
  pair.target = TRY(make_group(aws, target.vpc, name_of(target.names().target, number),
                               "Security group attached to " + target.id +
                                   " to allow EC2 instances with specific security groups attached to connect to the database. "
                                   "Modification could lead to connection loss."));
  pair.instance = TRY(make_group(aws, target.vpc, name_of(target.names().instance, number),
                                 "Security group attached to instances to securely connect to " + target.id +
                                     ". Modification could lead to connection loss."));
  TRY(fill_pair(aws, target, pair));
  TRY(give_groups(aws, instance, pair.instance));
  return attach_to(aws, target, pair.target);
}

void delete_group(const AwsClient& aws, const std::string& id) {
  if (id.empty()) return;
  ec2::DeleteSecurityGroupRequest gone;
  gone.GroupId = id;
  (void)aws.call<ec2::ops::DeleteSecurityGroup>(gone);
}

// Nothing half made: the new groups go again. Each is named by a rule of the other, so one rule goes first.
void undo(const AwsClient& aws, const ConnectTarget& target, const Instance& instance, const Pair& pair) {
  if (!pair.target.empty() && !pair.instance.empty()) {
    (void)give_groups(aws, instance, "");
    ec2::RevokeSecurityGroupEgressRequest revoke;
    revoke.GroupId = pair.instance;
    revoke.IpPermissions = {one_rule(target.port, pair.target, std::nullopt)};
    (void)aws.call<ec2::ops::RevokeSecurityGroupEgress>(revoke);
  }
  delete_group(aws, pair.target);
  delete_group(aws, pair.instance);
}

Result<std::string> connect(const AwsClient& aws, const ConnectTarget& target, const Instance& instance) {
  if (target.vpc != instance.vpc)
    return Error{"InvalidVPC", fmt::format("{} is in {} and {} in {}: automatic connectivity needs one VPC", target.id,
                                           target.vpc, instance.id, instance.vpc)};
  const Connectivity now{target.port, TRY(groups_of(aws, target.vpc, target.names())), target.groups, instance.groups};
  const ConnectPlan plan = plan_connection(target.names(), now);
  switch (plan.action) {
    case ConnectPlan::Action::none:
      return fmt::format("{} is connected to {} already, by {}.", instance.id, target.id, plan.group);
    case ConnectPlan::Action::associate:
      TRY(give_groups(aws, instance, plan.group));
      return fmt::format("{} has got the security group {}, which leads to {}.", instance.id, plan.group, target.id);
    case ConnectPlan::Action::create: break;
  }
  Pair pair;
  const Result<void> made = make_and_attach(aws, target, instance, plan.number, pair);
  if (!made.ok()) {
    undo(aws, target, instance, pair);
    return made.error();
  }
  return fmt::format("{} may connect to {} on port {}: security groups {} ({}) and {} ({}).", instance.id, target.id, target.port,
                     name_of(target.names().instance, plan.number), pair.instance,
                     name_of(target.names().target, plan.number), pair.target);
}

Result<std::string> connect(const std::string& data, const ConnectChoices& choices) {
  const AwsClient aws = TRY(client_of(data, choices.region));
  const bool cache = choices.cluster.empty();
  const ConnectTarget target = TRY(cache ? find_cache(aws, choices.cache) : find_cluster(aws, choices.cluster));
  return connect(aws, target, TRY(find_instance(aws, choices.instance)));
}

}  // namespace

int connect_instance(const std::string& data, const ConnectChoices& choices, const Terminal& terminal) {
  const Result<std::string> done = connect(data, choices);
  if (done.ok()) terminal.out << *done << "\n";
  else terminal.err << "haar: " << done.error().message << "\n";
  return done.ok() ? 0 : 1;
}

}  // namespace haar::main
