// haar's own connection to a PostgreSQL instance: role rdsadmin, database rdsadmin (which tenants cannot
// enter), over the private Unix socket. pg_hba permits it to haar's operating system user only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engines/instance.h"

struct pg_conn;

namespace haar::engines::postgres {

class AdminConnection {
 public:
  // Error "EngineNotReady" if nobody answers. Bounded by a few seconds.
  static Result<AdminConnection> open(const InstanceSpec& spec, const std::string& database = "rdsadmin");

  // Error "EngineCommandFailed" with the server's primary message (never the statement).
  Result<void> run(const std::string& sql);
  // The first column of the first row; nullopt if there is no row or it is null.
  Result<std::optional<std::string>> value(const std::string& sql, const std::vector<std::string>& parameters = {});
  [[nodiscard]] Result<std::string> identifier(const std::string& name) const;  // quoted
  [[nodiscard]] Result<std::string> literal(const std::string& text) const;     // quoted

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  explicit AdminConnection(pg_conn* connection) : connection_(connection) {}
  std::unique_ptr<pg_conn, Finish> connection_;
};

}  // namespace haar::engines::postgres
