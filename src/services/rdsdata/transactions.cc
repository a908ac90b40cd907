// BeginTransaction, CommitTransaction, RollbackTransaction.
// https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_BeginTransaction.html
#include "model/rdsdata/BeginTransaction.h"
#include "model/rdsdata/CommitTransaction.h"
#include "model/rdsdata/RollbackTransaction.h"
#include "model/rdsdata/service.h"
#include "services/rdsdata/operations.h"
#include "services/rdsdata/target.h"

namespace haar::rdsdata {
namespace {

Result<BeginTransactionResponse> begin_transaction(Sessions& sessions, const Target& target, const BeginTransactionRequest& in) {
  BeginTransactionResponse out;
  out.transactionId = TRY(sessions.begin(target, in.database));
  return out;
}

// A transaction in which a statement has failed cannot be committed: PostgreSQL rolls it back instead.
Result<CommitTransactionResponse> commit_transaction(Sessions& sessions, const Target& target,
                                                     const CommitTransactionRequest& in) {
  Sessions::Lease lease = TRY(sessions.enter(target, std::nullopt, in.transactionId));
  const auto done = lease.ask("COMMIT", {});
  sessions.end(in.transactionId);
  if (!done.ok()) return done.error();
  if (done->tag != "COMMIT") {
    return errors::DatabaseErrorException(
        "The database returned ROLLBACK, so the transaction cannot be committed. A statement of it has failed.");
  }
  CommitTransactionResponse out;
  out.transactionStatus = "Transaction Committed";
  return out;
}

Result<RollbackTransactionResponse> rollback_transaction(Sessions& sessions, const Target& target,
                                                         const RollbackTransactionRequest& in) {
  Sessions::Lease lease = TRY(sessions.enter(target, std::nullopt, in.transactionId));
  const auto done = lease.ask("ROLLBACK", {});
  sessions.end(in.transactionId);
  if (!done.ok()) return done.error();
  RollbackTransactionResponse out;
  out.transactionStatus = "Rollback Complete";
  return out;
}

}  // namespace

const api::Operations& transactions_operations() {
  static const api::Operations rows = {
      data_op<ops::BeginTransaction, begin_transaction>("resourceArn secretArn database"),
      data_op<ops::CommitTransaction, commit_transaction>("resourceArn secretArn transactionId"),
      data_op<ops::RollbackTransaction, rollback_transaction>("resourceArn secretArn transactionId"),
  };
  return rows;
}

}  // namespace haar::rdsdata
