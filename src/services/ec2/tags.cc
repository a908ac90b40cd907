// CreateTags, DeleteTags, DescribeTags.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
#include <functional>

#include "api/kit/tags.h"
#include "model/ec2/CreateTags.h"
#include "model/ec2/DeleteTags.h"
#include "model/ec2/DescribeTags.h"
#include "model/ec2/service.h"
#include "services/ec2/operations.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

constexpr std::size_t resources_per_call_max = 1000;

// Applies `change` to the tags of one resource; its kind's error if it does not exist.
Result<void> change_tags(Call& call, const std::string& id, const api::TagChange& change) {
  const ResourceKind* kind = kind_of_id(id);
  if (kind == nullptr) return errors::InvalidID("The ID '" + id + "' is not valid");
  TRY(check_id(*kind, id));
  if (!TRY(kind->records.change(call, id, change))) return not_found(*kind, id);
  return {};
}

Result<void> change_all(Call& call, const std::vector<std::string>& ids, const api::TagChange& change) {
  if (ids.empty()) return errors::MissingParameter("The request must contain the parameter resourceIdSet");
  if (ids.size() > resources_per_call_max) {
    return errors::InvalidParameterValue("The maximum number of resources in one call is " +
                                         std::to_string(resources_per_call_max));
  }
  for (const std::string& id : ids) TRY(change_tags(call, id, change));
  return {};
}

Result<wire::Empty> create_tags(Call& call, const CreateTagsRequest& in) {
  if (in.Tags.empty()) return errors::MissingParameter("The request must contain the parameter tagSet");
  const Tags tags = TRY(check_tags(in.Tags));
  TRY(change_all(call, in.Resources, [&](Tags& have) { return merge_tags(have, tags); }));
  return wire::Empty{};
}

// A key without a value deletes the tag whatever its value; with one, even an empty one, only that value.
// No tags at all: every tag of the resources goes.
Result<wire::Empty> delete_tags(Call& call, const DeleteTagsRequest& in) {
  TRY(change_all(call, in.Resources, [&](Tags& have) -> Result<void> {
    if (!in.Tags || in.Tags->empty()) {
      have.clear();
      return {};
    }
    for (const Tag& tag : *in.Tags) {
      if (!tag.Key || tag.Key->empty()) return errors::InvalidParameterValue("Tag key cannot be empty");
      const auto found = have.find(*tag.Key);
      if (found != have.end() && (!tag.Value || *tag.Value == found->second)) have.erase(found);
    }
    return {};
  }));
  return wire::Empty{};
}

// An id of no kind that haar knows is asked for as what it says it is; nothing else could own it.
void need_each(const Call& call, Requirements& needs, const std::vector<std::string>& ids,
               const std::function<void(api::Requirement&)>& fill) {
  for (const std::string& id : ids) {
    const ResourceKind* kind = kind_of_id(id);
    api::Requirement& need = kind != nullptr ? need_resource(call, needs, *kind, id)
                                             : needs.need(call.arn("ec2", id)).key("ec2:Region", call.region().value);
    fill(need);
  }
  // A call that names nothing must not slip through for want of a requirement.
  if (ids.empty()) fill(needs.need("*"));
}

void needs_create_tags(const Call& call, const CreateTagsRequest& in, Requirements& needs) {
  need_each(call, needs, in.Resources, [&](api::Requirement& need) {
    need.request_tags = api::tag_map(in.Tags);
  });
}

void needs_delete_tags(const Call& call, const DeleteTagsRequest& in, Requirements& needs) {
  need_each(call, needs, in.Resources, [&](api::Requirement& need) {
    if (!in.Tags) return;
    for (const Tag& tag : *in.Tags) {
      need.tag_keys.push_back(tag.Key.value_or(""));
      if (tag.Value) need.request_tags[tag.Key.value_or("")] = *tag.Value;
    }
  });
}

constexpr FilterField<TagDescription> tag_filters[] = {
    {"key", [](const TagDescription& t, Values& out) { add_value(out, t.Key); }},
    {"resource-id", [](const TagDescription& t, Values& out) { add_value(out, t.ResourceId); }},
    {"resource-type", [](const TagDescription& t, Values& out) { add_value(out, t.ResourceType); }},
    {"tag-key", [](const TagDescription& t, Values& out) { add_value(out, t.Key); }},
    {"tag-value", [](const TagDescription& t, Values& out) { add_value(out, t.Value); }},
    {"value", [](const TagDescription& t, Values& out) { add_value(out, t.Value); }},
};

// `tag:<key>` means the value of a tag of that key here, where the items are tags.
Filters with_key_filters(const Filters& filters) {
  if (!filters) return filters;
  std::vector<Filter> out;
  for (const Filter& filter : *filters) {
    if (!filter.Name || !filter.Name->starts_with("tag:")) {
      out.push_back(filter);
      continue;
    }
    out.push_back({.Name = "key", .Values = Values{filter.Name->substr(4)}});
    out.push_back({.Name = "value", .Values = filter.Values});
  }
  return out;
}

// The kinds in the order of their prefixes, their resources by id and the tags of one by key are in the order of places.
Result<DescribeTagsResult> describe_tags(Call& call, const DescribeTagsRequest& in) {
  const api::FilterSet<TagDescription> filters =
      TRY(read_filters<TagDescription>(with_key_filters(in.Filters), tag_filters));
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxResults));
  api::Page page = TRY(api::Page::open(call, page_rules, listing_name("DescribeTags", in.Filters, {}), in.NextToken, size));
  DescribeTagsResult out;
  out.Tags.emplace();
  for (const ResourceKind* kind : all_kinds()) {
    kind->records.each(call, [&](const std::string& id, const Tags& tags) {
      for (const auto& [name, value] : tags) {
        const std::string place = id + '\0' + name;
        if (page.truncated() || page.before(place)) continue;
        TagDescription tag;
        tag.ResourceId = id;
        tag.ResourceType = std::string(kind->type);
        tag.Key = name;
        tag.Value = value;
        if (filters.match(tag) && page.take(place)) out.Tags->push_back(std::move(tag));
      }
    });
  }
  out.NextToken = page.next();
  return out;
}

}  // namespace

void add_tagged(const Call& call, api::TaggedResources& out) {
  for (const ResourceKind* kind : all_kinds()) {
    kind->records.each(call, [&](const std::string& id, const Tags& tags) {
      if (!tags.empty()) out.add(arn_of(call, *kind, id), tags);
    });
  }
}

const api::Operations tags_operations = {
    op<ops::CreateTags>(create_tags, on(needs_create_tags), takes("Resources Tags")),
    op<ops::DeleteTags>(delete_tags, on(needs_delete_tags), takes("Resources Tags")),
    op<ops::DescribeTags>(describe_tags, on(any_in_region), read_only, takes("Filters MaxResults NextToken")),
};

}  // namespace haar::ec2
