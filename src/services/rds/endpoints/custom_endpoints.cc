// Create-, Modify-, Delete- and DescribeDBClusterEndpoint(s).
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Endpoints.Custom.html
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/CreateDBClusterEndpoint.h"
#include "model/rds/DeleteDBClusterEndpoint.h"
#include "model/rds/DescribeDBClusterEndpoints.h"
#include "model/rds/ModifyDBClusterEndpoint.h"
#include "model/rds/service.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/describe.h"
#include "services/rds/endpoints/records.h"
#include "services/rds/more_operations.h"
#include "services/rds/names.h"
#include "services/rds/standalone/hidden_cluster.h"
#include "services/rds/status.h"
#include "services/rds/tags.h"
#include "services/rds/views.h"

namespace haar::rds {
namespace {

using api::Call;
using Members = std::optional<std::vector<std::string>>;

constexpr std::size_t endpoints_per_cluster_max = 5;
// Addresses offered to the transaction, probed with the usual port: the cluster may have another.
constexpr std::uint16_t probe_port = 5432;
constexpr std::size_t address_candidates = 8;
constexpr std::string_view types[] = {"READER", "WRITER", "ANY"};

struct PreparedEndpoint {
  std::vector<std::string> addresses;
};

std::string endpoint_arn(const Call& call, std::string_view id) {
  return call.arn("rds", fmt::format("cluster-endpoint:{}", id));
}

Error not_found(std::string_view id) {
  return errors::DBClusterEndpointNotFoundFault(fmt::format("DBClusterEndpoint {} not found.", id));
}

api::Requirement& need_endpoint(const Call& call, const std::string& id, api::Requirements& needs) {
  api::Requirement& need = needs.need(endpoint_arn(call, id));
  if (const CustomEndpointRecord* record = call.txn.get(custom_endpoints, call.key(id))) need.resource_tags = record->tags;
  return need;
}

DBClusterEndpoint to_endpoint(const Call& call, const CustomEndpointRecord& record, std::string_view status) {
  DBClusterEndpoint out;
  out.DBClusterEndpointIdentifier = record.id;
  out.DBClusterIdentifier = record.cluster_id;
  out.DBClusterEndpointResourceIdentifier = record.resource_id;
  out.Endpoint = record.address;
  out.Status = std::string(status);
  out.EndpointType = "CUSTOM";
  out.CustomEndpointType = record.type;
  out.StaticMembers = record.static_members;
  out.ExcludedMembers = record.excluded_members;
  out.DBClusterEndpointArn = endpoint_arn(call, record.id);
  return out;
}

// ---- what Create and Modify are given ------------------------------------------------------------------

// AWS's texts for these three could not be found.
Result<std::string> check_type(const std::string& given) {
  std::string type = given;
  std::ranges::transform(type, type.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  if (std::ranges::find(types, type) != std::end(types)) return type;
  return errors::InvalidParameterValue(
      fmt::format("Invalid endpoint type: {}. Must be one of READER, WRITER, ANY.", given.substr(0, 64)));
}
Result<std::vector<std::string>> check_members(const Call& call, const std::string& cluster_id, const Members& given) {
  std::vector<std::string> out;
  for (const std::string& name : given.value_or(std::vector<std::string>())) {
    std::string id = identifier_of(name, "db");
    const InstanceRecord* instance = call.txn.get(instances, call.key(id));
    if (instance == nullptr) return errors::DBInstanceNotFound(fmt::format("DBInstance {} not found.", id.substr(0, 255)));
    if (instance->cluster_id != cluster_id)
      return errors::InvalidDBInstanceState(fmt::format("DB instance {} is not a member of DB cluster {}.", id, cluster_id));
    if (std::ranges::find(out, id) == out.end()) out.push_back(std::move(id));
  }
  return out;
}
Result<void> check_one_list(const Members& fixed, const Members& excluded) {
  const auto has = [](const Members& list) { return list && !list->empty(); };
  if (!has(fixed) || !has(excluded)) return {};
  return errors::InvalidParameterCombination("You can specify either StaticMembers or ExcludedMembers, not both.");
}

Result<void> check_cluster(const Call& call, const ClusterRecord& cluster) {
  if (status_in(call.txn, call.key(cluster.id), cluster) == status::available) return {};
  return errors::InvalidDBClusterStateFault(fmt::format("DB Cluster {} is not in the available state.", cluster.id));
}

// ---- Create ---------------------------------------------------------------------------------------------

Result<PreparedEndpoint> prepare_endpoint(const api::Environment& env, const CreateDBClusterEndpointMessage&) {
  return PreparedEndpoint{
      ec2::probe_host_addresses(env.part<frontdoor::AddressSlice>(), probe_port, env.random, address_candidates)};
}

Result<DBClusterEndpoint> create_endpoint(Call& call, const CreateDBClusterEndpointMessage& in,
                                          const PreparedEndpoint& prepared) {
  TRY(check_identifier("DBClusterEndpointIdentifier", in.DBClusterEndpointIdentifier));
  CustomEndpointRecord record;
  record.id = to_lower(in.DBClusterEndpointIdentifier);
  record.type = TRY(check_type(in.EndpointType));
  TRY(check_one_list(in.StaticMembers, in.ExcludedMembers));
  record.tags = TRY(read_tags(in.Tags));
  const ClusterRecord* cluster = TRY(find_cluster(call, in.DBClusterIdentifier));
  record.cluster_id = cluster->id;
  TRY(check_cluster(call, *cluster));
  if (call.txn.get(custom_endpoints, call.key(record.id)) != nullptr)
    return errors::DBClusterEndpointAlreadyExistsFault(fmt::format("DB cluster endpoint already exists: {}", record.id));
  std::size_t of_cluster = 0;
  for (const auto& [key, endpoint] : call.txn.find(custom_endpoints, custom_endpoints_by_cluster,
                                                   store::join(call.account(), call.region(), cluster->id)))
    of_cluster += endpoint.cluster_id == cluster->id ? 1 : 0;
  if (of_cluster >= endpoints_per_cluster_max)
    return errors::DBClusterEndpointQuotaExceededFault(
        fmt::format("A DB cluster can have at most {} custom endpoints.", endpoints_per_cluster_max));
  record.static_members = TRY(check_members(call, cluster->id, in.StaticMembers));
  record.excluded_members = TRY(check_members(call, cluster->id, in.ExcludedMembers));
  record.resource_id = new_resource_id(call.random(), "cluster-endpoint-");
  record.address = TRY(ec2::take_host_address(call.txn, prepared.addresses, record.resource_id));
  record.created_at = call.now();
  const DBClusterEndpoint out = to_endpoint(call, record, "creating");
  call.txn.put(custom_endpoints, call.key(out.DBClusterEndpointIdentifier.value()), std::move(record));
  return out;
}
void needs_create(const Call& call, const CreateDBClusterEndpointMessage& in, api::Requirements& needs) {
  const api::TagMap tags = api::tag_map(in.Tags);
  const std::string arn = endpoint_arn(call, to_lower(in.DBClusterEndpointIdentifier));
  api::Requirement& endpoint = needs.need(arn);
  endpoint.key("rds:EndpointType", in.EndpointType);
  need_creation_tags(endpoint, tags);
  api::Requirement& cluster = need_cluster(call, identifier_of(in.DBClusterIdentifier, "cluster"), needs);
  cluster.key("rds:EndpointType", in.EndpointType);
  need_creation_tags(cluster, tags);
  need_tags_at_creation(arn, tags, needs);
}

// ---- Modify, Delete ---------------------------------------------------------------------------------------

Result<CustomEndpointRecord> find_endpoint(const Call& call, const std::string& given) {
  const std::string id = identifier_of(given, "cluster-endpoint");
  const CustomEndpointRecord* record = call.txn.get(custom_endpoints, call.key(id));
  if (record == nullptr) return not_found(id.substr(0, 255));
  return *record;
}

// A list that is given takes the place of both: an endpoint has the one or the other.
Result<DBClusterEndpoint> modify_endpoint(Call& call, const ModifyDBClusterEndpointMessage& in) {
  CustomEndpointRecord record = TRY(find_endpoint(call, in.DBClusterEndpointIdentifier));
  TRY(check_one_list(in.StaticMembers, in.ExcludedMembers));
  if (in.EndpointType) record.type = TRY(check_type(*in.EndpointType));
  const ClusterRecord* cluster = TRY(find_cluster(call, record.cluster_id));
  TRY(check_cluster(call, *cluster));
  if (in.StaticMembers || in.ExcludedMembers) {
    record.static_members = TRY(check_members(call, record.cluster_id, in.StaticMembers));
    record.excluded_members = TRY(check_members(call, record.cluster_id, in.ExcludedMembers));
  }
  const DBClusterEndpoint out = to_endpoint(call, record, "modifying");
  const store::Key key = call.key(record.id);
  call.txn.put(custom_endpoints, key, std::move(record));
  return out;
}

Result<DBClusterEndpoint> delete_endpoint(Call& call, const DeleteDBClusterEndpointMessage& in) {
  const CustomEndpointRecord record = TRY(find_endpoint(call, in.DBClusterEndpointIdentifier));
  ec2::release_host_address(call.txn, record.address);
  call.txn.erase(custom_endpoints, call.key(record.id));
  return to_endpoint(call, record, "deleting");
}

template <class Input>
void needs_one(const Call& call, const Input& in, api::Requirements& needs) {
  need_endpoint(call, identifier_of(in.DBClusterEndpointIdentifier, "cluster-endpoint"), needs);
}

// ---- Describe ---------------------------------------------------------------------------------------------

constexpr FilterField<DBClusterEndpoint> endpoint_filters[] = {
    {"db-cluster-endpoint-type", [](const DBClusterEndpoint& e, Values& out) { add_value(out, to_lower(*e.EndpointType)); },
     [](std::string_view given) { return to_lower(given); }},
    {"db-cluster-endpoint-custom-type",
     [](const DBClusterEndpoint& e, Values& out) {
       if (e.CustomEndpointType) add_value(out, to_lower(*e.CustomEndpointType));
     },
     [](std::string_view given) { return to_lower(given); }},
    {"db-cluster-endpoint-id", [](const DBClusterEndpoint& e, Values& out) { add_value(out, e.DBClusterEndpointIdentifier); },
     [](std::string_view given) { return identifier_of(given, "cluster-endpoint"); }},
    {"db-cluster-endpoint-status", [](const DBClusterEndpoint& e, Values& out) { add_value(out, e.Status); },
     [](std::string_view given) { return to_lower(given); }},
};

DBClusterEndpoint own_endpoint(const ClusterRecord& cluster, std::string_view type, const std::string& address,
                               std::string_view status) {
  DBClusterEndpoint out;
  out.DBClusterIdentifier = cluster.id;
  out.Endpoint = address;
  out.Status = std::string(status);
  out.EndpointType = std::string(type);
  return out;
}

// The writer endpoint, the reader endpoint, then the custom ones.
void add_endpoints(const Call& call, const ClusterRecord& cluster, std::vector<DBClusterEndpoint>& out) {
  const std::string_view known = status_in(call.txn, call.key(cluster.id), cluster);
  const std::string_view status = known == status::creating || known == status::deleting ? known : status::available;
  out.push_back(own_endpoint(cluster, "WRITER", cluster.writer_address, status));
  out.push_back(own_endpoint(cluster, "READER", cluster.reader_address, status));
  for (const auto& [key, endpoint] : call.txn.find(custom_endpoints, custom_endpoints_by_cluster,
                                                   store::join(call.account(), call.region(), cluster.id)))
    out.push_back(to_endpoint(call, endpoint, status));
}

std::string place_of(const DBClusterEndpoint& one) {
  return fmt::format("{}/{}/{}", *one.DBClusterIdentifier, *one.EndpointType, one.DBClusterEndpointIdentifier.value_or(""));
}

Result<DBClusterEndpointMessage> describe_endpoints(Call& call, const DescribeDBClusterEndpointsMessage& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  const api::FilterSet<DBClusterEndpoint> filters = TRY(read_filters<DBClusterEndpoint>(in.Filters, endpoint_filters));
  std::vector<DBClusterEndpoint> all;
  if (in.DBClusterIdentifier) {
    add_endpoints(call, *TRY(find_cluster(call, *in.DBClusterIdentifier)), all);
  } else {
    for (const auto& [key, cluster] : call.txn.scan(clusters, store::prefix_of(call.account(), call.region()))) {
      if (shown(&cluster) != nullptr) add_endpoints(call, cluster, all);
    }
  }
  const std::string id = in.DBClusterEndpointIdentifier ? identifier_of(*in.DBClusterEndpointIdentifier, "cluster-endpoint") : "";
  api::Page page = TRY(api::Page::open(
      call, page_rules,
      fmt::format("DescribeDBClusterEndpoints {} {} {}", in.DBClusterIdentifier.value_or(""), id, filter_text(in.Filters)),
      in.Marker, size));
  DBClusterEndpointMessage out;
  out.DBClusterEndpoints.emplace();
  api::list_page(
      page, all, place_of,
      [&](const DBClusterEndpoint& one) {
        return (!in.DBClusterEndpointIdentifier || one.DBClusterEndpointIdentifier == id) && filters.match(one);
      },
      [&](const DBClusterEndpoint& one) { out.DBClusterEndpoints->push_back(one); });
  page.close(out);
  return out;
}
void needs_describe(const Call& call, const DescribeDBClusterEndpointsMessage& in, api::Requirements& needs) {
  if (in.DBClusterEndpointIdentifier || !in.DBClusterIdentifier) {
    need_endpoint(call, in.DBClusterEndpointIdentifier ? identifier_of(*in.DBClusterEndpointIdentifier, "cluster-endpoint") : "*",
                  needs);
  }
  if (in.DBClusterIdentifier) need_cluster(call, identifier_of(*in.DBClusterIdentifier, "cluster"), needs);
}

}  // namespace

constinit const managed::TaggedKind custom_endpoint_tags{"cluster-endpoint", not_found, &api::tagged_records<custom_endpoints>,
                                                         need_endpoint};

const api::Operations& custom_endpoints_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateDBClusterEndpoint>(create_endpoint, api::on(needs_create), api::prepare(prepare_endpoint),
          api::takes("DBClusterIdentifier DBClusterEndpointIdentifier EndpointType StaticMembers ExcludedMembers Tags")),
      api::op<ops::ModifyDBClusterEndpoint>(modify_endpoint, api::on(needs_one<ModifyDBClusterEndpointMessage>),
          api::takes("DBClusterEndpointIdentifier EndpointType StaticMembers ExcludedMembers")),
      api::op<ops::DeleteDBClusterEndpoint>(delete_endpoint, api::on(needs_one<DeleteDBClusterEndpointMessage>),
          api::takes("DBClusterEndpointIdentifier")),
      api::op<ops::DescribeDBClusterEndpoints>(describe_endpoints, api::on(needs_describe), api::read_only,
          api::takes("DBClusterIdentifier DBClusterEndpointIdentifier Filters MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::rds
