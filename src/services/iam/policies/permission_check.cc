#include "services/iam/policies/permission_check.h"

#include <optional>
#include <vector>

#include "api/kit/identity.h"
#include "api/kit/organization.h"
#include "policy/decide.h"
#include "policy/json.h"

namespace haar::iam {
namespace {

using policy::json::Node;
using policy::json::texts;
using policy::json::Type;

class Checker {
 public:
  explicit Checker(const api::Call& call)
      : caller_(call.caller()),
        effective_(call.env.identities.effective_policies(call.txn, caller_)),
        user_id_(caller_.user_id()) {
    principal_.type = caller_.type == api::CallerType::root           ? policy::PrincipalType::root
                      : caller_.type == api::CallerType::role_session ? policy::PrincipalType::role_session
                                                                      : policy::PrincipalType::user;
    principal_.account = caller_.account.value;
    principal_.arn = caller_.arn;
    principal_.principal_arn = caller_.principal_arn;
    principal_.unique_id = caller_.unique_id;
    principal_.userid = user_id_;
    policies_.identity = effective_->identity.get();
    policies_.boundary = effective_->boundary.get();
    policies_.session = effective_->session.get();
    if (call.env.organizations != nullptr) place_ = call.env.organizations->find(call.txn, caller_.account);
    if (place_ == nullptr) return;
    principal_.management_account = place_->management;
    for (const auto& level : place_->scp_levels) scp_.push_back(level.get());
    policies_.scp = scp_;
  }

  [[nodiscard]] PermissionCheck check(const Node& statement) const {
    const Node* effect = statement.member("Effect");
    if (effect == nullptr || effect->text != "Allow") return PermissionCheck::allowed;  // what limits needs no permission
    const Node* action = statement.member("Action");
    const Node* resource = statement.member("Resource");
    if (action == nullptr || resource == nullptr) return PermissionCheck::unsure;
    PermissionCheck result = PermissionCheck::allowed;
    for (const std::string_view asked : texts(action)) {
      for (const std::string_view on : texts(resource)) {
        const PermissionCheck one = check(asked, on);
        if (one == PermissionCheck::denied) return one;
        if (one == PermissionCheck::unsure) result = one;
      }
    }
    return result;
  }

 private:
  [[nodiscard]] PermissionCheck check(std::string_view action, std::string_view resource) const {
    const policy::Context context;
    const policy::Request request{principal_, action, resource, caller_.account.value, context, false, false};
    const policy::Decision decision = policy::decide(request, policies_, policy::Detail::all);
    if (!decision.missing_keys.empty()) return PermissionCheck::unsure;
    return decision.allowed() ? PermissionCheck::allowed : PermissionCheck::denied;
  }

  const api::Caller& caller_;
  std::shared_ptr<const api::EffectivePolicies> effective_;
  std::shared_ptr<const api::Membership> place_;
  std::string user_id_;
  policy::Principal principal_;
  policy::Policies policies_;
  std::vector<const policy::PolicySet*> scp_;
};

}  // namespace

std::string_view permission_check_text(PermissionCheck result) {
  switch (result) {
    case PermissionCheck::allowed: return "ALLOWED";
    case PermissionCheck::denied: return "DENIED";
    case PermissionCheck::unsure: return "UNSURE";
  }
  return "UNSURE";
}

PermissionCheck check_permissions(const api::Call& call, std::string_view policy) {
  const std::optional<Node> root = policy::json::read(policy);
  const Node* statements = root ? root->member("Statement") : nullptr;
  if (statements == nullptr) return PermissionCheck::unsure;
  const Checker checker(call);
  if (statements->type == Type::object) return checker.check(*statements);
  PermissionCheck result = PermissionCheck::allowed;
  for (const Node& statement : statements->items) {
    const PermissionCheck one = checker.check(statement);
    if (one == PermissionCheck::denied) return one;
    if (one == PermissionCheck::unsure) result = one;
  }
  return result;
}

}  // namespace haar::iam
