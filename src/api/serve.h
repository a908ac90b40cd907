// The pipeline: from an HTTP request to its answer (DESIGN: the life of a request).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "api/call.h"
#include "api/fair_pool.h"
#include "api/describe_waiter.h"
#include "api/row.h"
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
inline constexpr FairPool::Limits vouch_limits{.threads = 4,
                                               .waiting_max = 512,
                                               .waiting_per_account_max = 256,
                                               .waiting_per_principal_max = 256,
                                               .running_per_account_max = 4};

struct Flight;

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
  using FlightPtr = std::shared_ptr<Flight>;

  bool answer_without_credential(Flight& flight, bool is_unsigned);
  bool publish(Flight& flight);
  bool take_unsigned(Flight& flight);
  Result<void> route(Flight& flight);
  Result<void> authenticate_caller(Flight& flight);
  Result<void> find_operation(Flight& flight);
  Result<void> check_session(Flight& flight);
  Result<void> decode(Flight& flight);
  bool allows(Flight& flight);
  void prepare(const FlightPtr& flight);
  void prepare_now(const FlightPtr& flight);
  std::function<void()> resume(const FlightPtr& flight);
  void run(const FlightPtr& flight);
  void run_read(const FlightPtr& flight);
  AwaitedKeys attempt_read(const FlightPtr& flight, bool last);
  void run_write(const FlightPtr& flight);
  Result<void> transact(Flight& flight, store::Txn& txn);
  void refuse(Flight& flight, const Error& error);
  void guarded(const FlightPtr& flight, const std::function<void()>& stage);

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
  DescribeWaiter describes_;
  FairPool workers_, vouchers_;
};

}  // namespace haar::api
