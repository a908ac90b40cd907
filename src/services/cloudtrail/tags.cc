// AddTags, RemoveTags, ListTags.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html
#include "services/cloudtrail/tags.h"

#include <fmt/format.h>

#include <array>

#include "model/cloudtrail/AddTags.h"
#include "model/cloudtrail/ListTags.h"
#include "model/cloudtrail/RemoveTags.h"
#include "model/cloudtrail/service.h"
#include "services/cloudtrail/operations.h"
#include "services/cloudtrail/trail_lookup.h"

namespace haar::cloudtrail {
namespace {

using api::Call;

constexpr std::size_t tags_per_trail_max = 50, resources_max = 20;
constexpr std::array<std::string_view, 1> reserved{"aws:"};

// The texts were not found.
Error refuse_tag(api::TagFault fault, const std::string& key, const api::TagRules& rules) {
  switch (fault) {
    case api::TagFault::too_many:
      return errors::TagsLimitExceededException(fmt::format("A trail can have at most {} tags.", rules.per_resource_max));
    case api::TagFault::reserved_key:
      return errors::InvalidTagParameterException("Tag keys that begin with aws: are reserved for AWS use.");
    case api::TagFault::repeated_key:
      return errors::InvalidTagParameterException("The tag key '" + key + "' is given more than once.");
    default: return errors::InvalidTagParameterException("The tag '" + key + "' is not valid.");
  }
}

// Tags are of what an ARN names, and of trails only.
Result<Place> require_tagged(const Call& call, const std::string& id, bool changes) {
  if (!id.starts_with("arn:"))
    return errors::CloudTrailARNInvalidException(fmt::format("The ARN {} is not valid.", id));
  Place place = TRY(changes ? require_own_trail(call, id) : require_trail(call, id));
  return place;
}

Result<AddTagsResponse> add_tags(Call& call, const AddTagsRequest& in) {
  const Place place = TRY(require_tagged(call, in.ResourceId, true));
  TRY(api::check_tags(tag_rules, api::tag_pairs(in.TagsList)));
  TrailRecord trail = *place.record;
  TRY(api::merge_tags(tag_rules, trail.tags, api::tag_map(in.TagsList)));
  call.txn.put(trails, trail_key(place), std::move(trail));
  return AddTagsResponse{};
}

Result<RemoveTagsResponse> remove_tags(Call& call, const RemoveTagsRequest& in) {
  const Place place = TRY(require_tagged(call, in.ResourceId, true));
  TrailRecord trail = *place.record;
  for (const Tag& tag : in.TagsList) trail.tags.erase(tag.Key);
  call.txn.put(trails, trail_key(place), std::move(trail));
  return RemoveTagsResponse{};
}

Result<ListTagsResponse> list_tags(Call& call, const ListTagsRequest& in) {
  if (in.ResourceIdList.size() > resources_max)
    return errors::InvalidParameterCombinationException(fmt::format("At most {} resources can be named.", resources_max));
  ListTagsResponse out;
  out.ResourceTagList.emplace();
  for (const std::string& id : in.ResourceIdList) {
    const Place place = TRY(require_tagged(call, id, false));
    out.ResourceTagList->push_back({id, api::tag_views<Tag>(place.record->tags)});
  }
  return out;
}

void needs_add_tags(const Call& call, const AddTagsRequest& in, api::Requirements& needs) {
  need_trail(call, in.ResourceId, needs).request_tags = api::tag_map(in.TagsList);
}
void needs_remove_tags(const Call& call, const RemoveTagsRequest& in, api::Requirements& needs) {
  api::Requirement& need = need_trail(call, in.ResourceId, needs);
  for (const Tag& tag : in.TagsList) need.tag_keys.push_back(tag.Key);
}
void needs_list_tags(const Call& call, const ListTagsRequest& in, api::Requirements& needs) {
  for (const std::string& id : in.ResourceIdList) need_trail(call, id, needs);
  if (in.ResourceIdList.empty()) needs.need("*");
}

}  // namespace

constinit const api::TagRules tag_rules{
    .per_resource_max = tags_per_trail_max, .reserved_prefixes = reserved, .reserved_in_any_case = true, .refuse = refuse_tag};

void add_tagged(const Call& call, api::TaggedResources& out) {
  for (const auto& [key, record] : call.txn.scan(trails, store::prefix_of(call.account(), call.region())))
    out.add(trail_arn(call, {key.account(), std::string(key.region()), record.name, &record}), record.tags);
}

const api::Operations& tags_operations() {
  static const api::Operations rows = {
      api::op<ops::AddTags>(add_tags, api::on(needs_add_tags), api::takes("ResourceId TagsList")),
      api::op<ops::RemoveTags>(remove_tags, api::on(needs_remove_tags), api::takes("ResourceId TagsList")),
      api::op<ops::ListTags>(list_tags, api::on(needs_list_tags), api::read_only, api::takes("ResourceIdList NextToken")),
  };
  return rows;
}

}  // namespace haar::cloudtrail
