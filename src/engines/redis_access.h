// Who may log in to a Redis node, and what each may do: users by ElastiCache's rules. Nobody gets a command that ElastiCache
// keeps for itself, whatever his rules say; and what a later version of Redis adds to those that it calls administrative or
// dangerous nobody gets either.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engines/catalog.h"
#include "engines/instance.h"

namespace haar::engines::redis {

// haar's own users; no tenant has one whose name begins so.
inline constexpr std::string_view own_prefix = "haar-";

// Of the default user of a node that lets everybody in, for a file of configuration.
std::string default_user_rules(const Program& program);
// The default user's rules as given to give_access(), of such a node.
inline constexpr std::string_view everything = "on nopass ~* &* +@all";

// Users by name, each with his rules. Those that are not named go, with their sessions; the default user is closed then.
// In force when this returns. Error "EngineCommandFailed": a rule that the server does not take, and then nothing has changed.
Result<void> give_access(const InstanceSpec& spec, const std::map<std::string, std::string>& users, Milliseconds patience);

// ---- for tests -------------------------------------------------------------------------------------------
// What is taken from everybody: of commands that the server calls administrative or dangerous, all but what ElastiCache permits.
std::vector<std::string> denials(const std::vector<std::string>& dangerous);

}  // namespace haar::engines::redis
