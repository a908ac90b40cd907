// The time of one policy decision: 10 AWS managed policies, an ABAC policy, a boundary, two levels of SCPs and a
// resource policy; 12 mixed requests (the budget is 300 ns). Beside it a plain linear evaluator over the
// same compiled statements, and 2,000 statements of which ten match.
//
//   decide_bench                       times
//   decide_bench WORKLOAD EVALUATOR N  only decides: mixed | many, indexed | linear, N rounds over its requests;
//                                      for counting instructions (test/bench/decide_instructions)
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "data/managed_policies.h"
#include "policy/compiled.h"
#include "policy/decide.h"

namespace {

using namespace haar::policy;

constexpr int kRounds = 25;
constexpr int kRepeats = 4'000;

Attached load(const std::string& id, std::string_view text, Kind kind) {
  auto document = parse(text, kind);
  if (!document) {
    std::fprintf(stderr, "%s: %s\n", id.c_str(), document.error().message.c_str());
    std::exit(1);
  }
  return {id, SourceType::none, *document};
}

Attached managed(const std::string& name) {
  for (const auto& policy : haar::data::managed_policies()) {
    if (policy.name == name) return load(name, policy.document, Kind::managed);
  }
  std::fprintf(stderr, "no managed policy %s\n", name.c_str());
  std::exit(1);
}

constexpr const char* kAbac = R"({"Version":"2012-10-17","Statement":[
  {"Sid":"Team","Effect":"Allow","Action":["rds:*","elasticache:*"],"Resource":"*",
   "Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}},
  {"Sid":"Create","Effect":"Allow","Action":["rds:CreateDBCluster","rds:CreateDBInstance","elasticache:CreateCacheCluster"],
   "Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/team":"${aws:PrincipalTag/team}"},
                               "ForAllValues:StringEquals":{"aws:TagKeys":["team","cost","Name"]}}},
  {"Sid":"Own","Effect":"Allow","Action":"iam:*AccessKey*","Resource":"arn:aws:iam::*:user/${aws:username}"}]})";
constexpr const char* kBoundary = R"({"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Action":["iam:*","s3:*","ec2:*","rds:*","elasticache:*","cloudwatch:*","logs:*","sns:*"],"Resource":"*"},
  {"Effect":"Deny","Action":["iam:DeleteRolePermissionsBoundary","iam:*VirtualMFADevice"],"Resource":"*"}]})";
constexpr const char* kFull = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";
constexpr const char* kRegions = R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny",
  "NotAction":["iam:*","sts:*","organizations:*","route53:*","support:*","cloudfront:*"],"Resource":"*",
  "Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1","us-east-1"]}}}]})";
constexpr const char* kBucket = R"({"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/ana"},"Action":"s3:GetObject",
   "Resource":"arn:aws:s3:::shared/*"},
  {"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::shared","arn:aws:s3:::shared/*"],
   "Condition":{"Bool":{"aws:SecureTransport":"false"}}}]})";

struct Case {
  const char* action;
  const char* resource;
  bool with_resource_policy;
};
constexpr Case kCases[] = {
    {"iam:GetUser", "arn:aws:iam::111122223333:user/ana", false},
    {"iam:CreateAccessKey", "arn:aws:iam::111122223333:user/ana", false},
    {"iam:CreateUser", "arn:aws:iam::111122223333:user/bob", false},
    {"s3:GetObject", "arn:aws:s3:::shared/key", true},
    {"s3:PutObject", "arn:aws:s3:::shared/key", true},
    {"ec2:DescribeInstances", "*", false},
    {"ec2:AuthorizeSecurityGroupIngress", "arn:aws:ec2:eu-central-1:111122223333:security-group/sg-1", false},
    {"rds:CreateDBCluster", "arn:aws:rds:eu-central-1:111122223333:cluster:one", false},
    {"rds:DescribeDBClusters", "arn:aws:rds:eu-central-1:111122223333:cluster:*", false},
    {"elasticache:CreateCacheCluster", "arn:aws:elasticache:eu-central-1:111122223333:cluster:c", false},
    {"sts:AssumeRole", "arn:aws:iam::111122223333:role/app", false},
    {"logs:CreateLogGroup", "arn:aws:logs:eu-central-1:111122223333:log-group:/x", false},
};

// What an evaluator without an index does: every statement of every policy, one after the other.
class Linear {
 public:
  Linear(const Request& request) : request_(request), arn_(request.resource) {
    for (const char c : request.action) action_ += static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  }

  bool matches(const PolicySet* set, StatementEffect effect) const {
    if (set == nullptr) return false;
    for (const Attached& attached : set->attached()) {
      for (const Statement& s : attached.document->statements) {
        if (s.effect == effect && covers(s)) return true;
      }
    }
    return false;
  }

  bool allowed(const Policies& p) const {
    for (const PolicySet* set : {p.identity, p.boundary, p.resource}) {
      if (matches(set, StatementEffect::deny)) return false;
    }
    for (const PolicySet* level : p.scp) {
      if (matches(level, StatementEffect::deny) || !matches(level, StatementEffect::allow)) return false;
    }
    if (matches(p.resource, StatementEffect::allow)) return true;
    return matches(p.identity, StatementEffect::allow) && (p.boundary == nullptr || matches(p.boundary, StatementEffect::allow));
  }

 private:
  bool covers(const Statement& s) const {
    const Context& context = request_.context;
    if (s.has_principal && names(s.principals, request_.principal) == Named::no) return false;
    const bool action = std::any_of(s.actions.begin(), s.actions.end(), [&](const ActionPattern& a) {
      return a.pattern.match(action_, context) == Tri::yes;
    });
    if (action == s.not_action) return false;
    const bool resource = std::any_of(s.resources.begin(), s.resources.end(),
                                      [&](const ArnPattern& r) { return r.match(arn_, context) == Tri::yes; });
    if (resource == s.not_resource) return false;
    return std::all_of(s.conditions.begin(), s.conditions.end(), [&](const Condition& c) { return c.matches(context); });
  }

  const Request& request_;
  ArnView arn_;
  std::string action_;
};

double thread_nanoseconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

// Nanoseconds of this thread's time for one call of work(i), i in [0, cases): the best of kRounds rounds, which
// is what repeats on a machine that does other things too.
template <class Work>
double measure(int repeats, std::size_t cases, Work&& work) {
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const double start = thread_nanoseconds();
    for (int i = 0; i < repeats; ++i) {
      for (std::size_t c = 0; c < cases; ++c) work(c);
    }
    rounds.push_back((thread_nanoseconds() - start) / (static_cast<double>(repeats) * static_cast<double>(cases)));
  }
  return *std::min_element(rounds.begin(), rounds.end());
}

volatile int sink = 0;

void compare(const char* title, const std::vector<Request>& requests, const std::vector<Policies>& policies) {
  int allowed = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const bool yes = decide(requests[i], policies[i]).allowed();
    if (yes != Linear(requests[i]).allowed(policies[i])) {
      std::printf("%s: the two evaluators differ\n", requests[i].action.data());
    }
    allowed += yes ? 1 : 0;
  }
  const double indexed = measure(kRepeats, requests.size(), [&](std::size_t i) {
    sink = sink + (decide(requests[i], policies[i]).allowed() ? 1 : 0);
  });
  const double linear = measure(kRepeats / 100, requests.size(), [&](std::size_t i) {
    sink = sink + (Linear(requests[i]).allowed(policies[i]) ? 1 : 0);
  });
  std::printf("%-40s %8.0f ns   linear %9.0f ns   %6.1f times   (%d of %zu allowed)\n", title, indexed, linear,
              linear / indexed, allowed, requests.size());
}

// Rounds over all requests, nothing else: what a profiler counts.
void only_decide(const std::vector<Request>& requests, const std::vector<Policies>& policies, bool linear, long rounds) {
  for (long round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const bool yes = linear ? Linear(requests[i]).allowed(policies[i]) : decide(requests[i], policies[i]).allowed();
      sink = sink + (yes ? 1 : 0);
    }
  }
}

void fill(Context& context) {
  static const std::string_view kTagKeys[] = {"team", "Name"};
  context.set(Key::username, "ana");
  context.set(Key::userid, "AIDAEXAMPLEEXAMPLE01");
  context.set(Key::principal_arn, "arn:aws:iam::111122223333:user/ana");
  context.set(Key::principal_account, "111122223333");
  context.set(Key::principal_type, "User");
  context.set(Key::source_ip, "10.1.2.3");
  context.set_bool(Key::secure_transport, true);
  context.set(Key::requested_region, "eu-central-1");
  context.set(Key::user_agent, "aws-cli/2.13");
  context.set_now(haar::Timestamp::from_seconds(1'795'166'000));
  context.set_list(Key::tag_keys, kTagKeys);
  context.set_tag(KeySpace::principal_tag, "team", "blue");
  context.set_tag(KeySpace::request_tag, "team", "blue");
  context.set_tag(KeySpace::resource_tag, "team", "blue");
}

// 2,000 statements, ten of which match the action, the last of these also the resource.
std::string many_statements() {
  std::string many = R"({"Version":"2012-10-17","Statement":[)";
  for (int i = 0; i < 2000; ++i) {
    const bool hit = i % 200 == 100;
    many += std::string(i != 0 ? "," : "") + R"({"Effect":"Allow","Action":")" +
            (hit ? "iam:GetUser" : "svc" + std::to_string(i % 97) + ":Action" + std::to_string(i)) +
            R"(","Resource":"arn:aws:iam::111122223333:user/)" + (i == 1900 ? "ana" : "other" + std::to_string(i)) + "\"}";
  }
  return many + "]}";
}

std::vector<Attached> identity_policies() {
  std::vector<Attached> identity;
  for (const char* name : {"ReadOnlyAccess", "PowerUserAccess", "AmazonEC2FullAccess", "AmazonS3ReadOnlyAccess",
                           "AmazonRDSFullAccess",
                           "AmazonElastiCacheFullAccess", "CloudWatchFullAccess", "IAMUserChangePassword", "AmazonVPCFullAccess",
                           "SecurityAudit"}) {
    identity.push_back(managed(name));
  }
  identity.push_back(load("abac", kAbac, Kind::managed));
  return identity;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<Attached> identity = identity_policies();
  std::size_t statements = 0;
  for (const Attached& attached : identity) statements += statement_count(*attached.document);
  const auto identity_set = PolicySet::build(identity);
  const auto boundary = PolicySet::build(load("boundary", kBoundary, Kind::boundary));
  const auto root_level = PolicySet::build(load("FullAWSAccess", kFull, Kind::scp));
  const auto account_level = PolicySet::build({load("FullAWSAccess", kFull, Kind::scp), load("regions", kRegions, Kind::scp)});
  const auto bucket = PolicySet::build(load("bucket", kBucket, Kind::resource));
  const PolicySet* const scp[] = {root_level.get(), account_level.get()};

  const Principal ana{.type = PrincipalType::user,
                      .account = "111122223333",
                      .arn = "arn:aws:iam::111122223333:user/ana",
                      .principal_arn = "arn:aws:iam::111122223333:user/ana",
                      .unique_id = "AIDAEXAMPLEEXAMPLE01",
                      .userid = "AIDAEXAMPLEEXAMPLE01",
                      .canonical_id = {}};
  Context context;
  fill(context);

  std::vector<Request> requests;
  std::vector<Policies> policies;
  for (const Case& c : kCases) {
    requests.push_back({.principal = ana,
                        .action = c.action,
                        .resource = c.resource,
                        .resource_account = "111122223333",
                        .context = context});
    policies.push_back({.identity = identity_set.get(),
                        .boundary = boundary.get(),
                        .session = nullptr,
                        .resource = c.with_resource_policy ? bucket.get() : nullptr,
                        .scp = scp,
                        .rcp = {},
                        .endpoint = nullptr});
  }
  const auto many_set = PolicySet::build(load("many", many_statements(), Kind::managed));
  Policies only;
  only.identity = many_set.get();
  if (argc == 4) {
    const bool linear = std::string_view(argv[2]) == "linear";
    const long rounds = std::strtol(argv[3], nullptr, 10);
    if (std::string_view(argv[1]) == "many") {
      only_decide({requests[0]}, {only}, linear, rounds);
    } else {
      only_decide(requests, policies, linear, rounds);
    }
    return 0;
  }
  std::printf("%zu statements in %zu identity policies\n", statements, identity.size());
  compare("12 mixed requests", requests, policies);
  compare("2,000 statements, ten match the action", {requests[0]}, {only});

  const double building = measure(kRepeats, 1, [&](std::size_t) {
    Context made;
    fill(made);
    sink = sink + (made.find({KeySpace::global, Key::username, {}}) != nullptr ? 1 : 0);
  });
  std::printf("%-40s %8.0f ns\n", "building the context of a request", building);
  const double preparing = measure(10, 1, [&](std::size_t) {
    sink = sink + static_cast<int>(PolicySet::build(identity)->attached().size());
  });
  std::printf("%-40s %8.0f us\n", "indexing the 11 identity policies", preparing / 1000);
  return 0;
}
