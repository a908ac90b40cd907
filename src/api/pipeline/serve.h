// The pipeline: from an HTTP request to its answer (DESIGN: the life of a request).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "api/kit/call.h"
#include "api/pipeline/fair_pool.h"
#include "api/pipeline/holder.h"
#include "api/kit/row.h"
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
  // `regions`: the names that a regional service is served in.
  Pipeline(const Environment& env, store::Db& db, events::Log& log, std::set<std::string> regions);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // The handler of http::Server. Answers every request exactly once, whatever happens.
  void handle(http::Request&& request, http::Respond respond);

  // Requests refused before anyone was authenticated: counted, not stored.
  [[nodiscard]] std::uint64_t unauthenticated() const { return unauthenticated_.load(); }
  [[nodiscard]] std::uint64_t answered() const { return answered_.load(std::memory_order_relaxed); }

 private:
  using RequestStatePtr = std::shared_ptr<RequestState>;

  bool answer_without_credential(RequestState& state, bool is_unsigned);
  bool publish(RequestState& state);
  bool take_unsigned(RequestState& state);
  Result<void> route(RequestState& state);
  Result<void> authenticate_caller(RequestState& state);
  Result<void> find_operation(RequestState& state);
  Result<void> check_session(RequestState& state);
  Result<void> decode(RequestState& state);
  bool allows(RequestState& state);
  void prepare(const RequestStatePtr& state);
  void prepare_now(const RequestStatePtr& state);
  std::function<void()> resume(const RequestStatePtr& state);
  void run(const RequestStatePtr& state);
  void run_read(const RequestStatePtr& state);
  bool attempt_read(const RequestStatePtr& state, bool last);
  void run_write(const RequestStatePtr& state);
  Result<void> transact(RequestState& state, store::Txn& txn);
  void refuse(RequestState& state, const Error& error);
  void guarded(const RequestStatePtr& state, const std::function<void()>& stage);

  const Environment& env_;
  store::Db& db_;
  events::Log& log_;
  const std::set<std::string> regions_;
  std::vector<const wire::Service*> unsigned_services_;  // those with operations that take unsigned requests
  std::atomic<std::uint64_t> unauthenticated_{0}, answered_{0};
  // For who comes back with what a request awaits, which can be after this has gone.
  struct Gate;
  std::shared_ptr<Gate> gate_;
  // Last: their threads end before anything above goes.
  Holder holder_;
  FairPool workers_, token_pool_;
};

}  // namespace haar::api
