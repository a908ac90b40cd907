// haar's own connection to a PostgreSQL instance: role rdsadmin, by SCRAM with a secret that only this instance has,
// over a connection that haar hands over as it does its clients' (frontdoor/handoff.h). The server may be its
// tenant's altogether: every wait has an end, and what it may send is bounded.
//
// Sessions enter the database rdsadmin, which no tenant can; only the repair of a volume (postgres_repair.h) enters
// others. Statements name their schemas, so that nothing a tenant made is ever found in the place of the system's.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engines/instance.h"
#include "engines/relay.h"

struct pg_conn;

namespace haar::engines::postgres {

class AdminConnection {
 public:
  struct Target {
    std::string database = "rdsadmin";
    Milliseconds patience{30'000};         // for everything that is done over this connection
    const Supervisor* supervisor = nullptr;  // whose cancel() ends a wait; may be null
  };
  // Errors "EngineNotReady" if nobody answers in time or the server refuses, "Stopping".
  static Result<AdminConnection> open(const InstanceSpec& spec, const Target& target);
  static Result<AdminConnection> open(const InstanceSpec& spec) { return open(spec, Target()); }

  // Asks again until the server takes sessions. Also "EngineStartFailed", with the log's tail, if it has ended.
  static Result<AdminConnection> when_ready(const InstanceSpec& spec, const Target& target);

  // Error "EngineCommandFailed" with the server's primary message (never the statement).
  Result<void> run(const std::string& sql);
  // The first column of the first row; nullopt if there is no row or it is null.
  Result<std::optional<std::string>> value(const std::string& sql, const std::vector<std::string>& parameters = {});
  // The first column of every row.
  Result<std::vector<std::string>> values(const std::string& sql);
  [[nodiscard]] Result<std::string> identifier(const std::string& name) const;  // quoted
  [[nodiscard]] Result<std::string> literal(const std::string& text) const;     // quoted

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  struct Clear {
    void operator()(void* result) const;
  };
  using Reply = std::unique_ptr<void, Clear>;

  AdminConnection(pg_conn* connection, const Target& target);
  Result<void> finish_connecting();
  Result<void> wait_for(short events);
  Result<void> take_input();
  Result<Reply> ask(const std::string& sql, const std::vector<std::string>& parameters);

  std::unique_ptr<pg_conn, Finish> connection_;
  std::chrono::steady_clock::time_point deadline_;
  const Supervisor* supervisor_ = nullptr;
  Relay relay_;
};

}  // namespace haar::engines::postgres
