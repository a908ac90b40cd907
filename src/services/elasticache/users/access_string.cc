#include "services/elasticache/users/access_string.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "model/elasticache/service.h"

namespace haar::elasticache {
namespace {

constexpr std::array<std::string_view, 8> plain_rules{"on",            "off",         "allkeys",    "resetkeys",
                                                  "allchannels",   "resetchannels", "allcommands", "nocommands"};
constexpr std::array<std::string_view, 21> categories{
    "admin",  "bitmap",    "blocking", "connection", "dangerous",   "fast",   "geo",
    "hash",   "hyperloglog", "keyspace", "list",     "pubsub",      "read",   "scripting",
    "set",    "slow",      "sortedset", "stream",    "string",      "transaction", "write"};
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html
constexpr std::array<std::string_view, 17> forbidden_commands{
    "acl|deluser", "acl|load", "acl|log",   "acl|save", "acl|setuser", "bgrewriteaof", "bgsave", "config", "debug",
    "migrate",     "psync",    "replicaof", "save",     "shutdown",    "slaveof",      "sync",   "module"};
constexpr std::size_t shown_max = 64;

Error invalid(std::string_view rule, std::string_view why) {
  // AWS's words could not be found.
  return errors::InvalidParameterValue(
      fmt::format("The access string is not valid: {} {}", rule.substr(0, shown_max), why));
}

bool begins_pattern(std::string_view rule) {
  if (rule.starts_with('~') || rule.starts_with('&')) return true;
  const std::size_t tilde = rule.find('~');
  const std::string kind = to_lower(rule.substr(0, tilde == std::string_view::npos ? 0 : tilde));
  return kind == "%r" || kind == "%w" || kind == "%rw" || kind == "%wr";
}

bool is_forbidden(std::string_view command) {
  return std::ranges::any_of(forbidden_commands, [&](std::string_view one) {
    return command == one || (command.starts_with(one) && command.substr(one.size()).starts_with('|'));
  });
}

// With or without "@", after its sign. What is taken away may be anything that there is.
Result<void> check_command(std::string_view rule) {
  const bool given = rule.front() == '+';
  const std::string name = to_lower(rule.substr(1));
  if (name.starts_with('@')) {
    const std::string_view category = std::string_view(name).substr(1);
    if (category == "all" || std::ranges::find(categories, category) != categories.end()) return {};
    return invalid(rule, "names no category of commands.");
  }
  if (!is_command(name)) return invalid(rule, "names no command.");
  if (given && is_forbidden(name)) return invalid(rule, "names a command that is restricted.");
  return {};
}

Result<void> check_rule(std::string_view rule) {
  if (rule.find_first_of("()\"'\\") != std::string_view::npos) return invalid(rule, "has characters that no rule has here.");
  if (rule.front() == '+' || rule.front() == '-') return check_command(rule);
  if (begins_pattern(rule)) return {};
  const std::string lower = to_lower(rule);
  if (std::ranges::find(plain_rules, lower) != plain_rules.end()) return {};
  if (rule.find_first_of("><#!") == 0 || lower == "nopass" || lower == "resetpass" || lower == "reset")
    return invalid(rule, "is about passwords, which are set by parameters of their own.");
  return invalid(rule, "is no rule.");
}

}  // namespace

Result<std::vector<std::string>> rules_of(std::string_view access_string) {
  if (access_string.size() > access_string_max) {
    return errors::InvalidParameterValue(
        fmt::format("The access string must not be longer than {} characters.", access_string_max));
  }
  std::vector<std::string> out;
  for (std::string_view rest = access_string; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view rule = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (rule.empty()) continue;
    if (std::ranges::any_of(rule, [](unsigned char c) { return c <= ' ' || c == 0x7f; }))
      return invalid("a rule", "has characters that no rule has.");
    TRY(check_rule(rule));
    out.emplace_back(rule);
  }
  if (out.empty()) return errors::InvalidParameterValue("The parameter AccessString must be provided and must not be blank.");
  return out;
}

}  // namespace haar::elasticache
