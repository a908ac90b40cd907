// DescribeRegions, DescribeAvailabilityZones, DescribeAccountAttributes.
#include "services/ec2/regions.h"

#include <algorithm>

#include "model/ec2/DescribeAccountAttributes.h"
#include "model/ec2/DescribeAvailabilityZones.h"
#include "model/ec2/DescribeRegions.h"
#include "model/ec2/ModifyNetworkInterfaceAttribute.h"
#include "model/ec2/service.h"
#include "services/ec2/rows.h"
#include "services/iam/account/settings.h"

namespace haar::ec2 {
namespace {

using api::Call;

constexpr FilterField<Region> region_filters[] = {
    {"endpoint", [](const Region& r, Values& out) { add_value(out, r.Endpoint); }},
    {"opt-in-status", [](const Region& r, Values& out) { add_value(out, r.OptInStatus); }},
    {"region-name", [](const Region& r, Values& out) { add_value(out, r.RegionName); }},
};

std::string join_ids(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& item : list) text += (text.empty() ? "" : ", ") + item;
  return text;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Region.html
std::string_view opt_in_status(const Call& call, const RegionFacts& region) {
  if (region.enabled_by_default) return "opt-in-not-required";
  return iam::opted_in(call.txn, call.account(), region.name) ? "opted-in" : "not-opted-in";
}

Result<DescribeRegionsResult> describe_regions(Call& call, const DescribeRegionsRequest& in) {
  std::vector<Region> list;
  std::vector<std::string> unknown;
  for (const std::string& name : in.RegionNames.value_or(Values{})) {
    if (find_region(name) == nullptr) unknown.push_back(name);
  }
  if (!unknown.empty()) return errors::InvalidParameterValue("Invalid region names: [" + join_ids(unknown) + "]");
  for (const RegionFacts& facts : all_regions()) {
    const bool named = in.RegionNames && std::find(in.RegionNames->begin(), in.RegionNames->end(), facts.name) !=
                                             in.RegionNames->end();
    const std::string_view status = opt_in_status(call, facts);
    if (in.RegionNames && !in.RegionNames->empty() ? !named
                                                   : status == "not-opted-in" && !in.AllRegions.value_or(false)) {
      continue;
    }
    Region region;
    region.RegionName = std::string(facts.name);
    region.Endpoint = "ec2." + std::string(facts.name) + ".amazonaws.com";
    region.OptInStatus = std::string(status);
    list.push_back(std::move(region));
  }
  TRY(apply_filters<Region>(list, in.Filters, region_filters));
  return DescribeRegionsResult{.Regions = std::move(list)};
}

constexpr FilterField<AvailabilityZone> zone_filters[] = {
    {"group-name", [](const AvailabilityZone& z, Values& out) { add_value(out, z.GroupName); }},
    {"message", [](const AvailabilityZone&, Values&) {}},  // none of haar's zones has anything to report
    {"opt-in-status", [](const AvailabilityZone& z, Values& out) { add_value(out, z.OptInStatus); }},
    {"parent-zone-id", [](const AvailabilityZone& z, Values& out) { add_value(out, z.ParentZoneId); }},
    {"parent-zone-name", [](const AvailabilityZone& z, Values& out) { add_value(out, z.ParentZoneName); }},
    {"region-name", [](const AvailabilityZone& z, Values& out) { add_value(out, z.RegionName); }},
    {"state", [](const AvailabilityZone& z, Values& out) { add_value(out, z.State); }},
    {"zone-id", [](const AvailabilityZone& z, Values& out) { add_value(out, z.ZoneId); }},
    {"zone-name", [](const AvailabilityZone& z, Values& out) { add_value(out, z.ZoneName); }},
    {"zone-type", [](const AvailabilityZone& z, Values& out) { add_value(out, z.ZoneType); }},
};

AvailabilityZone zone_view(const RegionFacts& region, const ZoneFacts& facts) {
  AvailabilityZone zone;
  zone.ZoneName = std::string(facts.name);
  zone.ZoneId = std::string(facts.id);
  zone.ZoneType = "availability-zone";
  zone.RegionName = std::string(region.name);
  zone.GroupName = std::string(region.name) + "-zg-1";
  zone.GroupLongName = std::string(region.long_name) + " 1";
  zone.NetworkBorderGroup = std::string(region.name);
  zone.OptInStatus = region.enabled_by_default ? "opt-in-not-required" : "opted-in";
  zone.State = "available";
  zone.Messages.emplace();
  return zone;
}

// Every wanted name must be there; AWS lists the ones that are not.
Result<void> keep_named(std::vector<AvailabilityZone>& list, const std::optional<std::vector<std::string>>& wanted,
                        std::optional<std::string> AvailabilityZone::* member, const std::string& what) {
  if (!wanted || wanted->empty()) return {};
  std::vector<std::string> unknown;
  for (const std::string& name : *wanted) {
    const bool found = std::any_of(list.begin(), list.end(), [&](const auto& zone) { return zone.*member == name; });
    if (!found) unknown.push_back(name);
  }
  if (!unknown.empty()) return errors::InvalidParameterValue("Invalid " + what + ": [" + join_ids(unknown) + "]");
  std::erase_if(list, [&](const AvailabilityZone& zone) {
    return std::find(wanted->begin(), wanted->end(), *(zone.*member)) == wanted->end();
  });
  return {};
}

Result<DescribeAvailabilityZonesResult> describe_availability_zones(Call& call,
                                                                    const DescribeAvailabilityZonesRequest& in) {
  std::vector<AvailabilityZone> list;
  if (const RegionFacts* region = find_region(call.region().value)) {
    for (const ZoneFacts& facts : region->zones) list.push_back(zone_view(*region, facts));
  }
  TRY(keep_named(list, in.ZoneNames, &AvailabilityZone::ZoneName, "availability zone"));
  TRY(keep_named(list, in.ZoneIds, &AvailabilityZone::ZoneId, "availability zone-id"));
  TRY(apply_filters<AvailabilityZone>(list, in.Filters, zone_filters));
  return DescribeAvailabilityZonesResult{.AvailabilityZones = std::move(list)};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html
Result<DescribeAccountAttributesResult> describe_account_attributes(Call& call,
                                                                    const DescribeAccountAttributesRequest& in) {
  const VpcRecord* vpc = find_default_vpc(call.txn, Place(call));
  const std::pair<std::string, std::string> attributes[] = {
      {"vpc-max-security-groups-per-interface", std::to_string(groups_per_interface.value())},
      {"max-instances", "20"},
      {"supported-platforms", "VPC"},
      {"default-vpc", vpc == nullptr ? "none" : vpc->id},
      {"max-elastic-ips", "5"},
      {"vpc-max-elastic-ips", "5"},
  };
  for (const std::string& name : in.AttributeNames.value_or(Values{})) {
    const bool known = std::any_of(std::begin(attributes), std::end(attributes),
                                   [&](const auto& attribute) { return attribute.first == name; });
    if (!known) {
      return errors::InvalidParameterValue("Value (" + name + ") for parameter attributeName is invalid. " +
                                           "Unknown attribute.");
    }
  }
  std::vector<AccountAttribute> list;
  for (const auto& [name, value] : attributes) {
    if (in.AttributeNames && !in.AttributeNames->empty() &&
        std::find(in.AttributeNames->begin(), in.AttributeNames->end(), name) == in.AttributeNames->end()) {
      continue;
    }
    AccountAttribute attribute;
    attribute.AttributeName = name;
    attribute.AttributeValues.emplace().push_back({.AttributeValue = value});
    list.push_back(std::move(attribute));
  }
  return DescribeAccountAttributesResult{.AccountAttributes = std::move(list)};
}

}  // namespace

const api::Operations regions_operations = {
    op<ops::DescribeRegions>(describe_regions, on(any_in_region), read_only, takes("RegionNames AllRegions Filters")),
    op<ops::DescribeAvailabilityZones>(describe_availability_zones, on(any_in_region), read_only,
        takes("ZoneNames ZoneIds Filters"), without_effect("AllAvailabilityZones", "every zone here is opted in")),
    op<ops::DescribeAccountAttributes>(describe_account_attributes, on(any_in_region), read_only,
        takes("AttributeNames")),
};

}  // namespace haar::ec2
