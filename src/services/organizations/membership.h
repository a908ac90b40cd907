// What applies to an account because of its organization, for the pipeline. Asked for on every request: an
// account in no organization costs one lookup (none while no organization exists), another two and a cache
// entry, which holds as long as the organization's stamp, so a change counts from the moment it is committed,
// and within the transaction that makes it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/kit/organization.h"
#include "policy/document.h"
#include "services/organizations/policy_types.h"
#include "services/organizations/records.h"

namespace haar::organizations {

// Accounts and documents remembered; beyond them a shard is emptied.
inline constexpr std::size_t membership_cache_max = 16'384;

class Memberships final : public api::Organizations {
 public:
  std::shared_ptr<const api::Membership> find(const store::Reader& reader, const AccountId& account) override;

 private:
  struct Known {
    std::uint64_t stamp = 0;
    std::shared_ptr<const api::Membership> membership;
  };
  template <class Value>
  struct Cache {
    static constexpr std::size_t shards = 16;
    struct Shard {
      std::mutex mutex;
      std::unordered_map<std::string, Value> values;
    };
    std::array<Shard, shards> shards_;
    Shard& shard_of(const std::string& key) { return shards_[std::hash<std::string>{}(key) % shards]; }
    Value find(const std::string& key) {
      Shard& shard = shard_of(key);
      const std::lock_guard lock(shard.mutex);
      const auto at = shard.values.find(key);
      return at == shard.values.end() ? Value{} : at->second;
    }
    void put(const std::string& key, Value value) {
      Shard& shard = shard_of(key);
      const std::lock_guard lock(shard.mutex);
      if (shard.values.size() >= membership_cache_max / shards) shard.values.clear();
      shard.values.insert_or_assign(key, std::move(value));
    }
  };
  using Level = std::shared_ptr<const policy::PolicySet>;

  std::shared_ptr<const api::Membership> build(const store::Reader& reader, const AccountId& account,
                                               const MemberRecord& member, const OrganizationRecord& organization);
  Level level(const store::Reader& reader, const AccountId& management, const OrganizationRecord& organization,
              const Attachments& attachments, const PolicyType& type);
  // The document of a customer's or AWS's policy; what cannot be read denies everything.
  std::shared_ptr<const policy::Document> document(const std::string& id, std::string_view text, const PolicyType& type);

  Cache<Known> memberships_;
  Cache<std::shared_ptr<const policy::Document>> documents_;  // by policy id; good while the text is the same
};

}  // namespace haar::organizations
