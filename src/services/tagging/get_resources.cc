// GetResources. Resources that had tags once and have none now are not in the answer: haar does not remember them.
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/resourcegroupstaggingapi/GetResources.h"
#include "model/resourcegroupstaggingapi/service.h"
#include "services/tagging/operations.h"
#include "services/tagging/page.h"
#include "services/tagging/resources.h"
#include "wire/masked_json.h"

namespace haar::tagging {
namespace {

namespace model = resourcegroupstaggingapi;
using api::Call;
using model::GetResourcesInput;
using model::errors::InvalidParameterException;

// The model leaves these out; the page has them, and does not say how many resources a page holds unasked.
constexpr std::int32_t resources_per_page_min = 1, resources_per_page_max = 100, resources_per_page_default = 50;
constexpr std::int32_t tags_per_page_min = 100, tags_per_page_max = 500;
constexpr std::size_t type_filters_max = 100;

template <class T>
bool given(const std::optional<std::vector<T>>& list) {
  return list && !list->empty();
}

Result<void> check_range(std::string_view name, const std::optional<std::int32_t>& value, std::int32_t low,
                         std::int32_t high) {
  if (!value || (*value >= low && *value <= high)) return {};
  return InvalidParameterException(fmt::format("{} must be between {} and {}", name, low, high));
}

// What AWS refuses is on its page; the texts of these refusals were not found.
Result<void> check_input(const GetResourcesInput& in) {
  TRY(check_range("ResourcesPerPage", in.ResourcesPerPage, resources_per_page_min, resources_per_page_max));
  TRY(check_range("TagsPerPage", in.TagsPerPage, tags_per_page_min, tags_per_page_max));
  if (in.ExcludeCompliantResources.value_or(false) && !in.IncludeComplianceDetails.value_or(false))
    return InvalidParameterException("ExcludeCompliantResources can be used only if IncludeComplianceDetails is true");
  if (given(in.ResourceTypeFilters) && in.ResourceTypeFilters->size() > type_filters_max)
    return InvalidParameterException(fmt::format("ResourceTypeFilters can have at most {} items", type_filters_max));
  if (given(in.TagFilters)) {
    for (const model::TagFilter& filter : *in.TagFilters) {
      if (!filter.Key) return InvalidParameterException("Each TagFilter must contain a key");
    }
  }
  if (!given(in.ResourceARNList)) return {};
  const auto clash = [](std::string_view name) -> Error {
    return InvalidParameterException(fmt::format("ResourceARNList and {} can't be specified in the same request", name));
  };
  if (given(in.ResourceTypeFilters)) return clash("ResourceTypeFilters");
  if (given(in.TagFilters)) return clash("TagFilters");
  if (in.ResourcesPerPage) return clash("ResourcesPerPage");
  if (in.TagsPerPage) return clash("TagsPerPage");
  if (in.PaginationToken && !in.PaginationToken->empty()) return clash("PaginationToken");
  return {};
}

// "ec2" or "ec2:vpc", "the same as that embedded in a resource's ARN".
bool is_of_types(const std::string& text, const std::vector<std::string>& types) {
  const std::optional<Arn> arn = Arn::parse(text);
  return arn && std::ranges::any_of(types, [&](const std::string& type) {
    return type == arn->service || type == fmt::format("{}:{}", arn->service, type_in(*arn));
  });
}

// All filters hold, each for any of its values; a filter without values asks for the key alone.
bool has_tags(const api::TagMap& tags, const std::vector<model::TagFilter>& filters) {
  return std::ranges::all_of(filters, [&](const model::TagFilter& filter) {
    const auto tag = tags.find(*filter.Key);
    if (tag == tags.end()) return false;
    return !given(filter.Values) || std::ranges::find(*filter.Values, tag->second) != filter.Values->end();
  });
}

model::ResourceTagMapping view(const api::TaggedResource& resource, bool with_compliance) {
  model::ResourceTagMapping mapping;
  mapping.ResourceARN = resource.arn;
  mapping.Tags.emplace();
  for (const auto& [key, value] : resource.tags) mapping.Tags->push_back({key, value});
  // There are no tag policies that it could break.
  if (with_compliance) mapping.ComplianceDetails = model::ComplianceDetails{.ComplianceStatus = true};
  return mapping;
}

// What the filters of the input leave.
Result<std::vector<api::TaggedResource>> wanted(const Call& call, const GetResourcesInput& in) {
  std::set<std::string> named;
  if (given(in.ResourceARNList)) {
    for (const std::string& arn : *in.ResourceARNList) {
      TRY(read_arn(call, arn));
      named.insert(arn);
    }
  }
  if (in.ExcludeCompliantResources.value_or(false)) return std::vector<api::TaggedResource>{};
  std::vector<api::TaggedResource> list = tagged_resources(call);
  std::erase_if(list, [&](const api::TaggedResource& resource) {
    if (!named.empty() && !named.contains(resource.arn)) return true;
    if (given(in.ResourceTypeFilters) && !is_of_types(resource.arn, *in.ResourceTypeFilters)) return true;
    return given(in.TagFilters) && !has_tags(resource.tags, *in.TagFilters);
  });
  return list;
}

// A text that differs when the filters do.
std::string listing_of(GetResourcesInput in) {
  in.PaginationToken.reset();
  in.ResourcesPerPage.reset();
  in.TagsPerPage.reset();
  return "GetResources " + wire::to_json(*resourcegroupstaggingapi::ops::GetResources::model().input, &in);
}

Result<model::GetResourcesOutput> get_resources(Call& call, const GetResourcesInput& in) {
  TRY(check_input(in));
  // What is named by ARN comes in one page: the model allows a hundred.
  const std::int32_t most = given(in.ResourceARNList) ? resources_per_page_max
                                                      : in.ResourcesPerPage.value_or(resources_per_page_default);
  api::Page page = TRY(open_page(call, listing_of(in), in.PaginationToken, static_cast<std::size_t>(most)));
  const std::vector<api::TaggedResource> list = TRY(wanted(call, in));
  const std::size_t tags_most = static_cast<std::size_t>(in.TagsPerPage.value_or(tags_per_page_max * resources_per_page_max));
  model::GetResourcesOutput out;
  out.ResourceTagMappingList.emplace();
  std::size_t tags = 0;
  for (const api::TaggedResource& resource : list) {
    if (page.before(resource.arn)) continue;
    tags += resource.tags.size();
    if (tags > tags_most) page.cut();
    if (page.truncated() || !page.take(resource.arn)) break;
    out.ResourceTagMappingList->push_back(view(resource, in.IncludeComplianceDetails.value_or(false)));
  }
  out.PaginationToken = page.next().value_or("");
  return out;
}

}  // namespace

const api::Operations& get_resources_operations() {
  static const api::Operations rows = {
      api::op<resourcegroupstaggingapi::ops::GetResources>(get_resources, api::any_resource, api::read_only,
          api::takes("PaginationToken TagFilters ResourcesPerPage TagsPerPage ResourceTypeFilters "
                     "IncludeComplianceDetails ExcludeCompliantResources ResourceARNList")),
  };
  return rows;
}

}  // namespace haar::tagging
