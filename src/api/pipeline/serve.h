// The pipeline: from a request that the front hall (src/web) gave to the API to its answer. ARCHITECTURE.md has the
// life of a request.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "api/kit/call.h"
#include "api/kit/row.h"
#include "api/pipeline/describe_waiter.h"
#include "api/pipeline/fair_pool.h"
#include "api/pipeline/scheme.h"
#include "events/log.h"
#include "http/server.h"
#include "store/db.h"

namespace haar::api {

// Threads and queue for rows with `prepare`. Works waiting: of everybody, of one account, of one principal (a user, or
// all sessions of a role). More are told to come again, as AWS tells who asks too often.
inline constexpr FairPool::Limits prepare_limits{.threads = 2,
                                                 .waiting_max = 512,
                                                 .waiting_per_account_max = 64,
                                                 .waiting_per_principal_max = 32,
                                                 .running_per_account_max = 2};
// The same for rows that take unsigned requests: strangers' work stays apart. Nothing but the address they come from
// tells strangers apart, and many may come from one.
inline constexpr FairPool::Limits token_pool_limits{.threads = 4,
                                               .waiting_max = 512,
                                               .waiting_per_account_max = 256,
                                               .waiting_per_principal_max = 256,
                                               .running_per_account_max = 4};

struct RequestState;

class Pipeline {
 public:
  Pipeline(const Environment& env, store::Db& db, events::Log& log);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Answers every request exactly once, whatever happens. `schemes`: the credentials that the site takes.
  void handle(http::Request&& request, http::Respond respond, const Schemes& schemes);
  // A request that has come to what is not built: the error, in the protocol that the request looks like.
  void refuse_unserved(http::Request&& request, http::Respond respond, const Error& error);

  // Requests refused before anyone was authenticated: counted, not stored.
  [[nodiscard]] std::uint64_t unauthenticated() const { return unauthenticated_.load(); }
  [[nodiscard]] std::uint64_t answered() const { return answered_.load(std::memory_order_relaxed); }

 private:
  using RequestStatePtr = std::shared_ptr<RequestState>;

  Result<void> identify(RequestState& state, const Schemes& schemes);
  Result<void> find_operation(RequestState& state);
  Result<void> check_session(RequestState& state);
  Result<void> decode(RequestState& state);
  bool allows(RequestState& state);
  void prepare(const RequestStatePtr& state);
  void prepare_now(const RequestStatePtr& state);
  std::function<void()> resume(const RequestStatePtr& state);
  void run(const RequestStatePtr& state);
  void run_read(const RequestStatePtr& state);
  AwaitedKeys attempt_read(const RequestStatePtr& state, bool last);
  void run_write(const RequestStatePtr& state);
  Result<void> transact(RequestState& state, store::Txn& txn);
  void refuse(RequestState& state, const Error& error);
  template <class Stage>
  void guarded(const RequestStatePtr& state, const Stage& stage);

  const Environment& env_;
  store::Db& db_;
  events::Log& log_;
  std::atomic<std::uint64_t> unauthenticated_{0}, answered_{0};
  // For who comes back with what a request awaits, which can be after this has gone.
  struct Gate;
  std::shared_ptr<Gate> gate_;
  // Last: their threads end before anything above goes.
  DescribeWaiter describes_;
  FairPool workers_, token_pool_;
};

}  // namespace haar::api
