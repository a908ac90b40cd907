// GetTagKeys, GetTagValues, ListRequiredTags.
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetTagKeys.html
#include <set>

#include "model/resourcegroupstaggingapi/GetTagKeys.h"
#include "model/resourcegroupstaggingapi/GetTagValues.h"
#include "model/resourcegroupstaggingapi/ListRequiredTags.h"
#include "services/tagging/operations.h"
#include "services/tagging/page.h"
#include "services/tagging/resources.h"

namespace haar::tagging {
namespace {

namespace model = resourcegroupstaggingapi;
using api::Call;

// Haar's own: AWS's pages do not say how many names a page holds.
constexpr std::size_t names_per_page = 100;

// The page of `names` that the token asks for, and the token of the next one; empty, as AWS has it, on the last.
Result<std::vector<std::string>> cut(const Call& call, std::string_view listing, const std::optional<std::string>& token,
                                     const std::set<std::string>& names, std::optional<std::string>& next) {
  api::Page page = TRY(open_page(call, listing, token, names_per_page));
  std::vector<std::string> out;
  for (const std::string& name : names) {
    if (page.before(name)) continue;
    if (!page.take(name)) break;
    out.push_back(name);
  }
  next = page.next().value_or("");
  return out;
}

Result<model::GetTagKeysOutput> get_tag_keys(Call& call, const model::GetTagKeysInput& in) {
  std::set<std::string> keys;
  for (const api::TaggedResource& resource : tagged_resources(call)) {
    for (const auto& [key, value] : resource.tags) keys.insert(key);
  }
  model::GetTagKeysOutput out;
  out.TagKeys = TRY(cut(call, "GetTagKeys", in.PaginationToken, keys, out.PaginationToken));
  return out;
}

// A value may be the empty one, which no page can end with: what is sorted and remembered begins with a mark.
Result<model::GetTagValuesOutput> get_tag_values(Call& call, const model::GetTagValuesInput& in) {
  constexpr std::string_view mark = "=";
  std::set<std::string> values;
  for (const api::TaggedResource& resource : tagged_resources(call)) {
    if (const auto tag = resource.tags.find(in.Key); tag != resource.tags.end())
      values.insert(std::string(mark) + tag->second);
  }
  model::GetTagValuesOutput out;
  out.TagValues = TRY(cut(call, "GetTagValues " + in.Key, in.PaginationToken, values, out.PaginationToken));
  for (std::string& value : *out.TagValues) value.erase(0, mark.size());
  return out;
}

// Tag policies say which tags are required, and haar has none (organizations refuses to make one).
Result<model::ListRequiredTagsOutput> list_required_tags(Call& call, const model::ListRequiredTagsInput& in) {
  TRY(open_page(call, "ListRequiredTags", in.NextToken, names_per_page));
  model::ListRequiredTagsOutput out;
  out.RequiredTags.emplace();
  return out;
}

}  // namespace

const api::Operations& names_operations() {
  static const api::Operations rows = {
      api::op<resourcegroupstaggingapi::ops::GetTagKeys>(get_tag_keys, api::any_resource, api::read_only,
          api::takes("PaginationToken")),
      api::op<resourcegroupstaggingapi::ops::GetTagValues>(get_tag_values, api::any_resource, api::read_only,
          api::takes("PaginationToken Key")),
      api::op<resourcegroupstaggingapi::ops::ListRequiredTags>(list_required_tags, api::any_resource, api::read_only,
          api::takes("NextToken"), api::without_effect("MaxResults", "there is nothing to list")),
  };
  return rows;
}

}  // namespace haar::tagging
