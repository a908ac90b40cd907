#include "policy/random_world.h"

#include <cstdlib>

namespace random_world {
namespace {

using naive::World;
using std::string;
using std::vector;
namespace policy = haar::policy;

const vector<string> kActions{"iam:GetUser", "iam:CreateUser", "s3:GetObject", "s3:PutObject", "sts:AssumeRole",
                              "sts:TagSession", "ec2:RunInstances", "sts:GetSessionToken",
                                  "sts:GetCallerIdentity"};
const vector<string> kActionPatterns{"*", "*", "iam:*", "iam:Get*", "IAM:getuser", "s3:*Object",
    "s3:?etObject", "*:*",
                                     "*:Get*", "ec2:Run*s", "iam:**", "sts:*", "sts:Assume*",
                                         "s3:GetObject", "s3:*",
                                     "ec2:RunInstances", "iam:CreateUse?", "sts:GetSessionToken",
                                         "iam:CreateUser*"};
// What RCPs may name: only services that support them.
const vector<string> kRcpPatterns{"s3:*", "s3:Get*", "S3:?utObject", "sts:*", "sts:AssumeRole", "sts:Tag*", "s3:*Object"};
const vector<string> kStsPatterns{"sts:*", "sts:AssumeRole", "sts:Assume*", "sts:TagSession"};
const vector<string> kResources{"*", "arn:aws:iam::111122223333:user/ana",
    "arn:aws:iam::111122223333:user/team/bob",
                                "arn:aws:s3:::bucket/ana/key", "arn:aws:s3:::bucket/a*b", "arn:aws:s3:::other",
                                "arn:aws:iam::111122223333:role/app",
                                    "arn:aws:ec2:us-east-1:111122223333:instance/i-1",
                                "arn:aws:logs:us-east-1:111122223333:log-group:x:log-stream:y"};
const vector<string> kResourcePatterns{
    "*", "*", "arn:aws:iam::*:user/*", "arn:aws:iam::111122223333:user/${aws:username}",
        "arn:aws:s3:::bucket/*",
    "arn:aws:s3:::bucket/${aws:username}/*", "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'ana'}/key",
    "arn:aws:s3:::bucket/a${*}b", "arn:aws:s3:::b*t/a?b", "arn:*:iam::*:*", "arn:aws:ec2:*:*:instance/*",
    "arn:aws:ec2:*:instance/*", "arn:aws:logs:*:*:log-group:*", "arn:aws:s3",
        "arn:aws:iam::111122223333:role/app",
    "arn:aws:s3:::${aws:PrincipalTag/team}", "arn:aws:iam::1111*:u*/ana", "arn:aws:s3:::*${aws:TagKeys}*"};
const vector<string> kOperators{
    "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
        "StringLike", "StringNotLike",
    "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan",
    "NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals",
        "DateGreaterThan",
    "DateGreaterThanEquals", "Bool", "IpAddress", "NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals",
        "ArnNotLike"};
const vector<string> kKeys{"aws:username", "AWS:UserName", "aws:PrincipalTag/team",
    "aws:principaltag/Team", "aws:TagKeys",
                           "aws:SourceIp", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge",
                               "aws:CurrentTime",
                           "aws:PrincipalArn", "aws:RequestTag/cost", "aws:ResourceTag/team", "s3:prefix",
                               "aws:SourceArn"};
const vector<string> kValues{"ana", "Ana", "bob", "a*", "*", "?na", "${aws:username}", "x${aws:username}",
                             "${aws:PrincipalTag/team, 'blue'}", "${*}", "", "10", "10.5", "9", "true",
                                 "false", "10.0.0.0/8",
                             "10.1.2.3", "arn:aws:iam::111122223333:user/*",
                                 "arn:aws:iam::111122223333:role/app",
                             "${aws:PrincipalArn}", "arn:aws:iam::${aws:MultiFactorAuthAge}:user/ana", "blue",
                             "arn:aws:s3:::b*", "arn:*", "2026-11-20T00:00:00Z"};
const vector<string> kTexts{"ana", "Ana", "bob", "a*", "blue", "*", "", "10", "x",
    "arn:aws:iam::111122223333:user/ana",
                            "arn:aws:iam::111122223333:role/app", "arn:aws:s3:::bucket", "10.1.2.3",
                                "11.0.0.1", "true"};
const vector<string> kDates{"2026-11-20T00:00:00Z", "2026-11-20T09:12:40Z", "1763596800",
    "2020-01-01T00:00:00Z"};
const vector<string> kAwsPrincipals{"*", "111122223333", "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:user/ana",
                                    "arn:aws:iam::111122223333:role/app",
                                        "arn:aws:sts::111122223333:assumed-role/app/session",
                                    "arn:aws:sts::111122223333:federated-user/fed", "AIDAAAAAAAAAAAAAAANAA",
                                    "AROAAAAAAAAAAAAAAAAPP", "444455556666"};

// What an account has attached itself where RCPs are enabled.
const char* const kRcpFullAccess =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})";

const char* const kFullAccess =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";

// One way of making a statement that no type of policy may have; `statement` begins with {"Effect":
const vector<std::pair<string, string>> kBreaks{
    {"{\"Effect\":", "{\"effect\":"},
    {"{\"Effect\":", "{\"Effect\":\"Allow\",\"Effect\":"},
    {"{\"Effect\":", "{\"Unknown\":1,\"Effect\":"},
    {"{\"Effect\":", "{\"Sid\":7,\"Effect\":"},
    {"{\"Effect\":", "{\"Condition\":[],\"Effect\":"},
    {"{\"Effect\":", "{\"Condition\":{\"StringIs\":{\"a\":\"b\"}},\"Effect\":"},
    {"{\"Effect\":", "{\"Condition\":{\"Bool\":{\"a:b\":1,\"A:B\":2}},\"Effect\":"},
    {"{\"Effect\":", "{\"Condition\":{\"DateEquals\":{\"a\":\"soon\"}},\"Effect\":"},
    {"\"Allow\"", "\"allow\""},
    {"\"Deny\"", "\"Refuse\""},
    {"Action\":", "Action\":[],\"Action_\":"},
    {"Action\":", "Action\":[[\"*\"]],\"NotAction\":"},
    {"\"Statement\":[", "\"Statement\":[7,"},
    {"\"Statement\":[", "\"Statement\":[],\"X\":["},
    {"\"Version\":\"2012-10-17\"", "\"Version\":\"2012-10-18\""},
    {"}]}", "}]"},
    {"}]}", "}],}"},
    {"]}", "]}]}"},
};

string quoted(const string& text) { return "\"" + text + "\""; }

string list(const vector<string>& items) {
  if (items.size() == 1) return quoted(items[0]);
  string out = "[";
  for (size_t i = 0; i < items.size(); ++i) out += (i != 0 ? "," : "") + quoted(items[i]);
  return out + "]";
}

}  // namespace

void Generator::caller(World& w) {
  const vector<string> types{"user", "user", "role", "role", "role", "slr", "federated_user", "root",
      "service", "federated",
                             "anonymous"};
  w.caller_type = pick(types);
  w.account = "111122223333";
  if (w.caller_type == "user") {
    w.arn = w.entity_arn = "arn:aws:iam::111122223333:user/ana";
    w.entity_id = "AIDAAAAAAAAAAAAAAANAA";
  } else if (w.caller_type == "role" || w.caller_type == "slr") {
    w.arn = "arn:aws:sts::111122223333:assumed-role/app/session";
    w.entity_arn = "arn:aws:iam::111122223333:role/app";
    w.entity_id = "AROAAAAAAAAAAAAAAAAPP";
  } else if (w.caller_type == "federated_user") {
    w.arn = "arn:aws:sts::111122223333:federated-user/fed";
    w.entity_arn = "arn:aws:iam::111122223333:user/ana";
    w.entity_id = "AIDAAAAAAAAAAAAAAANAA";
    if (chance(15)) {
      w.entity_arn = "arn:aws:iam::111122223333:root";
      w.entity_id.clear();
    }
  } else if (w.caller_type == "root") {
    w.arn = w.entity_arn = "arn:aws:iam::111122223333:root";
  } else {
    w.account.clear();
    if (w.caller_type == "service") w.arn = "ec2.amazonaws.com";
    if (w.caller_type == "federated") w.arn = "arn:aws:iam::111122223333:oidc-provider/idp.example.com";
  }
  w.management_account = chance(10);
}

void Generator::context(World& w) {
  const auto one = [&](const string& key, const string& value) { w.context[key] = {false, {value}}; };
  if (w.caller_type == "user" && chance(90)) one("aws:username", "ana");
  if (chance(60)) one("aws:principaltag/team", pick({"ana", "blue", "a*", "Ana"}));
  if (chance(40)) one("aws:requesttag/cost", pick(kTexts));
  if (chance(40)) one("aws:resourcetag/team", pick(kTexts));
  if (chance(60)) one("aws:sourceip", pick({"10.1.2.3", "11.0.0.1", "nonsense"}));
  if (chance(50)) one("aws:multifactorauthpresent", pick({"true", "false"}));
  if (chance(50)) one("aws:multifactorauthage", pick({"10", "9", "3600", "0"}));
  if (chance(80)) one("aws:currenttime", pick(kDates));
  if (!w.entity_arn.empty()) one("aws:principalarn", w.entity_arn);
  if (chance(50)) one("s3:prefix", pick(kTexts));
  if (chance(40)) one("aws:sourcearn", pick(kTexts));
  if (chance(60)) {
    auto& keys = w.context["aws:tagkeys"];
    keys.multi = true;
    for (size_t i = below(4); i > 0; --i) keys.values.push_back(pick({"ana", "blue", "bob", "Ana", "10"}));
  }
}

string Generator::condition_block() {
  string set = chance(35) ? (chance(50) ? "ForAllValues:" : "ForAnyValue:") : "";
  if (chance(10)) return quoted(set + "Null") + ":{" + quoted(pick(kKeys)) + ":" + pick({"true", "false",
      "\"true\"", "\"false\""}) + "}";
  const string op = pick(kOperators);
  vector<string> values;
  const bool date = op.starts_with("Date");
  for (size_t i = 1 + below(3); i > 0; --i) values.push_back(pick(date ? kDates : kValues));
  string block = quoted(pick(kKeys)) + ":" + list(values);
  // A key that fits the operator, so that conditions are met now and then.
  if (date && chance(70)) block = "\"aws:CurrentTime\":" + list(values);
  if (op.find("IpAddress") != string::npos && chance(70)) block = "\"aws:SourceIp\":" +
      list({pick({"10.0.0.0/8", "11.0.0.1", "0.0.0.0/0"})});
  if (op == "Bool" && chance(70)) block = "\"aws:MultiFactorAuthPresent\":" + pick({"true", "\"true\"",
      "false", "\"False\""});
  if (op.starts_with("Numeric") && chance(70)) block = "\"aws:MultiFactorAuthAge\":" + pick({"10",
      "\"10.0\"", "[9,\"3600\"]", "\"x\""});
  return quoted(set + op + (chance(20) ? "IfExists" : "")) + ":{" + block + "}";
}

string Generator::principal(bool trust) {
  if (!trust && chance(25)) return "\"*\"";
  if (chance(12)) return R"({"Service":"ec2.amazonaws.com"})";
  if (chance(12)) return R"({"Federated":"arn:aws:iam::111122223333:oidc-provider/idp.example.com"})";
  vector<string> aws;
  for (size_t i = 1 + below(3); i > 0; --i) aws.push_back(pick(kAwsPrincipals));
  if (chance(10)) return R"({"Service":["s3.amazonaws.com","ec2.amazonaws.com"],"AWS":)" + list(aws) + "}";
  return "{\"AWS\":" + list(aws) + "}";
}

string Generator::statement(bool with_principal, bool trust, bool deny_only) {
  const bool deny = deny_only || chance(15);
  string out = string("{\"Effect\":") + (deny ? "\"Deny\"" : "\"Allow\"");
  vector<string> actions;
  const vector<string>& from = trust ? kStsPatterns : deny_only ? kRcpPatterns : kActionPatterns;
  for (size_t i = 1 + below(3); i > 0; --i) actions.push_back(pick(from));
  out += (!deny_only && chance(15) ? ",\"NotAction\":" : ",\"Action\":") + list(actions);
  if (!trust) {
    vector<string> resources;
    for (size_t i = 1 + below(2); i > 0; --i) resources.push_back(pick(kResourcePatterns));
    out += (chance(12) ? ",\"NotResource\":" : ",\"Resource\":") + list(resources);
  }
  if (with_principal) {
    const bool negated = deny && !trust && !deny_only && chance(40);
    out += (negated ? ",\"NotPrincipal\":" : ",\"Principal\":") + (deny_only ? "\"*\""
        : principal(trust || negated));
  }
  if (chance(45)) {
    const string first = condition_block();
    string second = chance(20) ? condition_block() : "";
    // The same operator twice would be one JSON name twice.
    if (!second.empty() && second.substr(0, second.find(':', second.find('"', 1))) == first.substr(0,
        first.find(':', first.find('"', 1)))) second.clear();
    out += ",\"Condition\":{" + first + (second.empty() ? "" : "," + second) + "}";
  }
  return out + "}";
}

string Generator::document(bool with_principal, bool trust, bool deny_only) {
  string out = "{";
  if (chance(85)) out += chance(90) ? "\"Version\":\"2012-10-17\"," : "\"Version\":\"2008-10-17\",";
  out += "\"Statement\":[";
  for (size_t i = 1 + below(3); i > 0; --i) out += statement(with_principal, trust, deny_only) + (i > 1
      ? "," : "");
  return out + "]}";
}

World::Documents Generator::documents(size_t most, bool with_principal, bool trust, bool deny_only) {
  World::Documents out;
  for (size_t i = below(most + 1); i > 0; --i) out.push_back(document(with_principal, trust, deny_only));
  return out;
}

string Generator::broken_document(policy::Kind kind) {
  const bool trust = kind == policy::Kind::trust, rcp = kind == policy::Kind::rcp;
  const bool principal = trust || rcp || kind == policy::Kind::resource || kind == policy::Kind::endpoint;
  for (;;) {
    string text = document(principal, trust, rcp);
    const auto& [from, to] = kBreaks[below(kBreaks.size())];
    const size_t at = text.find(from);
    if (at == string::npos) continue;
    return text.replace(at, from.size(), to);
  }
}

World Generator::world() {
  World w;
  caller(w);
  w.action = pick(kActions);
  w.resource = pick(kResources);
  w.resource_account = pick({"111122223333", "111122223333", "", "444455556666"});
  context(w);
  const bool account = w.caller_type != "service" && w.caller_type != "federated" &&
      w.caller_type != "anonymous";
  if (account && w.caller_type != "root") {
    w.identity = documents(3);
    if (chance(25)) w.boundary = documents(2);
    if (w.caller_type != "user" && chance(50)) w.session = documents(2);
  }
  if (chance(60)) {
    w.resource_policy_is_trust = chance(35);
    if (w.resource_policy_is_trust) {
      w.action = pick({"sts:AssumeRole", "sts:TagSession"});
      w.resource = "arn:aws:iam::111122223333:role/app";
    }
    w.resource_policy = {document(true, w.resource_policy_is_trust, false)};
  }
  w.resource_policy_must_allow = w.resource_policy_is_trust || chance(10);
  if (account && chance(30)) {
    for (size_t i = 1 + below(3); i > 0; --i) w.scp.push_back(chance(40) ? World::Documents{kFullAccess} : documents(2));
  }
  if (chance(30)) {
    for (size_t i = 1 + below(2); i > 0; --i) {
      w.rcp.push_back(documents(1, true, false, true));
      if (chance(50)) w.rcp.back().push_back(kRcpFullAccess);
    }
  }
  if (chance(10)) w.endpoint = documents(2, true);
  w.resource_in_management_account = chance(10);
  return w;
}

Compiled::Compiled(const World& world) : world_(world) {
  using policy::Kind;
  using policy::PrincipalType;
  const std::map<string, PrincipalType> types{
      {"user", PrincipalType::user}, {"role", PrincipalType::role_session}, {"slr",
          PrincipalType::service_linked_session},
      {"federated_user", PrincipalType::federated_user}, {"root", PrincipalType::root}, {"service",
          PrincipalType::service},
      {"federated", PrincipalType::federated}, {"anonymous", PrincipalType::anonymous}};
  principal_.type = types.at(world.caller_type);
  principal_.account = world.account;
  principal_.arn = world.arn;
  principal_.principal_arn = world.entity_arn;
  principal_.unique_id = world.entity_id;
  principal_.management_account = world.management_account;
  lists_.reserve(world.context.size());
  for (const auto& [key, value] : world.context) {
    if (value.multi) {
      lists_.emplace_back(value.values.begin(), value.values.end());
      context_.set_list(key, lists_.back());
    } else if (key == "aws:multifactorauthage") {
      context_.set_number(policy::Key::multi_factor_auth_age, std::atoll(value.values[0].c_str()));
    } else if (key == "aws:multifactorauthpresent") {
      context_.set_bool(key, value.values[0] == "true");
    } else {
      context_.set(key, value.values[0]);
    }
  }
  const auto maybe = [&](const std::optional<World::Documents>& documents, Kind kind) {
    return documents ? set(*documents, kind).get() : nullptr;
  };
  policies_.identity = set(world.identity, Kind::identity).get();
  policies_.boundary = maybe(world.boundary, Kind::identity);
  policies_.session = maybe(world.session, Kind::session);
  policies_.endpoint = maybe(world.endpoint, Kind::endpoint);
  if (!world.resource_policy.empty()) {
    policies_.resource = set(world.resource_policy, world.resource_policy_is_trust ? Kind::trust
        : Kind::resource).get();
  }
  for (const auto& level : world.scp) scp_.push_back(set(level, Kind::scp).get());
  for (const auto& level : world.rcp) rcp_.push_back(set(level, Kind::rcp).get());
  policies_.scp = scp_;
  policies_.rcp = rcp_;
}

std::shared_ptr<const policy::PolicySet> Compiled::set(const World::Documents& documents, policy::Kind kind) {
  std::vector<policy::Attached> attached;
  for (const string& text : documents) {
    auto parsed = policy::parse(text, kind);
    if (!parsed) {
      error_ = parsed.error().message + ": " + text;
      continue;
    }
    attached.push_back({"document", policy::SourceType::none, *parsed});
  }
  return sets_.emplace_back(policy::PolicySet::build(std::move(attached)));
}

policy::Decision Compiled::decide(policy::Detail detail) const {
  const policy::Request request{.principal = principal_,
                                .action = world_.action,
                                .resource = world_.resource,
                                .resource_account = world_.resource_account,
                                .context = context_,
                                .resource_policy_must_allow = world_.resource_policy_must_allow,
                                .resource_in_management_account = world_.resource_in_management_account};
  return policy::decide(request, policies_, detail);
}

string describe(const World& w) {
  string out = w.caller_type + " " + w.arn + (w.management_account ? " (management account)" : "") +
      "\n" + w.action + " on " +
               w.resource + " of account '" + w.resource_account + "'" +
               (w.resource_policy_must_allow ? ", resource policy must allow" : "") + "\n";
  for (const auto& [key, value] : w.context) {
    out += "  " + key + (value.multi ? " = {" : " = ");
    for (const string& v : value.values) out += "'" + v + "' ";
    out += "\n";
  }
  const auto show = [&out](const char* what, const World::Documents& documents) {
    for (const string& text : documents) out += string(what) + ": " + text + "\n";
    if (documents.empty()) out += string(what) + ": (empty)\n";
  };
  show("identity", w.identity);
  if (w.boundary) show("boundary", *w.boundary);
  if (w.session) show("session", *w.session);
  show(w.resource_policy_is_trust ? "trust" : "resource", w.resource_policy);
  for (const auto& level : w.scp) show("scp level", level);
  for (const auto& level : w.rcp) show("rcp level", level);
  if (w.endpoint) show("endpoint", *w.endpoint);
  return out;
}

}  // namespace random_world
