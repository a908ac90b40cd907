// The automated backups of DB clusters as a kind of the fleet: their log is kept, copies are made in the backup window, what is
// older than the retention period goes. A resource is a cluster's resource id: backups can outlive it.
#pragma once

#include <map>
#include <mutex>

#include "fleet/engineless_kind.h"
#include "fleet/host.h"
#include "fleet/reconciler.h"
#include "services/rds/fleet/copies.h"

namespace haar::rds {

class BackupKind final : public fleet::EnginelessKind {
 public:
  static constexpr std::string_view kind_name = "rds-backup";

  BackupKind(const fleet::Host& host, const fleet::Runtime& runtime, CopyParts parts)
      : host_(host), ticks_(runtime.ticks), parts_(std::move(parts)) {}

  [[nodiscard]] std::string_view name() const override { return kind_name; }
  // A share of their own: nobody's failover waits for a copy.
  [[nodiscard]] std::string group_of(const store::Key& key) const override { return "backups/" + key.account().value; }
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override;
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader& reader, const store::Changed& change) const override;
  fleet::Plan plan(const store::Key& key) override;
  int note_failure(const store::Key& key, const fleet::Action& action, const Error& error) override;

 private:
  struct Looked {
    std::optional<fleet::Ticks> at;  // when the log was last brought on
    std::uint64_t log_bytes = 0;
    std::string oldest;              // of the copies: what it does not need is forgotten
  };

  Result<void> take(const BackupAct& act, const store::Key& key);
  Result<void> keep_log(const store::Key& key);
  Result<void> copy(const store::Key& key, bool first);
  Result<void> expire(const store::Key& key, const std::string& id);
  Result<void> cut_log(const store::Key& key);
  Result<void> forget_log(const store::Key& key);
  Result<void> purge(const store::Key& key);
  Result<void> transact(const store::Key& key, const std::function<Result<void>(api::Call&)>& work);
  Looked looked(const store::Key& key);
  void note_looked(const store::Key& key, const std::function<void(Looked&)>& change);

  const fleet::Host& host_;
  const std::function<fleet::Ticks()> ticks_;
  const CopyParts parts_;
  std::mutex mutex_;
  std::map<std::string, Looked> looked_;  // by key
};

}  // namespace haar::rds
