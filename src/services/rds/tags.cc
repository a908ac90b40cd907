// ListTagsForResource, AddTagsToResource, RemoveTagsFromResource, on clusters, instances and subnet groups.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Tagging.html
#include <fmt/format.h>

#include <optional>

#include "api/kit/row.h"
#include "base/arn.h"
#include "base/encoding.h"
#include "model/rds/AddTagsToResource.h"
#include "model/rds/ListTagsForResource.h"
#include "model/rds/RemoveTagsFromResource.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/views.h"

namespace haar::rds {
namespace {

using api::Call;

// "arn:aws:rds:us-east-1:111122223333:cluster:demo" -> kind "cluster", name "demo".
struct Name {
  std::string kind, name;
};

Error no_such_name(std::string_view text) {
  constexpr std::size_t echoed_max = 255;
  return errors::InvalidParameterValue(fmt::format("Invalid resource name:  {}", text.substr(0, echoed_max)));
}

// The text for a name elsewhere is in public answers of CloudFormation; the other could not be confirmed on a page of AWS.
Result<Name> parse_name(const Call& call, std::string_view text) {
  const std::optional<Arn> arn = Arn::parse(text);
  const std::size_t colon = arn ? arn->resource.find(':') : std::string::npos;
  if (!arn || colon == std::string::npos) return no_such_name(text);
  if (arn->service != "rds" || arn->partition != call.partition().value || arn->region != call.region().value ||
      arn->account != call.account().value)
    return errors::InvalidParameterValue("The specified resource name does not match an RDS resource in this region.");
  return Name{arn->resource.substr(0, colon), to_lower(arn->resource.substr(colon + 1))};
}

// The faults that the API reference lists for kinds of resource; what AWS says of the kinds that it leaves out, subnet
// groups among them, was not found: they have the fault of their Describe operation, or the text for a foreign name.
Error not_there(const Name& what) {
  if (what.kind == "cluster") return errors::DBClusterNotFoundFault(fmt::format("DBCluster {} not found.", what.name));
  if (what.kind == "db") return errors::DBInstanceNotFound(fmt::format("DBInstance {} not found.", what.name));
  if (what.kind == "subgrp")
    return errors::DBSubnetGroupNotFoundFault(fmt::format("DB subnet group '{}' does not exist.", what.name));
  if (what.kind == "snapshot") return errors::DBSnapshotNotFound(fmt::format("DBSnapshot {} not found.", what.name));
  return errors::InvalidParameterValue("The specified resource name does not match an RDS resource in this region.");
}

// Calls change(tags), which says whether it changed them and may fail, and stores what it made of them.
template <class Record, class Change>
Result<std::optional<Tags>> change_tags(Call& call, const store::KeySpace<Record>& space, const std::string& name,
                                        Change change) {
  const Record* found = call.txn.get(space, call.key(name));
  if (found == nullptr) return std::optional<Tags>();
  Record record = *found;
  const bool changed = TRY(change(record.tags));
  std::optional<Tags> tags = record.tags;
  if (changed) call.txn.put(space, call.key(name), std::move(record));
  return tags;
}

template <class Change>
Result<Tags> with_tags(Call& call, const std::string& text, Change change) {
  const Name what = TRY(parse_name(call, text));
  std::optional<Tags> tags;
  if (what.kind == "cluster") tags = TRY(change_tags(call, clusters, what.name, change));
  if (what.kind == "db") tags = TRY(change_tags(call, instances, what.name, change));
  if (what.kind == "subgrp") tags = TRY(change_tags(call, subnet_groups, what.name, change));
  if (!tags) return not_there(what);
  return std::move(*tags);
}

// "This parameter isn't currently supported", says the API reference of Filters.
Result<TagListMessage> list_tags_for_resource(Call& call, const ListTagsForResourceMessage& in) {
  TagListMessage out;
  out.TagList = to_tags(TRY(with_tags(call, in.ResourceName, [](Tags&) -> Result<bool> { return false; })));
  return out;
}

Result<wire::Empty> add_tags_to_resource(Call& call, const AddTagsToResourceMessage& in) {
  const Tags added = TRY(read_tags(in.Tags));
  const auto add = [&](Tags& tags) -> Result<bool> {
    for (const auto& [key, value] : added) tags[key] = value;
    TRY(check_tag_count(tags));
    return true;
  };
  TRY(with_tags(call, in.ResourceName, add));
  return wire::Empty{};
}

// Keys that the resource does not have are no fault.
Result<wire::Empty> remove_tags_from_resource(Call& call, const RemoveTagsFromResourceMessage& in) {
  const auto remove = [&](Tags& tags) -> Result<bool> {
    std::size_t removed = 0;
    for (const std::string& key : in.TagKeys) removed += tags.erase(key);
    return removed > 0;
  };
  TRY(with_tags(call, in.ResourceName, remove));
  return wire::Empty{};
}

// A name that is no ARN of this account and region is told so to whoever may do this anywhere.
api::Requirement& need_named(const Call& call, const std::string& text, api::Requirements& needs) {
  const Result<Name> what = parse_name(call, text);
  if (!what.ok()) return needs.need("*");
  const Name& name = what.value();
  if (name.kind == "cluster") return need_cluster(call, name.name, needs);
  if (name.kind == "db") return need_instance(call, name.name, needs);
  if (name.kind == "subgrp") return need_subnet_group(call, name.name, needs);
  return needs.need(call.arn("rds", name.kind + ":" + name.name));
}

void needs_list_tags_for_resource(const Call& call, const ListTagsForResourceMessage& in, api::Requirements& needs) {
  need_named(call, in.ResourceName, needs);
}
void needs_add_tags_to_resource(const Call& call, const AddTagsToResourceMessage& in, api::Requirements& needs) {
  api::Requirement& need = need_named(call, in.ResourceName, needs);
  if (!in.Tags.empty()) need.key("rds:TagsFromRequest", "true");
  for (const Tag& tag : in.Tags) {
    need.request_tags[tag.Key.value_or("")] = tag.Value.value_or("");
    need.key("rds:req-tag/" + tag.Key.value_or(""), tag.Value.value_or(""));
  }
}
void needs_remove_tags_from_resource(const Call& call, const RemoveTagsFromResourceMessage& in, api::Requirements& needs) {
  need_named(call, in.ResourceName, needs).tag_keys = in.TagKeys;
}

}  // namespace

void add_tagged(const Call& call, api::TaggedResources& out) {
  const store::Key here = store::prefix_of(call.account(), call.region());
  for (const auto& [key, cluster] : call.txn.scan(clusters, here)) out.add(cluster_arn(call, cluster.id), cluster.tags);
  for (const auto& [key, instance] : call.txn.scan(instances, here)) out.add(instance_arn(call, instance.id), instance.tags);
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

}  // namespace haar::rds
