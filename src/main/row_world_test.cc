#include "main/row_world.h"

#include <gtest/gtest.h>

#include <map>

#include "api/kit/action_name.h"
#include "main/services.h"
#include "services/cloudtrail/records.h"
#include "services/ec2/instances/images.h"
#include "services/ec2/records.h"
#include "services/elasticache/records.h"
#include "services/elasticache/snapshots/records.h"
#include "services/elasticache/users/records.h"
#include "services/iam/principals/entities.h"
#include "services/iam/delegation/delegation_records.h"
#include "services/iam/federation/federation_records.h"
#include "services/iam/identity.h"
#include "services/iam/principals/instance_profile_records.h"
#include "services/iam/credentials/key_records.h"
#include "services/iam/credentials/mfa_devices.h"
#include "services/iam/credentials/mfa_records.h"
#include "services/iam/federation/providers.h"
#include "services/iam/records.h"
#include "services/rds/endpoints/records.h"
#include "services/rds/global/records.h"
#include "services/rds/options/records.h"
#include "services/rds/records.h"
#include "services/rds/snapshots/records.h"
#include "services/secretsmanager/records.h"
#include "store/memory_backend.h"

namespace haar::main {
namespace {

const AccountId account("111122223333");
constexpr std::string_view region = "us-east-1", policy_arn = "arn:aws:iam::111122223333:policy/example";
constexpr std::string_view vpc = "vpc-0123456789abcdef0", subnet = "subnet-0123456789abcdef0",
                           group = "sg-0123456789abcdef0", interface = "eni-0123456789abcdef0",
                           rule = "sgr-0123456789abcdef0", acl = "acl-0123456789abcdef0",
                           dhcp = "dopt-0123456789abcdef0", prefix_list = "pl-0123456789abcdef0",
                           instance = "i-0123456789abcdef0";
constexpr std::string_view table = "rtb-0123456789abcdef0", gateway = "igw-0123456789abcdef0",
                           egress_gateway = "eigw-0123456789abcdef0", nat_gateway = "nat-0123456789abcdef0",
                           elastic_ip = "eipalloc-0123456789abcdef0", peering = "pcx-0123456789abcdef0",
                           endpoint = "vpce-0123456789abcdef0";

// Texts by the name of their member, or of the list that they are in; every other text is "example".
std::string text_for(std::string_view name, std::string_view service) {
  static const std::map<std::string_view, std::string_view> texts{
      {"PolicyArn", policy_arn},
      {"PermissionsBoundary", policy_arn},
      {"PolicySourceArn", "arn:aws:iam::111122223333:user/example"},
      {"Arn", "arn:aws:iam::111122223333:user/example"},
      {"RoleArn", "arn:aws:iam::111122223333:role/example"},
      {"EntityArn", "arn:aws:iam::111122223333:delegation-request/example"},
      {"EntityPath", "o-a1b2c3d4e5/r-ab12"},
      {"SAMLProviderArn", "arn:aws:iam::111122223333:saml-provider/example"},
      {"PrincipalArn", "arn:aws:iam::111122223333:saml-provider/example"},
      {"OpenIDConnectProviderArn", "arn:aws:iam::111122223333:oidc-provider/example"},
      {"SerialNumber", "arn:aws:iam::111122223333:mfa/example"},
      {"TargetPrincipal", "111122223333"},
      {"ResourceName", "arn:aws:elasticache:us-east-1:111122223333:cluster:example"},
      {"AWSServiceName", "rds.amazonaws.com"},
      {"Path", "/"},
      {"NewPath", "/new/"},
      {"VpcId", vpc},
      {"SubnetId", subnet},
      {"Groups", group},
      {"NetworkInterfaceId", interface},
      {"SecurityGroupIds", group},
      {"InstanceId", instance},
      {"InstanceIds", instance},
      {"InstanceType", "t3.micro"},
      {"SecurityGroupRuleId", rule},
      {"NetworkAclId", acl},
      {"DhcpOptionsId", dhcp},
      {"PrefixListId", prefix_list},
      {"Resources", vpc},
      {"Key", "team"},
      {"TagKeys", "team"},
      {"Value", "blue"},
      {"EngineVersion", "16.4"},
      {"RouteTableId", table},
      {"RouteTableIds", table},
      {"AddRouteTableIds", table},
      {"GatewayId", gateway},
      {"InternetGatewayId", gateway},
      {"EgressOnlyInternetGatewayId", egress_gateway},
      {"NatGatewayId", nat_gateway},
      {"AllocationId", elastic_ip},
      {"VpcPeeringConnectionId", peering},
      {"VpcEndpointId", endpoint},
      {"VpcEndpointIds", endpoint},
      {"SubnetIds", subnet},
      {"AddSubnetIds", subnet},
      {"RemoveSubnetIds", subnet},
      {"RemoveRouteTableIds", table},
      {"SecurityGroupIds", group},
      {"AddSecurityGroupIds", group},
      {"RemoveSecurityGroupIds", group},
  };
  // Organizations tells its resources apart by their ids.
  static const std::map<std::string_view, std::string_view> organization_ids{
      {"AccountId", "222222222222"},         {"ChildId", "222222222222"}, {"HandshakeId", "h-12345678"},
      {"OrganizationalUnitId", "ou-ab12-12345678"}, {"ParentId", "r-ab12"}, {"PolicyId", "p-12345678"},
      {"ResourceId", "r-ab12"},              {"RootId", "r-ab12"},        {"TargetId", "222222222222"},
      {"SourceParentId", "r-ab12"},          {"DestinationParentId", "ou-ab12-12345678"}};
  if (const auto id = organization_ids.find(name); service == "organizations" && id != organization_ids.end())
    return std::string(id->second);
  if (service == "cloudtrail" && (name == "ResourceId" || name == "ResourceIdList"))
    return "arn:aws:cloudtrail:us-east-1:111122223333:trail/example";
  if (service == "ec2" && name == "GroupId") return std::string(group);
  if (service == "ec2" && name == "ImageId") return ec2::image_id(region, ec2::all_images().front());
  const auto at = texts.find(name);
  return std::string(at == texts.end() ? std::string_view("example") : at->second);
}

struct Filler {
  std::string_view service;
  Filled filled;

  [[nodiscard]] std::string text_of(const wire::Shape& shape, std::string_view name) const {
    // RunInstances tells tags of instances from those of what it makes beside them.
    if (service == "ec2" && name == "ResourceType") return "instance";
    return shape.enumeration.empty() ? text_for(name, service) : std::string(shape.enumeration[0]);
  }

  // `name`: of the member, or of the list that the value is in.
  void value(const wire::Member& member, void* field, std::string_view name, int depth) const {
    constexpr int depth_max = 6;
    if (depth > depth_max) return;
    if (member.box != nullptr) field = member.box->get_mutable(field);
    const wire::Shape& shape = *member.shape;
    switch (shape.kind) {
      case wire::Kind::string:
        *static_cast<std::string*>(field) = text_of(shape, name);
        break;
      case wire::Kind::integer: *static_cast<std::int32_t*>(field) = 1; break;
      case wire::Kind::long_integer: *static_cast<std::int64_t*>(field) = 1; break;
      case wire::Kind::boolean: *static_cast<bool*>(field) = true; break;
      case wire::Kind::structure: members(shape, field, depth + 1); break;
      case wire::Kind::list: value(*shape.element, shape.list->append(field), name, depth + 1); break;
      default: break;  // no resolver looks at the others
    }
  }

  void members(const wire::Shape& shape, void* structure, int depth) const {
    for (const wire::Member& member : shape.members) {
      if (filled == Filled::required && member.optional != nullptr) continue;
      void* field = static_cast<char*>(structure) + member.offset;
      if (member.optional != nullptr) field = member.optional->emplace(field);
      value(member, field, member.name, depth);
    }
  }
};

// What belongs to the user, and those who vouch for others.
void put_iam_belongings(store::Txn& txn) {
  const iam::TagList tags{{"team", "blue"}};
  iam::AccessKeyRecord key;
  key.id = "example";
  key.owner_id = "AIDAEXAMPLE";
  txn.put(iam::access_keys, store::key_of(account, store::global, "example"), key);
  iam::MfaDeviceRecord device;
  device.name = "example";
  device.path = "/";
  device.tags = tags;
  txn.put(iam::mfa_devices, *iam::mfa_device_key(account, "arn:aws:iam::111122223333:mfa/example"), device);
  iam::SamlProviderRecord saml;
  saml.name = "example";
  saml.tags = tags;
  txn.put(iam::saml_providers, iam::saml_provider_key(account, "example"), saml);
  iam::OidcProviderRecord oidc;
  oidc.url = "https://example";
  oidc.tags = tags;
  txn.put(iam::oidc_providers, iam::oidc_provider_key(account, "example"), oidc);
  iam::ServiceCredentialRecord credential;
  credential.id = "example";
  credential.owner_id = "AIDAEXAMPLE";
  credential.service = "codecommit.amazonaws.com";
  txn.put(iam::service_credentials, store::key_of(account, store::global, "example"), credential);
  iam::DelegationRequestRecord delegation;
  delegation.id = "example";
  delegation.owner_account = account.value;
  delegation.owner_arn = "arn:aws:iam::111122223333:user/example";
  txn.put(iam::delegation_requests, store::key_of(account, store::global, "example"), delegation);
  iam::InstanceProfileRecord profile;
  profile.name = "example";
  profile.path = "/";
  profile.unique_id = "AIPAEXAMPLE";
  profile.tags = tags;
  txn.put(iam::instance_profiles, iam::entity_key(account, "example"), profile);
  iam::ServerCertificateRecord certificate;
  certificate.name = "example";
  certificate.path = "/";
  certificate.tags = tags;
  txn.put(iam::server_certificates, iam::entity_key(account, "example"), certificate);
}

void put_iam(store::Txn& txn) {
  const iam::TagList tags{{"team", "blue"}};
  iam::UserRecord user;
  user.name = "example";
  user.path = "/";
  user.unique_id = "AIDAEXAMPLE";
  user.boundary_arn = policy_arn;
  user.tags = tags;
  iam::save(txn, system_random(), iam::users, account, user);
  iam::UserRecord caller = user;
  caller.name = "ana";
  caller.unique_id = "AIDAANA";
  iam::save(txn, system_random(), iam::users, account, caller);
  iam::RoleRecord role;
  role.name = "example";
  role.path = "/";
  role.unique_id = "AROAEXAMPLE";
  role.boundary_arn = policy_arn;
  role.tags = tags;
  role.trust = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]})";
  iam::save(txn, system_random(), iam::roles, account, role);
  iam::GroupRecord group_record;
  group_record.name = "example";
  group_record.path = "/";
  group_record.unique_id = "AGPAEXAMPLE";
  iam::save(txn, system_random(), iam::groups, account, group_record);
  iam::PolicyRecord policy;
  policy.name = "example";
  policy.path = "/";
  policy.unique_id = "ANPAEXAMPLE";
  policy.tags = tags;
  policy.default_version_id = "v1";
  policy.versions = {{"v1", R"({"Version":"2012-10-17","Statement":[]})", {}}};
  iam::save(txn, system_random(), iam::policies, account, policy);
}

template <class Record>
Record named(std::string_view id) {
  Record record;
  record.id = id;
  record.tags = {{"team", "blue"}};
  return record;
}

// A network ACL, DHCP options and a prefix list. Every association id is "example".
void put_ec2_belongings(store::Txn& txn) {
  const auto key = [](std::string_view id) { return store::key_of(account, region, id); };
  auto acl_record = named<ec2::NetworkAclRecord>(acl);
  acl_record.vpc_id = vpc;
  acl_record.associations = {{"example", std::string(subnet)}};
  txn.put(ec2::network_acls, key(acl), acl_record);
  txn.put(ec2::dhcp_options, key(dhcp), named<ec2::DhcpOptionsRecord>(dhcp));
  txn.put(ec2::prefix_lists, key(prefix_list), named<ec2::PrefixListRecord>(prefix_list));
}

void put_ec2(store::Txn& txn) {
  const auto key = [](std::string_view id) { return store::key_of(account, region, id); };
  auto vpc_record = named<ec2::VpcRecord>(vpc);
  vpc_record.cidr_association_id = "example";
  vpc_record.is_default = true;
  txn.put(ec2::vpcs, key(vpc), vpc_record);
  put_ec2_belongings(txn);
  auto subnet_record = named<ec2::SubnetRecord>(subnet);
  subnet_record.ipv6_cidrs = {{"example", "2001:db8::/64"}};
  subnet_record.vpc_id = vpc;
  subnet_record.zone = "us-east-1a";
  subnet_record.zone_id = "use1-az1";
  subnet_record.default_for_az = true;
  txn.put(ec2::subnets, key(subnet), subnet_record);
  auto group_record = named<ec2::SecurityGroupRecord>(group);
  group_record.vpc_id = vpc;
  group_record.name = "example";
  txn.put(ec2::security_groups, key(group), group_record);
  auto rule_record = named<ec2::SecurityGroupRuleRecord>(rule);
  rule_record.group_id = group;
  txn.put(ec2::security_group_rules, key(rule), rule_record);
  auto interface_record = named<ec2::NetworkInterfaceRecord>(interface);
  interface_record.vpc_id = vpc;
  interface_record.subnet_id = subnet;
  interface_record.zone = "us-east-1a";
  interface_record.operator_principal = "rds.amazonaws.com";
  interface_record.attachment_id = "example";
  interface_record.instance_id = instance;
  txn.put(ec2::network_interfaces, key(interface), interface_record);
  auto key_pair = named<ec2::KeyPairRecord>("key-0123456789abcdef0");
  key_pair.name = "example";
  key_pair.type = "ed25519";
  txn.put(ec2::key_pairs, key(key_pair.id), key_pair);
  auto instance_record = named<ec2::InstanceRecord>(instance);
  instance_record.type = "t3.micro";
  instance_record.zone = "us-east-1a";
  instance_record.zone_id = "use1-az1";
  instance_record.profile_arn = "arn:aws:iam::111122223333:instance-profile/example";
  instance_record.profile_association_id = "example";
  txn.put(ec2::instances, key(instance), instance_record);
}

// Gateways, routes to them, and what lies between networks. Every association id is "example".
void put_gateways(store::Txn& txn) {
  const auto key = [](std::string_view id) { return store::key_of(account, region, id); };
  auto table_record = named<ec2::RouteTableRecord>(table);
  table_record.vpc_id = vpc;
  table_record.associations = {{"example", false, std::string(subnet), {}}};
  txn.put(ec2::route_tables, key(table), table_record);
  txn.put(ec2::internet_gateways, key(gateway), named<ec2::InternetGatewayRecord>(gateway));
  txn.put(ec2::egress_only_gateways, key(egress_gateway), named<ec2::EgressOnlyGatewayRecord>(egress_gateway));
  auto nat_record = named<ec2::NatGatewayRecord>(nat_gateway);
  nat_record.vpc_id = vpc;
  txn.put(ec2::nat_gateways, key(nat_gateway), nat_record);
  auto address_record = named<ec2::AddressRecord>(elastic_ip);
  address_record.public_ip = "198.18.0.1";
  address_record.association_id = "example";
  address_record.interface_id = interface;
  txn.put(ec2::addresses, key(elastic_ip), address_record);
  ec2::PeeringRecord peering_record;
  peering_record.id = peering;
  peering_record.requester = {std::string(account.value), std::string(region), std::string(vpc), {}, {}, false,
                              {{"team", "blue"}}};
  peering_record.accepter = peering_record.requester;
  peering_record.status = "active";
  txn.put(ec2::peerings, key(peering), peering_record);
  auto endpoint_record = named<ec2::VpcEndpointRecord>(endpoint);
  endpoint_record.service_name = "com.amazonaws.us-east-1.sts";
  txn.put(ec2::vpc_endpoints, key(endpoint), endpoint_record);
}

void put_stores(store::Txn& txn) {
  const store::Key key = store::key_of(account, region, "example");
  auto cluster = named<rds::ClusterRecord>("example");
  cluster.engine = "aurora-postgresql";
  cluster.engine_version = "16.4";
  cluster.database_name = "app";
  txn.put(rds::clusters, key, cluster);
  auto instance = named<rds::InstanceRecord>("example");
  instance.cluster_id = "example";
  instance.instance_class = "db.r6g.large";
  instance.storage_gib = 400;
  instance.iops = 12'000;
  txn.put(rds::instances, key, instance);
  auto snapshot = named<rds::SnapshotRecord>("example");
  snapshot.cluster.engine = "aurora-postgresql";
  snapshot.cluster.engine_version = "16.4";
  txn.put(rds::snapshots, key, snapshot);
  rds::RetainedBackupRecord backup;
  backup.tags = {{"team", "blue"}};
  txn.put(rds::retained_backups, key, backup);
  rds::SubnetGroupRecord subnets;
  subnets.name = "example";
  subnets.tags = {{"team", "blue"}};
  txn.put(rds::subnet_groups, key, subnets);
  rds::ParameterGroupRecord parameters;
  rds::ClusterParameterGroupRecord cluster_parameters;
  parameters.name = cluster_parameters.name = "example";
  parameters.tags = cluster_parameters.tags = {{"team", "blue"}};
  txn.put(rds::cluster_parameter_groups, key, cluster_parameters);
  txn.put(rds::parameter_groups, key, parameters);
  txn.put(rds::custom_endpoints, key, named<rds::CustomEndpointRecord>("example"));
  rds::OptionGroupRecord options;
  options.name = "example";
  options.tags = {{"team", "blue"}};
  txn.put(rds::option_groups, key, options);
  txn.put(rds::global_clusters, store::key_of(account, store::global, "example"), named<rds::GlobalClusterRecord>("example"));
  secretsmanager::SecretRecord secret;
  secret.name = "example";
  secret.suffix = "AbCdEf";
  secret.tags = {{"team", "blue"}};
  txn.put(secretsmanager::secrets, key, secret);
  auto cache = named<elasticache::ClusterRecord>("example");
  cache.engine = "redis";
  txn.put(elasticache::clusters, key, cache);
  txn.put(elasticache::groups, key, named<elasticache::GroupRecord>("example"));
  elasticache::SubnetGroupRecord cache_subnets;
  cache_subnets.name = "example";
  cache_subnets.tags = {{"team", "blue"}};
  txn.put(elasticache::subnet_groups, key, cache_subnets);
  elasticache::ParameterGroupRecord cache_parameters;
  cache_parameters.name = "example";
  cache_parameters.family = "redis7";
  cache_parameters.tags = {{"team", "blue"}};
  txn.put(elasticache::parameter_groups, key, cache_parameters);
  auto cache_user = named<elasticache::UserRecord>("example");
  cache_user.tags = {{"team", "blue"}};
  txn.put(elasticache::users, key, cache_user);
  auto cache_users = named<elasticache::UserGroupRecord>("example");
  cache_users.tags = {{"team", "blue"}};
  txn.put(elasticache::user_groups, key, cache_users);
  elasticache::SnapshotRecord cache_snapshot;
  cache_snapshot.name = "example";
  cache_snapshot.tags = {{"team", "blue"}};
  txn.put(elasticache::snapshots, key, cache_snapshot);
  cloudtrail::TrailRecord trail;
  trail.name = "example";
  trail.tags = {{"team", "blue"}};
  txn.put(cloudtrail::trails, key, trail);
}

}  // namespace

RowWorld::RowWorld() : db_(store::Db::open(store::make_memory_backend(), all_spaces()).value()) {
  caller_->account = account;
  caller_->arn = caller_->principal_arn = "arn:aws:iam::111122223333:user/ana";
  caller_->unique_id = "AIDAANA";
  caller_->name = "ana";
  EXPECT_EQ(db_->submit_and_wait([](store::Txn& txn) {
    put_iam(txn);
    put_iam_belongings(txn);
    put_ec2(txn);
    put_gateways(txn);
    put_stores(txn);
    return store::Keep::commit;
  }), store::Outcome::committed);
}

std::vector<api::Requirement> RowWorld::requirements(const api::Registry& registry, const api::Row& row, Filled filled) {
  auth::Keyring keyring = auth::Keyring::ephemeral();
  iam::IamIdentities identities(keyring);
  SystemClock clock;
  const api::Environment env(clock, system_random(), keyring, identities, registry);
  store::Txn txn(db_->snapshot());
  const api::Origin origin;
  const api::Call call(env, txn, caller_, origin, Region(region), clock.now());
  api::Requirements needs(api::action_name(*row.model), account);
  const std::shared_ptr<void> input = row.make_input();
  const Filler filler{row.model->service->name, filled};
  if (row.model->input != nullptr) filler.members(*row.model->input, input.get(), 0);
  const std::shared_ptr<void> prepared = row.make_prepared ? row.make_prepared() : nullptr;
  row.resolve(call, input.get(), prepared.get(), needs);
  return needs.list();
}

}  // namespace haar::main
