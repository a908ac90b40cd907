#include "services/rds/access/endpoint_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "services/rds/names.h"

namespace haar::rds {

std::vector<EndpointHost> endpoint_hosts(const store::Reader& reader, const store::Key& cluster_key,
                                         const ClusterRecord& cluster) {
  const std::string region(cluster_key.region());
  const DomainRecord* domain = reader.get(domains, store::key_of(cluster_key.account(), region, "label"));
  if (domain == nullptr) return {};
  std::vector<EndpointHost> out;
  const auto add = [&](EndpointKind kind, std::string_view id, const std::string& address) {
    out.push_back({endpoint_name(kind, id, domain->label, region), address});
  };
  if (!cluster.standalone) {
    add(EndpointKind::writer, cluster.id, cluster.writer_address);
    add(EndpointKind::reader, cluster.id, cluster.reader_address);
    add(EndpointKind::custom, "*", "");
  }
  for (const auto& [key, instance] :
       reader.find(instances, instances_by_cluster, store::join(cluster_key.account(), region, cluster.id)))
    add(EndpointKind::instance, instance.id, instance.address);
  return out;
}

std::vector<tls::Name> certificate_names(const std::vector<EndpointHost>& hosts) {
  std::set<tls::Name> names;
  for (const EndpointHost& host : hosts) {
    for (const std::string* text : {&host.name, &host.address}) {
      const Result<tls::Name> name = tls::parse_name(*text);
      // The CA may stand for loopback addresses alone (tls/authority.h).
      if (name.ok() && (!name->is_address || tls::is_loopback(*name))) names.insert(*name);
    }
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> login_hosts(const std::vector<EndpointHost>& hosts, std::int32_t port) {
  std::vector<std::string> out;
  for (const EndpointHost& host : hosts) {
    out.push_back(fmt::format("{}:{}", host.name, port));
    if (!host.address.empty()) out.push_back(fmt::format("{}:{}", host.address, port));
  }
  return out;
}

}  // namespace haar::rds
