#include "services/rdsdata/sessions.h"

#include <fmt/format.h>

#include <utility>

#include "base/ids.h"
#include "model/rdsdata/service.h"

namespace haar::rdsdata {
namespace {

using engines::TenantSession;

constexpr std::string_view default_database = "postgres";
constexpr std::size_t id_length = 184;
constexpr engines::Milliseconds login_patience{10'000};
// The server's own time-out comes first.
constexpr engines::Milliseconds grace{2'000};
constexpr std::chrono::seconds tidying_interval{1};

// What every session has, whatever its user's or database's own settings are. A statement that goes on has no time limit of
// the server's; one whose client has gone is ended by the check of the connection.
std::string session_options(bool goes_on) {
  return fmt::format(
      "-c statement_timeout={} -c client_connection_check_interval=1000 -c timezone=UTC -c datestyle=ISO,MDY "
      "-c intervalstyle=postgres -c bytea_output=hex -c extra_float_digits=1",
      goes_on ? 0 : std::chrono::milliseconds(statement_time).count());
}

// As a driver of PostgreSQL words it: "ERROR: relation "t" does not exist; Position: 15; SQLState: 42P01".
Error database_error(const TenantSession::Refusal& refusal) {
  constexpr std::string_view canceled = "57014";
  if (refusal.sqlstate == canceled && refusal.message.find("timeout") != std::string::npos)
    return errors::StatementTimeoutException("Request timed out");
  // A login that is refused comes in libpq's words: "connection to server at … failed: FATAL:  …".
  if (refusal.sqlstate.empty()) {
    constexpr std::string_view fatal = "FATAL:  ";
    const std::size_t at = refusal.message.rfind(fatal);
    if (at == std::string::npos) return errors::DatabaseUnavailableException("");
    std::string said = refusal.message.substr(at + fatal.size());
    while (!said.empty() && said.back() == '\n') said.pop_back();
    return errors::DatabaseErrorException("FATAL: " + said);
  }
  std::string text = "ERROR: " + refusal.message;
  if (!refusal.detail.empty()) text += "\n  Detail: " + refusal.detail;
  if (!refusal.position.empty()) text += "; Position: " + refusal.position;
  return errors::DatabaseErrorException(text + "; SQLState: " + refusal.sqlstate);
}

Error error_of(const TenantSession::Failure& failure) {
  switch (failure.fault) {
    case TenantSession::Fault::refused: return database_error(failure.refusal);
    case TenantSession::Fault::timed_out: return errors::StatementTimeoutException("Request timed out");
    case TenantSession::Fault::too_large:
      return errors::BadRequestException("Database returned more than the allowed response size limit");
    case TenantSession::Fault::lost: return errors::DatabaseUnavailableException("");
    case TenantSession::Fault::stopping: return errors::ServiceUnavailableError("");
  }
  return errors::InternalServerErrorException("");
}

Error throttled() { return {"ThrottlingException", "Rate exceeded", 429}; }

Error no_transaction(const std::string& id) {
  return errors::TransactionNotFoundException(fmt::format("Transaction {} is not found", id));
}

}  // namespace

struct Sessions::Transaction {
  TenantSession session;
  std::string id, resource_arn, secret_arn, cluster, database;
  Timestamp begun{}, used{};
  bool busy = false;
};

Sessions::~Sessions() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  pool_.reset();
  tidying_.reset();
}

// ---- works ----------------------------------------------------------------------------------------

api::FairPool& Sessions::pool() {
  const std::lock_guard lock(mutex_);
  if (!pool_) pool_ = std::make_unique<api::FairPool>("haar-data", work_limits);
  return *pool_;
}

void Sessions::keep(const void* request, Outcome outcome) {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(outcomes_, [&](const auto& each) { return each.second.at + outcome_kept < now; });
  outcomes_.insert_or_assign(request, Kept{std::move(outcome), now});
}

void Sessions::decline(const void* request, Error error) { keep(request, std::move(error)); }

Sessions::Outcome Sessions::take(const void* request) {
  const std::lock_guard lock(mutex_);
  const auto found = outcomes_.find(request);
  if (found == outcomes_.end()) return errors::InternalServerErrorException("");
  Outcome outcome = std::move(found->second.outcome);
  outcomes_.erase(found);
  return outcome;
}

void Sessions::start(const void* request, const api::FairPool::Owner& owner, std::function<Outcome()> work,
                     std::function<void()> ready) {
  const bool queued = pool().post(owner, {[this, request, work = std::move(work), ready] {
                                            sweep();
                                            keep(request, work());
                                            ready();
                                          },
                                          [this, request, ready] {
                                            keep(request, throttled());
                                            ready();
                                          }});
  if (queued) return;
  keep(request, throttled());
  ready();
}

// ---- sessions -------------------------------------------------------------------------------------

Result<std::shared_ptr<Sessions::Transaction>> Sessions::open(const Target& target, const std::string& database, bool goes_on) {
  {
    const std::lock_guard lock(mutex_);
    if (sessions_[target.cluster] >= sessions_per_cluster_max) return throttled();
    ++sessions_[target.cluster];
  }
  const TenantSession::Login login{target.user, target.password, database, "rds-data-api", session_options(goes_on)};
  TenantSession::Outcome<TenantSession> opened = TenantSession::open(target.engine, login, login_patience, stopping_);
  if (!opened.value) {
    const std::lock_guard lock(mutex_);
    --sessions_[target.cluster];
    return error_of(opened.failure);
  }
  auto made = std::make_shared<Transaction>(Transaction{std::move(*opened.value), "", target.resource_arn, target.secret_arn,
                                                        target.cluster, database});
  made->begun = made->used = clock_.now();
  made->busy = true;
  return made;
}

Result<std::shared_ptr<Sessions::Transaction>> Sessions::find(const Target& target, const std::optional<std::string>& database,
                                                              const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = transactions_.find(id);
  if (found == transactions_.end() || found->second->resource_arn != target.resource_arn ||
      found->second->secret_arn != target.secret_arn)
    return no_transaction(id);
  const std::shared_ptr<Transaction> transaction = found->second;
  if (database && !database->empty() && *database != transaction->database)
    return errors::BadRequestException("Database name is not the same as transaction database");
  if (transaction->busy) return errors::BadRequestException(fmt::format("Transaction {} is still running a query", id));
  transaction->busy = true;
  return transaction;
}

Result<Sessions::Lease> Sessions::enter(const Target& target, const std::optional<std::string>& database,
                                        const std::optional<std::string>& transaction, bool goes_on) {
  if (transaction && !transaction->empty()) return Lease(*this, TRY(find(target, database, *transaction)), false);
  const std::string name = database && !database->empty() ? *database : std::string(default_database);
  return Lease(*this, TRY(open(target, name, goes_on)), goes_on);
}

Result<std::string> Sessions::begin(const Target& target, const std::optional<std::string>& database) {
  const std::string name = database && !database->empty() ? *database : std::string(default_database);
  const std::shared_ptr<Transaction> made = TRY(open(target, name, false));
  Lease lease(*this, made, false);
  TRY(lease.ask("BEGIN", {}));
  const std::lock_guard lock(mutex_);
  made->id = random_text(random_, alphabet_secret, id_length);
  transactions_.emplace(made->id, made);
  if (!tidying_) tidying_ = std::make_unique<Thread>("haar-data-tidy", [this] { tidy(); });
  return made->id;
}

void Sessions::end(const std::string& transaction) {
  const std::lock_guard lock(mutex_);
  if (const auto found = transactions_.find(transaction); found != transactions_.end()) found->second->id.clear();
  transactions_.erase(transaction);
}

// What is nobody's transaction is closed with the lease.
void Sessions::give_back(const std::shared_ptr<Transaction>& session) {
  const std::lock_guard lock(mutex_);
  session->busy = false;
  session->used = clock_.now();
  if (session->id.empty()) --sessions_[session->cluster];
}

void Sessions::leave_unattended(const std::shared_ptr<Transaction>& session) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || unattended_.size() == unattended_max) return;
  ++sessions_[session->cluster];  // the lease gives its own back
  unattended_.push_back(session);
  if (!tidying_) tidying_ = std::make_unique<Thread>("haar-data-tidy", [this] { tidy(); });
}

// Ends what is over by haar's clock. The server ends the transaction with its session.
void Sessions::sweep() {
  std::vector<std::shared_ptr<Transaction>> over;  // closed without the lock
  const std::lock_guard lock(mutex_);
  const Timestamp now = clock_.now();
  for (auto it = transactions_.begin(); it != transactions_.end();) {
    const Transaction& one = *it->second;
    const bool old = one.begun.plus_seconds(transaction_seconds) <= now || one.used.plus_seconds(transaction_idle_seconds) <= now;
    if (!old || one.busy) {
      ++it;
      continue;
    }
    --sessions_[one.cluster];
    over.push_back(std::move(it->second));
    it = transactions_.erase(it);
  }
  for (auto it = unattended_.begin(); it != unattended_.end();) {
    if (!(*it)->session.is_over() && (*it)->begun.plus_seconds(transaction_seconds) > now) {
      ++it;
      continue;
    }
    --sessions_[(*it)->cluster];
    over.push_back(std::move(*it));
    it = unattended_.erase(it);
  }
  std::erase_if(sessions_, [](const auto& each) { return each.second == 0; });
}

void Sessions::tidy() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, tidying_interval, [this] { return stopping_.load(); });
    lock.unlock();
    sweep();
    lock.lock();
  }
}

// ---- leases ---------------------------------------------------------------------------------------

Sessions::Lease::~Lease() {
  if (session_) owner_->give_back(session_);
}

TenantSession::State Sessions::Lease::state() const { return session_->session.state(); }

// After any failure but a refusal the session is of no use to anybody, and its transaction is over.
Result<TenantSession::Answer> Sessions::Lease::ask(const std::string& sql, const Parameters& parameters) {
  const engines::Milliseconds patience = engines::Milliseconds(statement_time) + (goes_on_ ? engines::Milliseconds(0) : grace);
  TenantSession::Outcome<TenantSession::Answer> outcome = session_->session.ask(sql, parameters, patience);
  if (outcome.value) return std::move(*outcome.value);
  if (outcome.failure.fault == TenantSession::Fault::refused && state() != TenantSession::State::gone)
    return error_of(outcome.failure);
  if (goes_on_ && outcome.failure.fault == TenantSession::Fault::timed_out) owner_->leave_unattended(session_);
  const std::string id = session_->id;
  const bool lost = outcome.failure.fault == TenantSession::Fault::lost;
  if (id.empty()) return error_of(outcome.failure);
  owner_->end(id);
  return lost ? no_transaction(id) : error_of(outcome.failure);
}

}  // namespace haar::rdsdata
