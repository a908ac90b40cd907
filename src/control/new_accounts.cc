#include "control/new_accounts.h"

#include "services/account/activation.h"
#include "services/ec2/network/network.h"
#include "services/ec2/network/opted_in_region.h"
#include "services/iam/account/account.h"
#include "services/organizations/joining.h"

namespace haar::control {
namespace {

// Beside the keys of requests.
store::Key sweep_key() { return store::join("sweep"); }
constexpr std::string_view account_mark = "account";
store::Key account_work_key(const AccountId& account) { return store::join(account, account_mark); }
bool is_account_work(const store::Key& key) { return key.parts() == 2 && key.part(1) == account_mark; }

}  // namespace

AccountStep next_step(const organizations::AccountRequestRecord* request, bool networks_left) {
  if (request == nullptr || request->state != "IN_PROGRESS") return AccountStep::none;
  if (request->account_id.empty()) return AccountStep::make_account;
  return networks_left ? AccountStep::make_networks : AccountStep::finish_request;
}

std::string_view step_name(AccountStep step) {
  switch (step) {
    case AccountStep::none: return "none";
    case AccountStep::make_account: return "make_account";
    case AccountStep::make_networks: return "make_networks";
    case AccountStep::finish_request: return "finish_request";
  }
  return "?";
}

NewAccounts::NewAccounts(const api::Environment& env, store::Db& db) : env_(env), db_(db) {}

std::string NewAccounts::group_of(const store::Key& key) const {
  return key == sweep_key() ? std::string() : key.account().value;
}

std::vector<store::Key> NewAccounts::list(const store::Reader& reader) const {
  std::vector<store::Key> keys = organizations::requests_in_progress(reader);
  keys.push_back(sweep_key());
  for (const AccountId& account : ec2::unfinished_default_networks(reader)) keys.push_back(account_work_key(account));
  for (const AccountId& account : iam::list_accounts(reader)) {
    if (iam::find_account(reader, account)->state == account::pending_activation) keys.push_back(account_work_key(account));
  }
  return keys;
}

std::optional<store::Key> NewAccounts::concerned(const store::Reader&, const store::Changed& change) const {
  if (change.space == organizations::account_requests.name() && !change.erased) return change.key;
  if (change.space == organizations::organization_records.name() && change.erased) return sweep_key();
  if (const std::optional<AccountId> account = ec2::begins_default_networks(change)) return account_work_key(*account);
  return std::nullopt;
}

fleet::Plan NewAccounts::plan(const store::Key& key) {
  const store::Reader reader(db_.snapshot());
  fleet::Plan plan = key == sweep_key()     ? plan_sweep(reader)
                     : is_account_work(key) ? plan_account(reader, key.account())
                                            : plan_request(reader, key);
  if (plan.actions.empty()) {
    const std::lock_guard lock(mutex_);
    failures_.erase(key);
  }
  return plan;
}

fleet::Plan NewAccounts::plan_sweep(const store::Reader& reader) {
  if (!organizations::has_leftovers(reader)) return {};
  return {{{"sweep", [this] { return transact([](store::Txn& txn) { organizations::sweep(txn); }); }, ""}}, {}};
}

fleet::Plan NewAccounts::plan_request(const store::Reader& reader, const store::Key& key) {
  const organizations::AccountRequestRecord* request = reader.get(organizations::account_requests, key);
  const AccountId account(request == nullptr ? std::string() : request->account_id);
  std::function<void(store::Txn&)> work;
  const AccountStep step = next_step(request, ec2::lacks_default_networks(reader, account));
  switch (step) {
    case AccountStep::none: return {};
    case AccountStep::make_account:
      work = [this, key](store::Txn& txn) {
        const organizations::MadeAccount made =
            organizations::make_account(txn, env_.partition, key, env_.clock.now(), env_.random, env_.keyring);
        if (made.created) ec2::begin_default_networks(txn, made.id);
      };
      break;
    case AccountStep::make_networks:
      work = [this, account](store::Txn& txn) {
        ec2::continue_default_networks(txn, env_.random, account, env_.clock.now());
      };
      break;
    case AccountStep::finish_request:
      work = [this, key](store::Txn& txn) { organizations::finish_request(txn, key, env_.clock.now()); };
      break;
  }
  return {{{step_name(step), [this, work] { return transact(work); }, account.value}}, {}};
}

fleet::Plan NewAccounts::plan_account(const store::Reader& reader, const AccountId& account) {
  const iam::AccountRecord* record = iam::find_account(reader, account);
  if (ec2::lacks_default_networks(reader, account)) {
    const auto work = [this, account](store::Txn& txn) {
      ec2::continue_default_networks(txn, env_.random, account, env_.clock.now());
    };
    return {{{step_name(AccountStep::make_networks), [this, work] { return transact(work); }, account.value}}, {}};
  }
  if (record == nullptr || record->state != account::pending_activation) return {};
  const auto work = [this, account](store::Txn& txn) {
    account::activate(txn, {env_.random, env_.keyring, env_.clock.now()}, account);
  };
  return {{{"activate", [this, work] { return transact(work); }, account.value}}, {}};
}

int NewAccounts::note_failure(const store::Key& key, const fleet::Action&, const Error&) {
  const std::lock_guard lock(mutex_);
  return ++failures_[key];
}

Result<void> NewAccounts::finish_networks() {
  const store::Reader reader(db_.snapshot());
  for (const AccountId& account : ec2::unfinished_default_networks(reader)) {
    for (bool more = true; more;) {
      TRY(transact([&](store::Txn& txn) {
        more = ec2::continue_default_networks(txn, env_.random, account, env_.clock.now());
      }));
    }
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
