#include "services/iam/policies/policy_source.h"

#include <array>
#include <optional>

#include "api/kit/identity.h"
#include "base/arn.h"
#include "model/iam/service.h"
#include "services/iam/policies/effective_policies.h"

namespace haar::iam {
namespace {

struct NamedKind {
  std::string_view prefix;
  EntityKind kind;
};
constexpr std::array<NamedKind, 3> kinds{
    {{"user/", EntityKind::user}, {"group/", EntityKind::group}, {"role/", EntityKind::role}}};

// What the pipeline would know of the entity as a caller: enough to ask for its grants.
api::Caller as_caller(const Call& call, api::CallerType type, std::string arn, std::string unique_id) {
  api::Caller caller;
  caller.type = type;
  caller.account = call.account();
  caller.arn = caller.principal_arn = std::move(arn);
  caller.unique_id = std::move(unique_id);
  return caller;
}

template <class Kind>
Result<const typename Kind::Record*> need_source(const Call& call, const EntityName& name, const std::string& arn) {
  const typename Kind::Record* record =
      name.account == call.account().value ? find_entity<Kind>(call, name.name) : nullptr;
  if (record == nullptr || arn_of(call, *record) != arn) return no_such(Kind::noun, name.name);
  return record;
}

void take_policies(const Call& call, api::CallerType type, PolicySource& source) {
  const std::shared_ptr<const api::EffectivePolicies> effective =
      call.env.identities.effective_policies(call.txn, as_caller(call, type, source.arn, source.unique_id));
  source.identity = effective->identity;
  source.boundary = effective->boundary;
}

}  // namespace

Result<EntityName> parse_entity_arn(std::string_view text) {
  if (const std::optional<Arn> arn = Arn::parse(text); arn && arn->service == "iam") {
    for (const NamedKind& kind : kinds) {
      if (!arn->resource.starts_with(kind.prefix)) continue;
      std::string name = arn->resource.substr(arn->resource.rfind('/') + 1);
      if (!name.empty()) return EntityName{kind.kind, arn->account, std::move(name)};
    }
  }
  return errors::InvalidInput("Invalid Entity Arn: " + std::string(text) +
                              " does not clearly define entity type and name.");
}

Result<PolicySource> find_policy_source(const Call& call, const std::string& arn) {
  const EntityName name = TRY(parse_entity_arn(arn));
  PolicySource source;
  source.kind = name.kind;
  source.arn = arn;
  switch (name.kind) {
    case EntityKind::user: {
      source.unique_id = TRY(need_source<Users>(call, name, arn))->unique_id;
      take_policies(call, api::CallerType::user, source);
      break;
    }
    case EntityKind::role: {
      const RoleRecord& role = *TRY(need_source<Roles>(call, name, arn));
      source.unique_id = role.unique_id;
      source.service_linked = !role.linked_service.empty();
      take_policies(call, api::CallerType::role_session, source);
      break;
    }
    case EntityKind::group: {
      const GroupRecord& group = *TRY(need_source<Groups>(call, name, arn));
      source.unique_id = group.unique_id;
      source.identity = build_group_policies(call.txn, call.partition(), call.account(), group);
      break;
    }
  }
  return source;
}

void need_policy_source(const Call& call, const std::string& arn, Requirements& needs) {
  const Result<EntityName> name = parse_entity_arn(arn);
  Requirement& need = needs.need(arn);
  if (!name.ok()) return;
  need.owner = AccountId(name.value().account);
  const auto tags_of = [&]<class Kind>(Kind) {
    const Result<const typename Kind::Record*> record = need_source<Kind>(call, name.value(), arn);
    if (record.ok()) need.resource_tags = tag_map(record.value()->tags);
  };
  if (name.value().kind == EntityKind::user) tags_of(Users{});
  if (name.value().kind == EntityKind::role) tags_of(Roles{});
}

Result<std::vector<policy::Attached>> given_policies(const std::vector<std::string>& documents, std::string_view name,
                                                     policy::Kind kind) {
  std::vector<policy::Attached> out;
  for (const std::string& text : documents) {
    Result<std::shared_ptr<const policy::Document>> document = policy::parse(text, kind);
    if (!document.ok()) return errors::InvalidInput(document.error().message);
    out.push_back({std::string(name) + "." + std::to_string(out.size() + 1), policy::SourceType::none,
                   std::move(document).value()});
  }
  return out;
}

}  // namespace haar::iam
