#include "services/tagging/resources.h"

#include <algorithm>

#include "model/resourcegroupstaggingapi/service.h"
#include "services/manifest/service.h"

namespace haar::tagging {
namespace {

using api::Call;
using resourcegroupstaggingapi::errors::InvalidParameterException;

const services::Service* service_of(const Call& call, std::string_view name) {
  for (const services::Service* service : call.env.part<services::ServiceList>().all) {
    if (service->add_tagged != nullptr && service->model.name == name) return service;
  }
  return nullptr;
}

bool is_whole(const Call& call, const Arn& arn) {
  if (arn.service.empty() || arn.resource.empty()) return false;
  const services::Service* service = service_of(call, arn.service);
  if (service == nullptr) return true;
  // AWS takes no instance without its type, "arn:aws:ec2:us-east-1:111122223333:i-1": https://github.com/aws/aws-cli/issues/8109
  if (type_in(arn).size() == arn.resource.size()) return false;
  return !arn.account.empty() && arn.region.empty() != service->is_regional;
}

}  // namespace

std::vector<api::TaggedResource> tagged_resources(const Call& call) {
  api::TaggedResources all;
  for (const services::Service* service : call.env.part<services::ServiceList>().all) {
    if (service->add_tagged == nullptr) continue;
    if (service->is_regional || call.region().value == home_of_global) service->add_tagged(call, all);
  }
  std::vector<api::TaggedResource> list = std::move(all).take();
  std::ranges::sort(list, {}, &api::TaggedResource::arn);
  return list;
}

std::string_view type_in(const Arn& arn) {
  return std::string_view(arn.resource).substr(0, arn.resource.find_first_of(":/"));
}

Result<Arn> read_arn(const Call& call, std::string_view text) {
  std::optional<Arn> arn = Arn::parse(text);
  if (!arn || !is_whole(call, *arn))
    return InvalidParameterException(std::string(text) + " is not a valid AmazonResourceName (ARN)");
  // AWS's page has this fault; its text was not found.
  if (arn->partition != call.partition().value)
    return InvalidParameterException("The partition of the ARN " + std::string(text) + " is not " + call.partition().value);
  return std::move(*arn);
}

}  // namespace haar::tagging
