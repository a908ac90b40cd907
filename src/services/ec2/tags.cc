// CreateTags, DeleteTags, DescribeTags.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
#include <algorithm>
#include <functional>

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

// Every space whose records carry tags, with its kind. Calls visit(kind, space).
template <class Visit>
void for_each_tagged_space(Visit visit) {
  visit(dhcp_options_kind, dhcp_options);
  visit(internet_gateway_kind, internet_gateways);
  visit(network_acl_kind, network_acls);
  visit(network_interface_kind, network_interfaces);
  visit(prefix_list_kind, prefix_lists);
  visit(route_table_kind, route_tables);
  visit(security_group_kind, security_groups);
  visit(security_group_rule_kind, security_group_rules);
  visit(subnet_kind, subnets);
  visit(vpc_kind, vpcs);
}

using Change = std::function<Result<void>(Tags&)>;

// Applies `change` to the tags of one resource; its kind's error if it does not exist.
Result<void> change_tags(Call& call, const std::string& id, const Change& change) {
  const ResourceKind* kind = kind_of_id(id);
  if (kind == nullptr) return errors::InvalidID("The ID '" + id + "' is not valid");
  TRY(check_id(*kind, id));
  Result<void> done = not_found(*kind, id);
  for_each_tagged_space([&](const ResourceKind& candidate, const auto& space) {
    if (&candidate != kind) return;
    const auto* before = call.txn.get(space, call.key(id));
    if (before == nullptr) return;
    auto after = *before;
    done = change(after.tags);
    if (done.ok()) call.txn.put(space, call.key(id), std::move(after));
  });
  return done;
}

Result<void> change_all(Call& call, const std::vector<std::string>& ids, const Change& change) {
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
    for (const Tag& tag : in.Tags) need.request_tags[tag.Key.value_or("")] = tag.Value.value_or("");
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

Result<DescribeTagsResult> describe_tags(Call& call, const DescribeTagsRequest& in) {
  std::vector<TagDescription> list;
  for_each_tagged_space([&](const ResourceKind& kind, const auto& space) {
    for (const auto& [key, record] : call.txn.scan(space, here(call))) {
      for (const auto& [name, value] : record.tags) {
        TagDescription tag;
        tag.ResourceId = record.id;
        tag.ResourceType = std::string(kind.type);
        tag.Key = name;
        tag.Value = value;
        list.push_back(std::move(tag));
      }
    }
  });
  TRY(apply_filters<TagDescription>(list, with_key_filters(in.Filters), tag_filters));
  const auto key_of = [](const TagDescription& tag) { return *tag.ResourceId + '\0' + *tag.Key; };
  std::sort(list.begin(), list.end(),
            [&](const TagDescription& a, const TagDescription& b) { return key_of(a) < key_of(b); });
  DescribeTagsResult out;
  const Listing listing = Listing{"DescribeTags"}.with(in.Filters);
  TRY(cut_page(call, listing, list, key_of, in.MaxResults, in.NextToken, out.NextToken));
  out.Tags = std::move(list);
  return out;
}

}  // namespace

void add_tagged(const Call& call, api::TaggedResources& out) {
  for_each_tagged_space([&](const ResourceKind& kind, const auto& space) {
    for (const auto& [key, record] : call.txn.scan(space, here(call))) {
      if (!record.tags.empty()) out.add(arn_of(call, kind, record.id), record.tags);
    }
  });
}

const api::Operations tags_operations = {
    op<ops::CreateTags>(create_tags, on(needs_create_tags), takes("Resources Tags")),
    op<ops::DeleteTags>(delete_tags, on(needs_delete_tags), takes("Resources Tags")),
    op<ops::DescribeTags>(describe_tags, on(any_in_region), read_only, takes("Filters MaxResults NextToken")),
};

}  // namespace haar::ec2
