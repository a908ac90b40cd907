// What a connection does otherwise when it is TLS.
#include <boost/asio/error.hpp>

#include "http/connection.h"
#include "http/worker.h"

namespace haar::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

}  // namespace

// The first byte of a connection is TLS's; anything else that no request begins with is refused.
Connection::Step Connection::begin_tls() {
  const bool is_first = request_number_ == 0 && !tls_ && unread().front() == tls::first_byte;
  if (!is_first) return fail({400, "this is not HTTP"});
  if (!shared_.options.tls) return fail({400, "this is not HTTP (TLS to a plain port?)"});
  tls_ = tls::Session::make(*shared_.options.tls, socket_.native_handle(), std::string(unread()));
  if (!tls_) return fail({503, "TLS cannot be used now"});
  begin_ = end_ = 0;
  peer_socket_.expect_goodbye();
  enter(Phase::handshake, shared_.options.handshake_timeout);
  return Step::need_more;
}

// True when it is over, well.
bool Connection::shake_hands() {
  const tls::Progress progress = tls_->shake_hands();
  switch (progress) {
    case tls::Progress::done:
      enter(Phase::idle, shared_.options.idle_timeout);
      return true;
    case tls::Progress::wait_readable:
    case tls::Progress::wait_writable: await_tls(progress); return false;
    // The other side has been told why: it must be able to read that.
    case tls::Progress::ended:
    case tls::Progress::failed: linger(); return false;
  }
  return false;
}

bool Connection::read_tls() {
  if (phase_ == Phase::handshake && !shake_hands()) return false;
  const tls::Moved moved = tls_->read(input_.data() + end_, input_.size() - end_);
  switch (moved.progress) {
    case tls::Progress::done: arrived(moved.bytes); return true;
    case tls::Progress::wait_readable:
    case tls::Progress::wait_writable: await_tls(moved.progress); return false;
    case tls::Progress::ended:
    case tls::Progress::failed: close(); return false;
  }
  return false;
}

void Connection::await_tls(tls::Progress progress) {
  // Whoever sends a record in part must go on as with the head of a request.
  if (phase_ == Phase::idle && tls_->has_part_of_a_record())
    deadline_ = std::min(deadline_, Steady::now() + shared_.options.head_timeout);
  reading_ = true;
  const auto what = progress == tls::Progress::wait_readable ? tcp::socket::wait_read : tcp::socket::wait_write;
  socket_.async_wait(what, [self = shared_from_this()](error_code ec) {
    self->reading_ = false;
    self->resting_ = false;
    if (self->closed_) return;
    if (ec) return self->close();
    if (self->closing_ && self->phase_ != Phase::lingering) return;  // its last answer is being written
    if (self->read()) self->pump();
  });
}

std::size_t Connection::write_tls(std::string_view bytes, error_code& ec) {
  const tls::Moved moved = tls_->write(bytes);
  if (moved.progress == tls::Progress::wait_writable) ec = asio::error::would_block;
  else if (moved.progress != tls::Progress::done) ec = asio::error::connection_aborted;
  return moved.bytes;
}

}  // namespace haar::http
