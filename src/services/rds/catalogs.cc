// What can be ordered here, and what AWS says of its own: classes, regions, quotas, major versions.
#include <fmt/format.h>

#include <algorithm>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/DescribeAccountAttributes.h"
#include "model/rds/DescribeDBMajorEngineVersions.h"
#include "model/rds/DescribeOrderableDBInstanceOptions.h"
#include "model/rds/DescribeSourceRegions.h"
#include "services/ec2/regions.h"
#include "services/rds/describe.h"
#include "services/rds/engine_facts.h"
#include "services/rds/engine_versions.h"
#include "services/rds/instance_classes.h"
#include "services/rds/operations.h"
#include "services/rds/quotas.h"
#include "services/rds/records.h"
#include "services/rds/standalone/hidden_cluster.h"
#include "services/rds/standalone/storage.h"

namespace haar::rds {
namespace {

using api::Call;

// ---- DescribeOrderableDBInstanceOptions --------------------------------------------------------------

struct Orderable {
  const EngineVersion* version;
  const InstanceClass* instance_class;
  const StorageKind* storage;  // nullptr: a cluster's volume
};

OrderableDBInstanceOption to_orderable(const Call& call, const Orderable& one) {
  OrderableDBInstanceOption out;
  out.Engine = one.version->engine;
  out.EngineVersion = one.version->version;
  out.DBInstanceClass = one.instance_class->name;
  out.LicenseModel = std::string(facts_of(one.version->engine).license);
  out.AvailabilityZones.emplace();
  if (const ec2::RegionFacts* region = ec2::find_region(call.region().value)) {
    for (const ec2::ZoneFacts& zone : region->zones) out.AvailabilityZones->emplace_back().Name = std::string(zone.name);
  }
  out.StorageType = "aurora";
  if (one.storage != nullptr) {
    out.StorageType = std::string(one.storage->name);
    out.MinStorageSize = one.storage->least_gib;
    out.MaxStorageSize = one.storage->most_gib;
    if (one.storage->most_iops != 0) {
      out.MinIopsPerDbInstance = one.storage->least_iops;
      out.MaxIopsPerDbInstance = one.storage->most_iops;
    }
    if (one.storage->most_throughput != 0) {
      out.MinStorageThroughputPerDbInstance = one.storage->least_throughput;
      out.MaxStorageThroughputPerDbInstance = one.storage->most_throughput;
    }
  }
  out.Vpc = true;
  out.SupportedEngineModes = std::vector<std::string>{"provisioned"};
  out.SupportedNetworkTypes = std::vector<std::string>{"IPV4"};
  out.SupportsClusters = one.storage == nullptr;
  out.AvailableProcessorFeatures.emplace();
  out.SupportedActivityStreamModes.emplace();
  // What haar does, not what AWS could do with this class.
  out.SupportsIops = one.storage != nullptr && one.storage->most_iops != 0;
  out.SupportsStorageThroughput = one.storage != nullptr && one.storage->most_throughput != 0;
  out.MultiAZCapable = out.ReadReplicaCapable = out.SupportsStorageEncryption = false;
  out.SupportsEnhancedMonitoring = out.SupportsIAMDatabaseAuthentication = false;
  out.SupportsPerformanceInsights = out.SupportsStorageAutoscaling = out.SupportsKerberosAuthentication = false;
  out.OutpostCapable = out.SupportsGlobalDatabases = out.SupportsDedicatedLogVolume = out.SupportsHttpEndpoint = false;
  return out;
}

bool wanted(const Orderable& one, const DescribeOrderableDBInstanceOptionsMessage& in) {
  return (!in.EngineVersion || *in.EngineVersion == one.version->version) &&
         (!in.DBInstanceClass || *in.DBInstanceClass == one.instance_class->name) &&
         (!in.LicenseModel || *in.LicenseModel == facts_of(one.version->engine).license) && in.Vpc.value_or(true);
}

// "Minimum 20, maximum 10000", says the API reference.
constexpr api::PageRules orderable_pages = [] {
  api::PageRules rules = page_rules;
  rules.items_max = 10'000;
  return rules;
}();

Result<OrderableDBInstanceOptionsMessage> describe_orderable(Call& call, const DescribeOrderableDBInstanceOptionsMessage& in) {
  const std::size_t size = TRY(api::page_size(orderable_pages, in.MaxRecords));
  TRY(refuse_filters(in.Filters));
  if (!is_engine(in.Engine)) return errors::InvalidParameterValue("Invalid DB engine");
  const std::string listing = fmt::format("DescribeOrderableDBInstanceOptions {} {} {}", in.Engine, in.EngineVersion.value_or(""),
                                          in.DBInstanceClass.value_or(""));
  api::Page page = TRY(api::Page::open(call, orderable_pages, listing, in.Marker, size));
  const std::vector<EngineVersion> versions = engine_versions(call.env.part<engines::Catalog>());
  std::vector<Orderable> all;
  for (const EngineVersion& version : versions) {
    if (version.engine != in.Engine) continue;
    for (const InstanceClass& one : instance_classes()) {
      if (is_aurora(version.engine) && one.of_aurora) all.push_back({&version, &one, nullptr});
      if (is_aurora(version.engine) || !one.of_rds) continue;
      for (const StorageKind& storage : storage_kinds()) all.push_back({&version, &one, &storage});
    }
  }
  OrderableDBInstanceOptionsMessage out;
  out.OrderableDBInstanceOptions.emplace();
  api::list_page(
      page, all,
      [](const Orderable& one) {
        return fmt::format("{}/{}/{}", one.version->version, one.instance_class->name,
                           one.storage == nullptr ? "" : one.storage->name);
      },
      [&](const Orderable& one) { return wanted(one, in); },
      [&](const Orderable& one) { out.OrderableDBInstanceOptions->push_back(to_orderable(call, one)); });
  page.close(out);
  return out;
}

// ---- DescribeDBMajorEngineVersions -------------------------------------------------------------------

// Of the versions that can be created here. The dates of AWS's support are not among haar's facts.
Result<DescribeDBMajorEngineVersionsResponse> describe_major_versions(Call& call,
                                                                      const DescribeDBMajorEngineVersionsRequest& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  api::Page page = TRY(api::Page::open(call, page_rules, "DescribeDBMajorEngineVersions " + in.Engine.value_or("") + "/" +
                                                             in.MajorEngineVersion.value_or(""),
                                       in.Marker, size));
  std::vector<DBMajorEngineVersion> all;
  for (const EngineVersion& version : engine_versions(call.env.part<engines::Catalog>())) {
    const std::string major(major_of(version.version));
    if (!all.empty() && all.back().Engine == version.engine && all.back().MajorEngineVersion == major) continue;
    DBMajorEngineVersion& one = all.emplace_back();
    one.Engine = version.engine;
    one.MajorEngineVersion = major;
    one.SupportedEngineLifecycles.emplace();
  }
  DescribeDBMajorEngineVersionsResponse out;
  out.DBMajorEngineVersions.emplace();
  api::list_page(
      page, all, [](const DBMajorEngineVersion& one) { return *one.Engine + "/" + *one.MajorEngineVersion; },
      [&](const DBMajorEngineVersion& one) {
        return (!in.Engine || *in.Engine == *one.Engine) &&
               (!in.MajorEngineVersion || *in.MajorEngineVersion == *one.MajorEngineVersion);
      },
      [&](const DBMajorEngineVersion& one) { out.DBMajorEngineVersions->push_back(one); });
  page.close(out);
  return out;
}

// ---- DescribeSourceRegions ---------------------------------------------------------------------------

// Every region but this one.
Result<SourceRegionMessage> describe_source_regions(Call& call, const DescribeSourceRegionsMessage& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  TRY(refuse_filters(in.Filters));
  if (in.RegionName && ec2::find_region(*in.RegionName) == nullptr)
    return errors::InvalidParameterValue(fmt::format("Invalid source region: {}", in.RegionName->substr(0, 64)));
  api::Page page = TRY(api::Page::open(call, page_rules, "DescribeSourceRegions " + in.RegionName.value_or(""), in.Marker, size));
  std::vector<SourceRegion> all;
  for (const ec2::RegionFacts& region : ec2::all_regions()) {
    if (region.name == call.region().value) continue;
    SourceRegion& one = all.emplace_back();
    one.RegionName = std::string(region.name);
    one.Endpoint = fmt::format("https://rds.{}.amazonaws.com", region.name);
    one.Status = "available";
    one.SupportsDBInstanceAutomatedBackupsReplication = false;
  }
  std::ranges::sort(all, {}, [](const SourceRegion& one) { return *one.RegionName; });
  SourceRegionMessage out;
  out.SourceRegions.emplace();
  api::list_page(
      page, all, [](const SourceRegion& one) { return *one.RegionName; },
      [&](const SourceRegion& one) { return !in.RegionName || *in.RegionName == *one.RegionName; },
      [&](const SourceRegion& one) { out.SourceRegions->push_back(one); });
  page.close(out);
  return out;
}

// ---- DescribeAccountAttributes -----------------------------------------------------------------------

Result<AccountAttributesMessage> describe_account_attributes(Call& call, const DescribeAccountAttributesMessage&) {
  AccountAttributesMessage out;
  out.AccountQuotas.emplace();
  const store::Key here = store::prefix_of(call.account(), call.region());
  const auto add = [&](std::string_view name, std::size_t used, std::size_t most) {
    AccountQuota& quota = out.AccountQuotas->emplace_back();
    quota.AccountQuotaName = std::string(name);
    quota.Used = static_cast<std::int64_t>(used);
    quota.Max = static_cast<std::int64_t>(most);
  };
  std::size_t most_subnets = 0;
  for (const auto& [key, group] : call.txn.scan(subnet_groups, here))
    most_subnets = std::max(most_subnets, group.subnet_ids.size());
  add("DBInstances", call.txn.count(instances, here), instances_max);
  add("DBParameterGroups", call.txn.count(parameter_groups, here), parameter_groups_per_region.value());
  add("DBSubnetGroups", call.txn.count(subnet_groups, here), subnet_groups_per_region.value());
  add("SubnetsPerDBSubnetGroup", most_subnets, subnets_per_subnet_group.value());
  add("DBClusters", shown_clusters(call), clusters_max);
  add("DBClusterParameterGroups", call.txn.count(cluster_parameter_groups, here), cluster_parameter_groups_per_region.value());
  return out;
}

}  // namespace

const api::Operations& catalogs_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeOrderableDBInstanceOptions>(describe_orderable, api::any_resource, api::read_only,
          api::takes("Engine EngineVersion DBInstanceClass LicenseModel Vpc Filters MaxRecords Marker")),
      api::op<ops::DescribeDBMajorEngineVersions>(describe_major_versions, api::any_resource, api::read_only,
          api::takes("Engine MajorEngineVersion MaxRecords Marker")),
      api::op<ops::DescribeSourceRegions>(describe_source_regions, api::any_resource, api::read_only,
          api::takes("RegionName Filters MaxRecords Marker")),
      api::op<ops::DescribeAccountAttributes>(describe_account_attributes, api::any_resource, api::read_only, api::takes("")),
  };
  return rows;
}

}  // namespace haar::rds
