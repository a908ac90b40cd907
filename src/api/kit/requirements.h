// What one call needs to be allowed: a list, because one call can need several permissions
// (iam:PassRole, tag-on-create, several resources). All of them must be allowed.
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/names.h"
#include "policy/policy_set.h"

namespace haar::api {

using TagMap = std::map<std::string, std::string>;

struct Requirement {
  std::string action;    // "iam:CreateUser"
  std::string resource;  // an ARN, or "*" where the action has no resource type
  // What a refusal calls the resource where AWS does not say the ARN ("user ana"); empty: `resource`.
  std::string shown;
  AccountId owner;       // the account that owns the resource (its RCPs and resource policy count)
  TagMap resource_tags;  // aws:ResourceTag/* (and the service's own spelling of it)
  TagMap request_tags;   // aws:RequestTag/* and aws:TagKeys
  std::vector<std::string> tag_keys;  // aws:TagKeys of calls that take keys only (UntagUser)
  std::vector<std::pair<std::string, std::vector<std::string>>> keys;  // the service's own condition keys
  // A policy of the resource's own. With `trust`, it must itself allow (role trust policies).
  std::shared_ptr<const policy::PolicySet> resource_policy;
  bool trust = false;

  Requirement& key(std::string name, std::string value) {
    keys.emplace_back(std::move(name), std::vector<std::string>{std::move(value)});
    return *this;
  }
};

// Filled by a row's resolver. A resolver never fails: a missing resource resolves to the ARN that it
// would have, so that the unauthorized learn nothing.
class Requirements {
 public:
  Requirements(std::string default_action, AccountId account)
      : default_action_(std::move(default_action)), account_(std::move(account)) {}

  // The call's own action ("iam:CreateUser") on `resource`.
  Requirement& need(std::string resource) { return need(default_action_, std::move(resource)); }
  Requirement& need(std::string action, std::string resource) {
    Requirement& r = list_.emplace_back();
    r.action = std::move(action);
    r.resource = std::move(resource);
    r.owner = account_;
    return r;
  }
  [[nodiscard]] const std::vector<Requirement>& list() const { return list_; }

 private:
  std::string default_action_;
  AccountId account_;
  std::vector<Requirement> list_;
};

}  // namespace haar::api
