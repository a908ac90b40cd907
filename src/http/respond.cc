#include "http/respond.h"

#include "base/log.h"

namespace haar::http {

struct Respond::Ticket {
  std::shared_ptr<Exchange> exchange;
  std::uint64_t request;
  std::atomic<bool> answered{false};

  Ticket(std::shared_ptr<Exchange> e, std::uint64_t r) : exchange(std::move(e)), request(r) {}
  ~Ticket() {
    if (answered.load()) return;
    log_error("a request was dropped without an answer");
    exchange->answer(request,
                     Response{.status = 500, .headers = {}, .body = "internal error\n", .close = true});
  }
};

Respond::Respond(std::shared_ptr<Exchange> exchange, std::uint64_t request)
    : ticket_(std::make_shared<Ticket>(std::move(exchange), request)) {}

void Respond::operator()(Response response) const {
  if (ticket_->answered.exchange(true)) return;
  ticket_->exchange->answer(ticket_->request, std::move(response));
}

bool Respond::alive() const { return ticket_->exchange->alive(); }

}  // namespace haar::http
