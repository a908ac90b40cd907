#include "services/ec2/endpoints/services.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "services/ec2/network/prefix_lists.h"

namespace haar::ec2 {
namespace {

struct Facts {
  std::string_view name;  // in "com.amazonaws.<region>.<name>"
  bool gateway = false;
  std::string_view only_region{};  // of a service without regions: where its endpoint is
};
constexpr Facts all_facts[] = {
    {"dynamodb", true}, {"ec2"}, {"elasticache"}, {"organizations", false, "us-east-1"},
    {"rds"},            {"s3", true}, {"sts"},    {"tagging"},
};

// AWS's ids of services are as good as random; here they follow from the names, so that no record has to
// be kept of what every account sees. FNV-1a.
std::uint64_t digest(std::string_view region, std::string_view name) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const std::string_view part : {region, name}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return hash;
}

EndpointService service_of(std::string_view region, const Facts& facts) {
  EndpointService service;
  service.name = fmt::format("com.amazonaws.{}.{}", region, facts.name);
  service.type = facts.gateway ? "Gateway" : "Interface";
  service.id = fmt::format("vpce-svc-0{:016x}", digest(region, facts.name));
  service.endpoint_name = fmt::format("{}.{}", facts.name, region);
  if (!facts.gateway) service.private_dns_name = service.endpoint_name + ".amazonaws.com";
  for (const PrefixListRecord& list : aws_prefix_lists(::haar::Region(region))) {
    if (list.name == service.name) service.prefix_list_id = list.id;
  }
  return service;
}

}  // namespace

std::vector<EndpointService> endpoint_services(std::string_view region) {
  std::vector<EndpointService> services;
  for (const Facts& facts : all_facts) {
    if (facts.only_region.empty() || facts.only_region == region) services.push_back(service_of(region, facts));
  }
  return services;
}

std::optional<EndpointService> find_endpoint_service(std::string_view region, std::string_view name) {
  std::vector<EndpointService> all = endpoint_services(region);
  const auto found = std::ranges::find(all, name, &EndpointService::name);
  if (found == all.end()) return std::nullopt;
  return std::move(*found);
}

}  // namespace haar::ec2
