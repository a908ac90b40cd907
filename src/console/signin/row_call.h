// An operation of the API that sign-in asks as the person who signs in: prepared where waiting is allowed, then resolved,
// authorized, handled and recorded in a transaction of sign-in's. The same rows, the same decision.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "api/kit/call.h"
#include "api/kit/row.h"
#include "api/pipeline/execute.h"
#include "store/reader.h"

namespace haar::console {

class RowCall {
 public:
  RowCall(const api::Environment& env, std::shared_ptr<const api::Caller> caller, api::Origin origin)
      : env_(env), caller_(std::move(caller)), origin_(std::move(origin)) {}

  // Decided about first, by the published state: nobody makes haar work hard for what is refused.
  template <class Op>
  Result<void> prepare(const store::Snapshot& state, const typename Op::Input& in) {
    const api::Row& row = row_of<Op>();
    if (!row.prepare) return {};
    store::Txn published(state);
    if (!row.identify_caller) {
      api::Execution ahead;
      TRY(api::decide(call_in(published), row, &in, nullptr, ahead));
    }
    prepared_ = TRY(row.prepare({env_, *caller_, published}, &in));
    if (row.identify_caller) caller_ = row.identify_caller(&in, prepared_.get());
    return {};
  }
  // Appends its events to `events`, those of a refusal too. On an error nothing of the transaction may be kept.
  template <class Op>
  Result<typename Op::Output> run(store::Txn& txn, const typename Op::Input& in, std::vector<events::WrittenEvent>& events) {
    const api::Row& row = row_of<Op>();
    typename Op::Output out{};
    api::Call call = call_in(txn);
    api::Execution execution;
    const Result<void> done = api::execute(call, row, &in, prepared_.get(), &out, execution);
    for (events::WrittenEvent& event : execution.inner_events) events.push_back(std::move(event));
    events.push_back(api::make_event(call, row, &in, &out, done.ok() ? nullptr : &done.error(), execution));
    if (!done.ok()) return done.error();
    return out;
  }

 private:
  template <class Op>
  const api::Row& row_of() const {
    const api::Row* row = env_.rows.find(Op::model());
    assert(row != nullptr && "the operation has a row");
    return *row;
  }
  // iam and sts act in us-east-1.
  api::Call call_in(store::Txn& txn) const { return {env_, txn, caller_, origin_, Region("us-east-1"), env_.clock.now()}; }

  const api::Environment& env_;
  std::shared_ptr<const api::Caller> caller_;
  const api::Origin origin_;
  std::shared_ptr<void> prepared_;
};

}  // namespace haar::console
