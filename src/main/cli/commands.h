// The commands that talk to a running haar. Each returns the process's exit status: 0 done, 1 not.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <string_view>

namespace haar::main {

struct Terminal {
  std::ostream& out;
  std::ostream& err;
};

// `data` chooses the server, empty for the usual one.
int status(const std::string& data, bool json, const Terminal& terminal);
int endpoints(const std::string& data, const Terminal& terminal);
// What `haar events` may ask for: the attributes of CloudTrail's LookupEvents, several at once.
struct EventFilter {
  std::string_view flag, attribute, value, help;
};
inline constexpr EventFilter event_filters[] = {
    {"--user", "Username", "NAME", "of a user, a session, or root"},
    {"--name", "EventName", "OPERATION", "such as CreateUser"},
    {"--resource", "ResourceName", "NAME", "that name a resource: its name, id or ARN, as the request has it"},
    {"--resource-type", "ResourceType", "TYPE", "such as AWS::IAM::User"},
    {"--source", "EventSource", "SERVICE", "such as iam.amazonaws.com"},
    {"--key", "AccessKeyId", "AKIA…", "signed with this access key"},
    {"--read-only", "ReadOnly", "true|false", "reads, or what changes something"},
    {"--id", "EventId", "ID", "the one event"}};
struct EventChoices {
  std::int64_t limit = 50;
  std::string since, until, account, region;
  std::map<std::string, std::string> attributes;  // empty: not asked for
};
// CloudTrail's JSON, one record a line, oldest first.
int events(const std::string& data, const EventChoices& choices, const Terminal& terminal);
// The certificate of haar's CA (PEM), or where it lies. Whether haar runs or not.
int authority(const std::string& data, bool path, const Terminal& terminal);
// Where the console is, and a link that opens the operator's mailbox and telephone once.
int console(const std::string& data, const Terminal& terminal);
int stop(const std::string& data, bool engines, const Terminal& terminal);
int reset(const std::string& data, const Terminal& terminal);
int advance(const std::string& data, std::int64_t seconds, const Terminal& terminal);
// Temporary delegation, on a product provider's behalf: `file` holds the policy template.
struct DelegationChoices {
  std::string account, arn, name, file;
};
int add_delegation_template(const std::string& data, const DelegationChoices& choices, const Terminal& terminal);
// One JSON object a line, oldest first.
int delegation_notices(const std::string& data, const DelegationChoices& choices, const Terminal& terminal);

}  // namespace haar::main
