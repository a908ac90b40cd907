#include "control/retention.h"

#include "api/kit/idempotency.h"
#include "fleet/timers.h"
#include "services/ec2/retention.h"
#include "services/iam/retention.h"
#include "services/organizations/retention.h"
#include "services/secretsmanager/retention.h"

namespace haar::control {
namespace {

store::Key only_key() { return store::join(Retention::kind_name); }

// The records of a space that is_forgotten() names.
template <class R>
Retained retained(const store::KeySpace<R>& space) {
  Retained out;
  out.name = space.name();
  out.forgotten = [&space](const store::Reader& reader, Timestamp now, std::size_t most) {
    std::vector<store::Key> keys;
    for (const auto& [key, record] : reader.scan(space, {})) {
      if (keys.size() == most) break;
      if (is_forgotten(record, now)) keys.push_back(key);
    }
    return keys;
  };
  out.erase = [&space](store::Txn& txn, const store::Key& key) { txn.erase(space, key); };
  return out;
}

// Those of a secret are over when it is; they go before it.
Retained versions_of_secrets() {
  return {secretsmanager::versions.name(), secretsmanager::forgotten_versions,
          [](store::Txn& txn, const store::Key& key) { txn.erase(secretsmanager::versions, key); }};
}

}  // namespace

std::vector<Retained> retained_records() {
  return {retained(api::idempotency_records),      retained(organizations::account_requests),
          retained(organizations::handshakes),     retained(iam::role_deletions),
          retained(iam::access_reports),           retained(iam::delegation_requests),
          retained(ec2::nat_gateways),              retained(ec2::peerings),
          versions_of_secrets(),                   retained(secretsmanager::secrets)};
}

Retention::Retention(store::Db& db, events::Log& log, const Clock& clock, std::vector<Retained> records)
    : db_(db), log_(log), clock_(clock), records_(std::move(records)) {}

std::vector<store::Key> Retention::list(const store::Reader&) const { return {only_key()}; }

// Erases as long as something is over, and sets the timer for the next look. A timer of an earlier haar only makes it
// look once more; and where the clock was put back, the next look is not farther off than an hour.
fleet::Plan Retention::plan(const store::Key&) {
  const store::Reader reader(db_.snapshot());
  const Timestamp now = clock_.now();
  for (const Retained& records : records_) {
    if (records.forgotten(reader, now, 1).empty()) continue;
    return {{{"erase", [this, &records] { return erase(records); }, std::string(records.name)}}, {}};
  }
  const std::int64_t wait_micros = next_micros_ - now.micros;
  if (wait_micros > 0 && wait_micros <= retention_interval_seconds * 1'000'000) return {};
  return {{{"finish", [this, now] { return finish(now); }, ""}}, {}};
}

Result<void> Retention::erase(const Retained& records) {
  return transact([&](store::Txn& txn) {
    for (const store::Key& key : records.forgotten(txn, clock_.now(), forgotten_at_once_max)) records.erase(txn, key);
  });
}

Result<void> Retention::finish(Timestamp now) {
  log_.sweep();
  const Timestamp next = now.plus_seconds(retention_interval_seconds);
  TRY(transact([&](store::Txn& txn) { fleet::set_timer(txn, next, kind_name, only_key()); }));
  next_micros_ = next.micros;
  failures_ = 0;
  return {};
}

Result<void> Retention::transact(const std::function<void(store::Txn&)>& work) {
  const auto all = [&](store::Txn& txn) {
    work(txn);
    return txn.touched() ? store::Keep::commit : store::Keep::discard;
  };
  if (db_.submit_and_wait(all, {.may_use_reserve = true}) == store::Outcome::committed) return {};
  return Error{"ServiceUnavailable", "the store cannot take a write now", 503, Fault::receiver};
}

}  // namespace haar::control
