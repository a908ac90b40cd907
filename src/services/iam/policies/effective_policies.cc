#include "services/iam/policies/effective_policies.h"

#include "base/log.h"
#include "model/iam/SimulateCustomPolicy.h"
#include "policy/document.h"

namespace haar::iam {
namespace {

using policy::Attached;
using policy::SourceType;

class Builder {
 public:
  Builder(const store::Reader& reader, const Partition& partition, const api::Caller& caller, DocumentCache& cache)
      : reader_(reader), partition_(partition), caller_(caller), cache_(cache) {}

  BuiltPolicies build() {
    auto effective = std::make_shared<api::EffectivePolicies>();
    std::vector<Attached> identity, boundary;
    if (caller_.type == api::CallerType::role_session) gather_role(identity, boundary);
    else if (caller_.unique_id == caller_.account.value) gather_root(identity);
    else gather_user(identity, boundary);
    if (has_boundary_) effective->boundary = policy::PolicySet::build(std::move(boundary));
    effective->session = session_set();
    if (broken_) identity.clear();
    // Root is asked for no identity policy: what cannot be read limits it to nothing.
    if (broken_ && effective->session) effective->session = policy::PolicySet::build(std::vector<Attached>{});
    effective->identity = policy::PolicySet::build(std::move(identity));
    built_.effective = std::move(effective);
    return std::move(built_);
  }

  std::shared_ptr<const policy::PolicySet> build_group(const GroupRecord& group) {
    std::vector<Attached> policies;
    gather(group, "group", SourceType::group, policies);
    if (broken_) policies.clear();
    return policy::PolicySet::build(std::move(policies));
  }

 private:
  void gather_user(std::vector<Attached>& identity, std::vector<Attached>& boundary) {
    for (const auto& [key, user] : reader_.find(users, user_by_id, caller_.unique_id)) {
      gather(user, "user", SourceType::user, identity);
      if (!user.boundary_arn.empty()) add_boundary(user.boundary_arn, boundary);
      for (const std::string& id : user.group_ids) {
        for (const auto& [group_key, group] : reader_.find(groups, group_by_id, id))
          gather(group, "group", SourceType::group, identity);
      }
    }
  }

  // Root, and whom root vouches for: it has no policies, and nothing that could change.
  void gather_root(std::vector<Attached>& identity) {
    built_.lasting = true;
    add("root", SourceType::none, everything(), identity);
  }

  void gather_role(std::vector<Attached>& identity, std::vector<Attached>& boundary) {
    for (const auto& [key, role] : reader_.find(roles, role_by_id, caller_.unique_id)) {
      gather(role, "role", SourceType::role, identity);
      if (!role.boundary_arn.empty()) add_boundary(role.boundary_arn, boundary);
    }
  }

  template <class Record>
  void gather(const Record& record, std::string_view kind, SourceType type, std::vector<Attached>& out) {
    built_.sources.add(caller_.account, record);
    built_.lasting = true;
    for (const InlinePolicyRecord& inline_policy : record.inline_policies) {
      add(std::string(kind) + "/" + record.name + "/" + inline_policy.name, type,
          parse(inline_policy.document, policy::Kind::identity), out);
    }
    for (const std::string& arn : record.attached_arns) add_managed(arn, policy::Kind::managed, out);
  }

  void add_boundary(const std::string& arn, std::vector<Attached>& out) {
    has_boundary_ = true;
    add_managed(arn, policy::Kind::boundary, out);
  }

  void add_managed(const std::string& arn, policy::Kind kind, std::vector<Attached>& out) {
    const FoundPolicy found = find_policy(reader_, partition_, caller_.account, arn);
    if (found.aws != nullptr) return add(arn, SourceType::aws_managed, aws_document(*found.aws), out);
    if (found.customer == nullptr) return broken(arn);
    built_.sources.add(caller_.account, *found.customer);
    const PolicyVersionRecord* version = find_version(*found.customer, found.customer->default_version_id);
    add(arn, SourceType::user_managed, parse(version->document, kind), out);
  }

  std::shared_ptr<const policy::Document> aws_document(const AwsPolicy& policy) {
    std::shared_ptr<const policy::Document> document = cache_.find(policy.arn);
    if (document) return document;
    document = parse(policy.document, policy::Kind::managed);
    if (document) cache_.put(policy.arn, document);
    return document;
  }

  // Null: no session policy limits this caller.
  std::shared_ptr<const policy::PolicySet> session_set() {
    if (!caller_.session) return nullptr;
    const api::Session& session = *caller_.session;
    if (session.policies.empty() && session.policy_arns.empty() && !session.assumed_root) return nullptr;
    std::vector<Attached> documents;
    // The policies of AssumeRoot's tasks only deny: they take from what root may.
    if (session.assumed_root && !session.policy_arns.empty()) add("session", SourceType::session, everything(), documents);
    for (const std::string& text : session.policies)
      add("session", SourceType::session, parse(text, policy::Kind::session), documents);
    for (const std::string& arn : session.policy_arns) add_managed(arn, policy::Kind::managed, documents);
    return policy::PolicySet::build(std::move(documents));
  }

  static std::shared_ptr<const policy::Document> everything() {
    static const auto document =
        parse(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
              policy::Kind::session);
    return document;
  }
  static std::shared_ptr<const policy::Document> parse(std::string_view text, policy::Kind kind) {
    Result<std::shared_ptr<const policy::Document>> document = policy::parse(text, kind);
    return document.ok() ? std::move(document).value() : nullptr;
  }
  void add(std::string source, SourceType type, std::shared_ptr<const policy::Document> document,
           std::vector<Attached>& out) {
    if (document == nullptr) return broken(source);
    out.push_back({std::move(source), type, std::move(document)});
  }
  void broken(std::string_view source) {
    broken_ = true;
    log_error("a policy cannot be read, so its principal may do nothing", {{"principal", caller_.arn}, {"policy", source}});
  }

  const store::Reader& reader_;
  const Partition& partition_;
  const api::Caller& caller_;
  DocumentCache& cache_;
  BuiltPolicies built_;
  bool has_boundary_ = false, broken_ = false;
};

}  // namespace

BuiltPolicies build_policies(const store::Reader& reader, const Partition& partition, const api::Caller& caller,
                         DocumentCache& aws_documents) {
  return Builder(reader, partition, caller, aws_documents).build();
}

std::shared_ptr<const policy::PolicySet> build_group_policies(const store::Reader& reader, const Partition& partition,
                                                              const AccountId& account, const GroupRecord& group) {
  // Asked by people, now and then: nothing is kept.
  struct : DocumentCache {
    std::shared_ptr<const policy::Document> find(std::string_view) override { return nullptr; }
    void put(std::string_view, std::shared_ptr<const policy::Document>) override {}
  } nothing;
  api::Caller named;
  named.account = account;
  named.arn = arn_of(partition, account, group);
  return Builder(reader, partition, named, nothing).build_group(group);
}

}  // namespace haar::iam
