#include "services/tagging/change.h"

#include "api/pipeline/session_limits.h"
#include "model/ec2/CreateTags.h"
#include "model/ec2/DeleteTags.h"
#include "model/elasticache/AddTagsToResource.h"
#include "model/elasticache/RemoveTagsFromResource.h"
#include "model/iam/TagInstanceProfile.h"
#include "model/iam/TagMFADevice.h"
#include "model/iam/TagOpenIDConnectProvider.h"
#include "model/iam/TagPolicy.h"
#include "model/iam/TagRole.h"
#include "model/iam/TagSAMLProvider.h"
#include "model/iam/TagServerCertificate.h"
#include "model/iam/TagUser.h"
#include "model/iam/UntagInstanceProfile.h"
#include "model/iam/UntagMFADevice.h"
#include "model/iam/UntagOpenIDConnectProvider.h"
#include "model/iam/UntagPolicy.h"
#include "model/iam/UntagRole.h"
#include "model/iam/UntagSAMLProvider.h"
#include "model/iam/UntagServerCertificate.h"
#include "model/iam/UntagUser.h"
#include "model/iam/service.h"
#include "model/organizations/TagResource.h"
#include "model/organizations/UntagResource.h"
#include "model/organizations/service.h"
#include "model/rds/AddTagsToResource.h"
#include "model/rds/RemoveTagsFromResource.h"
#include "model/resourcegroupstaggingapi/GetResources.h"
#include "model/resourcegroupstaggingapi/service.h"
#include "services/ec2/resources.h"
#include "services/iam/credentials/key_records.h"
#include "services/iam/principals/entities.h"
#include "services/iam/principals/instance_profile_records.h"
#include "services/organizations/common.h"
#include "services/tagging/resources.h"
#include "wire/validate.h"

namespace haar::tagging {
namespace {

using api::Call;
using resourcegroupstaggingapi::errors::InternalServiceException;
using resourcegroupstaggingapi::errors::InvalidParameterException;

const api::Invoker on_behalf{"tagging.amazonaws.com", nullptr};

// "It can also mean that the resource type in the request is not supported", says AWS of this code; its text was not found.
Error not_supported(const Arn& arn) {
  return InternalServiceException("The resource type " + arn.service + ":" + std::string(type_in(arn)) + " is not supported");
}

template <class Tag>
std::vector<Tag> to_list(const std::map<std::string, std::string>& tags) {
  std::vector<Tag> list;
  for (const auto& [key, value] : tags) {
    Tag& tag = list.emplace_back();
    tag.Key = key;
    tag.Value = value;
  }
  return list;
}

// What the pipeline does for a request from outside holds here too: what the session is good for, and the model's
// constraints, which are narrower than this API's.
template <class Op>
Result<void> check(const Call& call, const typename Op::Input& in) {
  TRY(api::check_session_limits(call.caller(), Op::model()));
  return wire::validate_request(*Op::model().service, Op::model(), &in, {});
}

template <class Op>
Result<void> run(Call& call, const typename Op::Input& in) {
  const auto done = call.invoke<Op>(on_behalf, in);
  if (!done.ok()) return done.error();
  return {};
}

// ---- iam ----------------------------------------------------------------------------------------

// The name that an entity's operations take, of the entity with this very ARN. Where there is none, a text that is
// no name and makes the ARN that was asked about: the operation asks for the permission on that, and finds nothing.
struct EntityName {
  std::string plain, taken;
  std::string_view kind = "The entity";
};
// As iam's own operations call them.
std::string_view words_for(std::string_view kind) {
  if (kind == "role") return "The role with name";
  if (kind == "user") return "The user with name";
  if (kind == "instance-profile") return "Instance Profile";
  return "The Server Certificate with name";
}
template <class Record>
EntityName name_in(const Call& call, const Arn& arn, const store::KeySpace<Record>& space) {
  const std::string_view kind = type_in(arn);
  const std::string rest = arn.resource.substr(kind.size() + 1);
  EntityName name{rest.substr(rest.rfind('/') + 1), rest, words_for(kind)};
  const Record* record = call.txn.get(space, iam::entity_key(call.account(), name.plain));
  if (record == nullptr) return name;
  if (iam::entity_arn(call.partition(), call.account(), kind, record->path, record->name) == arn.str()) name.taken = name.plain;
  else if (name.taken == name.plain) name.taken = "/" + rest;
  return name;
}

// `set(input, name)` puts the name into an input of either operation.
template <class TagOp, class UntagOp, class Set>
Result<void> change_in_iam(Call& call, const EntityName& name, const Change& change, Set set) {
  const auto make = [&]<class Op>(typename Op::Input in) -> Result<void> {
    set(in, name.plain);
    TRY(check<Op>(call, in));
    set(in, name.taken);
    const Result<void> done = run<Op>(call, in);
    // A text that is no name is refused as such, after the decision: there is no entity with this ARN.
    if (!done.ok() && done.error().code == "ValidationError" && name.taken != name.plain)
      return iam::errors::NoSuchEntity(std::string(name.kind) + " " + name.plain + " cannot be found.");
    return done;
  };
  if (change.adds()) {
    typename TagOp::Input in;
    in.Tags = to_list<iam::Tag>(change.tags);
    return make.template operator()<TagOp>(std::move(in));
  }
  typename UntagOp::Input in;
  in.TagKeys = change.keys;
  return make.template operator()<UntagOp>(std::move(in));
}

// The types that AWS's list of supported services has.
Result<void> change_iam(Call& call, const Arn& arn, const Change& change) {
  const std::string_view type = type_in(arn);
  const EntityName whole{arn.str(), arn.str()};
  if (type == "role")
    return change_in_iam<iam::ops::TagRole, iam::ops::UntagRole>(call, name_in(call, arn, iam::roles), change,
                                                 [](auto& in, const std::string& name) { in.RoleName = name; });
  if (type == "user")
    return change_in_iam<iam::ops::TagUser, iam::ops::UntagUser>(call, name_in(call, arn, iam::users), change,
                                                 [](auto& in, const std::string& name) { in.UserName = name; });
  if (type == "instance-profile")
    return change_in_iam<iam::ops::TagInstanceProfile, iam::ops::UntagInstanceProfile>(
        call, name_in(call, arn, iam::instance_profiles), change,
        [](auto& in, const std::string& name) { in.InstanceProfileName = name; });
  if (type == "server-certificate")
    return change_in_iam<iam::ops::TagServerCertificate, iam::ops::UntagServerCertificate>(
        call, name_in(call, arn, iam::server_certificates), change,
        [](auto& in, const std::string& name) { in.ServerCertificateName = name; });
  if (type == "policy")
    return change_in_iam<iam::ops::TagPolicy, iam::ops::UntagPolicy>(
        call, whole, change, [](auto& in, const std::string& text) { in.PolicyArn = text; });
  if (type == "mfa")
    return change_in_iam<iam::ops::TagMFADevice, iam::ops::UntagMFADevice>(
        call, whole, change, [](auto& in, const std::string& text) { in.SerialNumber = text; });
  if (type == "oidc-provider")
    return change_in_iam<iam::ops::TagOpenIDConnectProvider, iam::ops::UntagOpenIDConnectProvider>(
        call, whole, change, [](auto& in, const std::string& text) { in.OpenIDConnectProviderArn = text; });
  if (type == "saml-provider")
    return change_in_iam<iam::ops::TagSAMLProvider, iam::ops::UntagSAMLProvider>(
        call, whole, change, [](auto& in, const std::string& text) { in.SAMLProviderArn = text; });
  return not_supported(arn);
}

// ---- the others ---------------------------------------------------------------------------------

Result<void> change_organizations(Call& call, const Arn& arn, const Change& change) {
  const std::string id = arn.resource.substr(arn.resource.rfind('/') + 1);
  if (organizations::target_arn(call, organizations::home_of(call), id) != arn.str())
    return organizations::errors::TargetNotFoundException("You specified a target that doesn't exist.");
  if (change.adds()) {
    organizations::TagResourceRequest in;
    in.ResourceId = id;
    in.Tags = to_list<organizations::Tag>(change.tags);
    TRY(check<organizations::ops::TagResource>(call, in));
    return run<organizations::ops::TagResource>(call, in);
  }
  organizations::UntagResourceRequest in;
  in.ResourceId = id;
  in.TagKeys = change.keys;
  TRY(check<organizations::ops::UntagResource>(call, in));
  return run<organizations::ops::UntagResource>(call, in);
}

Result<void> change_ec2(Call& call, const Arn& arn, const Change& change) {
  std::string id = arn.resource.substr(type_in(arn).size() + 1);
  const ec2::ResourceKind* kind = ec2::kind_of_id(id);
  // An id of another type, or of none that haar has: the whole text is no id either.
  if (kind == nullptr || kind->type != type_in(arn)) id = arn.resource;
  if (change.adds()) {
    ec2::CreateTagsRequest in;
    in.Resources = {id};
    in.Tags = to_list<ec2::Tag>(change.tags);
    TRY(check<ec2::ops::CreateTags>(call, in));
    return run<ec2::ops::CreateTags>(call, in);
  }
  ec2::DeleteTagsRequest in;
  in.Resources = {id};
  in.Tags.emplace();
  for (const std::string& key : change.keys) in.Tags->emplace_back().Key = key;  // whatever its value
  TRY(check<ec2::ops::DeleteTags>(call, in));
  return run<ec2::ops::DeleteTags>(call, in);
}

Result<void> change_rds(Call& call, const Arn& arn, const Change& change) {
  if (change.adds()) {
    rds::AddTagsToResourceMessage in;
    in.ResourceName = arn.str();
    in.Tags = to_list<rds::Tag>(change.tags);
    TRY(check<rds::ops::AddTagsToResource>(call, in));
    return run<rds::ops::AddTagsToResource>(call, in);
  }
  rds::RemoveTagsFromResourceMessage in;
  in.ResourceName = arn.str();
  in.TagKeys = change.keys;
  TRY(check<rds::ops::RemoveTagsFromResource>(call, in));
  return run<rds::ops::RemoveTagsFromResource>(call, in);
}

// "The operation succeeds even if you attempt to remove tags from a resource that were already removed", and
// ElastiCache's own does not: each key is removed for itself where one of them is not there.
Result<void> remove_from_cache(Call& call, const Arn& arn, const std::vector<std::string>& keys) {
  elasticache::RemoveTagsFromResourceMessage in;
  in.ResourceName = arn.str();
  in.TagKeys = keys;
  TRY(check<elasticache::ops::RemoveTagsFromResource>(call, in));
  const Result<void> done = run<elasticache::ops::RemoveTagsFromResource>(call, in);
  if (done.ok() || done.error().code != "TagNotFound") return done;
  if (keys.size() == 1) return {};
  for (const std::string& key : keys) TRY(remove_from_cache(call, arn, {key}));
  return {};
}

Result<void> change_elasticache(Call& call, const Arn& arn, const Change& change) {
  if (!change.adds()) return remove_from_cache(call, arn, change.keys);
  elasticache::AddTagsToResourceMessage in;
  in.ResourceName = arn.str();
  in.Tags = to_list<elasticache::Tag>(change.tags);
  TRY(check<elasticache::ops::AddTagsToResource>(call, in));
  return run<elasticache::ops::AddTagsToResource>(call, in);
}

struct Service {
  std::string_view name;
  Result<void> (*change)(Call&, const Arn&, const Change&);
};
constexpr Service services[] = {
    {"iam", change_iam},
    {"organizations", change_organizations},
    {"ec2", change_ec2},
    {"rds", change_rds},
    {"elasticache", change_elasticache},
};

}  // namespace

// "You can only tag resources that are located in the specified AWS Region for the AWS account." The texts of the two
// refusals were not found.
Result<void> change_tags(Call& call, const Arn& arn, const Change& change) {
  for (const Service& service : services) {
    if (service.name != arn.service) continue;
    if (arn.region.empty() && call.region().value != home_of_global)
      return InvalidParameterException("The resource " + arn.str() + " is tagged in the region " + std::string(home_of_global));
    // An organization's ARNs have the management account, from whichever account they are tagged.
    if (arn.account != call.account().value && arn.service != "organizations")
      return InvalidParameterException("The resource " + arn.str() + " is not of the account " + call.account().value);
    return service.change(call, arn, change);
  }
  return not_supported(arn);
}

}  // namespace haar::tagging
