// Finishes accounts: what AWS puts into a new account is more than one transaction takes, and CreateAccount of
// organizations answers before the account is there. Every step is a transaction that can be repeated, so what a
// crash interrupted is finished at the next start. It also sweeps up what deleted organizations leave behind.
#pragma once

#include <string>
#include <string_view>

#include "api/kit/call.h"
#include "base/result.h"
#include "control/work_queue.h"
#include "store/db.h"

namespace haar::control {

class NewAccounts {
 public:
  NewAccounts(const api::Environment& env, store::Db& db);

  // Goes on with what was begun.
  void start();
  void stop() { queue_.stop(); }
  // A commit changed this key (on the writer's thread).
  void changed(const store::Changed& change);
  // Makes the networks of every account that lacks some, and waits for it. ServiceUnavailable when they cannot be
  // stored now.
  Result<void> finish_networks();

 private:
  void work(const std::string& key);
  Result<void> finish_request(const store::Key& request);
  Result<void> finish_networks_of(const AccountId& account);
  Result<void> transact(const std::function<void(store::Txn&)>& work);

  const api::Environment& env_;
  store::Db& db_;
  WorkQueue queue_;  // last: its thread uses everything above
};

}  // namespace haar::control
