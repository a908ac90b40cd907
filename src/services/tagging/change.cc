#include "services/tagging/change.h"

#include <algorithm>

#include "api/kit/tags.h"
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
#include "model/secretsmanager/TagResource.h"
#include "model/secretsmanager/UntagResource.h"
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

// The change as a request of the service's own: `set(input)` puts what it names into an input of either operation.
template <class TagOp, class UntagOp, class Run, class Set>
Result<void> change_by(const Change& change, Run run, Set set) {
  if (change.adds()) {
    typename TagOp::Input in;
    using WireTag = typename decltype(in.Tags)::value_type;
    in.Tags = api::tag_views<WireTag>(change.tags);
    set(in);
    return run.template operator()<TagOp>(std::move(in));
  }
  typename UntagOp::Input in;
  if constexpr (requires { in.TagKeys; }) {
    in.TagKeys = change.keys;
  } else {
    in.Tags.emplace();
    for (const std::string& key : change.keys) in.Tags->emplace_back().Key = key;  // whatever its value
  }
  set(in);
  return run.template operator()<UntagOp>(std::move(in));
}
template <class TagOp, class UntagOp, class Set>
Result<void> change_by(Call& call, const Change& change, Set set) {
  const auto check_and_run = [&]<class Op>(const typename Op::Input& in) -> Result<void> {
    TRY(check<Op>(call, in));
    return run<Op>(call, in);
  };
  return change_by<TagOp, UntagOp>(change, check_and_run, set);
}

// ---- iam ----------------------------------------------------------------------------------------

// The name that an entity's operations take, of the entity with this very ARN. Where there is none, a text that is
// no name and makes the ARN that was asked about: the operation asks for the permission on that, and finds nothing.
struct EntityName {
  std::string plain, taken;
  std::string_view kind = "The entity";  // as iam's own operations call it
};
template <class Record>
EntityName name_in(const Call& call, const Arn& arn, const store::KeySpace<Record>& space, std::string_view words) {
  const std::string_view kind = type_in(arn);
  const std::string rest = arn.resource.substr(kind.size() + 1);
  EntityName name{rest.substr(rest.rfind('/') + 1), rest, words};
  const Record* record = call.txn.get(space, iam::entity_key(call.account(), name.plain));
  if (record == nullptr) return name;
  if (iam::entity_arn(call.partition(), call.account(), kind, record->path, record->name) == arn.str()) name.taken = name.plain;
  else if (name.taken == name.plain) name.taken = "/" + rest;
  return name;
}

// `set(input, name)` puts the name into an input of either operation.
template <class TagOp, class UntagOp, class Set>
Result<void> change_in_iam(Call& call, const EntityName& name, const Change& change, Set set) {
  const auto check_and_run = [&]<class Op>(typename Op::Input in) -> Result<void> {
    TRY(check<Op>(call, in));
    set(in, name.taken);
    const Result<void> done = run<Op>(call, in);
    // A text that is no name is refused as such, after the decision: there is no entity with this ARN.
    if (!done.ok() && done.error().code == "ValidationError" && name.taken != name.plain)
      return iam::errors::NoSuchEntity(std::string(name.kind) + " " + name.plain + " cannot be found.");
    return done;
  };
  return change_by<TagOp, UntagOp>(change, check_and_run, [&](auto& in) { set(in, name.plain); });
}

// A type of resource whose tags can be changed, and how.
struct IamType {
  std::string_view type;
  std::string_view words;  // of those that operations take by name, as iam's own operations call them
  Result<void> (*change)(Call& call, const Arn& arn, const Change& change, const IamType& type);
};
template <class TagOp, class UntagOp, const auto& space, auto set>
Result<void> by_name(Call& call, const Arn& arn, const Change& change, const IamType& type) {
  return change_in_iam<TagOp, UntagOp>(call, name_in(call, arn, space, type.words), change, set);
}
template <class TagOp, class UntagOp, auto set>
Result<void> by_arn(Call& call, const Arn& arn, const Change& change, const IamType&) {
  return change_in_iam<TagOp, UntagOp>(call, {arn.str(), arn.str()}, change, set);
}

// The types that AWS's list of supported services has.
constexpr IamType iam_types[] = {
    {"role", "The role with name",
     by_name<iam::ops::TagRole, iam::ops::UntagRole, iam::roles,
             [](auto& in, const std::string& name) { in.RoleName = name; }>},
    {"user", "The user with name",
     by_name<iam::ops::TagUser, iam::ops::UntagUser, iam::users,
             [](auto& in, const std::string& name) { in.UserName = name; }>},
    {"instance-profile", "Instance Profile",
     by_name<iam::ops::TagInstanceProfile, iam::ops::UntagInstanceProfile, iam::instance_profiles,
             [](auto& in, const std::string& name) { in.InstanceProfileName = name; }>},
    {"server-certificate", "The Server Certificate with name",
     by_name<iam::ops::TagServerCertificate, iam::ops::UntagServerCertificate, iam::server_certificates,
             [](auto& in, const std::string& name) { in.ServerCertificateName = name; }>},
    {"policy", "",
     by_arn<iam::ops::TagPolicy, iam::ops::UntagPolicy, [](auto& in, const std::string& arn) { in.PolicyArn = arn; }>},
    {"mfa", "",
     by_arn<iam::ops::TagMFADevice, iam::ops::UntagMFADevice,
            [](auto& in, const std::string& arn) { in.SerialNumber = arn; }>},
    {"oidc-provider", "",
     by_arn<iam::ops::TagOpenIDConnectProvider, iam::ops::UntagOpenIDConnectProvider,
            [](auto& in, const std::string& arn) { in.OpenIDConnectProviderArn = arn; }>},
    {"saml-provider", "",
     by_arn<iam::ops::TagSAMLProvider, iam::ops::UntagSAMLProvider,
            [](auto& in, const std::string& arn) { in.SAMLProviderArn = arn; }>},
};

Result<void> change_iam(Call& call, const Arn& arn, const Change& change) {
  const auto type = std::ranges::find(iam_types, type_in(arn), &IamType::type);
  if (type == std::end(iam_types)) return not_supported(arn);
  return type->change(call, arn, change, *type);
}

// ---- the others ---------------------------------------------------------------------------------

Result<void> change_organizations(Call& call, const Arn& arn, const Change& change) {
  const std::string id = arn.resource.substr(arn.resource.rfind('/') + 1);
  if (organizations::target_arn(call, organizations::home_of(call), id) != arn.str())
    return organizations::errors::TargetNotFoundException("You specified a target that doesn't exist.");
  return change_by<organizations::ops::TagResource, organizations::ops::UntagResource>(
      call, change, [&](auto& in) { in.ResourceId = id; });
}

Result<void> change_ec2(Call& call, const Arn& arn, const Change& change) {
  std::string id = arn.resource.substr(type_in(arn).size() + 1);
  const ec2::ResourceKind* kind = ec2::kind_of_id(id);
  // An id of another type, or of none that haar has: the whole text is no id either.
  if (kind == nullptr || kind->type != type_in(arn)) id = arn.resource;
  return change_by<ec2::ops::CreateTags, ec2::ops::DeleteTags>(call, change, [&](auto& in) { in.Resources = {id}; });
}

Result<void> change_rds(Call& call, const Arn& arn, const Change& change) {
  return change_by<rds::ops::AddTagsToResource, rds::ops::RemoveTagsFromResource>(
      call, change, [&](auto& in) { in.ResourceName = arn.str(); });
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
  in.Tags = api::tag_views<elasticache::Tag>(change.tags);
  TRY(check<elasticache::ops::AddTagsToResource>(call, in));
  return run<elasticache::ops::AddTagsToResource>(call, in);
}

Result<void> change_secretsmanager(Call& call, const Arn& arn, const Change& change) {
  return change_by<secretsmanager::ops::TagResource, secretsmanager::ops::UntagResource>(
      call, change, [&](auto& in) { in.SecretId = arn.str(); });
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
    {"secretsmanager", change_secretsmanager},
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
