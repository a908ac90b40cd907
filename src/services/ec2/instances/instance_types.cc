// DescribeInstanceTypes, DescribeInstanceTypeOfferings.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html
#include "services/ec2/instances/instance_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "model/ec2/DescribeAvailabilityZones.h"
#include "model/ec2/DescribeInstanceTypeOfferings.h"
#include "model/ec2/DescribeInstanceTypes.h"
#include "model/ec2/service.h"
#include "services/ec2/regions.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using data::InstanceTypeText;
namespace flag = data::instance_type_flags;

constexpr std::int32_t types_on_page_max = 100, offerings_on_page_max = 1000;
constexpr double tenths = 10, thousandths = 1000;

std::vector<std::string> texts(const InstanceTypeText& text) {
  std::vector<std::string> out;
  for (const std::string_view word : text.words()) out.emplace_back(word);
  return out;
}

std::vector<std::int32_t> numbers(const InstanceTypeText& text) {
  std::vector<std::int32_t> out;
  for (const std::string_view word : text.words()) {
    std::int32_t number = 0;
    std::from_chars(word.data(), word.data() + word.size(), number);
    out.push_back(number);
  }
  return out;
}

std::string supported(bool yes) { return yes ? "supported" : "unsupported"; }

// ---- DescribeInstanceTypes ---------------------------------------------------------------------------

EbsInfo ebs_info(const data::InstanceType& type) {
  EbsInfo info;
  info.EbsOptimizedSupport = type.has(flag::ebs_optimized) ? "default" : "unsupported";
  info.EncryptionSupport = "supported";
  info.NvmeSupport = type.has(flag::ebs_nvme) ? "required" : "unsupported";
  info.MaximumEbsAttachments = type.ebs_attachments;
  info.AttachmentLimitType = type.has(flag::ebs_shared_limit) ? "shared" : "dedicated";
  if (type.ebs_maximum_mbps == 0) return info;
  EbsOptimizedInfo& optimized = info.EbsOptimizedInfo.emplace();
  optimized.BaselineBandwidthInMbps = static_cast<std::int32_t>(type.ebs_baseline_mbps);
  optimized.BaselineIops = static_cast<std::int32_t>(type.ebs_baseline_iops);
  optimized.BaselineThroughputInMBps = type.ebs_baseline_kilobytes / thousandths;
  optimized.MaximumBandwidthInMbps = static_cast<std::int32_t>(type.ebs_maximum_mbps);
  optimized.MaximumIops = static_cast<std::int32_t>(type.ebs_maximum_iops);
  optimized.MaximumThroughputInMBps = type.ebs_maximum_kilobytes / thousandths;
  return info;
}

NetworkInfo network_info(const data::InstanceType& type) {
  NetworkInfo info;
  info.NetworkPerformance = type.network.view();
  info.MaximumNetworkInterfaces = type.interfaces;
  info.MaximumNetworkCards = 1;
  info.DefaultNetworkCardIndex = 0;
  NetworkCardInfo& card = info.NetworkCards.emplace().emplace_back();
  card.NetworkCardIndex = 0;
  card.NetworkPerformance = info.NetworkPerformance;
  card.MaximumNetworkInterfaces = type.interfaces;
  if (type.network_baseline_mbps != 0) card.BaselineBandwidthInGbps = type.network_baseline_mbps / thousandths;
  if (type.network_peak_mbps != 0) card.PeakBandwidthInGbps = type.network_peak_mbps / thousandths;
  info.Ipv4AddressesPerInterface = type.ipv4_per_interface;
  info.Ipv6AddressesPerInterface = type.ipv6_per_interface;
  info.Ipv6Supported = true;
  info.EnaSupport = type.ena.view();
  info.EfaSupported = type.has(flag::efa);
  if (type.has(flag::efa)) info.EfaInfo.emplace().MaximumEfaInterfaces = 1;
  info.EncryptionInTransitSupported = type.has(flag::encrypts);
  info.EnaSrdSupported = type.has(flag::ena_srd);
  return info;
}

InstanceTypeInfo type_view(const data::InstanceType& type) {
  InstanceTypeInfo view;
  view.InstanceType = std::string(type.name);
  view.CurrentGeneration = type.has(flag::current);
  view.FreeTierEligible = type.has(flag::free_tier);
  view.SupportedUsageClasses = type.has(flag::spot) ? Values{"on-demand", "spot"} : Values{"on-demand"};
  view.SupportedRootDeviceTypes = Values{"ebs"};
  view.SupportedVirtualizationTypes = Values{"hvm"};
  view.BareMetal = type.has(flag::metal);
  if (!type.hypervisor.view().empty()) view.Hypervisor = type.hypervisor.view();
  ProcessorInfo& processor = view.ProcessorInfo.emplace();
  processor.SupportedArchitectures = texts(type.architectures);
  processor.Manufacturer = type.manufacturer.view();
  if (type.clock_tenths != 0) processor.SustainedClockSpeedInGhz = type.clock_tenths / tenths;
  VCpuInfo& vcpu = view.VCpuInfo.emplace();
  vcpu.DefaultVCpus = type.vcpus;
  vcpu.DefaultCores = type.cores;
  vcpu.DefaultThreadsPerCore = type.threads_per_core;
  if (!type.valid_cores.view().empty()) vcpu.ValidCores = numbers(type.valid_cores);
  if (!type.valid_threads.view().empty()) vcpu.ValidThreadsPerCore = numbers(type.valid_threads);
  view.MemoryInfo.emplace().SizeInMiB = type.memory_mib;
  view.InstanceStorageSupported = type.disks != 0;
  if (type.disks != 0) {
    InstanceStorageInfo& storage = view.InstanceStorageInfo.emplace();
    storage.TotalSizeInGB = std::int64_t{type.disks} * type.disk_gb;
    storage.NvmeSupport = "required";
    storage.EncryptionSupport = "required";
    const std::string kind(type.disk_type.view());
    storage.Disks.emplace().push_back({.SizeInGB = type.disk_gb, .Count = type.disks, .Type = kind});
  }
  view.EbsInfo = ebs_info(type);
  view.NetworkInfo = network_info(type);
  view.PlacementGroupInfo.emplace().SupportedStrategies = texts(type.placement);
  view.HibernationSupported = type.has(flag::hibernates);
  view.BurstablePerformanceSupported = type.has(flag::burstable);
  view.DedicatedHostsSupported = type.has(flag::hosts);
  view.AutoRecoverySupported = type.has(flag::recovers);
  view.SupportedBootModes = texts(type.boot);
  view.NitroEnclavesSupport = supported(type.has(flag::enclaves));
  view.NitroTpmSupport = supported(type.has(flag::tpm));
  if (type.has(flag::tpm)) view.NitroTpmInfo.emplace().SupportedVersions = Values{"2.0"};
  view.PhcSupport = supported(type.has(flag::phc));
  view.RebootMigrationSupport = supported(type.has(flag::reboot_migration));
  return view;
}

void add_number(Values& out, const std::optional<std::int64_t>& value) {
  if (value) out.push_back(std::to_string(*value));
}
void add_number(Values& out, const std::optional<double>& value) {
  if (value) out.push_back(fmt::format("{}", *value));
}
void add_all(Values& out, const std::optional<std::vector<std::string>>& values) {
  if (values) out.insert(out.end(), values->begin(), values->end());
}
void add_all(Values& out, const std::optional<std::vector<std::int32_t>>& values) {
  for (const std::int32_t value : values.value_or(std::vector<std::int32_t>())) out.push_back(std::to_string(value));
}

using Info = InstanceTypeInfo;
template <auto member>
void own(const Info& it, Values& out) { add_value(out, it.*member); }
template <auto member>
void own_list(const Info& it, Values& out) { add_all(out, it.*member); }
template <auto part, auto member>
void in_part(const Info& it, Values& out) {
  if (it.*part) add_value(out, *(it.*part).*member);
}
template <auto part, auto member>
void list_in_part(const Info& it, Values& out) {
  if (it.*part) add_all(out, *(it.*part).*member);
}
template <auto part, auto member>
void number_in_part(const Info& it, Values& out) {
  if (it.*part) add_number(out, *(it.*part).*member);
}
template <auto member>
void optimized(const Info& it, Values& out) {
  if (it.EbsInfo->EbsOptimizedInfo) add_value(out, *it.EbsInfo->EbsOptimizedInfo.*member);
}
template <auto member>
void optimized_number(const Info& it, Values& out) {
  if (it.EbsInfo->EbsOptimizedInfo) add_number(out, *it.EbsInfo->EbsOptimizedInfo.*member);
}
template <auto add>
void of_disks(const Info& it, Values& out) {
  if (!it.InstanceStorageInfo) return;
  for (const DiskInfo& disk : *it.InstanceStorageInfo->Disks) add(disk, out);
}
void nothing(const Info&, Values&) {}  // what AWS's pages tell of no type that haar knows

constexpr FilterField<Info> type_filters[] = {
    {"auto-recovery-supported", own<&Info::AutoRecoverySupported>},
    {"bare-metal", own<&Info::BareMetal>},
    {"burstable-performance-supported", own<&Info::BurstablePerformanceSupported>},
    {"current-generation", own<&Info::CurrentGeneration>},
    {"dedicated-hosts-supported", own<&Info::DedicatedHostsSupported>},
    {"ebs-info.attachment-limit-type", in_part<&Info::EbsInfo, &EbsInfo::AttachmentLimitType>},
    {"ebs-info.ebs-optimized-info.baseline-bandwidth-in-mbps", optimized<&EbsOptimizedInfo::BaselineBandwidthInMbps>},
    {"ebs-info.ebs-optimized-info.baseline-iops", optimized<&EbsOptimizedInfo::BaselineIops>},
    {"ebs-info.ebs-optimized-info.baseline-throughput-in-mbps", optimized_number<&EbsOptimizedInfo::BaselineThroughputInMBps>},
    {"ebs-info.ebs-optimized-info.maximum-bandwidth-in-mbps", optimized<&EbsOptimizedInfo::MaximumBandwidthInMbps>},
    {"ebs-info.ebs-optimized-info.maximum-iops", optimized<&EbsOptimizedInfo::MaximumIops>},
    {"ebs-info.ebs-optimized-info.maximum-throughput-in-mbps", optimized_number<&EbsOptimizedInfo::MaximumThroughputInMBps>},
    {"ebs-info.ebs-optimized-support", in_part<&Info::EbsInfo, &EbsInfo::EbsOptimizedSupport>},
    {"ebs-info.encryption-support", in_part<&Info::EbsInfo, &EbsInfo::EncryptionSupport>},
    {"ebs-info.maximum-ebs-attachments", in_part<&Info::EbsInfo, &EbsInfo::MaximumEbsAttachments>},
    {"ebs-info.nvme-support", in_part<&Info::EbsInfo, &EbsInfo::NvmeSupport>},
    {"free-tier-eligible", own<&Info::FreeTierEligible>},
    {"hibernation-supported", own<&Info::HibernationSupported>},
    {"hypervisor", own<&Info::Hypervisor>},
    {"instance-storage-info.disk.count", of_disks<[](const DiskInfo& it, Values& out) { add_value(out, it.Count); }>},
    {"instance-storage-info.disk.size-in-gb", of_disks<[](const DiskInfo& it, Values& out) { add_number(out, it.SizeInGB); }>},
    {"instance-storage-info.disk.type", of_disks<[](const DiskInfo& it, Values& out) { add_value(out, it.Type); }>},
    {"instance-storage-info.encryption-support", in_part<&Info::InstanceStorageInfo, &InstanceStorageInfo::EncryptionSupport>},
    {"instance-storage-info.nvme-support", in_part<&Info::InstanceStorageInfo, &InstanceStorageInfo::NvmeSupport>},
    {"instance-storage-info.total-size-in-gb", number_in_part<&Info::InstanceStorageInfo, &InstanceStorageInfo::TotalSizeInGB>},
    {"instance-storage-supported", own<&Info::InstanceStorageSupported>},
    {"instance-type", own<&Info::InstanceType>},
    {"memory-info.size-in-mib", number_in_part<&Info::MemoryInfo, &MemoryInfo::SizeInMiB>},
    {"network-info.bandwidth-weightings", nothing},
    {"network-info.efa-info.maximum-efa-interfaces",
     [](const Info& it, Values& out) {
       if (it.NetworkInfo->EfaInfo) add_value(out, it.NetworkInfo->EfaInfo->MaximumEfaInterfaces);
     }},
    {"network-info.efa-supported", in_part<&Info::NetworkInfo, &NetworkInfo::EfaSupported>},
    {"network-info.ena-support", in_part<&Info::NetworkInfo, &NetworkInfo::EnaSupport>},
    {"network-info.encryption-in-transit-supported", in_part<&Info::NetworkInfo, &NetworkInfo::EncryptionInTransitSupported>},
    {"network-info.flexible-ena-queues-support", nothing},
    {"network-info.ipv4-addresses-per-interface", in_part<&Info::NetworkInfo, &NetworkInfo::Ipv4AddressesPerInterface>},
    {"network-info.ipv6-addresses-per-interface", in_part<&Info::NetworkInfo, &NetworkInfo::Ipv6AddressesPerInterface>},
    {"network-info.ipv6-supported", in_part<&Info::NetworkInfo, &NetworkInfo::Ipv6Supported>},
    {"network-info.maximum-network-cards", in_part<&Info::NetworkInfo, &NetworkInfo::MaximumNetworkCards>},
    {"network-info.maximum-network-interfaces", in_part<&Info::NetworkInfo, &NetworkInfo::MaximumNetworkInterfaces>},
    {"network-info.network-performance", in_part<&Info::NetworkInfo, &NetworkInfo::NetworkPerformance>},
    {"nitro-enclaves-support", own<&Info::NitroEnclavesSupport>},
    {"nitro-tpm-info.supported-versions", list_in_part<&Info::NitroTpmInfo, &NitroTpmInfo::SupportedVersions>},
    {"nitro-tpm-support", own<&Info::NitroTpmSupport>},
    {"processor-info.supported-architecture", list_in_part<&Info::ProcessorInfo, &ProcessorInfo::SupportedArchitectures>},
    {"processor-info.supported-features", nothing},
    {"processor-info.sustained-clock-speed-in-ghz",
     number_in_part<&Info::ProcessorInfo, &ProcessorInfo::SustainedClockSpeedInGhz>},
    {"reboot-migration-support", own<&Info::RebootMigrationSupport>},
    {"supported-boot-mode", own_list<&Info::SupportedBootModes>},
    {"supported-root-device-type", own_list<&Info::SupportedRootDeviceTypes>},
    {"supported-usage-class", own_list<&Info::SupportedUsageClasses>},
    {"supported-virtualization-type", own_list<&Info::SupportedVirtualizationTypes>},
    {"vcpu-info.default-cores", in_part<&Info::VCpuInfo, &VCpuInfo::DefaultCores>},
    {"vcpu-info.default-threads-per-core", in_part<&Info::VCpuInfo, &VCpuInfo::DefaultThreadsPerCore>},
    {"vcpu-info.default-vcpus", in_part<&Info::VCpuInfo, &VCpuInfo::DefaultVCpus>},
    {"vcpu-info.valid-cores", list_in_part<&Info::VCpuInfo, &VCpuInfo::ValidCores>},
    {"vcpu-info.valid-threads-per-core", list_in_part<&Info::VCpuInfo, &VCpuInfo::ValidThreadsPerCore>},
};

std::span<const ZoneFacts> zones_of(const Call& call) {
  const RegionFacts* region = find_region(call.region().value);
  return region == nullptr ? std::span<const ZoneFacts>() : region->zones;
}

bool offered_in_region(const Call& call, const data::InstanceType& type) {
  return std::ranges::any_of(zones_of(call), [&](const ZoneFacts& zone) { return type.offered_in(zone.id); });
}

// Names that are asked for and that the region does not have are an error.
Result<void> check_names(const Call& call, const Values& names, bool anywhere) {
  std::string missing;
  for (const std::string& name : names) {
    const data::InstanceType* type = data::find_instance_type(name);
    if (type == nullptr || !(anywhere || offered_in_region(call, *type))) missing += (missing.empty() ? "" : ", ") + name;
  }
  if (missing.empty()) return {};
  return errors::InvalidInstanceType("The following supplied instance types do not exist: [" + missing + "]");
}

template <class Input>
std::size_t size_of_page(const Input& in, std::int32_t most) {
  return static_cast<std::size_t>(std::min(in.MaxResults.value_or(most), most));
}

Result<DescribeInstanceTypesResult> describe_types(Call& call, const DescribeInstanceTypesRequest& in) {
  const Values names = in.InstanceTypes.value_or(Values{});
  TRY(check_names(call, names, in.IncludeUnsupportedInRegion.value_or(false)));
  const api::FilterSet<Info> filters = TRY(read_filters<Info>(in.Filters, type_filters));
  api::Page page = TRY(api::Page::open(call, page_rules, listing_name("DescribeInstanceTypes", in.Filters, in.InstanceTypes),
                                       in.NextToken, size_of_page(in, types_on_page_max)));
  DescribeInstanceTypesResult out;
  out.InstanceTypes.emplace();
  for (const data::InstanceType& type : data::instance_types()) {
    if (page.before(type.name) || (!names.empty() && std::ranges::count(names, type.name) == 0)) continue;
    const bool offered = offered_in_region(call, type);
    if (!offered && !in.IncludeUnsupportedInRegion.value_or(false)) continue;
    Info view = type_view(type);
    view.SupportedInRegion = offered;
    if (!filters.match(view)) continue;
    if (!page.take(type.name)) break;
    out.InstanceTypes->push_back(std::move(view));
  }
  out.NextToken = page.next();
  return out;
}

// ---- DescribeInstanceTypeOfferings -------------------------------------------------------------------

constexpr FilterField<InstanceTypeOffering> offering_filters[] = {
    {"instance-type", [](const InstanceTypeOffering& it, Values& out) { add_value(out, it.InstanceType); }},
    {"location", [](const InstanceTypeOffering& it, Values& out) { add_value(out, it.Location); }},
};

// Where a type is offered, as the kind of location says it. Nothing is offered on outposts.
Values locations_of(const Call& call, const data::InstanceType& type, std::string_view kind) {
  if (kind == "region") return offered_in_region(call, type) ? Values{call.region().value} : Values{};
  Values out;
  if (kind == "outpost") return out;
  for (const ZoneFacts& zone : zones_of(call)) {
    if (type.offered_in(zone.id)) out.emplace_back(kind == "availability-zone" ? zone.name : zone.id);
  }
  std::ranges::sort(out);
  return out;
}

Result<DescribeInstanceTypeOfferingsResult> describe_offerings(Call& call, const DescribeInstanceTypeOfferingsRequest& in) {
  const std::string kind = in.LocationType.value_or("region");
  const api::FilterSet<InstanceTypeOffering> filters = TRY(read_filters<InstanceTypeOffering>(in.Filters, offering_filters));
  api::Page page = TRY(api::Page::open(call, page_rules, listing_name("DescribeInstanceTypeOfferings " + kind, in.Filters, {}),
                                       in.NextToken, size_of_page(in, offerings_on_page_max)));
  DescribeInstanceTypeOfferingsResult out;
  out.InstanceTypeOfferings.emplace();
  for (const data::InstanceType& type : data::instance_types()) {
    for (const std::string& location : locations_of(call, type, kind)) {
      const std::string place = std::string(type.name) + '\0' + location;
      if (page.truncated() || page.before(place)) continue;
      InstanceTypeOffering offering{.InstanceType = std::string(type.name), .LocationType = kind, .Location = location};
      if (filters.match(offering) && page.take(place)) out.InstanceTypeOfferings->push_back(std::move(offering));
    }
  }
  out.NextToken = page.next();
  return out;
}

}  // namespace

Result<const data::InstanceType*> require_instance_type(const Call& call, const std::string& name) {
  const data::InstanceType* type = data::find_instance_type(name);
  if (type != nullptr && offered_in_region(call, *type)) return type;
  return errors::InvalidParameterValue("Invalid value '" + name + "' for InstanceType.");
}

Error not_offered(const Call& call, const data::InstanceType& type, std::string_view zone) {
  std::string others;
  for (const ZoneFacts& other : zones_of(call)) {
    if (type.offered_in(other.id)) others += (others.empty() ? "" : ", ") + std::string(other.name);
  }
  return errors::Unsupported("Your requested instance type (" + std::string(type.name) + ") is not supported in your requested "
                             "Availability Zone (" + std::string(zone) + "). Please retry your request by not specifying an "
                             "Availability Zone or choosing " + others + ".");
}

Error other_architecture(const data::InstanceType& type, std::string_view of_image) {
  return errors::InvalidParameterValue(
      "The architecture '" + std::string(type.architectures.words().back()) + "' of the specified instance type does not match "
      "the architecture '" + std::string(of_image) + "' of the specified AMI. Specify an instance type and an AMI that have "
      "matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the "
      "architecture of the instance type or AMI.");
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html
std::string default_credits(const data::InstanceType& type) {
  if (!type.has(flag::burstable)) return {};
  return type.name.starts_with("t2.") ? "standard" : "unlimited";
}

const api::Operations instance_types_operations = {
    op<ops::DescribeInstanceTypes>(describe_types, on(any_in_region), read_only,
        takes("InstanceTypes Filters MaxResults NextToken IncludeUnsupportedInRegion")),
    op<ops::DescribeInstanceTypeOfferings>(describe_offerings, on(any_in_region), read_only,
        takes("LocationType Filters MaxResults NextToken")),
};

}  // namespace haar::ec2
