// DescribeVpcEndpointServices.
#include "model/ec2/DescribeVpcEndpointServices.h"
#include "model/ec2/service.h"
#include "services/ec2/endpoints/services.h"
#include "services/ec2/regions.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

ServiceDetail service_view(const Call& call, const EndpointService& service) {
  ServiceDetail view;
  view.ServiceName = service.name;
  view.ServiceId = service.id;
  view.ServiceType.emplace().push_back({.ServiceType = service.type});
  view.ServiceRegion = call.region().value;
  view.Owner = "amazon";
  view.VpcEndpointPolicySupported = true;
  view.AcceptanceRequired = false;
  view.ManagesVpcEndpoints = false;
  view.SupportedIpAddressTypes = Values{"ipv4"};
  view.Tags.emplace();
  view.BaseEndpointDnsNames = Values{service.type == "Gateway" ? service.endpoint_name + ".amazonaws.com"
                                                               : service.endpoint_name + ".vpce.amazonaws.com"};
  if (!service.private_dns_name.empty()) {
    view.PrivateDnsName = service.private_dns_name;
    view.PrivateDnsNames.emplace().push_back({.PrivateDnsName = service.private_dns_name});
    view.PrivateDnsNameVerificationState = "verified";
  }
  view.AvailabilityZones.emplace();
  view.AvailabilityZoneIds.emplace();
  if (const RegionFacts* region = find_region(call.region().value); region != nullptr) {
    for (const ZoneFacts& zone : region->zones) {
      view.AvailabilityZones->emplace_back(zone.name);
      view.AvailabilityZoneIds->emplace_back(zone.id);
    }
  }
  return view;
}

constexpr FilterField<ServiceDetail> service_filters[] = {
    {"owner", [](const ServiceDetail& s, Values& out) { add_value(out, s.Owner); }},
    {"service-name", [](const ServiceDetail& s, Values& out) { add_value(out, s.ServiceName); }},
    {"service-region", [](const ServiceDetail& s, Values& out) { add_value(out, s.ServiceRegion); }},
    {"service-type",
     [](const ServiceDetail& s, Values& out) {
       for (const ServiceTypeDetail& type : *s.ServiceType) add_value(out, type.ServiceType);
     }},
    {"supported-ip-address-types",
     [](const ServiceDetail& s, Values& out) {
       for (const std::string& type : *s.SupportedIpAddressTypes) add_value(out, type);
     }},
};

// Of other regions there is nothing to show: an endpoint leads to services of its own region here.
Result<DescribeVpcEndpointServicesResult> describe_services(Call& call, const DescribeVpcEndpointServicesRequest& in) {
  for (const std::string& name : in.ServiceNames.value_or(Values{})) {
    if (find_endpoint_service(call.region().value, name)) continue;
    return errors::InvalidServiceName("The Vpc Endpoint Service '" + name + "' does not exist");
  }
  const auto filters = TRY(read_filters<ServiceDetail>(in.Filters, service_filters));
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxResults));
  const std::string listing = listing_name("DescribeVpcEndpointServices", in.Filters, in.ServiceNames, in.ServiceRegions);
  api::Page page = TRY(api::Page::open(call, page_rules, listing, in.NextToken, size));
  DescribeVpcEndpointServicesResult out;
  out.ServiceNames.emplace();
  out.ServiceDetails.emplace();
  const auto names = [](const std::optional<Values>& list, const std::string& name) {
    return !list || list->empty() || std::ranges::find(*list, name) != list->end();
  };
  if (!names(in.ServiceRegions, call.region().value)) return out;
  for (const EndpointService& service : endpoint_services(call.region().value)) {
    if (page.before(service.name) || !names(in.ServiceNames, service.name)) continue;
    ServiceDetail view = service_view(call, service);
    if (!filters.match(view)) continue;
    if (!page.take(service.name)) break;
    out.ServiceNames->push_back(service.name);
    out.ServiceDetails->push_back(std::move(view));
  }
  out.NextToken = page.next();
  return out;
}

}  // namespace

const api::Operations endpoint_services_operations = {
    op<ops::DescribeVpcEndpointServices>(describe_services, on(any_in_region), read_only,
        takes("ServiceNames Filters MaxResults NextToken ServiceRegions")),
};

}  // namespace haar::ec2
