// A rotation's end, for the service that keeps a secret. What begins one is RotateSecret (rotation.cc), which says of which
// version it is to be; that service makes the version and moves the labels.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html
#pragma once

#include "services/secretsmanager/records.h"
#include "store/reader.h"

namespace haar::secretsmanager {

// Nothing is rotated any more, and the days until the next time begin.
void end_rotation(store::Txn& txn, const store::Key& secret, Timestamp now);
// No service keeps it any more: it is the account's own.
void disown(store::Txn& txn, const store::Key& secret);

}  // namespace haar::secretsmanager
