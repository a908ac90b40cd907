// A small client of the Redis protocol, for haar's own administrative connection.
// https://redis.io/docs/latest/develop/reference/protocol-spec/
#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace haar::engines {

class RespConnection {
 public:
  explicit RespConnection(Fd socket) : socket_(std::move(socket)) {}
  static Result<RespConnection> open(const std::string& unix_path);

  // Sends one command and reads its reply: text as it is, numbers in digits, elements of arrays one per line,
  // nil as nothing. An error reply is Error "EngineCommandFailed" with the server's words.
  Result<std::string> command(const std::vector<std::string>& words);

 private:
  Result<std::string> read_reply(int depth);
  Result<std::string> read_line();
  Result<std::string> read_bytes(std::size_t count);
  Result<void> fill();

  Fd socket_;
  std::string buffer_;
};

}  // namespace haar::engines
