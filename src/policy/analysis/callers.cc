#include "policy/analysis/callers.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace haar::policy::analysis {
namespace {

using Type = PrincipalEntry::Type;

constexpr std::string_view kSession = "example-session";

bool is_account_caller(PrincipalType type) {
  return type != PrincipalType::service && type != PrincipalType::federated && type != PrincipalType::anonymous;
}

bool is_account_number(std::string_view text) {
  return text.size() == 12 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Every run of twelve digits of the documents: accounts, wherever they are written.
std::set<std::string> accounts_in(const std::vector<const Document*>& documents) {
  std::set<std::string> out;
  for (const Document* document : documents) {
    const std::string& text = document->text;
    std::size_t run = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (i < text.size() && text[i] >= '0' && text[i] <= '9') {
        ++run;
        continue;
      }
      if (run == 12) out.insert(text.substr(i - run, run));
      run = 0;
    }
  }
  return out;
}

std::string fresh_account(const std::set<std::string>& used) {
  for (std::uint64_t number = 999999999999;; --number) {
    std::string text = fmt::format("{:012}", number);
    if (!used.contains(text)) return text;
  }
}

Caller user(std::string_view account, std::string arn) {
  return {PrincipalType::user, std::string(account), arn, arn, "AIDAEXAMPLEEXAMPLEXX", {}, {}};
}

Caller session(std::string_view account, std::string role, std::string arn = {}) {
  if (arn.empty()) {
    arn = fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", account, role.substr(role.rfind('/') + 1), kSession);
  }
  return {PrincipalType::role_session, std::string(account), std::move(arn), std::move(role), "AROAEXAMPLEEXAMPLEXX", {}, {}};
}

// "arn:aws:sts::account:assumed-role/name/session" -> the role's ARN, as far as it shows.
Caller of_arn(const std::string& arn) {
  const ArnView view(arn);
  const std::string_view* parts = view.parts();
  const std::string account(parts[4]);
  const std::string_view resource = parts[5];
  if (resource.starts_with("role/")) return session(account, arn);
  if (resource.starts_with("assumed-role/")) {
    const std::string_view name = resource.substr(13, resource.rfind('/') - 13);
    return session(account, fmt::format("arn:{}:iam::{}:role/{}", parts[1], account, name), arn);
  }
  if (resource.starts_with("federated-user/")) {
    const std::string issuer = fmt::format("arn:{}:iam::{}:user/example", parts[1], account);
    return {PrincipalType::federated_user, account, arn, issuer, "AIDAEXAMPLEEXAMPLEXX", {}, {}};
  }
  return user(account, arn);
}

class List {
 public:
  explicit List(const std::vector<const Document*>& documents) : accounts_(accounts_in(documents)) {
    for (const Document* document : documents) {
      for (const Statement& s : document->statements) entries_.insert(entries_.end(), s.principals.begin(), s.principals.end());
    }
  }

  std::vector<Caller> strangers() {
    of_account(fresh_account(accounts_));
    add({PrincipalType::anonymous, "", "", "", "", {}, {}});
    return std::move(out_);
  }

  std::vector<Caller> all() {
    for (const PrincipalEntry& entry : entries_) named(entry);
    for (const std::string& account : accounts_) of_account(account);
    of_account(fresh_account(accounts_));
    for (const char* name : {"example.amazonaws.com"}) add({PrincipalType::service, "", name, "", "", {}, {}});
    add({PrincipalType::federated, "", "arn:aws:iam::111122223333:oidc-provider/idp.example.com", "", "", {}, {}});
    add({PrincipalType::anonymous, "", "", "", "", {}, {}});
    return std::move(out_);
  }

 private:
  void add(Caller caller) {
    const auto same = [&](const Caller& c) {
      return c.type == caller.type && c.arn == caller.arn && c.unique_id == caller.unique_id;
    };
    if (std::none_of(out_.begin(), out_.end(), same)) out_.push_back(std::move(caller));
  }

  void named(const PrincipalEntry& entry) {
    switch (entry.type) {
      case Type::arn:
        if (is_account_number(ArnView(entry.text).parts()[4])) add(of_arn(entry.text));
        break;
      case Type::unique_id: {
        Caller one = entry.text.starts_with("AROA") ? session("111122223333", "arn:aws:iam::111122223333:role/example-" +
            entry.text)
                                                    : user("111122223333", "arn:aws:iam::111122223333:user/example-" +
                                                        entry.text);
        one.unique_id = entry.text;
        add(std::move(one));
        break;
      }
      case Type::service: add({PrincipalType::service, "", entry.text, "", "", {}, {}}); break;
      case Type::federated: add({PrincipalType::federated, "", entry.text, "", "", {}, {}}); break;
      case Type::everyone:
      case Type::account:
      case Type::canonical_user: break;
    }
  }

  // Those of an account whom no entry names: a user, a session, the root user.
  void of_account(const std::string& account) {
    Caller one = user(account, fmt::format("arn:aws:iam::{}:user/example", account));
    Caller other = session(account, fmt::format("arn:aws:iam::{}:role/example", account));
    for (Caller* caller : {&one, &other}) {
      const std::string_view kind = caller == &one ? "user/" : "role/";
      caller->any_of.push_back(wildcard_glob(fmt::format("arn:aws:iam::{}:{}?*", account, kind)));
      for (const PrincipalEntry& entry : entries_) {
        if (entry.type == Type::arn) caller->none_of.push_back(literal_glob(entry.text));
      }
      add(std::move(*caller));
    }
    add({PrincipalType::root, account, fmt::format("arn:aws:iam::{}:root", account), "", "", {}, {}});
  }

  std::set<std::string> accounts_;
  std::vector<PrincipalEntry> entries_;
  std::vector<Caller> out_;
};

std::string_view type_text(PrincipalType type) {
  switch (type) {
    case PrincipalType::user: return "User";
    case PrincipalType::role_session:
    case PrincipalType::service_linked_session: return "AssumedRole";
    case PrincipalType::federated_user: return "FederatedUser";
    case PrincipalType::root: return "Account";
    case PrincipalType::service: return "Service";
    case PrincipalType::federated:
    case PrincipalType::anonymous: break;
  }
  return "Anonymous";
}

}  // namespace

Principal Caller::principal() const {
  Principal out;
  out.type = type;
  out.account = account;
  out.arn = arn;
  out.principal_arn = principal_arn;
  out.unique_id = unique_id;
  return out;
}

std::vector<Caller> callers_of(const std::vector<const Document*>& documents, bool strangers_only) {
  List list(documents);
  return strangers_only ? list.strangers() : list.all();
}

Caller example_user() { return user("111122223333", "arn:aws:iam::111122223333:user/example"); }

void hold_keys(const Caller& caller, Keys& keys) {
  using Held = KeyDomain::Held;
  const bool account = is_account_caller(caller.type);
  for (KeyDomain& domain : keys.domains) {
    if (domain.key.space == KeySpace::principal_tag && !account) domain.held = Held::absent;
    if (domain.key.space != KeySpace::global) continue;
    const auto hold = [&](std::string value) {
      domain.held = value.empty() ? Held::absent : Held::value;
      domain.value = std::move(value);
    };
    switch (domain.key.global) {
      case Key::principal_type: hold(std::string(type_text(caller.type))); break;
      case Key::principal_account: hold(account ? caller.account : ""); break;
      case Key::principal_is_aws_service:
        hold(caller.type == PrincipalType::anonymous || caller.type == PrincipalType::federated ? ""
             : caller.type == PrincipalType::service                                           ? "true"
                                                                                               : "false");
        break;
      case Key::principal_arn:
        if (!account) hold("");
        else if (caller.any_of.empty()) hold(caller.type == PrincipalType::user || caller.type == PrincipalType::role_session
                                                 ? caller.principal_arn : caller.arn);
        else domain.within = caller.any_of, domain.outside = caller.none_of, domain.always = true;
        break;
      case Key::username:
        if (caller.type != PrincipalType::user) hold("");
        break;
      case Key::userid:
      case Key::principal_org_id:
      case Key::principal_org_paths:
        if (!account) hold("");
        break;
      case Key::principal_service_name: hold(caller.type == PrincipalType::service ? caller.arn : ""); break;
      default: break;
    }
  }
}

Caller with_arn(Caller caller, const std::string& principal_arn) {
  if (caller.any_of.empty()) return caller;
  if (caller.type == PrincipalType::user) {
    caller.arn = caller.principal_arn = principal_arn;
    return caller;
  }
  caller.principal_arn = principal_arn;
  caller.arn = fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", caller.account,
                           principal_arn.substr(principal_arn.rfind('/') + 1), kSession);
  return caller;
}

bool names_caller(const Statement& statement, const Caller& caller, bool trust) {
  if (!statement.has_principal) return true;
  const Principal principal = caller.principal();
  if (statement.not_principal) return !exempts(statement.principals, principal);
  const bool everyone_counts = statement.effect == StatementEffect::deny || is_account_caller(caller.type) ||
                               (!trust && caller.type != PrincipalType::federated);
  return names(statement.principals, principal, everyone_counts) != Named::no;
}

}  // namespace haar::policy::analysis
