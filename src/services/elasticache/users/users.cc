// CreateUser, ModifyUser, DeleteUser, DescribeUsers. A call only writes down what is wanted; engines are told by the fleet.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
#include "services/elasticache/users/users.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/CreateUser.h"
#include "model/elasticache/DeleteUser.h"
#include "model/elasticache/DescribeUsers.h"
#include "model/elasticache/ModifyUser.h"
#include "model/elasticache/service.h"
#include "services/elasticache/describe.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/tags.h"
#include "services/elasticache/users/access_string.h"
#include "services/elasticache/users/secrets.h"
#include "services/managed/placement.h"

namespace haar::elasticache {
namespace {

using api::Call;

constexpr std::size_t id_max = 40, name_max = 120, passwords_max = 2;
// Of Redis, and of haar's own users in it.
constexpr std::string_view own_prefix = "haar-";

// ---- what a caller may ask for -------------------------------------------------------------------------

Result<void> check_id(std::string_view id) {
  if (!managed::is_identifier(id)) {
    return errors::InvalidParameterValue(
        "The parameter UserId is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII "
        "letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.");
  }
  if (id.size() <= id_max) return {};
  return errors::InvalidParameterValue(
      fmt::format("The parameter UserId is not a valid identifier because it is longer than {} characters.", id_max));
}

// AWS's words could not be found.
Result<void> check_name(std::string_view name) {
  const bool printable = std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7f'; });
  if (name.empty() || name.size() > name_max || !printable) {
    return errors::InvalidParameterValue(fmt::format(
        "The parameter UserName must have 1 to {} characters, none of which is a blank.", name_max));
  }
  if (to_lower(name).starts_with(own_prefix))
    return errors::InvalidParameterValue(fmt::format("The parameter UserName must not begin with {}.", own_prefix));
  return {};
}

Result<void> check_passwords(const std::vector<std::string>& passwords) {
  if (passwords.size() > passwords_max)
    return errors::InvalidParameterValue(fmt::format("A user can have at most {} passwords.", passwords_max));
  for (const std::string& one : passwords) {
    if (one.size() < secret_min || one.size() > secret_max) {
      return errors::InvalidParameterValue(
          fmt::format("Passwords length must be between {}-{} characters.", secret_min, secret_max));
    }
    if (!is_secret(one)) return errors::InvalidParameterValue("Passwords must consist of printable characters.");
  }
  return {};
}

// How a user will log in, of three ways to ask for it; "" as type: nothing was asked for.
struct Asked {
  std::string type;
  std::vector<std::string> passwords;
};

// AWS's words, but for those about a type that is not on the list, could not be found.
template <class Input>
Result<Asked> read_authentication(const Input& in) {
  Asked out;
  if (in.AuthenticationMode) {
    // Terraform says "no" beside a mode.
    if (in.Passwords || in.NoPasswordRequired.value_or(false))
      return errors::InvalidParameterCombination(
          "AuthenticationMode cannot be specified with Passwords or NoPasswordRequired.");
    const std::string type = in.AuthenticationMode->Type.value_or("null");
    out.passwords = in.AuthenticationMode->Passwords.value_or(std::vector<std::string>{});
    if (type == "no-password-required") out.type = authentication::none;
    else if (type == "password" || type == "iam") out.type = type;
    else
      return errors::InvalidParameterValue(fmt::format(
          "Input Authentication type: {} is not in the allowed list: [password,no-password-required,iam]", type.substr(0, 64)));
  } else {
    out.passwords = in.Passwords.value_or(std::vector<std::string>{});
    if (in.NoPasswordRequired.value_or(false)) out.type = authentication::none;
    else if (!out.passwords.empty()) out.type = authentication::password;
  }
  if (out.type == authentication::password && out.passwords.empty())
    return errors::InvalidParameterCombination("Passwords must be specified for authentication type: password");
  if (!out.type.empty() && out.type != authentication::password && !out.passwords.empty())
    return errors::InvalidParameterCombination(
        fmt::format("Passwords cannot be specified for authentication type: {}", out.type));
  TRY(check_passwords(out.passwords));
  return out;
}

Result<void> take_authentication(const Call& call, const Asked& asked, UserRecord& user) {
  if (asked.type == authentication::iam) {
    if (user.id != user.name)
      return errors::InvalidParameterCombination("User Id and User name must be same for authentication type: iam");
    return not_built("Authentication of cache users by IAM is");
  }
  user.authentication = asked.type;
  user.passwords.clear();
  for (const std::string& one : asked.passwords)
    user.passwords.push_back(seal_secret(call.env.keyring, user_secrets, call.key(user.id), one));
  return {};
}

// ---- answers -------------------------------------------------------------------------------------------

std::string status_of(const Call& call, const UserRecord& user, const std::vector<std::string>& in_groups) {
  if (user.deleting) return "deleting";
  const bool in_force = std::ranges::all_of(
      in_groups, [&](const std::string& group) { return is_in_force(call.txn, call.key(group)); });
  return in_force ? "active" : "modifying";
}

User to_user(const Call& call, const UserRecord& user) {
  User out;
  out.UserId = user.id;
  out.UserName = user.name;
  out.Engine = user.engine;
  out.MinimumEngineVersion = user.engine == engine::redis ? "6.0" : "7.2";
  out.AccessString = user.access_string;
  out.UserGroupIds.emplace();
  for (const auto& [key, group] :
       call.txn.find(user_groups, user_groups_by_user, store::join(call.account(), call.region(), user.id)))
    out.UserGroupIds->push_back(group.id);
  out.Status = status_of(call, user, *out.UserGroupIds);
  out.Authentication.emplace();
  out.Authentication->Type = user.authentication;
  if (user.authentication == authentication::password)
    out.Authentication->PasswordCount = static_cast<std::int32_t>(user.passwords.size());
  out.ARN = user_arn(call, user.id);
  return out;
}

Result<UserRecord> changeable(const Call& call, const std::string& id) {
  const UserRecord* found = find_user(call.txn, call.key(id), id);
  if (found == nullptr) return user_not_found(id);
  // AWS's words could not be found.
  if (id == default_user) return errors::InvalidParameterValue("The default user cannot be modified or deleted.");
  if (found->deleting) return errors::InvalidUserState(fmt::format("User {} is not in active state.", id));
  return *found;
}

// ---- CreateUser ----------------------------------------------------------------------------------------

Result<User> create_user(Call& call, const CreateUserMessage& in) {
  UserRecord user;
  user.id = to_lower(in.UserId);
  TRY(check_id(user.id));
  user.name = in.UserName;
  TRY(check_name(user.name));
  user.engine = TRY(read_user_engine(in.Engine));
  TRY(rules_of(in.AccessString));
  user.access_string = in.AccessString;
  const Asked asked = TRY(read_authentication(in));
  if (asked.type.empty()) {
    return errors::InvalidParameterValue(
        "Input Authentication type: null is not in the allowed list: [password,no-password-required,iam]");
  }
  user.tags = TRY(read_tags(in.Tags));
  if (find_user(call.txn, call.key(user.id), user.id) != nullptr)
    return errors::UserAlreadyExists(fmt::format("User {} already exists.", user.id));
  if (call.txn.count(users, store::prefix_of(call.account(), call.region())) >= users_max)
    return errors::UserQuotaExceeded(fmt::format("The request would exceed the allowed number of users: {}.", users_max));
  TRY(take_authentication(call, asked, user));
  user.created_at = call.now();
  call.txn.put(users, call.key(user.id), user);
  return to_user(call, user);
}

std::string asked_authentication(const std::optional<AuthenticationMode>& mode, const std::optional<bool>& none) {
  if (mode) return mode->Type.value_or("");
  return none.value_or(false) ? "no-password-required" : "password";
}

void needs_create_user(const Call& call, const CreateUserMessage& in, api::Requirements& needs) {
  const std::string arn = user_arn(call, to_lower(in.UserId));
  api::Requirement& need = needs.need(arn);
  need.request_tags = api::tag_map(in.Tags);
  need.key("elasticache:UserAuthenticationMode", asked_authentication(in.AuthenticationMode, in.NoPasswordRequired));
  if (in.Tags && !in.Tags->empty()) needs.need("elasticache:AddTagsToResource", arn).request_tags = api::tag_map(in.Tags);
}

// ---- ModifyUser ----------------------------------------------------------------------------------------

Result<User> modify_user(Call& call, const ModifyUserMessage& in) {
  const std::string id = to_lower(in.UserId);
  UserRecord user = TRY(changeable(call, id));
  const Asked asked = TRY(read_authentication(in));
  if (!in.AccessString && !in.AppendAccessString && asked.type.empty() && !in.Engine)
    return errors::InvalidParameterCombination("No modifications were requested");
  if (in.AccessString && in.AppendAccessString)
    return errors::InvalidParameterCombination("AccessString and AppendAccessString cannot both be specified.");
  std::string access = in.AccessString.value_or(user.access_string);
  if (in.AppendAccessString) access += " " + *in.AppendAccessString;
  TRY(rules_of(access));
  user.access_string = access;
  if (in.Engine) user.engine = TRY(read_user_engine(*in.Engine));
  if (!asked.type.empty()) TRY(take_authentication(call, asked, user));
  ++user.generation;
  call.txn.put(users, call.key(id), user);
  touch_groups_of(call, id);
  return to_user(call, user);
}

void needs_modify_user(const Call& call, const ModifyUserMessage& in, api::Requirements& needs) {
  api::Requirement& need = need_user(call, to_lower(in.UserId), needs);
  if (in.AuthenticationMode || in.Passwords || in.NoPasswordRequired)
    need.key("elasticache:UserAuthenticationMode", asked_authentication(in.AuthenticationMode, in.NoPasswordRequired));
}

// ---- DeleteUser ----------------------------------------------------------------------------------------

// He is in no group from now on. He is there until no engine knows him (access_kind.h).
Result<User> delete_user(Call& call, const DeleteUserMessage& in) {
  const std::string id = to_lower(in.UserId);
  UserRecord user = TRY(changeable(call, id));
  std::vector<UserGroupRecord> in_groups;
  for (const auto& [key, group] : call.txn.find(user_groups, user_groups_by_user, store::join(call.account(), call.region(), id)))
    in_groups.push_back(group);
  if (user.name == default_user && !in_groups.empty()) {
    return errors::DefaultUserAssociatedToUserGroup(
        fmt::format("User {} is the default user of a user group and cannot be deleted.", id));
  }
  for (UserGroupRecord& group : in_groups) {
    std::erase(group.user_ids, id);
    ++group.generation;
    call.txn.put(user_groups, call.key(group.id), group);
  }
  user.deleting = true;
  auto out = to_user(call, user);
  call.txn.put(users, call.key(id), std::move(user));
  return out;
}

void needs_delete_user(const Call& call, const DeleteUserMessage& in, api::Requirements& needs) {
  need_user(call, to_lower(in.UserId), needs);
}

// ---- DescribeUsers -------------------------------------------------------------------------------------

Result<DescribeUsersResult> describe_users(Call& call, const DescribeUsersMessage& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  DescribeUsersResult out;
  out.Users.emplace();
  const std::string engine = in.Engine ? TRY(read_user_engine(*in.Engine)) : std::string();
  if (in.UserId) {
    const std::string id = to_lower(*in.UserId);
    const UserRecord* user = find_user(call.txn, call.key(id), id);
    if (user == nullptr) return user_not_found(id);
    out.Users->push_back(to_user(call, *user));
    return out;
  }
  // He who has no record stands where his name does.
  std::map<std::string, UserRecord> all{{std::string(default_user), built_in_user()}};
  for (const auto& [key, user] : call.txn.scan(users, store::prefix_of(call.account(), call.region()))) all[user.id] = user;
  api::Page page = TRY(api::Page::open(call, page_rules, "DescribeUsers", in.Marker, size));
  for (const auto& [id, user] : all) {
    if (page.before(id) || (!engine.empty() && user.engine != engine)) continue;
    if (!page.take(id)) break;
    out.Users->push_back(to_user(call, user));
  }
  page.close(out);
  return out;
}

void needs_describe_users(const Call& call, const DescribeUsersMessage& in, api::Requirements& needs) {
  need_user(call, in.UserId ? to_lower(*in.UserId) : "*", needs);
}

}  // namespace

Error user_not_found(std::string_view id) { return errors::UserNotFound(fmt::format("User {} not found.", id.substr(0, 64))); }

std::string user_arn(const Call& call, std::string_view id) { return call.arn("elasticache", fmt::format("user:{}", id)); }

Result<std::string> read_user_engine(std::string_view given) {
  const std::string engine = to_lower(given);
  if (engine == engine::redis || engine == "valkey") return engine;
  return errors::InvalidParameterValue(
      fmt::format("Invalid Engine: {}. Valid values are: redis, valkey.", given.substr(0, 64)));
}

api::Requirement& need_user(const Call& call, const std::string& id, api::Requirements& needs) {
  api::Requirement& need = needs.need(user_arn(call, id));
  if (const UserRecord* record = call.txn.get(users, call.key(id))) need.resource_tags = record->tags;
  return need;
}

void touch_groups_of(Call& call, std::string_view user) {
  std::vector<UserGroupRecord> in_groups;
  for (const auto& [key, group] :
       call.txn.find(user_groups, user_groups_by_user, store::join(call.account(), call.region(), user)))
    in_groups.push_back(group);
  for (UserGroupRecord& group : in_groups) {
    ++group.generation;
    call.txn.put(user_groups, call.key(group.id), group);
  }
}

constinit const managed::TaggedKind user_tags{"user", not_present<errors::UserNotFound>, &api::tagged_records<users>};

const api::Operations& users_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateUser>(create_user, api::on(needs_create_user),
          api::takes("UserId UserName Engine Passwords AccessString NoPasswordRequired Tags AuthenticationMode")),
      api::op<ops::ModifyUser>(modify_user, api::on(needs_modify_user),
          api::takes("UserId AccessString AppendAccessString Passwords NoPasswordRequired AuthenticationMode Engine")),
      api::op<ops::DeleteUser>(delete_user, api::on(needs_delete_user), api::takes("UserId")),
      api::op<ops::DescribeUsers>(describe_users, api::on(needs_describe_users), api::read_only,
          api::takes("Engine UserId MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::elasticache
