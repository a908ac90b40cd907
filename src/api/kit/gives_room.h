// Which operations a full disk must not refuse: those that give room back, and those without which nobody who needs a
// second factor could ask for them. Each of their commits adds an event to the log, so what can be repeated for ever
// without deleting anything (taking a tag or a client away that is not there) is not among them.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace haar::api {

constexpr bool gives_room(std::string_view operation) {
  constexpr std::array<std::string_view, 12> verbs{"Delete", "Remove",       "Detach",     "Stop",       "Revoke",  "Disable",
                                                   "Cancel", "Disassociate", "Deactivate", "Deregister", "Release", "Terminate"};
  constexpr std::array<std::string_view, 2> signing_in{"AssumeRole", "GetSessionToken"};
  if (std::ranges::find(signing_in, operation) != signing_in.end()) return true;
  if (operation.find("Tags") != std::string_view::npos || operation == "RemoveClientIDFromOpenIDConnectProvider") return false;
  return std::ranges::any_of(verbs, [&](std::string_view verb) { return operation.starts_with(verb); });
}

static_assert(gives_room("DeleteUser") && gives_room("RemoveRoleFromDBCluster") && gives_room("AssumeRole"));
static_assert(!gives_room("CreateUser") && !gives_room("RemoveTagsFromResource") && !gives_room("UntagUser") &&
              !gives_room("AssumeRoleWithSAML"));

}  // namespace haar::api
