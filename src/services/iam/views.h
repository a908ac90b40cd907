// Records as the wire shows them. Pure functions of the record (and, for roles, of what else lives).
#pragma once

#include "api/kit/call.h"
#include "model/iam/GetGroup.h"
#include "model/iam/GetRole.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {

// What an answer shows of an entity differs by operation: lists leave out tags and boundaries (and the last
// use of roles), creations leave out what the caller has just said.
enum class Detail : std::uint8_t {
  contained,  // a role in an instance profile
  listed,     // List…, GetGroup
  created,    // CreateRole, UpdateRoleDescription
  full,       // Get…, CreateUser
};

User user_view(const Call& call, const UserRecord& user, Detail detail);
// The root user has neither name nor path; its id is the account's.
User root_view(const Call& call);
Group group_view(const Call& call, const GroupRecord& group);
Role role_view(const Call& call, const RoleRecord& role, Detail detail);

// The user an operation is about when UserName may be absent: then the caller. ValidationError if the
// caller is no user.
Result<std::string> user_or_caller(const Call& call, const std::optional<std::string>& name);
// The requirement of such an operation.
Requirement& need_on_user_or_caller(const Call& call, const std::optional<std::string>& name, Requirements& needs);

}  // namespace haar::iam
