// Whose credentials an operation is about: a user's, or, where UserName is absent, the caller's own, who may
// be the root user.
#pragma once

#include <optional>
#include <string>

#include "api/kit/call.h"
#include "model/iam/ListUsers.h"
#include "services/iam/principals/entities.h"
#include "services/iam/views.h"

namespace haar::iam {

struct Owner {
  std::string id;    // the user's unique id, or the account id for root
  std::string name;  // empty for root
};

// NoSuchEntity for a user that does not exist; ValidationError if the caller names nobody and is nobody.
Result<Owner> credential_owner(const Call& call, const std::optional<std::string>& user_name);
// The same by unique id; nullopt: there is no such user any more.
std::optional<Owner> owner_by_id(const store::Reader& reader, const AccountId& account, const std::string& id);
// The owner as answers show it: the root user has neither name nor path, and the account's id.
User owner_view(const Call& call, const std::string& owner_id);

// on(owner_resource): the user, or the root user, whose credentials they are.
struct OwnerResource {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    need_on_user_or_caller(call, in.UserName, needs);
  }
};
inline constexpr OwnerResource owner_resource;

}  // namespace haar::iam
