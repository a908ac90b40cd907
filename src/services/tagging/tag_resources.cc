// TagResources, UntagResources. What fails for one resource is told in the answer and holds up no other.
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagResources.html
#include <map>

#include "model/resourcegroupstaggingapi/TagResources.h"
#include "model/resourcegroupstaggingapi/UntagResources.h"
#include "model/resourcegroupstaggingapi/service.h"
#include "services/tagging/change.h"
#include "services/tagging/operations.h"
#include "services/tagging/resources.h"

namespace haar::tagging {
namespace {

namespace model = resourcegroupstaggingapi;
using api::Call;
using Failures = std::map<std::string, model::FailureInfo>;

// An ARN that is none, or of another region, refuses the whole request before anything is changed.
Result<Failures> change_all(Call& call, std::string_view operation, const std::vector<std::string>& arns,
                            const Change& change) {
  std::map<std::string, Arn> read;
  for (const std::string& text : arns) {
    Arn arn = TRY(read_arn(call, text));
    if (!arn.region.empty() && arn.region != call.region().value)
      return model::errors::InvalidParameterException("Region in the ARN " + text + " does not match with the region in which " +
                                                      std::string(operation) + " API is invoked");
    read.emplace(text, std::move(arn));
  }
  Failures failures;
  for (const auto& [text, arn] : read) {
    const Result<void> done = change_tags(call, arn, change);
    if (done.ok()) continue;
    const Error& error = done.error();
    failures.emplace(text, model::FailureInfo{error.http_status, error.code, error.message});
  }
  return failures;
}

Result<model::TagResourcesOutput> tag_resources(Call& call, const model::TagResourcesInput& in) {
  model::TagResourcesOutput out;
  out.FailedResourcesMap = TRY(change_all(call, "TagResources", in.ResourceARNList, {.tags = in.Tags, .keys = {}}));
  return out;
}

Result<model::UntagResourcesOutput> untag_resources(Call& call, const model::UntagResourcesInput& in) {
  model::UntagResourcesOutput out;
  out.FailedResourcesMap = TRY(change_all(call, "UntagResources", in.ResourceARNList, {.tags = {}, .keys = in.TagKeys}));
  return out;
}

}  // namespace

const api::Operations& tag_resources_operations() {
  static const api::Operations rows = {
      api::op<resourcegroupstaggingapi::ops::TagResources>(tag_resources, api::any_resource,
          api::takes("ResourceARNList Tags")),
      api::op<resourcegroupstaggingapi::ops::UntagResources>(untag_resources, api::any_resource,
          api::takes("ResourceARNList TagKeys")),
  };
  return rows;
}

}  // namespace haar::tagging
