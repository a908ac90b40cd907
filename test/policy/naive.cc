#include "policy/naive.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>

namespace naive {
namespace {

namespace js = boost::json;
using std::string;
using std::vector;

string lower(string s) {
  for (char& c : s) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return s;
}

// --- patterns ---

// A character of a pattern; only wild ones are wildcards.
struct Token {
  char c;
  bool wild;
};
using Tokens = vector<Token>;

bool match(const Tokens& p, size_t pi, const string& t, size_t ti) {
  if (pi == p.size()) return ti == t.size();
  if (p[pi].wild && p[pi].c == '*') {
    return match(p, pi + 1, t, ti) || (ti < t.size() && match(p, pi, t, ti + 1));
  }
  if (ti == t.size()) return false;
  if (p[pi].wild && p[pi].c == '?') return match(p, pi + 1, t, ti + 1);
  return p[pi].c == t[ti] && match(p, pi + 1, t, ti + 1);
}

const ContextValue* lookup(const World& w, const string& key) {
  const auto it = w.context.find(lower(key));
  // A multi-valued key without values is as good as absent.
  return it == w.context.end() || (it->second.multi && it->second.values.empty()) ? nullptr : &it->second;
}

// Replaces the policy variables; nullopt when one has no value and no default.
std::optional<Tokens> expand(const World& w, const string& version, const string& text, bool wildcards) {
  Tokens out;
  for (size_t i = 0; i < text.size();) {
    const size_t close = text.find('}', i);
    if (version == "2012-10-17" && text.compare(i, 2, "${") == 0 && close != string::npos) {
      string name = text.substr(i + 2, close - i - 2);
      i = close + 1;
      if (name == "*" || name == "?" || name == "$") {
        out.push_back({name[0], false});
        continue;
      }
      std::optional<string> value;
      const size_t comma = name.find(", '");
      if (comma != string::npos && name.back() == '\'') {
        value = name.substr(comma + 3, name.size() - comma - 4);
        name = name.substr(0, comma);
      }
      const ContextValue* found = lookup(w, name);
      if (found != nullptr && !found->multi) value = found->values[0];
      if (!value) return {};
      for (const char c : *value) out.push_back({c, false});
      continue;
    }
    out.push_back({text[i], wildcards && (text[i] == '*' || text[i] == '?')});
    ++i;
  }
  return out;
}

vector<Tokens> arn_parts(const Tokens& tokens) {
  vector<Tokens> parts(1);
  for (const Token& t : tokens) {
    if (t.c == ':' && !t.wild && parts.size() < 6) {
      parts.emplace_back();
    } else {
      parts.back().push_back(t);
    }
  }
  return parts;
}

vector<string> arn_parts(const string& text) {
  vector<string> parts(1);
  for (const char c : text) {
    if (c == ':' && parts.size() < 6) {
      parts.emplace_back();
    } else {
      parts.back().push_back(c);
    }
  }
  return parts;
}

bool arn_like(const Tokens& pattern, const string& arn) {
  if (pattern.size() == 1 && pattern[0].c == '*' && pattern[0].wild) return true;
  const auto p = arn_parts(pattern);
  const auto a = arn_parts(arn);
  if (p.size() != 6 || a.size() != 6) return false;
  for (size_t i = 0; i < 6; ++i) {
    if (!match(p[i], 0, a[i], 0)) return false;
  }
  return true;
}

// --- conditions ---

std::optional<long double> number(const string& s) {
  if (s.empty() || s.find_first_not_of("0123456789.-") != string::npos) return {};
  char* end = nullptr;
  const long double v = std::strtold(s.c_str(), &end);
  if (*end != '\0') return {};
  return v;
}

std::optional<long long> date(const string& s) {
  std::tm tm{};
  int n = 0;
  if (std::sscanf(s.c_str(), "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
                  &tm.tm_sec, &n) == 6 &&
      static_cast<size_t>(n) == s.size()) {
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    return timegm(&tm);
  }
  if (s.empty() || s.find_first_not_of("0123456789") != string::npos) return {};
  if (s.size() == 4) return date(s + "-01-01T00:00:00Z");  // a year, by W3C's note
  return std::atoll(s.c_str());
}

std::optional<std::pair<unsigned long, int>> ipv4(const string& s) {
  unsigned a = 0, b = 0, c = 0, d = 0;
  int prefix = 32, n = 0;
  if (std::sscanf(s.c_str(), "%3u.%3u.%3u.%3u%n", &a, &b, &c, &d, &n) != 4) return {};
  if (static_cast<size_t>(n) != s.size() && std::sscanf(s.c_str() + n, "/%d", &prefix) != 1) return {};
  if (a > 255 || b > 255 || c > 255 || d > 255 || prefix < 0 || prefix > 32) return {};
  return std::pair{static_cast<unsigned long>(a) << 24 | b << 16 | c << 8 | d, prefix};
}

template <class T>
bool relation(const string& op, const T& value, const T& limit) {
  if (op.find("LessThanEquals") != string::npos) return value <= limit;
  if (op.find("LessThan") != string::npos) return value < limit;
  if (op.find("GreaterThanEquals") != string::npos) return value >= limit;
  if (op.find("GreaterThan") != string::npos) return value > limit;
  return value == limit;
}

// Does the positive form of op hold between one value of the request and one of the policy?
// nullopt: one of them cannot be read as the operator's type.
std::optional<bool> holds(const World& w, const string& version, const string& op, const string& value, const string& limit) {
  if (op.starts_with("String") || op.starts_with("Arn")) {
    const bool arn = op.starts_with("Arn");
    const bool like = op.find("Like") != string::npos;
    const auto tokens = expand(w, version, limit, like || arn);
    if (!tokens) return false;
    if (arn) return arn_like(*tokens, value);
    if (like) return match(*tokens, 0, value, 0);
    string text;
    for (const Token& t : *tokens) text.push_back(t.c);
    return op.find("IgnoreCase") != string::npos ? lower(text) == lower(value) : text == value;
  }
  if (op.starts_with("Numeric")) {
    const auto a = number(value), b = number(limit);
    if (!a || !b) return {};
    return relation(op, *a, *b);
  }
  if (op.starts_with("Date")) {
    const auto a = date(value), b = date(limit);
    if (!a || !b) return {};
    return relation(op, *a, *b);
  }
  if (op == "Bool") {
    const string a = lower(value), b = lower(limit);
    if ((a != "true" && a != "false") || (b != "true" && b != "false")) return {};
    return a == b;
  }
  if (op == "BinaryEquals") return value == limit;
  // IpAddress, NotIpAddress
  const auto a = ipv4(value), b = ipv4(limit);
  if (!a || !b) return {};
  const unsigned long mask = b->second == 0 ? 0 : 0xFFFFFFFFUL << (32 - b->second) & 0xFFFFFFFFUL;
  return (a->first & mask) == (b->first & mask);
}

// A negated operator wants that none of the policy's values holds, a positive one that some does.
bool one_value(const World& w, const string& version, const string& op, bool negated, const string& value,
               const vector<string>& limits) {
  bool some = false;
  if (!holds(w, version, op, value, value)) return false;  // the request's value is not of the type
  for (const string& limit : limits) {
    const auto h = holds(w, version, op, value, limit);
    if (!h) return false;
    some = some || *h;
  }
  return some != negated;
}

vector<string> strings(const js::value& v) {
  const auto one = [](const js::value& x) {
    return x.is_string() ? string(x.as_string()) : js::serialize(x);
  };
  if (!v.is_array()) return {one(v)};
  vector<string> out;
  for (const js::value& x : v.as_array()) out.push_back(one(x));
  return out;
}

bool conditions(const World& w, const string& version, const js::object& statement) {
  if (!statement.contains("Condition")) return true;
  for (const auto& block : statement.at("Condition").as_object()) {
    for (const auto& entry : block.value().as_object()) {
      if (!condition(w, version, string(block.key()), string(entry.key()), strings(entry.value()))) return false;
    }
  }
  return true;
}

// --- statements ---

bool action_listed(const World& w, const vector<string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const string& p) { return glob(lower(p), lower(w.action)); });
}

bool covers_action(const World& w, const js::object& s) {
  if (s.contains("Action")) return action_listed(w, strings(s.at("Action")));
  return !action_listed(w, strings(s.at("NotAction")));
}

bool covers_resource(const World& w, const string& version, const js::object& s) {
  const bool negated = s.contains("NotResource");
  if (!negated && !s.contains("Resource")) return true;
  bool listed = false;
  for (string pattern : strings(s.at(negated ? "NotResource" : "Resource"))) {
    // AWS accepts "arn:aws:s3" and shows it as "arn:aws:s3:*:*:*".
    while (pattern != "*" && arn_parts(pattern).size() < 6) pattern += ":*";
    const auto tokens = expand(w, version, pattern, true);
    // "matches nothing": with NotResource the whole element, with Resource this entry.
    if (!tokens && negated) return false;
    if (tokens && arn_like(*tokens, w.resource)) listed = true;
  }
  return listed != negated;
}

bool has_account(const World& w) {
  return w.caller_type != "service" && w.caller_type != "federated" && w.caller_type != "anonymous";
}
bool is_session(const World& w) {
  return w.caller_type == "role" || w.caller_type == "slr" || w.caller_type == "federated_user";
}

// Rows of the table "who is named": "" (nobody), "account", "entity", "caller".
string named_by(const World& w, const string& space, const string& text) {
  if (space == "*" || (space == "AWS" && text == "*")) return "caller";
  if (space == "Service") return w.caller_type == "service" && text == w.arn ? "caller" : "";
  if (space == "Federated") return w.caller_type == "federated" && text == w.arn ? "caller" : "";
  if (space != "AWS" || !has_account(w)) return "";
  const bool is_root_arn = text.size() > 5 && text.ends_with(":root");
  const string account = is_root_arn ? arn_parts(text)[4] : text;
  if (account == w.account) return "account";
  if (text == w.arn) return "caller";
  if (text == w.entity_arn || text == w.entity_id) return is_session(w) ? "entity" : "caller";
  return "";
}

vector<string> all_named(const World& w, const js::value& principal) {
  vector<string> out;
  if (principal.is_string()) return {named_by(w, "*", "*")};
  for (const auto& entry : principal.as_object()) {
    for (const string& text : strings(entry.value())) out.push_back(named_by(w, string(entry.key()), text));
  }
  return out;
}

bool mentions_everyone(const js::value& principal) {
  if (principal.is_string()) return true;
  if (!principal.as_object().contains("AWS")) return false;
  const auto texts = strings(principal.as_object().at("AWS"));
  return std::find(texts.begin(), texts.end(), "*") != texts.end();
}

enum class Type { identity, boundary, session, scp, rcp, endpoint, resource, trust };

string covers_principal(const World& w, Type type, const js::object& s) {
  if (s.contains("Principal")) {
    const js::value& principal = s.at("Principal");
    const bool allow = s.at("Effect").as_string() == "Allow";
    // Only an explicit entry lets a service or federated caller in (a role's door is never open to everyone).
    const bool closed = allow && ((type == Type::trust && !has_account(w)) ||
                                  (type == Type::resource && w.caller_type == "federated"));
    string best;
    for (const string& n : all_named(w, principal)) {
      if (n == "caller") best = n;
      if (n == "entity" && best != "caller") best = n;
      if (n == "account" && best.empty()) best = n;
    }
    if (closed && mentions_everyone(principal)) {
      // What is left without "*": only the caller's own name space counts for these callers.
      best = "";
      if (!principal.is_string()) {
        for (const auto& entry : principal.as_object()) {
          if (entry.key() == "AWS") continue;
          for (const string& text : strings(entry.value())) {
            if (!named_by(w, string(entry.key()), text).empty()) best = "caller";
          }
        }
      }
    }
    return best;
  }
  if (s.contains("NotPrincipal")) {
    // Deny only. With a boundary nobody is spared.
    if (w.boundary && has_account(w) && w.caller_type != "root") return "caller";
    const js::value& principal = s.at("NotPrincipal");
    if (mentions_everyone(principal)) return "";
    const auto n = all_named(w, principal);
    const auto has = [&n](const char* what) { return std::find(n.begin(), n.end(), what) != n.end(); };
    if (!has_account(w)) return has("caller") ? "" : "caller";
    if (w.caller_type == "root") return has("account") || has("caller") ? "" : "caller";
    const bool spared = has("account") && has("caller") && (has("entity") || !is_session(w));
    return spared ? "" : "caller";
  }
  return "caller";
}

struct Verdict {
  bool deny = false;
  string allow;  // the strongest naming of an Allow, "" if none
};

Verdict evaluate(const World& w, Type type, const World::Documents& documents) {
  Verdict out;
  for (const string& text : documents) {
    const js::value parsed = js::parse(text);
    const js::object& document = parsed.as_object();
    const string version = document.contains("Version") ? string(document.at("Version").as_string()) : "2008-10-17";
    const js::value& list = document.at("Statement");
    for (size_t i = 0; i < (list.is_array() ? list.as_array().size() : 1); ++i) {
      const js::object& s = list.is_array() ? list.as_array()[i].as_object() : list.as_object();
      const string named = covers_principal(w, type, s);
      if (named.empty() || !covers_action(w, s) || !covers_resource(w, version, s) || !conditions(w, version, s)) continue;
      if (s.at("Effect").as_string() == "Deny") {
        out.deny = true;
      } else if (out.allow.empty() || named == "caller" || (named == "entity" && out.allow == "account")) {
        out.allow = named;
      }
    }
  }
  return out;
}

}  // namespace

bool glob(const string& pattern, const string& text) {
  Tokens tokens;
  for (const char c : pattern) tokens.push_back({c, c == '*' || c == '?'});
  return match(tokens, 0, text, 0);
}

bool condition(const World& w, const string& version, const string& full_op, const string& key, const vector<string>& limits) {
  string op = full_op;
  const bool all = op.starts_with("ForAllValues:"), any = op.starts_with("ForAnyValue:");
  if (all || any) op = op.substr(op.find(':') + 1);
  const bool if_exists = op.ends_with("IfExists");
  if (if_exists) op.resize(op.size() - 8);
  const bool negated = op.find("Not") != string::npos;
  const ContextValue* value = lookup(w, key);
  if (op == "Null") {
    const string wanted = value == nullptr ? "true" : "false";
    return std::any_of(limits.begin(), limits.end(), [&](const string& l) { return lower(l) == wanted; });
  }
  if (value == nullptr) {
    if (if_exists || all) return true;
    if (any) return false;
    return negated;
  }
  // A value of the policy that is not of the operator's type never matches.
  for (const string& limit : limits) {
    if (op.starts_with("Numeric") && !number(limit)) return false;
    if (op.find("IpAddress") != string::npos && !ipv4(limit)) return false;
    if (op == "Bool" && lower(limit) != "true" && lower(limit) != "false") return false;
  }
  if (value->multi && !all && !any) return false;
  size_t matched = 0;
  for (const string& v : value->values) {
    if (one_value(w, version, op, negated, v, limits)) ++matched;
  }
  return any ? matched > 0 : matched == value->values.size();
}

// RCPs reach the services of a list, and not these two corners of them.
bool rcps_reach(const World& w) {
  static const js::value facts = [] {
    std::ifstream file(HAAR_SOURCE_DIR "/data/policy-facts.json");
    return js::parse(string(std::istreambuf_iterator<char>(file), {}));
  }();
  const string action = lower(w.action);
  bool listed = false;
  for (const js::value& service : facts.at("rcpServices").as_array()) {
    if (action.starts_with(string(service.as_string()) + ":")) listed = true;
  }
  return listed && action != "kms:retiregrant" && w.resource.find(":role/aws-service-role/") == string::npos;
}

Answer decide(const World& w) {
  if (lower(w.action) == "sts:getcalleridentity") return Answer::allow;
  const Type resource_type = w.resource_policy_is_trust ? Type::trust : Type::resource;
  const bool scp_applies = has_account(w) && !w.management_account && w.caller_type != "slr";
  const bool rcp_applies = w.caller_type != "slr" && !w.resource_in_management_account && rcps_reach(w);
  const auto maybe = [&](Type type, const std::optional<World::Documents>& documents) {
    return evaluate(w, type, documents.value_or(World::Documents{}));
  };
  const Verdict identity = evaluate(w, Type::identity, w.identity);
  const Verdict boundary = maybe(Type::boundary, w.boundary);
  const Verdict session = maybe(Type::session, w.session);
  const Verdict endpoint = maybe(Type::endpoint, w.endpoint);
  const Verdict resource = evaluate(w, resource_type, w.resource_policy);

  // An explicit deny anywhere wins.
  bool denied = identity.deny || boundary.deny || session.deny || endpoint.deny || resource.deny;
  bool every_scp_level_allows = true;
  for (const auto& level : w.scp) {
    const Verdict v = evaluate(w, Type::scp, level);
    if (scp_applies && v.deny) denied = true;
    if (v.allow.empty()) every_scp_level_allows = false;
  }
  for (const auto& level : w.rcp) {
    if (rcp_applies && evaluate(w, Type::rcp, level).deny) denied = true;
  }
  if (denied) return Answer::explicit_deny;

  if (scp_applies && !every_scp_level_allows) return Answer::implicit_deny;
  if (w.endpoint && endpoint.allow.empty()) return Answer::implicit_deny;
  if (has_account(w) && lower(w.action) == "sts:getsessiontoken") return Answer::allow;
  const auto answer = [](bool yes) { return yes ? Answer::allow : Answer::implicit_deny; };
  if (!has_account(w)) return answer(!resource.allow.empty());

  const bool federated_without_policy = w.caller_type == "federated_user" && !w.session;
  // Whom the root user made a federated user is as the root user, within the session policy.
  const bool is_root = w.caller_type == "root" || (w.caller_type == "federated_user" && w.entity_arn.ends_with(":root"));
  const bool identity_allows = (is_root && !federated_without_policy) || (!federated_without_policy && !identity.allow.empty());
  const bool boundary_allows = !w.boundary || !boundary.allow.empty();
  const bool session_allows = !federated_without_policy && (!w.session || !session.allow.empty());
  const bool own_side = identity_allows && boundary_allows && session_allows;
  if (!w.resource_account.empty() && w.resource_account != w.account) return answer(own_side && !resource.allow.empty());
  if (resource.allow == "caller") return Answer::allow;
  if (resource.allow == "entity") return answer(boundary_allows && session_allows);
  if (w.resource_policy_must_allow && resource.allow.empty()) return Answer::implicit_deny;
  return answer(own_side);
}

}  // namespace naive
