// Finishes accounts: what AWS puts into a new account is more than one transaction takes, and CreateAccount of
// organizations answers before the account is there. A kind of the fleet: every step is a transaction that can be
// repeated, so what a crash interrupted is finished at the next start. It also sweeps up what deleted organizations leave
// behind.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "base/result.h"
#include "fleet/kind.h"
#include "services/organizations/records.h"
#include "store/db.h"

namespace haar::control {

// ---- the plan: pure ----------------------------------------------------------------------------------

enum class AccountStep : std::uint8_t {
  none,
  make_account,    // with its roles and its place in the organization, in one transaction; or the request ends as FAILED
  make_networks,   // the default network of each region, as many as fit into a transaction
  finish_request,  // SUCCEEDED
};
// `request`: null if there is none; `networks_left`: of its account, once that exists.
std::string_view step_name(AccountStep step);
AccountStep next_step(const organizations::AccountRequestRecord* request, bool networks_left);

// ---- the kind ----------------------------------------------------------------------------------------

class NewAccounts final : public fleet::Kind {
 public:
  static constexpr std::string_view kind_name = "accounts";

  NewAccounts(const api::Environment& env, store::Db& db);

  [[nodiscard]] std::string_view name() const override { return kind_name; }
  // What is swept is haar's own work.
  [[nodiscard]] std::string group_of(const store::Key& key) const override;
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override;
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader& reader,
                                                    const store::Changed& change) const override;
  fleet::Plan plan(const store::Key& key) override;
  // Kept in memory: what fails here is that the store takes no write.
  int note_failure(const store::Key& key, const fleet::Action& action, const Error& error) override;

  // Makes the networks of every account that lacks some, and waits for it. ServiceUnavailable when they cannot be
  // stored now.
  Result<void> finish_networks();

 private:
  fleet::Plan plan_sweep(const store::Reader& reader);
  fleet::Plan plan_request(const store::Reader& reader, const store::Key& key);
  // The networks of an account that no request made, and then its activation, if it is new.
  fleet::Plan plan_account(const store::Reader& reader, const AccountId& account);
  Result<void> transact(const std::function<void(store::Txn&)>& work);

  const api::Environment& env_;
  store::Db& db_;
  std::mutex mutex_;
  std::map<store::Key, int> failures_;  // in a row, of those that fail now
};

}  // namespace haar::control
