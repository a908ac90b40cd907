// ListTagsForResource, AddTagsToResource, RemoveTagsFromResource, on clusters and subnet groups.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html
#include <fmt/format.h>

#include <optional>

#include "api/kit/row.h"
#include "base/arn.h"
#include "base/encoding.h"
#include "model/elasticache/AddTagsToResource.h"
#include "model/elasticache/ListTagsForResource.h"
#include "model/elasticache/RemoveTagsFromResource.h"
#include "model/elasticache/service.h"
#include "services/elasticache/cluster_view.h"
#include "services/elasticache/names.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/records.h"
#include "services/elasticache/views.h"

namespace haar::elasticache {
namespace {

using api::Call;

// "arn:aws:elasticache:us-east-1:111122223333:cluster:demo" -> kind "cluster", name "demo". nullopt for
// anything that is not an elasticache ARN of this account and region.
struct Name {
  std::string kind, name;
};
std::optional<Name> parse_name(const Call& call, std::string_view text) {
  const std::optional<Arn> arn = Arn::parse(text);
  if (!arn || arn->service != "elasticache" || arn->partition != call.partition().value ||
      arn->region != call.region().value || arn->account != call.account().value) {
    return std::nullopt;
  }
  const std::size_t colon = arn->resource.find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Name{arn->resource.substr(0, colon), to_lower(arn->resource.substr(colon + 1))};
}

Error invalid_arn(std::string_view text) {
  return errors::InvalidARN(fmt::format("The ARN {} does not refer to an existing resource.", text.substr(0, 255)));
}

// AWS tags clusters only while they can be used.
bool can_be_tagged(const Call& call, const store::Key& key) {
  const std::optional<ClusterView> cluster = find_cluster(call.txn, key);
  return cluster && status_of(*cluster) == status::available;
}

Error not_there(const Name& what, std::string_view text) {
  const std::string message = fmt::format("{} is either not present or not available.", what.name.substr(0, 255));
  if (what.kind == "cluster") return errors::CacheClusterNotFound(message);
  if (what.kind == "subnetgroup") return errors::CacheSubnetGroupNotFoundFault(message);
  if (what.kind == "parametergroup") return errors::CacheParameterGroupNotFound(message);
  if (what.kind == "replicationgroup") return errors::ReplicationGroupNotFoundFault(message);
  if (what.kind == "snapshot") return errors::SnapshotNotFoundFault(message);
  if (what.kind == "user") return errors::UserNotFound(message);
  if (what.kind == "usergroup") return errors::UserGroupNotFound(message);
  if (what.kind == "serverlesscache") return errors::ServerlessCacheNotFoundFault(message);
  return invalid_arn(text);
}

// Calls change(tags), which may fail, on the resource's tags and stores what it made of them.
template <class Change>
Result<TagListMessage> with_tags(Call& call, const std::string& text, Change change) {
  const std::optional<Name> what = parse_name(call, text);
  if (!what) return invalid_arn(text);
  const store::Key key = call.key(what->name);
  Tags tags;
  if (const ClusterRecord* cluster = call.txn.get(clusters, key); what->kind == "cluster" && can_be_tagged(call, key)) {
    tags = cluster->tags;
    if (TRY(change(tags))) {
      ClusterRecord changed = *cluster;
      changed.tags = tags;
      call.txn.put(clusters, key, std::move(changed));
    }
  } else if (const SubnetGroupRecord* group = call.txn.get(subnet_groups, key);
             what->kind == "subnetgroup" && group != nullptr) {
    tags = group->tags;
    if (TRY(change(tags))) {
      SubnetGroupRecord changed = *group;
      changed.tags = tags;
      call.txn.put(subnet_groups, key, std::move(changed));
    }
  } else {
    return not_there(*what, text);
  }
  TagListMessage out;
  out.TagList = to_tags(tags);
  return out;
}

Result<TagListMessage> list_tags_for_resource(Call& call, const ListTagsForResourceMessage& in) {
  return with_tags(call, in.ResourceName, [](Tags&) -> Result<bool> { return false; });
}

Result<TagListMessage> add_tags_to_resource(Call& call, const AddTagsToResourceMessage& in) {
  const Tags added = TRY(read_tags(in.Tags));
  return with_tags(call, in.ResourceName, [&](Tags& tags) -> Result<bool> {
    for (const auto& [key, value] : added) tags[key] = value;
    TRY(check_tag_count(tags));
    return true;
  });
}

Result<TagListMessage> remove_tags_from_resource(Call& call, const RemoveTagsFromResourceMessage& in) {
  return with_tags(call, in.ResourceName, [&](Tags& tags) -> Result<bool> {
    for (const std::string& key : in.TagKeys) {
      if (tags.erase(key) == 0) return errors::TagNotFound(fmt::format("Tag not found: {}", key.substr(0, 128)));
    }
    return true;
  });
}

// A malformed ARN is answered with InvalidARN to whoever may do this anywhere.
api::Requirement& need_named(const Call& call, const std::string& text, api::Requirements& needs) {
  const std::optional<Name> what = parse_name(call, text);
  if (!what) return needs.need("*");
  api::Requirement& need = needs.need(call.arn("elasticache", what->kind + ":" + what->name));
  const store::Key key = call.key(what->name);
  if (what->kind == "cluster") {
    if (const ClusterRecord* cluster = call.txn.get(clusters, key)) need.resource_tags = cluster->tags;
  } else if (what->kind == "subnetgroup") {
    if (const SubnetGroupRecord* group = call.txn.get(subnet_groups, key)) need.resource_tags = group->tags;
  }
  return need;
}

void needs_list_tags_for_resource(const Call& call, const ListTagsForResourceMessage& in, api::Requirements& needs) {
  need_named(call, in.ResourceName, needs);
}
void needs_add_tags_to_resource(const Call& call, const AddTagsToResourceMessage& in, api::Requirements& needs) {
  api::Requirement& need = need_named(call, in.ResourceName, needs);
  for (const Tag& tag : in.Tags) need.request_tags[tag.Key.value_or("")] = tag.Value.value_or("");
}
void needs_remove_tags_from_resource(const Call& call, const RemoveTagsFromResourceMessage& in, api::Requirements& needs) {
  need_named(call, in.ResourceName, needs).tag_keys = in.TagKeys;
}

}  // namespace

void add_tagged(const Call& call, api::TaggedResources& out) {
  const store::Key here = store::prefix_of(call.account(), call.region());
  for (const auto& [key, cluster] : call.txn.scan(clusters, here)) out.add(cluster_arn(call, cluster.id), cluster.tags);
  for (const auto& [key, group] : call.txn.scan(subnet_groups, here)) out.add(subnet_group_arn(call, group.name), group.tags);
}

const api::Operations& tags_operations() {
  static const api::Operations rows = {
      api::op<ops::ListTagsForResource>(list_tags_for_resource, api::on(needs_list_tags_for_resource),
          api::read_only, api::takes("ResourceName")),
      api::op<ops::AddTagsToResource>(add_tags_to_resource, api::on(needs_add_tags_to_resource),
          api::takes("ResourceName Tags")),
      api::op<ops::RemoveTagsFromResource>(remove_tags_from_resource, api::on(needs_remove_tags_from_resource),
          api::takes("ResourceName TagKeys")),
  };
  return rows;
}

}  // namespace haar::elasticache
