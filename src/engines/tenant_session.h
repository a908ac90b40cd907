// A session of a tenant's own in a PostgreSQL server: as a database user with a password, never as haar's administrator.
// The connection is handed over as a client's is; the server sees one from this machine, and judges it by the rules for
// clients. The server may be its tenant's altogether: every wait has an end, and what it may send is bounded.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engines/instance.h"
#include "engines/relay.h"

struct pg_conn;

namespace haar::engines {

class TenantSession {
 public:
  struct Login {
    std::string user, password, database, application;
    std::string options;  // settings of the session, as libpq's `options`
  };
  struct Parameter {
    unsigned type = 0;                 // an OID; 0: what the statement makes of it
    std::optional<std::string> value;  // nullopt: null
  };
  struct Column {
    std::string name;
    unsigned type = 0;  // an OID
    int modifier = -1;
    unsigned table = 0;  // of a table's column: the table's OID, and the column's number
    int table_column = 0;
  };
  struct Answer {
    bool has_rows = false;  // it is a table, of any number of rows
    std::vector<Column> columns;
    std::vector<std::vector<std::optional<std::string>>> rows;
    std::int64_t changed = 0;
    std::string tag;  // "COMMIT"
  };
  // What a server says of a statement, or of a login, that it refuses.
  struct Refusal {
    std::string sqlstate;  // empty: none was said
    std::string message;   // the primary one
    std::string detail, position;
  };
  enum class Fault : std::uint8_t { refused, timed_out, lost, too_large, stopping };
  struct Failure {
    Fault fault;
    Refusal refusal{};  // of `refused`
  };
  template <class T>
  struct Outcome {
    std::optional<T> value;
    Failure failure{Fault::lost};
  };
  // In which a session is: after a failed statement a transaction takes no other.
  enum class State : std::uint8_t { idle, in_transaction, failed_transaction, gone };

  // `stopping`: when it is true every wait ends.
  static Outcome<TenantSession> open(const std::string& handoff_path, const Login& login, Milliseconds patience,
                                     const std::atomic<bool>& stopping);
  Outcome<Answer> ask(const std::string& sql, const std::vector<Parameter>& parameters, Milliseconds patience);
  [[nodiscard]] State state() const;
  // After `timed_out`: whether the statement has come to its end. Never blocks.
  bool is_over();

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  using Moment = std::chrono::steady_clock::time_point;

  TenantSession(pg_conn* connection, const std::atomic<bool>& stopping) : connection_(connection), stopping_(&stopping) {}
  std::optional<Failure> connect();
  std::optional<Failure> wait_for(short events);
  std::optional<Failure> send(const std::string& sql, const std::vector<Parameter>& parameters);
  [[nodiscard]] Failure refused(const void* result) const;

  std::unique_ptr<pg_conn, Finish> connection_;
  const std::atomic<bool>* stopping_;
  Moment deadline_{};
  Relay relay_;
};

}  // namespace haar::engines
