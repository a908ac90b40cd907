// The pipeline: from an HTTP request to its answer (DESIGN: the life of a request).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "api/call.h"
#include "api/holder.h"
#include "api/row.h"
#include "api/worker_pool.h"
#include "events/log.h"
#include "http/server.h"
#include "store/db.h"

namespace haar::api {

// Threads and queue for rows with `prepare`.
inline constexpr std::size_t prepare_threads = 2;
inline constexpr std::size_t prepare_queue_max = 256;
// The same for rows that take unsigned requests: strangers' work, and the network's delays, stay apart.
inline constexpr std::size_t vouch_threads = 4;
inline constexpr std::size_t vouch_queue_max = 64;

struct Flight;

class Pipeline {
 public:
  // `regions`: the names that a regional service is served in.
  Pipeline(const Environment& env, store::Db& db, events::Log& log, std::set<std::string> regions);

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
  void prepare(const FlightPtr& flight);
  void run(const FlightPtr& flight);
  void run_read(const FlightPtr& flight);
  bool attempt_read(const FlightPtr& flight, bool last);
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
  // Last: their threads end before anything above goes.
  Holder holder_;
  WorkerPool workers_, vouchers_;
};

}  // namespace haar::api
