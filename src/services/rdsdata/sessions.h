// Sessions of the Data API in databases: works on threads of their own, and the transactions that clients have begun.
//
// No thread of the pipeline waits for a database. A work is started for a request and its outcome is taken by the request
// when it is ready. Everything is bounded: works by turns of accounts and principals, sessions by cluster, a statement by
// 45 seconds, a transaction by three minutes without one and by 24 hours.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.limitations.html
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/pipeline/fair_pool.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/thread.h"
#include "engines/tenant_session.h"

namespace haar::rdsdata {

inline constexpr api::FairPool::Limits work_limits{.threads = 16,
                                                   .waiting_max = 256,
                                                   .waiting_per_account_max = 128,
                                                   .waiting_per_principal_max = 64,
                                                   .running_per_account_max = 12};
inline constexpr std::size_t sessions_per_cluster_max = 64;
inline constexpr std::size_t unattended_max = 16;  // statements that go on after their time-out
inline constexpr std::chrono::seconds statement_time{45};
inline constexpr std::int64_t transaction_idle_seconds = 3 * 60, transaction_seconds = 24 * 3600;
// An outcome that nobody takes: its client has gone.
inline constexpr std::chrono::seconds outcome_kept{60};

// Where a request wants to go, and as whom.
struct Target {
  std::string resource_arn, secret_arn;
  std::string cluster;  // its resource id
  std::string engine;   // the hand-over socket of its writer
  std::string user, password;
};

class Sessions {
 public:
  using Outcome = Result<std::shared_ptr<void>>;
  using Parameters = std::vector<engines::TenantSession::Parameter>;

  Sessions(const Clock& clock, Random& random) : clock_(clock), random_(random) {}
  ~Sessions();
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;

  // ---- works ---------------------------------------------------------------------------------------
  // Does the work for this request and calls `ready` once, on any thread. `request` is any address that is the request's own
  // until its outcome is taken.
  void start(const void* request, const api::FairPool::Owner& owner, std::function<Outcome()> work, std::function<void()> ready);
  // Says the outcome of a request for which nothing is to be started.
  void decline(const void* request, Error error);
  Outcome take(const void* request);

  // ---- sessions, for works --------------------------------------------------------------------------
  struct Transaction;
  // A session for one call: its own, or that of a transaction, which nobody else may use meanwhile.
  class Lease {
   public:
    Lease(Sessions& owner, std::shared_ptr<Transaction> session, bool goes_on)
        : owner_(&owner), session_(std::move(session)), goes_on_(goes_on) {}
    ~Lease();
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    Result<engines::TenantSession::Answer> ask(const std::string& sql, const Parameters& parameters);
    [[nodiscard]] engines::TenantSession::State state() const;

   private:
    Sessions* owner_;
    std::shared_ptr<Transaction> session_;
    bool goes_on_;
  };
  // `goes_on`: a statement of its own goes on after its time-out.
  Result<Lease> enter(const Target& target, const std::optional<std::string>& database,
                      const std::optional<std::string>& transaction, bool goes_on = false);
  // Begins a transaction and gives its id.
  Result<std::string> begin(const Target& target, const std::optional<std::string>& database);
  // It is over, and its id is good for nothing any more.
  void end(const std::string& transaction);

 private:
  Result<std::shared_ptr<Transaction>> open(const Target& target, const std::string& database, bool goes_on);
  Result<std::shared_ptr<Transaction>> find(const Target& target, const std::optional<std::string>& database,
                                            const std::string& id);
  void give_back(const std::shared_ptr<Transaction>& session);
  void leave_unattended(const std::shared_ptr<Transaction>& session);
  void sweep();
  void tidy();
  void keep(const void* request, Outcome outcome);
  api::FairPool& pool();

  struct Kept {
    Outcome outcome;
    std::chrono::steady_clock::time_point at;
  };

  const Clock& clock_;
  Random& random_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<const void*, Kept> outcomes_;
  std::map<std::string, std::shared_ptr<Transaction>> transactions_;
  std::list<std::shared_ptr<Transaction>> unattended_;
  std::map<std::string, std::size_t> sessions_;  // of each cluster
  // Last: their threads use everything above. Both are there once they are needed.
  std::unique_ptr<Thread> tidying_;
  std::unique_ptr<api::FairPool> pool_;
};

}  // namespace haar::rdsdata
