#include "engines/redis_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "engines/redis.h"

namespace haar::engines::redis {
namespace {

// The default user gets every command but those that Redis itself calls administrative or dangerous, and of
// these only what follows. Left out are AWS's restricted commands
// (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ClientConfig.RestrictedCommands.html: bgrewriteaof,
// bgsave, config, debug, migrate, replicaof, save, slaveof, shutdown, sync), what loads code, what makes the
// node someone's replica, what shows haar's own account, and whatever a later version adds.
constexpr std::array<std::string_view, 32> permitted_dangerous{
    "client",        "flushall",     "flushdb",        "info",
    "keys",          "lastsave",     "latency",        "monitor",
    "restore",       "role",         "slowlog",        "sort",
    "swapdb",        "acl|cat",      "acl|genpass",    "acl|help",
    "acl|whoami",    "cluster|help", "cluster|info",   "cluster|myid",
    "cluster|nodes", "cluster|slots", "cluster|keyslot", "cluster|replicas",
    "cluster|countkeysinslot", "cluster|getkeysinslot", "command", "object",
    "memory",        "script",       "pubsub",         "xinfo"};
// Commands that came with version 7.
constexpr std::array<std::string_view, 3> permitted_since_7{"sort_ro", "acl|dryrun", "cluster|shards"};
// No client exempts itself from the bound on the memory of all clients.
constexpr std::string_view denied_since_7 = " -client|no-evict";
// Not called dangerous everywhere, and refused all the same.
constexpr std::array<std::string_view, 4> denied_commands{"config", "debug", "module", "shutdown"};

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

void add_words(std::string_view text, std::vector<std::string>& out) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

bool is_permitted(std::string_view command) {
  return std::ranges::find(permitted_dangerous, command) != permitted_dangerous.end() ||
         std::ranges::find(permitted_since_7, command) != permitted_since_7.end();
}

// A command that is permitted is so with its subcommands.
bool is_permitted_whole(std::string_view command) {
  return is_permitted(command) || is_permitted(command.substr(0, command.find('|')));
}

}  // namespace

std::string default_user_rules(const Program& program) {
  std::string rules = "on nopass ~* &* +@all -@admin -@dangerous";
  for (const auto command : permitted_dangerous) rules += fmt::format(" +{}", command);
  if (program.major >= 7) {
    for (const auto command : permitted_since_7) rules += fmt::format(" +{}", command);
    rules += denied_since_7;
  }
  for (const auto command : denied_commands) rules += fmt::format(" -{}", command);
  return rules;
}

std::vector<std::string> denials(const std::vector<std::string>& dangerous) {
  std::set<std::string> out;
  for (const std::string& command : dangerous) {
    if (!is_permitted_whole(command)) out.insert(fmt::format("-{}", command));
  }
  for (const auto command : denied_commands) out.insert(fmt::format("-{}", command));
  out.insert(std::string(denied_since_7.substr(1)));
  return {out.begin(), out.end()};
}

// All at once: a session sees the users before or those after.
Result<void> give_access(const InstanceSpec& spec, const std::map<std::string, std::string>& users, Milliseconds patience) {
  RespConnection server = TRY(administer(spec, patience));
  std::vector<std::string> dangerous = lines_of(TRY(server.command({"ACL", "CAT", "dangerous"})));
  for (std::string& one : lines_of(TRY(server.command({"ACL", "CAT", "admin"})))) dangerous.push_back(std::move(one));
  const std::vector<std::string> denied = denials(dangerous), known = lines_of(TRY(server.command({"ACL", "USERS"})));
  std::vector<std::vector<std::string>> commands;
  for (const auto& [name, rules] : users) {
    if (name.starts_with(own_prefix))
      return Error{"EngineCommandFailed", "the user " + name + " is haar's", 500, Fault::receiver};
    std::vector<std::string>& words = commands.emplace_back(std::vector<std::string>{"ACL", "SETUSER", name, "reset"});
    add_words(rules, words);
    words.insert(words.end(), denied.begin(), denied.end());
  }
  if (!users.contains("default")) commands.push_back({"ACL", "SETUSER", "default", "reset"});
  for (const std::string& name : known) {
    if (name != "default" && !name.starts_with(own_prefix) && !users.contains(name)) commands.push_back({"ACL", "DELUSER", name});
  }
  // Tried out first: a transaction goes on after a command that fails.
  for (const std::vector<std::string>& words : commands) {
    if (words[1] != "SETUSER") continue;
    std::vector<std::string> trial = words;
    trial[2] = std::string(own_prefix) + "trial";
    trial.insert(trial.end(), {"resetpass", "off"});
    TRY(server.command(trial));
  }
  commands.push_back({"ACL", "DELUSER", std::string(own_prefix) + "trial"});
  TRY(server.command({"MULTI"}));
  for (const std::vector<std::string>& words : commands) TRY(server.command(words));
  TRY(server.command({"EXEC"}));
  return {};
}

}  // namespace haar::engines::redis
