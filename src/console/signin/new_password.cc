// A new password at sign-in: one that an administrator asks for, or that the policy does when the old one is too old. It is
// iam's ChangePassword, asked by the user who signs in: the same permissions, the same policy.
#include <utility>

#include "console/signin/account_name.h"
#include "console/signin/signin.h"
#include "model/iam/ChangePassword.h"

namespace haar::console {

void SignIn::password_page(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  const std::optional<Flow> flow = flow_of(reader, *turn);
  if (!flow || !flow->record.needs_password) return begin_again(*turn);
  turn->page(new_password_page(turn->visit, flow->record.user_name, name_of_account(reader, flow->account), ""));
}

void SignIn::new_password(const TurnPtr& turn) {
  const std::optional<Flow> flow = flow_of(store::Reader(parts_.db.local_snapshot()), *turn);
  if (!flow || !flow->record.needs_password) return begin_again(*turn);
  const auto failed = [this, turn, flow](const std::string& error) {
    const store::Reader reader(parts_.db.snapshot());
    turn->page(new_password_page(turn->visit, flow->record.user_name, name_of_account(reader, flow->account), error));
  };
  if (turn->fields["new"] != turn->fields["again"]) return failed("The two new passwords are not the same.");
  if (turn->fields["new"].empty()) return failed("Enter a new password.");
  if (turn->fields["new"] == turn->fields["old"]) return failed("The new password is the old one. Choose another.");
  later(turn, flow->record.typed_account, [this, turn, flow, failed] {
    iam::ChangePasswordRequest in;
    in.OldPassword = turn->fields["old"];
    in.NewPassword = turn->fields["new"];
    const store::Snapshot state = parts_.db.snapshot();
    const std::optional<Timestamp> mfa_at =
        flow->record.mfa_serial.empty() ? std::nullopt : std::optional(parts_.env.clock.now());
    auto caller = console_caller(parts_.env, store::Reader(state), flow->account, flow->record.principal_id, mfa_at);
    if (!caller.ok()) return begin_again(*turn);
    const auto call = std::make_shared<RowCall>(parts_.env, std::move(caller).value(), origin_of(parts_.env, turn->request));
    if (const Result<void> ready = call->prepare<iam::ops::ChangePassword>(state, in); !ready.ok())
      return failed(ready.error().message);
    change_password(turn, call, in, failed);
  });
}

void SignIn::change_password(const TurnPtr& turn, const std::shared_ptr<RowCall>& call, const iam::ChangePasswordRequest& in,
                             const std::function<void(const std::string&)>& failed) {
  step(turn,
       [this, turn, call, in](store::Txn& txn, Flow& flow, Outcome& out) {
         if (!flow.record.needs_password) {
           out.error = "The password has been changed already.";
           return;
         }
         const auto changed = call->run<iam::ops::ChangePassword>(txn, in, out.events);
         if (!changed.ok()) {
           out.error = changed.error().message;
           return;
         }
         events::append(txn, std::exchange(out.events, {}), parts_.env.clock.now());
         append(txn, *turn, identity_of(txn, flow), {.name = "PasswordUpdated"});
         flow.record.needs_password = false;
         flow.record.password_mark = password_mark(txn, flow.account, flow.record.principal_id);
         advance(txn, *turn, flow, out);
       },
       failed);
}

}  // namespace haar::console
