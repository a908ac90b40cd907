// The answer to one request.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "http/message.h"

namespace haar::http {

// Where answers go: a connection.
class Exchange {
 public:
  virtual ~Exchange() = default;
  // From any thread. Ignored when `request` is not the one being handled.
  virtual void answer(std::uint64_t request, Response&& response) = 0;
  // From any thread. False: whoever asked has gone, and nobody would read an answer.
  [[nodiscard]] virtual bool alive() const { return true; }
};

// To be called exactly once, from any thread; a second answer is ignored. Copies are the same answer.
// When the last copy goes unanswered, the client gets a 500.
class Respond {
 public:
  Respond(std::shared_ptr<Exchange> exchange, std::uint64_t request);
  void operator()(Response response) const;
  // False once the client has closed its connection. A look at the socket: for work that is worth saving.
  [[nodiscard]] bool alive() const;

 private:
  struct Ticket;
  std::shared_ptr<Ticket> ticket_;
};

}  // namespace haar::http
