#include "services/tagging/resources.h"

#include <algorithm>

#include "model/resourcegroupstaggingapi/service.h"
#include "services/ec2/operations.h"
#include "services/elasticache/operations.h"
#include "services/iam/operations.h"
#include "services/organizations/operations.h"
#include "services/rds/operations.h"

namespace haar::tagging {
namespace {

using api::Call;
using resourcegroupstaggingapi::errors::InvalidParameterException;

struct Source {
  std::string_view service;
  bool regional;
  void (*add_tagged)(const Call&, api::TaggedResources&);
};

constexpr Source sources[] = {
    {"iam", false, iam::add_tagged},
    {"organizations", false, organizations::add_tagged},
    {"ec2", true, ec2::add_tagged},
    {"rds", true, rds::add_tagged},
    {"elasticache", true, elasticache::add_tagged},
};

bool is_whole(const Arn& arn) {
  if (arn.service.empty() || arn.resource.empty()) return false;
  const auto source = std::ranges::find(sources, arn.service, &Source::service);
  if (source == std::end(sources)) return true;
  // AWS takes no instance without its type, "arn:aws:ec2:us-east-1:111122223333:i-1": https://github.com/aws/aws-cli/issues/8109
  if (type_in(arn).size() == arn.resource.size()) return false;
  return !arn.account.empty() && arn.region.empty() != source->regional;
}

}  // namespace

std::vector<api::TaggedResource> tagged_resources(const Call& call) {
  api::TaggedResources all;
  for (const Source& source : sources) {
    if (source.regional || call.region().value == home_of_global) source.add_tagged(call, all);
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
  if (!arn || !is_whole(*arn)) return InvalidParameterException(std::string(text) + " is not a valid AmazonResourceName (ARN)");
  // AWS's page has this fault; its text was not found.
  if (arn->partition != call.partition().value)
    return InvalidParameterException("The partition of the ARN " + std::string(text) + " is not " + call.partition().value);
  return std::move(*arn);
}

}  // namespace haar::tagging
