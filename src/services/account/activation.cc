#include "services/account/activation.h"

#include "services/iam/account/account.h"

namespace haar::account {

void activate(store::Txn& txn, const Sending& with, const AccountId& id) {
  const iam::AccountRecord* found = iam::find_account(txn, id);
  if (found == nullptr || found->state != pending_activation) return;
  iam::AccountRecord record = *found;
  record.state = std::string(active);
  send_mail(txn, with,
            {record.email, "Your AWS account is ready",
              "The account \"" + record.name + "\" (" + id.value +
                  ") is active.\n\nSign in as its root user with this e-mail address and the password that you chose. Then "
                  "turn on multi-factor authentication, and make a user for everyday tasks.\n"});
  txn.put(iam::accounts, iam::account_key(id), std::move(record));
}

}  // namespace haar::account
