#include "control/new_accounts.h"

#include "base/log.h"
#include "services/ec2/network/network.h"
#include "services/organizations/joining.h"

namespace haar::control {
namespace {

constexpr std::string_view sweeping = "sweep";  // beside the keys of requests
constexpr WorkQueue::Delay retry_delay{500};

}  // namespace

NewAccounts::NewAccounts(const api::Environment& env, store::Db& db)
    : env_(env),
      db_(db),
      queue_({"haar-accounts", 1, 1, {},
              [this](const std::string& key, std::string_view) { queue_.add(key, retry_delay); }},
             [this](const std::string& key) { work(key); }) {}

void NewAccounts::start() {
  const store::Reader reader(db_.snapshot());
  for (const store::Key& key : organizations::requests_in_progress(reader)) queue_.add(key.bytes());
  queue_.add(std::string(sweeping));
}

void NewAccounts::changed(const store::Changed& change) {
  if (change.space == organizations::account_requests.name() && !change.erased) queue_.add(change.key.bytes());
  if (change.space == organizations::organization_records.name() && change.erased) queue_.add(std::string(sweeping));
}

void NewAccounts::work(const std::string& key) {
  Result<void> done;
  if (key == sweeping) {
    for (bool more = true; more && done.ok();) done = transact([&](store::Txn& txn) { more = organizations::sweep(txn); });
  } else {
    done = finish_request(store::Key::from_bytes(key));
  }
  if (done.ok()) return;
  log_warning("an account cannot be finished now; it is tried again", {{"why", done.error().message}});
  queue_.add(key, retry_delay);
}

Result<void> NewAccounts::finish_request(const store::Key& request) {
  organizations::MadeAccount account;
  TRY(transact([&](store::Txn& txn) {
    account = organizations::make_account(txn, env_.partition, request, env_.clock.now(), env_.random, env_.keyring);
    if (account.created) ec2::begin_default_networks(txn, account.id);
  }));
  if (account.id.empty()) return {};
  TRY(finish_networks_of(account.id));
  return transact([&](store::Txn& txn) { organizations::finish_request(txn, request, env_.clock.now()); });
}

Result<void> NewAccounts::finish_networks() {
  const store::Reader reader(db_.snapshot());
  for (const AccountId& account : ec2::unfinished_default_networks(reader)) TRY(finish_networks_of(account));
  return {};
}

Result<void> NewAccounts::finish_networks_of(const AccountId& account) {
  for (bool more = true; more;) {
    TRY(transact([&](store::Txn& txn) {
      more = ec2::continue_default_networks(txn, env_.random, account, env_.clock.now());
    }));
  }
  return {};
}

Result<void> NewAccounts::transact(const std::function<void(store::Txn&)>& work) {
  const store::Outcome outcome = db_.submit_and_wait([&](store::Txn& txn) {
    work(txn);
    return txn.touched() ? store::Keep::commit : store::Keep::discard;
  });
  if (outcome == store::Outcome::committed) return {};
  return Error{"ServiceUnavailable", "the account could not be stored; is the disk full?", 503, Fault::receiver};
}

}  // namespace haar::control
