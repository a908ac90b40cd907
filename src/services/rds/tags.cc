// ListTagsForResource, AddTagsToResource, RemoveTagsFromResource, on clusters, instances and subnet groups.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Tagging.html
#include <fmt/format.h>

#include <optional>
#include <string>

#include "api/kit/row.h"
#include "base/arn.h"
#include "model/rds/AddTagsToResource.h"
#include "model/rds/RemoveTagsFromResource.h"
#include "services/rds/more_operations.h"
#include "services/rds/operations.h"
#include "services/rds/parameters/groups.h"
#include "services/rds/snapshots/lookup.h"
#include "services/rds/tags.h"

namespace haar::rds {
namespace {

using api::Call;

constexpr std::string_view not_of_this_region =
    "The specified resource name does not match an RDS resource in this region.";

// The text for a name elsewhere is in public answers of CloudFormation; the other could not be confirmed on a page of AWS.
Error bad_name(managed::NameFault fault, std::string_view text) {
  constexpr std::size_t echoed_max = 255;
  if (fault != managed::NameFault::malformed) return errors::InvalidParameterValue(std::string(not_of_this_region));
  return errors::InvalidParameterValue(fmt::format("Invalid resource name:  {}", text.substr(0, echoed_max)));
}

// A kind whose fault the API reference lists, and of which haar has no resource. What AWS says of kinds that it leaves out,
// subnet groups among them, was not found: they have the fault of their Describe operation, or the text for a foreign name.
constexpr managed::TaggedKind snapshot_tags{
    "snapshot", [](std::string_view id) { return errors::DBSnapshotNotFound(fmt::format("DBSnapshot {} not found.", id)); }};

constexpr const managed::TaggedKind* kinds[] = {&cluster_tags, &instance_tags, &subnet_group_tags,
                                                &cluster_parameter_group_tags, &parameter_group_tags, &snapshot_tags,
                                                &cluster_snapshot_tags,
                                                &custom_endpoint_tags, &option_group_tags, &global_cluster_tags};
// Keys to be removed that the resource does not have are no fault.
constexpr managed::Tagging tagging{.service = "rds", .kinds = kinds, .rules = tag_rules, .bad_name = bad_name};

// The ARN of a global cluster has no region; the kit is told the one that is asked. Of one with a region nothing is known.
std::string in_this_region(const Call& call, const std::string& text) {
  std::optional<Arn> arn = Arn::parse(text);
  if (!arn || !arn->resource.starts_with("global-cluster:")) return text;
  return call.arn("rds", arn->region.empty() && arn->account == call.account().value ? arn->resource : "no-resource");
}

// "This parameter isn't currently supported", says the API reference of Filters.
Result<TagListMessage> list_tags_for_resource(Call& call, const ListTagsForResourceMessage& in) {
  TagListMessage out;
  out.TagList = to_tags(TRY(managed::list_tags(call, tagging, in_this_region(call, in.ResourceName))));
  return out;
}

Result<wire::Empty> add_tags_to_resource(Call& call, const AddTagsToResourceMessage& in) {
  const Tags added = TRY(read_tags(in.Tags));
  TRY(managed::add_tags(call, tagging, in_this_region(call, in.ResourceName), added));
  return wire::Empty{};
}

Result<wire::Empty> remove_tags_from_resource(Call& call, const RemoveTagsFromResourceMessage& in) {
  TRY(managed::remove_tags(call, tagging, in_this_region(call, in.ResourceName), in.TagKeys));
  return wire::Empty{};
}

void needs_list_tags_for_resource(const Call& call, const ListTagsForResourceMessage& in, api::Requirements& needs) {
  managed::need_named(call, tagging, in_this_region(call, in.ResourceName), needs);
}
void needs_add_tags_to_resource(const Call& call, const AddTagsToResourceMessage& in, api::Requirements& needs) {
  api::Requirement& need = managed::need_named(call, tagging, in_this_region(call, in.ResourceName), needs);
  if (!in.Tags.empty()) need.key("rds:TagsFromRequest", "true");
  need.request_tags = api::tag_map(in.Tags);
  for (const Tag& tag : in.Tags) need.key("rds:req-tag/" + tag.Key.value_or(""), tag.Value.value_or(""));
}
void needs_remove_tags_from_resource(const Call& call, const RemoveTagsFromResourceMessage& in, api::Requirements& needs) {
  managed::need_named(call, tagging, in_this_region(call, in.ResourceName), needs).tag_keys = in.TagKeys;
}

}  // namespace

void add_tagged(const Call& call, api::TaggedResources& out) { managed::add_tagged(call, tagging, out); }

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
