// A small client of the protocol of MySQL and MariaDB, for haar's own administrative connection. The server may be its
// tenant's altogether: every wait has an end, an answer has a size, and a server that asks for a file of the client's
// (LOAD DATA LOCAL) or for a password in the clear gets nothing. No client library is loaded, and nothing is read from
// haar's environment or home folder.
// https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "engines/instance.h"

namespace haar::engines::mysql {

class Connection {
 public:
  struct Login {
    std::string user, password;
    std::string database;                    // empty: none
    Milliseconds patience{30'000};           // for everything that is done over this connection
    const Supervisor* supervisor = nullptr;  // whose cancel() ends a wait; may be null
  };
  using Row = std::vector<std::optional<std::string>>;

  // Over a socket that has just been connected. Errors "EngineNotReady" if nobody answers in time or the server refuses,
  // "Stopping".
  static Result<Connection> open(Fd socket, const Login& login);

  // Error "EngineCommandFailed" with the server's words (never the statement).
  Result<void> run(std::string_view sql);
  Result<std::vector<Row>> rows(std::string_view sql);
  // The first column of the first row; nullopt if there is no row or it is null.
  Result<std::optional<std::string>> value(std::string_view sql);

  // The version that the server tells: "8.0.31", "5.5.5-10.11.6-MariaDB-…".
  [[nodiscard]] const std::string& server_version() const { return server_version_; }

 private:
  Connection(Fd socket, const Login& login);
  Result<void> log_in(const Login& login);
  Result<std::string> answer_switch(std::string_view packet, const Login& login) const;
  Result<std::string> read_packet();
  Result<void> write_packet(std::string_view payload);
  Result<void> skip_columns(std::uint64_t count);
  [[nodiscard]] Result<void> wait_for(short events) const;

  Fd socket_;
  std::chrono::steady_clock::time_point deadline_;
  const Supervisor* supervisor_ = nullptr;
  std::string buffer_, server_version_;
  std::size_t received_ = 0;
  unsigned char sequence_ = 0;
};

// As text in a statement: whatever the sql_mode, neither quotes nor backslashes end it.
std::string literal(std::string_view text);
// `name`; error "EngineCommandFailed" for what no name can hold.
Result<std::string> identifier(std::string_view name);

}  // namespace haar::engines::mysql
