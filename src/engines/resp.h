// A small client of the Redis protocol, for haar's own administrative connection. The server may be its tenant's
// altogether: an answer has a time and a size.
// https://redis.io/docs/latest/develop/reference/protocol-spec/
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace haar::engines {

class RespConnection {
 public:
  // `patience`: for each command with its reply.
  explicit RespConnection(Fd socket, std::chrono::milliseconds patience = std::chrono::seconds(5))
      : socket_(std::move(socket)), patience_(patience) {}

  // Sends one command and reads its reply: text as it is, numbers in digits, elements of arrays one per line,
  // nil as nothing. An error reply is Error "EngineCommandFailed" with the server's words.
  Result<std::string> command(const std::vector<std::string>& words);

 private:
  Result<std::string> read_reply(int depth);
  Result<std::string> read_line();
  Result<std::string> read_bytes(std::size_t count);
  Result<void> fill();
  [[nodiscard]] bool wait_for(short events) const;

  Fd socket_;
  std::chrono::milliseconds patience_;
  std::chrono::steady_clock::time_point deadline_;
  std::string buffer_;
  std::size_t received_ = 0;  // of the reply that is being read
};

}  // namespace haar::engines
