// ListTagsForResource, AddTagsToResource, RemoveTagsFromResource, on clusters and subnet groups.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html
#include <fmt/format.h>

#include "api/kit/row.h"
#include "model/elasticache/AddTagsToResource.h"
#include "model/elasticache/RemoveTagsFromResource.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/tags.h"

namespace haar::elasticache {
namespace {

using api::Call;

Error bad_name(managed::NameFault, std::string_view text) {
  constexpr std::size_t echoed_max = 255;
  return errors::InvalidARN(fmt::format("The ARN {} does not refer to an existing resource.", text.substr(0, echoed_max)));
}

// Kinds of which haar has no resource.
constexpr managed::TaggedKind absent_kinds[] = {
    {"serverlesscache", not_present<errors::ServerlessCacheNotFoundFault>},
};
constexpr const managed::TaggedKind* kinds[] = {&cluster_tags,         &group_tags,      &subnet_group_tags,
                                                &parameter_group_tags, &snapshot_tags,   &user_tags,
                                                &user_group_tags,      &absent_kinds[0]};
constexpr managed::Tagging tagging{
    .service = "elasticache", .kinds = kinds, .rules = tag_rules, .bad_name = bad_name, .missing_key = [](std::string_view key) {
      constexpr std::size_t echoed_max = 128;
      return errors::TagNotFound(fmt::format("Tag not found: {}", key.substr(0, echoed_max)));
    }};

TagListMessage show(const Tags& tags) {
  TagListMessage out;
  out.TagList = to_tags(tags);
  return out;
}

Result<TagListMessage> list_tags_for_resource(Call& call, const ListTagsForResourceMessage& in) {
  return show(TRY(managed::list_tags(call, tagging, in.ResourceName)));
}

Result<TagListMessage> add_tags_to_resource(Call& call, const AddTagsToResourceMessage& in) {
  const Tags added = TRY(read_tags(in.Tags));
  return show(TRY(managed::add_tags(call, tagging, in.ResourceName, added)));
}

Result<TagListMessage> remove_tags_from_resource(Call& call, const RemoveTagsFromResourceMessage& in) {
  return show(TRY(managed::remove_tags(call, tagging, in.ResourceName, in.TagKeys)));
}

void needs_list_tags_for_resource(const Call& call, const ListTagsForResourceMessage& in, api::Requirements& needs) {
  managed::need_named(call, tagging, in.ResourceName, needs);
}
void needs_add_tags_to_resource(const Call& call, const AddTagsToResourceMessage& in, api::Requirements& needs) {
  managed::need_named(call, tagging, in.ResourceName, needs).request_tags = api::tag_map(in.Tags);
}
void needs_remove_tags_from_resource(const Call& call, const RemoveTagsFromResourceMessage& in, api::Requirements& needs) {
  managed::need_named(call, tagging, in.ResourceName, needs).tag_keys = in.TagKeys;
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

}  // namespace haar::elasticache
