// Create-, Describe-, Modify- and DeleteGlobalCluster(s), RemoveFromGlobalCluster: a global cluster has its primary in one
// region. Secondaries in other regions, and so switchover and failover, are not built.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/kit/built_value.h"
#include "api/kit/row.h"
#include "base/arn.h"
#include "base/encoding.h"
#include "model/rds/CreateGlobalCluster.h"
#include "model/rds/DeleteGlobalCluster.h"
#include "model/rds/DescribeGlobalClusters.h"
#include "model/rds/ModifyGlobalCluster.h"
#include "model/rds/RemoveFromGlobalCluster.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/describe.h"
#include "services/rds/engine_versions.h"
#include "services/rds/global/membership.h"
#include "services/rds/more_operations.h"
#include "services/rds/names.h"
#include "services/rds/quotas.h"
#include "services/rds/standalone/hidden_cluster.h"
#include "services/rds/status.h"
#include "services/rds/tags.h"

namespace haar::rds {
namespace {

using api::Call;

std::string global_arn(const Call& call, std::string_view id) {
  return fmt::format("arn:{}:rds::{}:global-cluster:{}", call.partition().value, call.account().value, id);
}

Error not_found(std::string_view id) {
  return errors::GlobalClusterNotFoundFault(fmt::format("Global Cluster {} not found", id.substr(0, 255)));
}

Error malformed(std::string_view arn) {
  return errors::InvalidParameterValue(fmt::format("Malformed db cluster arn {}", arn.substr(0, 255)));
}

// The DB cluster that a member's ARN names, in whichever region; null if it is gone.
const ClusterRecord* cluster_at(const Call& call, const std::string& text) {
  const std::optional<Arn> arn = Arn::parse(text);
  if (!arn || arn->service != "rds" || arn->account != call.account().value) return nullptr;
  return shown(call.txn.get(clusters, store::key_of(call.account(), arn->region, identifier_of(text, "cluster"))));
}

GlobalCluster to_global(const Call& call, const GlobalClusterRecord& record, std::string_view status) {
  GlobalCluster out;
  out.GlobalClusterIdentifier = record.id;
  out.GlobalClusterResourceId = record.resource_id;
  out.GlobalClusterArn = global_arn(call, record.id);
  out.Status = std::string(status);
  out.Engine = record.engine;
  out.EngineVersion = record.engine_version;
  out.EngineLifecycleSupport = std::string(extended_support);
  if (!record.database_name.empty()) out.DatabaseName = record.database_name;
  out.StorageEncrypted = false;
  out.DeletionProtection = record.deletion_protection;
  out.GlobalClusterMembers.emplace();
  for (const GlobalMember& member : record.members) {
    GlobalClusterMember& one = out.GlobalClusterMembers->emplace_back();
    one.DBClusterArn = member.cluster_arn;
    one.IsWriter = member.writes;
    one.Readers.emplace();
    one.GlobalWriteForwardingStatus = "disabled";
    // Always the primary's, whichever that is.
    if (const ClusterRecord* cluster = cluster_at(call, member.cluster_arn); cluster != nullptr && member.writes)
      out.Endpoint = cluster->writer_address;
  }
  out.TagList = to_tags(record.tags);
  return out;
}

// ---- Create -------------------------------------------------------------------------------------------

// What the first member brings.
Result<void> take_source(Call& call, const CreateGlobalClusterMessage& in, GlobalClusterRecord& record) {
  const std::string& source = *in.SourceDBClusterIdentifier;
  if (in.Engine || in.EngineVersion || in.DatabaseName || in.StorageEncrypted) {
    const std::string_view member = in.Engine ? "engineName" : in.EngineVersion ? "engineVersion"
                                    : in.DatabaseName ? "databaseName" : "storageEncrypted";
    return errors::InvalidParameterCombination(
        fmt::format("When creating global cluster from existing db cluster, value for {} should not be specified since it will "
                    "be inherited from source cluster", member));
  }
  if (!source.starts_with("arn:")) return malformed(source);
  const ClusterRecord* cluster = cluster_at(call, source);
  const std::optional<Arn> arn = Arn::parse(source);
  if (cluster == nullptr || arn->region != call.region().value)
    return errors::DBClusterNotFoundFault(fmt::format("DBCluster {} not found.", source.substr(0, 255)));
  if (status_in(call.txn, call.key(cluster->id), *cluster) != status::available)
    return errors::InvalidDBClusterStateFault(fmt::format("DB Cluster {} is not in the available state.", cluster->id));
  if (const GlobalClusterRecord* other = global_cluster_of(call, cluster_arn(call, cluster->id)))
    return errors::InvalidDBClusterStateFault(
        fmt::format("DB Cluster {} is already part of the global cluster {}.", cluster->id, other->id));
  record.engine = cluster->engine;
  record.engine_version = cluster->engine_version;
  record.database_name = cluster->database_name;
  record.members.push_back({cluster_arn(call, cluster->id), true});
  return {};
}

Result<CreateGlobalClusterResult> create_global(Call& call, const CreateGlobalClusterMessage& in) {
  TRY(check_identifier("GlobalClusterIdentifier", in.GlobalClusterIdentifier));
  TRY(api::require_built_value("The engine lifecycle support", in.EngineLifecycleSupport, extended_support));
  if (in.StorageEncrypted.value_or(false))
    return Error{"NotImplemented", "Encrypted storage is not implemented by haar.", 501, Fault::receiver};
  GlobalClusterRecord record;
  record.id = to_lower(in.GlobalClusterIdentifier);
  record.tags = TRY(read_tags(in.Tags));
  if (in.SourceDBClusterIdentifier) {
    TRY(take_source(call, in, record));
  } else {
    if (!in.Engine) return errors::InvalidParameterValue("The parameter Engine must be provided and must not be blank.");
    const EngineVersion version =
        TRY(choose_version(call.env.part<engines::Catalog>(), *in.Engine, in.EngineVersion.value_or("")));
    if (in.DatabaseName) TRY(check_database_name(*in.DatabaseName));
    record.engine = version.engine;
    record.engine_version = version.version;
    record.database_name = in.DatabaseName.value_or("");
  }
  const store::Key key = call.global_key(record.id);
  if (call.txn.get(global_clusters, key) != nullptr)
    return errors::GlobalClusterAlreadyExistsFault(fmt::format("Global Cluster {} already exists", record.id));
  if (call.txn.count(global_clusters, store::prefix_of(call.account(), store::global)) >= clusters_max)
    return errors::GlobalClusterQuotaExceededFault(fmt::format("Global cluster quota exceeded: {}.", clusters_max));
  record.resource_id = new_resource_id(call.random(), "cluster-");
  record.deletion_protection = in.DeletionProtection.value_or(false);
  record.created_at = call.now();
  CreateGlobalClusterResult out;
  out.GlobalCluster = to_global(call, record, "available");
  call.txn.put(global_clusters, key, std::move(record));
  return out;
}
void needs_create(const Call& call, const CreateGlobalClusterMessage& in, api::Requirements& needs) {
  const api::TagMap tags = api::tag_map(in.Tags);
  const std::string arn = global_arn(call, to_lower(in.GlobalClusterIdentifier));
  need_creation_tags(needs.need(arn), tags);
  if (in.SourceDBClusterIdentifier)
    need_creation_tags(need_cluster(call, identifier_of(*in.SourceDBClusterIdentifier, "cluster"), needs), tags);
  need_tags_at_creation(arn, tags, needs);
}

// ---- Describe -----------------------------------------------------------------------------------------

constexpr FilterField<GlobalClusterRecord> global_filters[] = {
    {"db-cluster-id",
     [](const GlobalClusterRecord& r, Values& out) {
       for (const GlobalMember& member : r.members) add_value(out, identifier_of(member.cluster_arn, "cluster"));
     },
     [](std::string_view given) { return identifier_of(given, "cluster"); }},
    {"region",
     [](const GlobalClusterRecord& r, Values& out) {
       for (const GlobalMember& member : r.members) add_value(out, Arn::parse(member.cluster_arn)->region);
     }},
};

Result<GlobalClustersMessage> describe_global(Call& call, const DescribeGlobalClustersMessage& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  const api::FilterSet<GlobalClusterRecord> filters = TRY(read_filters<GlobalClusterRecord>(in.Filters, global_filters));
  GlobalClustersMessage out;
  out.GlobalClusters.emplace();
  const auto show = [&](const GlobalClusterRecord& record) {
    out.GlobalClusters->push_back(to_global(call, record, status::available));
  };
  if (in.GlobalClusterIdentifier) {
    const GlobalClusterRecord record = TRY(find_global_cluster(call, *in.GlobalClusterIdentifier));
    if (filters.match(record)) show(record);
    return out;
  }
  api::Page page = TRY(api::Page::open(call, page_rules, "DescribeGlobalClusters " + filter_text(in.Filters), in.Marker, size));
  const store::Key all = store::prefix_of(call.account(), store::global);
  api::list_page(page, call.txn.scan(global_clusters, all, store::Key::from_bytes(page.after())),
                 [&](const GlobalClusterRecord& record) { return filters.match(record); }, show);
  page.close(out);
  return out;
}
void needs_describe(const Call& call, const DescribeGlobalClustersMessage& in, api::Requirements& needs) {
  need_global_cluster(
      call, in.GlobalClusterIdentifier ? identifier_of(*in.GlobalClusterIdentifier, "global-cluster") : "*", needs);
}

// ---- Modify, Remove, Delete -----------------------------------------------------------------------------

Result<ModifyGlobalClusterResult> modify_global(Call& call, const ModifyGlobalClusterMessage& in) {
  GlobalClusterRecord record = TRY(find_global_cluster(call, in.GlobalClusterIdentifier));
  if (in.EngineVersion && *in.EngineVersion != record.engine_version)
    return Error{"NotImplemented", "Another engine version of a global cluster is not implemented by haar.", 501,
                 Fault::receiver};
  record.deletion_protection = in.DeletionProtection.value_or(record.deletion_protection);
  if (in.NewGlobalClusterIdentifier) {
    TRY(check_identifier("NewGlobalClusterIdentifier", *in.NewGlobalClusterIdentifier));
    const std::string id = to_lower(*in.NewGlobalClusterIdentifier);
    if (id != record.id && call.txn.get(global_clusters, call.global_key(id)) != nullptr)
      return errors::GlobalClusterAlreadyExistsFault(fmt::format("Global Cluster {} already exists", id));
    call.txn.erase(global_clusters, call.global_key(record.id));
    record.id = id;
  }
  ModifyGlobalClusterResult out;
  out.GlobalCluster = to_global(call, record, status::available);
  const store::Key key = call.global_key(record.id);
  call.txn.put(global_clusters, key, std::move(record));
  return out;
}

Result<RemoveFromGlobalClusterResult> remove_from_global(Call& call, const RemoveFromGlobalClusterMessage& in) {
  GlobalClusterRecord record = TRY(find_global_cluster(call, in.GlobalClusterIdentifier));
  const std::string& given = in.DbClusterIdentifier;
  if (!given.starts_with("arn:")) return malformed(given);
  const std::size_t gone = std::erase_if(record.members, [&](const GlobalMember& one) { return one.cluster_arn == given; });
  if (gone == 0)
    return errors::InvalidParameterValue(
        fmt::format("DB cluster {} is not found in global cluster {}", given.substr(0, 255), record.id));
  RemoveFromGlobalClusterResult out;
  out.GlobalCluster = to_global(call, record, status::available);
  const store::Key key = call.global_key(record.id);
  call.txn.put(global_clusters, key, std::move(record));
  return out;
}

Result<DeleteGlobalClusterResult> delete_global(Call& call, const DeleteGlobalClusterMessage& in) {
  const GlobalClusterRecord record = TRY(find_global_cluster(call, in.GlobalClusterIdentifier));
  if (record.deletion_protection)
    return errors::InvalidParameterCombination(
        "Cannot delete protected Global Cluster, please disable deletion protection and try again.");
  if (!record.members.empty())
    return errors::InvalidGlobalClusterStateFault(fmt::format("Global Cluster {} is not empty", global_arn(call, record.id)));
  call.txn.erase(global_clusters, call.global_key(record.id));
  DeleteGlobalClusterResult out;
  out.GlobalCluster = to_global(call, record, status::deleting);
  return out;
}

template <class Input>
void needs_one(const Call& call, const Input& in, api::Requirements& needs) {
  need_global_cluster(call, identifier_of(in.GlobalClusterIdentifier, "global-cluster"), needs);
}
void needs_remove(const Call& call, const RemoveFromGlobalClusterMessage& in, api::Requirements& needs) {
  needs_one(call, in, needs);
  need_cluster(call, identifier_of(in.DbClusterIdentifier, "cluster"), needs);
}

constexpr api::TaggedRecords tagged_global_clusters{
    .find = [](const Call& call, std::string_view name) -> const api::TagMap* {
      const GlobalClusterRecord* record = call.txn.get(global_clusters, call.global_key(name));
      return record == nullptr ? nullptr : &record->tags;
    },
    .usable = [](const Call& call, std::string_view name) {
      return call.txn.get(global_clusters, call.global_key(name)) != nullptr;
    },
    .change = [](Call& call, std::string_view name, const api::TagChange& change) -> Result<bool> {
      const store::Key key = call.global_key(name);
      const GlobalClusterRecord* found = call.txn.get(global_clusters, key);
      if (found == nullptr) return false;
      GlobalClusterRecord changed = *found;
      TRY(change(changed.tags));
      call.txn.put(global_clusters, key, std::move(changed));
      return true;
    },
    // The tagging API lists what is in its region.
    .each = [](const Call&, const api::TagVisit&) {}};

}  // namespace

api::Requirement& need_global_cluster(const Call& call, const std::string& id, api::Requirements& needs) {
  api::Requirement& need = needs.need(global_arn(call, id));
  if (const GlobalClusterRecord* record = call.txn.get(global_clusters, call.global_key(id))) need.resource_tags = record->tags;
  return need;
}

Result<GlobalClusterRecord> find_global_cluster(const Call& call, const std::string& given) {
  const std::string id = identifier_of(given, "global-cluster");
  const GlobalClusterRecord* record = call.txn.get(global_clusters, call.global_key(id));
  if (record == nullptr) return not_found(id);
  return *record;
}

const GlobalClusterRecord* global_cluster_of(const Call& call, const std::string& cluster_arn) {
  for (const auto& [key, record] : call.txn.scan(global_clusters, store::prefix_of(call.account(), store::global))) {
    for (const GlobalMember& member : record.members) {
      if (member.cluster_arn == cluster_arn) return &record;
    }
  }
  return nullptr;
}

Result<std::optional<GlobalClusterRecord>> global_cluster_to_join(const Call& call, const std::optional<std::string>& asked,
                                                                  const std::string& engine) {
  if (!asked) return std::optional<GlobalClusterRecord>();
  GlobalClusterRecord global = TRY(find_global_cluster(call, *asked));
  if (!global.members.empty()) {
    return Error{"NotImplemented", "A second DB cluster of a global cluster, a secondary, is not implemented by haar.", 501,
                 Fault::receiver};
  }
  // AWS's text could not be found.
  if (global.engine != engine) {
    return errors::InvalidParameterCombination(fmt::format(
        "The engine name requested for your DB cluster ({}) doesn't match the engine name of your global cluster ({}).", engine,
        global.engine));
  }
  return std::optional(std::move(global));
}

void rename_global_member(Call& call, const std::string& from_arn, const std::string& to_arn) {
  const GlobalClusterRecord* found = global_cluster_of(call, from_arn);
  if (found == nullptr) return;
  GlobalClusterRecord changed = *found;
  for (GlobalMember& member : changed.members) {
    if (member.cluster_arn == from_arn) member.cluster_arn = to_arn;
  }
  const store::Key key = call.global_key(changed.id);
  call.txn.put(global_clusters, key, std::move(changed));
}

void join_global_cluster(Call& call, GlobalClusterRecord global, const std::string& cluster_arn) {
  global.members.push_back({cluster_arn, true});
  const store::Key key = call.global_key(global.id);
  call.txn.put(global_clusters, key, std::move(global));
}

constinit const managed::TaggedKind global_cluster_tags{
    "global-cluster", [](std::string_view id) { return not_found(id); }, &tagged_global_clusters, need_global_cluster};

const api::Operations& global_clusters_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateGlobalCluster>(create_global, api::on(needs_create),
          api::takes("GlobalClusterIdentifier SourceDBClusterIdentifier Engine EngineVersion EngineLifecycleSupport "
                     "DeletionProtection DatabaseName StorageEncrypted Tags")),
      api::op<ops::DescribeGlobalClusters>(describe_global, api::on(needs_describe), api::read_only,
          api::takes("GlobalClusterIdentifier Filters MaxRecords Marker")),
      api::op<ops::ModifyGlobalCluster>(modify_global, api::on(needs_one<ModifyGlobalClusterMessage>),
          api::takes("GlobalClusterIdentifier NewGlobalClusterIdentifier DeletionProtection EngineVersion"),
          api::without_effect("AllowMajorVersionUpgrade", "another version is refused")),
      api::op<ops::RemoveFromGlobalCluster>(remove_from_global, api::on(needs_remove),
          api::takes("GlobalClusterIdentifier DbClusterIdentifier")),
      api::op<ops::DeleteGlobalCluster>(delete_global, api::on(needs_one<DeleteGlobalClusterMessage>),
          api::takes("GlobalClusterIdentifier")),
  };
  return rows;
}

}  // namespace haar::rds
