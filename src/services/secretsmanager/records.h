// Every record of Secrets Manager and its key spaces. Secrets lie under (account, region, name), their versions under the
// secret's key and the version's id.
// A field's number is its name in stored data: numbers are never reused, new fields get new numbers.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/names.h"
#include "store/key.h"
#include "store/space.h"

namespace haar::secretsmanager {

// Which version each staging label is attached to: a label is on one version at a time.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
using Labels = std::map<std::string, std::string>;

struct SecretRecord {
  static constexpr std::string_view record_name = "secretsmanager.secret";
  static constexpr std::uint32_t record_version = 1;

  std::string name;
  std::string suffix;  // the six characters at the end of its ARN
  std::string description;
  std::string kms_key_id;  // as it was given: an alias of the default key; empty: none was
  std::string owning_service;  // "rds": the service that keeps it; empty: the account itself
  Labels labels;
  std::map<std::string, std::string> tags;
  std::string policy;  // the resource policy, with unique ids for users and roles; empty: none
  Timestamp created_at{}, changed_at{};
  // Of one that is to be deleted: when that was asked for, and when it cannot be restored any more.
  Timestamp deleted_at{}, erased_at{};
  // Of one that its owning service rotates.
  bool rotates = false;
  std::int32_t rotation_days = 0;
  std::string rotation_schedule;  // where the days were given as an expression
  Timestamp rotated_at{}, rotates_next_at{};
  std::string rotating_to;  // the version that a rotation is making; empty: none is

  template <class V>
  void fields(V& v) {
    v(1, name); v(2, suffix); v(3, description); v(4, kms_key_id); v(5, owning_service); v(6, labels); v(7, tags);
    v(8, policy); v(9, created_at); v(10, changed_at); v(11, deleted_at); v(12, erased_at); v(13, rotates);
    v(14, rotation_days); v(15, rotation_schedule); v(16, rotated_at); v(17, rotates_next_at); v(18, rotating_to);
  }
};

// A value that a secret has or had. Never changed: what changes is which labels are on it.
struct VersionRecord {
  static constexpr std::string_view record_name = "secretsmanager.version";
  static constexpr std::uint32_t record_version = 1;

  std::string id;
  std::string sealed;  // under the key file, bound to the record's key and the secret's suffix
  bool binary = false;
  Timestamp created_at{};

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, sealed); v(3, binary); v(4, created_at);
  }
};

extern const store::KeySpace<SecretRecord> secrets;
extern const store::KeySpace<VersionRecord> versions;

// What the keys of a secret's versions begin with.
store::Key versions_of(const AccountId& account, const Region& region, std::string_view name);

}  // namespace haar::secretsmanager
