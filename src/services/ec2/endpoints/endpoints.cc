// VPC endpoints: Create, Modify, Delete, Describe.
// https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html
//
// An endpoint's policy limits the calls that come through the endpoint: those of who acts as an instance in its VPC
// (endpoint_origins.h). The pipeline hands it to the evaluator with them (policy/decide.h: Policies::endpoint), beside
// aws:SourceVpce and its kin. What is stored is checked by the evaluator's own parser.
#include <algorithm>
#include <array>

#include "api/kit/built_value.h"
#include "base/encoding.h"
#include "model/ec2/CreateVpcEndpoint.h"
#include "model/ec2/DeleteVpcEndpoints.h"
#include "model/ec2/DescribeVpcEndpoints.h"
#include "model/ec2/ModifyVpcEndpoint.h"
#include "model/ec2/service.h"
#include "services/ec2/endpoints/endpoint_parts.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

// ---- DescribeVpcEndpoints ------------------------------------------------------------------------

// As ids of hosted zones look: the last digits of the id of what they are of, in capitals.
std::string hosted_zone(std::string_view begin, std::string_view id) {
  constexpr std::size_t digits = 12;
  std::string zone(begin);
  for (const char c : id.substr(id.size() - std::min(digits, id.size()))) {
    zone += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return zone;
}

std::vector<DnsEntry> dns_entries(const Call& call, const VpcEndpointRecord& endpoint) {
  std::vector<DnsEntry> entries;
  const std::optional<EndpointService> service = find_endpoint_service(call.region().value, endpoint.service_name);
  if (endpoint.is_gateway() || !service || endpoint.subnets.empty()) return entries;
  // The zone of the names under vpce.amazonaws.com is the service's, that of the private name the endpoint's own.
  const std::string zone_id = hosted_zone("Z0", service->id);
  const std::string end = "." + service->endpoint_name + ".vpce.amazonaws.com";
  const std::string begin = endpoint.id + "-" + endpoint.dns_suffix;
  entries.push_back({.DnsName = begin + end, .HostedZoneId = zone_id});
  for (const EndpointSubnetRecord& part : endpoint.subnets) {
    const SubnetRecord* subnet = find_subnet(call.txn, Place(call), part.subnet_id);
    if (subnet != nullptr) entries.push_back({.DnsName = begin + "-" + subnet->zone + end, .HostedZoneId = zone_id});
  }
  if (endpoint.private_dns)
    entries.push_back({.DnsName = service->private_dns_name, .HostedZoneId = hosted_zone("Z1", endpoint.id)});
  return entries;
}

VpcEndpoint endpoint_view(const Call& call, const VpcEndpointRecord& record) {
  VpcEndpoint view;
  view.VpcEndpointId = record.id;
  view.VpcEndpointType = record.type;
  view.VpcId = record.vpc_id;
  view.ServiceName = record.service_name;
  view.ServiceRegion = call.region().value;
  view.State = "available";
  view.PolicyDocument = record.policy.empty() ? std::string(default_endpoint_policy(record.is_gateway())) : record.policy;
  view.RouteTableIds = record.route_table_ids;
  view.SubnetIds.emplace();
  view.NetworkInterfaceIds.emplace();
  for (const EndpointSubnetRecord& subnet : record.subnets) {
    view.SubnetIds->push_back(subnet.subnet_id);
    view.NetworkInterfaceIds->push_back(subnet.interface_id);
  }
  view.Groups.emplace();
  for (const std::string& id : record.group_ids) {
    const SecurityGroupRecord* group = find_security_group(call.txn, Place(call), id);
    view.Groups->push_back({.GroupId = id, .GroupName = group == nullptr ? "" : group->name});
  }
  view.IpAddressType = "ipv4";
  if (!record.is_gateway()) view.DnsOptions = DnsOptions{.DnsRecordIpType = "ipv4"};
  view.PrivateDnsEnabled = record.private_dns;
  view.RequesterManaged = false;
  view.DnsEntries = dns_entries(call, record);
  view.CreationTimestamp = record.created_at;
  view.OwnerId = call.account().value;
  view.Tags = to_wire(record.tags);
  return view;
}

template <auto member>
void values_of(const VpcEndpoint& endpoint, Values& out) { add_value(out, endpoint.*member); }

constexpr FilterField<VpcEndpoint> endpoint_filters[] = {
    {"ip-address-type", values_of<&VpcEndpoint::IpAddressType>},
    {"service-name", values_of<&VpcEndpoint::ServiceName>},
    {"service-region", values_of<&VpcEndpoint::ServiceRegion>},
    {"vpc-endpoint-id", values_of<&VpcEndpoint::VpcEndpointId>},
    {"vpc-endpoint-state", values_of<&VpcEndpoint::State>},
    {"vpc-endpoint-type", values_of<&VpcEndpoint::VpcEndpointType>},
    {"vpc-id", values_of<&VpcEndpoint::VpcId>},
};

constexpr Narrowing<VpcEndpointRecord> narrowed_by[] = {{"vpc-id", &vpc_endpoints_by_vpc}};

constexpr ResourceListing<VpcEndpointRecord, VpcEndpoint> listing{
    "DescribeVpcEndpoints", vpc_endpoint_kind, vpc_endpoints, endpoint_view, endpoint_filters, narrowed_by};

Result<DescribeVpcEndpointsResult> describe_endpoints(Call& call, const DescribeVpcEndpointsRequest& in) {
  DescribeVpcEndpointsResult out;
  out.VpcEndpoints = TRY(list_resources(call, listing, in, in.VpcEndpointIds, out.NextToken));
  return out;
}

// ---- CreateVpcEndpoint ---------------------------------------------------------------------------

bool is_given(const std::optional<Values>& list) { return list && !list->empty(); }

// What the type does not have. AWS's texts could not be found.
Result<void> check_type(const VpcEndpointRecord& endpoint, bool routes, bool subnets, bool groups, bool private_dns) {
  const auto refuse = [&](std::string_view what) {
    return errors::InvalidParameter(std::string(what) + " cannot be used with VPC endpoints of the type " + endpoint.type);
  };
  if (!endpoint.is_gateway() && routes) return refuse("Route tables");
  if (endpoint.is_gateway() && subnets) return refuse("Subnets");
  if (endpoint.is_gateway() && groups) return refuse("Security groups");
  if (endpoint.is_gateway() && private_dns) return refuse("Private DNS names");
  return {};
}

Result<EndpointService> wanted_service(const Call& call, const std::string& name, const std::string& type) {
  if (name.empty()) return errors::MissingParameter("The request must contain the parameter serviceName");
  std::optional<EndpointService> service = find_endpoint_service(call.region().value, name);
  if (!service) return errors::InvalidServiceName("The Vpc Endpoint Service '" + name + "' does not exist");
  if (service->type != type) {
    return errors::InvalidParameter("Endpoint type (" + type + ") does not match available service types ([" + service->type +
                                    "]).");
  }
  return *std::move(service);
}

Result<void> check_quota(const Call& call, const VpcEndpointRecord& wanted) {
  std::size_t count = 0;
  for (const auto& [key, other] : call.txn.scan(vpc_endpoints, here(call))) {
    if (other.type == wanted.type && (wanted.is_gateway() || other.vpc_id == wanted.vpc_id)) ++count;
  }
  const Quota& quota = wanted.is_gateway() ? gateway_endpoints_per_region : interface_endpoints_per_vpc;
  if (count < quota.value()) return {};
  return errors::VpcEndpointLimitExceeded("The maximum number of VPC endpoints has been reached.");
}

// An interface endpoint without groups has the VPC's default one.
Result<void> add_parts(Call& call, const CreateVpcEndpointRequest& in, const EndpointService& service,
                       VpcEndpointRecord& endpoint) {
  for (const std::string& id : in.RouteTableIds.value_or(Values{})) TRY(add_route_table(call, service, endpoint, id));
  for (const std::string& id : in.SecurityGroupIds.value_or(Values{})) TRY(add_group(call, endpoint, id));
  if (!endpoint.is_gateway() && endpoint.group_ids.empty()) {
    const SecurityGroupRecord* group = default_security_group(call.txn, Place(call), endpoint.vpc_id);
    if (group != nullptr) endpoint.group_ids = {group->id};
  }
  for (const std::string& id : in.SubnetIds.value_or(Values{})) TRY(add_subnet(call, endpoint, id));
  return {};
}

std::string new_suffix(Random& random) {
  std::array<std::uint8_t, 4> bytes{};
  random.fill(bytes);
  return to_hex(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

Result<CreateVpcEndpointResult> create_endpoint(Call& call, const CreateVpcEndpointRequest& in) {
  TRY(check_id(vpc_kind, in.VpcId));
  TRY(api::require_built_value("The IP address type", in.IpAddressType, "ipv4"));
  TRY(api::require_built_value("The service region", in.ServiceRegion, call.region().value));
  VpcEndpointRecord endpoint;
  endpoint.type = in.VpcEndpointType.value_or("Gateway");
  endpoint.tags = TRY(tags_to_create(in.TagSpecifications, vpc_endpoint_kind));
  const VpcRecord* vpc = find_vpc(call.txn, Place(call), in.VpcId);
  if (vpc == nullptr) return not_found(vpc_kind, in.VpcId);
  const EndpointService service = TRY(wanted_service(call, in.ServiceName.value_or(""), endpoint.type));
  TRY(check_type(endpoint, is_given(in.RouteTableIds), is_given(in.SubnetIds), is_given(in.SecurityGroupIds),
                 in.PrivateDnsEnabled.value_or(false)));
  if (in.PolicyDocument && !in.PolicyDocument->empty()) {
    TRY(check_endpoint_policy(*in.PolicyDocument));
    endpoint.policy = *in.PolicyDocument;
  }
  endpoint.id = new_id(call, vpc_endpoint_kind);
  endpoint.vpc_id = in.VpcId;
  endpoint.service_name = service.name;
  endpoint.private_dns = in.PrivateDnsEnabled.value_or(!endpoint.is_gateway());
  endpoint.created_at = call.now();
  endpoint.dns_suffix = new_suffix(call.random());
  TRY(check_quota(call, endpoint));
  TRY(check_private_dns(call, *vpc, endpoint, service));
  TRY(add_parts(call, in, service, endpoint));
  CreateVpcEndpointResult out;
  out.VpcEndpoint = endpoint_view(call, endpoint);
  // As AWS answers; whoever looks afterwards sees "available".
  if (!endpoint.is_gateway()) out.VpcEndpoint->State = "pending";
  out.ClientToken = in.ClientToken;
  call.txn.put(vpc_endpoints, call.key(endpoint.id), endpoint);
  return out;
}

// ---- ModifyVpcEndpoint ---------------------------------------------------------------------------

Result<void> change_parts(Call& call, const ModifyVpcEndpointRequest& in, const EndpointService& service,
                          VpcEndpointRecord& endpoint) {
  for (const std::string& id : in.AddRouteTableIds.value_or(Values{})) TRY(add_route_table(call, service, endpoint, id));
  for (const std::string& id : in.RemoveRouteTableIds.value_or(Values{})) TRY(remove_route_table(call, endpoint, id));
  for (const std::string& id : in.AddSecurityGroupIds.value_or(Values{})) TRY(add_group(call, endpoint, id));
  for (const std::string& id : in.RemoveSecurityGroupIds.value_or(Values{})) TRY(remove_group(endpoint, id));
  for (const std::string& id : in.RemoveSubnetIds.value_or(Values{})) TRY(remove_subnet(call, endpoint, id));
  for (const std::string& id : in.AddSubnetIds.value_or(Values{})) TRY(add_subnet(call, endpoint, id));
  // AWS's text could not be found.
  if (!endpoint.is_gateway() && endpoint.group_ids.empty()) {
    return errors::InvalidParameter("A VPC endpoint of the type Interface needs at least one security group");
  }
  set_interface_groups(call, endpoint);
  return {};
}

Result<ModifyVpcEndpointResult> modify_endpoint(Call& call, const ModifyVpcEndpointRequest& in) {
  TRY(check_id(vpc_endpoint_kind, in.VpcEndpointId));
  const store::Key key = call.key(in.VpcEndpointId);
  const VpcEndpointRecord* before = call.txn.get(vpc_endpoints, key);
  if (before == nullptr) return not_found(vpc_endpoint_kind, in.VpcEndpointId);
  TRY(api::require_built_value("The IP address type", in.IpAddressType, "ipv4"));
  VpcEndpointRecord endpoint = *before;
  const bool policy = in.PolicyDocument && !in.PolicyDocument->empty();
  if (policy && in.ResetPolicy.value_or(false)) {
    return errors::InvalidParameterCombination("The parameter PolicyDocument cannot be used with the parameter ResetPolicy");
  }
  TRY(check_type(endpoint, is_given(in.AddRouteTableIds) || is_given(in.RemoveRouteTableIds),
                 is_given(in.AddSubnetIds) || is_given(in.RemoveSubnetIds),
                 is_given(in.AddSecurityGroupIds) || is_given(in.RemoveSecurityGroupIds), in.PrivateDnsEnabled.value_or(false)));
  if (policy) {
    TRY(check_endpoint_policy(*in.PolicyDocument));
    endpoint.policy = *in.PolicyDocument;
  }
  if (in.ResetPolicy.value_or(false)) endpoint.policy.clear();
  const std::optional<EndpointService> service = find_endpoint_service(call.region().value, endpoint.service_name);
  const VpcRecord* vpc = find_vpc(call.txn, Place(call), endpoint.vpc_id);
  if (!service || vpc == nullptr) return not_found(vpc_endpoint_kind, in.VpcEndpointId);
  if (in.PrivateDnsEnabled) {
    endpoint.private_dns = *in.PrivateDnsEnabled;
    TRY(check_private_dns(call, *vpc, endpoint, *service));
  }
  TRY(change_parts(call, in, *service, endpoint));
  call.txn.put(vpc_endpoints, key, std::move(endpoint));
  return ModifyVpcEndpointResult{.Return = true};
}

// ---- DeleteVpcEndpoints --------------------------------------------------------------------------

constexpr std::size_t endpoints_per_call_max = 25;

Result<void> delete_endpoint(Call& call, const std::string& id) {
  const VpcEndpointRecord* found = call.txn.get(vpc_endpoints, call.key(id));
  if (found == nullptr) return errors::InvalidVpcEndpointNotFound("The Vpc Endpoint Id '" + id + "' does not exist");
  VpcEndpointRecord endpoint = *found;
  for (const std::string& table : found->route_table_ids) TRY(remove_route_table(call, endpoint, table));
  for (const EndpointSubnetRecord& subnet : found->subnets) TRY(remove_subnet(call, endpoint, subnet.subnet_id));
  call.txn.erase(vpc_endpoints, call.key(id));
  return {};
}

// Each on its own: those that cannot be deleted are named in the answer.
Result<DeleteVpcEndpointsResult> delete_endpoints(Call& call, const DeleteVpcEndpointsRequest& in) {
  if (in.VpcEndpointIds.size() > endpoints_per_call_max) {
    return errors::InvalidParameterValue("The maximum number of VPC endpoints in one call is " +
                                         std::to_string(endpoints_per_call_max));
  }
  for (const std::string& id : in.VpcEndpointIds) TRY(check_id(vpc_endpoint_kind, id));
  DeleteVpcEndpointsResult out;
  out.Unsuccessful.emplace();
  for (const std::string& id : in.VpcEndpointIds) {
    const Result<void> done = delete_endpoint(call, id);
    if (done.ok()) continue;
    out.Unsuccessful->push_back({.Error = UnsuccessfulItemError{.Code = done.error().code, .Message = done.error().message},
                                 .ResourceId = id});
  }
  return out;
}

// ---- what the calls need -------------------------------------------------------------------------

void need_parts(const Call& call, api::Requirements& needs, std::initializer_list<const std::optional<Values>*> route_table_ids,
                std::initializer_list<const std::optional<Values>*> subnet_ids,
                std::initializer_list<const std::optional<Values>*> group_ids) {
  const auto need_all = [&](const auto& lists, const ResourceKind& kind) {
    for (const std::optional<Values>* list : lists) {
      for (const std::string& id : list->value_or(Values{})) need_resource(call, needs, kind, id);
    }
  };
  need_all(route_table_ids, route_table_kind);
  need_all(subnet_ids, subnet_kind);
  need_all(group_ids, security_group_kind);
}

void add_service_keys(api::Requirement& need, const std::string& service_name, const std::string& region) {
  need.key("ec2:VpceServiceName", service_name).key("ec2:VpceServiceOwner", "amazon");
  need.key("ec2:VpceServiceRegion", region).key("ec2:VpceMultiRegion", "false");
}

void needs_create(const Call& call, const CreateVpcEndpointRequest& in, api::Requirements& needs) {
  const auto describe = [&](api::Requirement& need) {
    need.request_tags = requested_tags(in.TagSpecifications);
    add_service_keys(need, in.ServiceName.value_or(""), call.region().value);
  };
  describe(need_new(call, needs, vpc_endpoint_kind));
  need_resource(call, needs, vpc_kind, in.VpcId);
  need_parts(call, needs, {&in.RouteTableIds}, {&in.SubnetIds}, {&in.SecurityGroupIds});
  if (requested_tags(in.TagSpecifications).empty()) return;
  describe(need_new(call, needs, vpc_endpoint_kind, "ec2:CreateTags").key("ec2:CreateAction", "CreateVpcEndpoint"));
}

void set_attribute(api::Requirement& need, const std::string& name, Values values) {
  need.key("ec2:Attribute", name);
  need.keys.emplace_back("ec2:Attribute/" + name, std::move(values));
}

void needs_modify(const Call& call, const ModifyVpcEndpointRequest& in, api::Requirements& needs) {
  api::Requirement& need = need_resource(call, needs, vpc_endpoint_kind, in.VpcEndpointId);
  if (in.PolicyDocument) set_attribute(need, "PolicyDocument", {*in.PolicyDocument});
  if (in.PrivateDnsEnabled) set_attribute(need, "PrivateDnsEnabled", {*in.PrivateDnsEnabled ? "true" : "false"});
  need_parts(call, needs, {&in.AddRouteTableIds, &in.RemoveRouteTableIds}, {&in.AddSubnetIds, &in.RemoveSubnetIds},
             {&in.AddSecurityGroupIds, &in.RemoveSecurityGroupIds});
}

void needs_delete(const Call& call, const DeleteVpcEndpointsRequest& in, api::Requirements& needs) {
  for (const std::string& id : in.VpcEndpointIds) need_resource(call, needs, vpc_endpoint_kind, id);
  if (in.VpcEndpointIds.empty()) need_new(call, needs, vpc_endpoint_kind);
}

void add_endpoint_keys(const Call& call, const VpcEndpointRecord& endpoint, api::Requirement& need) {
  add_service_keys(need, endpoint.service_name, call.region().value);
}

}  // namespace

constinit const ResourceKind vpc_endpoint_kind{
    "vpce-", "vpc-endpoint", "Vpc Endpoint Id", "Vpc Endpoint Ids",
    errors::InvalidVpcEndpointIdMalformed, errors::InvalidVpcEndpointIdNotFound,
    api::tagged_records<vpc_endpoints>, describe_record<vpc_endpoints, add_endpoint_keys>, ""};

const api::Operations endpoints_operations = {
    op<ops::DescribeVpcEndpoints>(describe_endpoints, on(any_in_region), read_only,
        takes("VpcEndpointIds Filters MaxResults NextToken")),
    op<ops::CreateVpcEndpoint>(create_endpoint, on(needs_create),
        takes("VpcEndpointType VpcId ServiceName PolicyDocument RouteTableIds SubnetIds SecurityGroupIds IpAddressType "
              "ClientToken PrivateDnsEnabled TagSpecifications ServiceRegion")),
    op<ops::ModifyVpcEndpoint>(modify_endpoint, on(needs_modify),
        takes("VpcEndpointId ResetPolicy PolicyDocument AddRouteTableIds RemoveRouteTableIds AddSubnetIds RemoveSubnetIds "
              "AddSecurityGroupIds RemoveSecurityGroupIds IpAddressType PrivateDnsEnabled")),
    op<ops::DeleteVpcEndpoints>(delete_endpoints, on(needs_delete), takes("VpcEndpointIds")),
};

}  // namespace haar::ec2
