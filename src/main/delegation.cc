#include "main/delegation.h"

#include <utility>

namespace haar::main {

Result<void> add_delegation_template(store::Db& db, const api::Environment& env, const AccountId& provider,
                                     iam::DelegationTemplateRecord record) {
  record.created = env.clock.now();
  Result<void> done = Error{"InternalFailure", "the work did not run", 500, Fault::receiver};
  const store::Outcome outcome = db.submit_and_wait([&](store::Txn& txn) {
    done = iam::register_template(txn, provider, record);
    return done.ok() ? store::Keep::commit : store::Keep::discard;
  });
  if (!done.ok()) return done;
  if (outcome != store::Outcome::committed)
    return Error{"ServiceUnavailable", "the template could not be stored; is the disk full?", 503, Fault::receiver};
  return {};
}

}  // namespace haar::main
