// What a principal's policies come to: gathered from the records, compiled, and kept with a note of what
// it was made from.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/identity.h"
#include "policy/policy_set.h"
#include "services/iam/policies/managed_policies.h"
#include "store/reader.h"

namespace haar::iam {

// Documents that many principals carry, compiled once.
class DocumentCache {
 public:
  virtual ~DocumentCache() = default;
  virtual std::shared_ptr<const policy::Document> find(std::string_view arn) = 0;
  virtual void put(std::string_view arn, std::shared_ptr<const policy::Document> document) = 0;
};

// The records that grants were made from; they hold as long as every one is there unchanged.
class Sources {
 public:
  template <class Record>
  void add(const AccountId& account, const Record& record) {
    list_for<Record>().push_back({entity_key(account, record.name), record.stamp});
  }
  [[nodiscard]] bool unchanged(const store::Reader& reader) const {
    return same(reader, users, users_) && same(reader, groups, groups_) && same(reader, roles, roles_) &&
           same(reader, policies, policies_);
  }

 private:
  struct Source {
    store::Key key;
    std::uint64_t stamp;
  };
  template <class Record>
  std::vector<Source>& list_for() {
    if constexpr (std::is_same_v<Record, UserRecord>) return users_;
    else if constexpr (std::is_same_v<Record, GroupRecord>) return groups_;
    else if constexpr (std::is_same_v<Record, RoleRecord>) return roles_;
    else return policies_;
  }
  template <class Record>
  static bool same(const store::Reader& reader, const store::KeySpace<Record>& space, const std::vector<Source>& list) {
    for (const Source& source : list) {
      const Record* record = reader.get(space, source.key);
      if (record == nullptr || record->stamp != source.stamp) return false;
    }
    return true;
  }
  std::vector<Source> users_, groups_, roles_, policies_;
};

struct BuiltPolicies {
  std::shared_ptr<const api::EffectivePolicies> effective;
  Sources sources;
  bool lasting = false;  // false: the principal is gone, so there is nothing that could be checked again
};

// A principal that is gone has no permissions. So has one with a stored document that cannot be read: what
// it denies is not known.
BuiltPolicies build_policies(const store::Reader& reader, const Partition& partition, const api::Caller& caller,
                         DocumentCache& aws_documents);

// A group is no principal; this is what it gives to its members, for the policy simulator.
std::shared_ptr<const policy::PolicySet> build_group_policies(const store::Reader& reader, const Partition& partition,
                                                              const AccountId& account, const GroupRecord& group);

}  // namespace haar::iam
