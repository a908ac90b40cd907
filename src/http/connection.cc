#include "http/connection.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "http/worker.h"

namespace haar::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using std::chrono::milliseconds;

constexpr std::size_t first_input_bytes = 4 * 1024;
constexpr std::size_t max_input_bytes = 64 * 1024;        // read ahead for one connection
constexpr std::size_t max_output_bytes = 64 * 1024;       // answers gathered before they are written
constexpr std::size_t max_inline_body_bytes = 16 * 1024;  // larger bodies are written from where they are
constexpr std::size_t max_linger_bytes = 4 * 1024 * 1024;
constexpr std::size_t large_body_bytes = 64 * 1024;  // not kept for the next request
// What requests larger than that may take together while they arrive. From a half of it on, those that stall are ended.
constexpr std::size_t most_large_bodies = 256 * 1024 * 1024;
constexpr milliseconds rest_after{1'000};            // of idleness, then the buffers are given back

// One that drips is idle, however steadily it does so.
constexpr std::int64_t least_bytes_per_second = 16 * 1024;

}  // namespace

Connection::Connection(std::shared_ptr<Worker> worker, tcp::socket socket, Peer peer, Admission::Seat& seat)
    : worker_(std::move(worker)),
      shared_(*worker_->shared),
      socket_(std::move(socket)),
      peer_socket_(socket_.native_handle()),
      peer_(std::move(peer)),
      seat_(seat) {}

void Connection::start(Connections::iterator place, bool refused) {
  place_ = place;
  seat_.guest = weak_from_this();
  error_code ec;
  socket_.non_blocking(true, ec);
  if (ec) return close();
  if (refused) fail({503, "too many connections"});
  enter(Phase::idle, shared_.options.idle_timeout);
  pump();
}

void Connection::enter(Phase phase, milliseconds timeout) {
  phase_ = phase;
  phase_since_ = Steady::now();
  deadline_ = phase_since_ + timeout;
  stalls_at_ = phase_since_ + shared_.options.patience;
  say_since_when_idle();
}

// Bytes win time at a rate, but never more than the patience from now: neither a drip nor a burst that is
// followed by nothing keeps a place.
void Connection::progressed(std::size_t bytes) {
  constexpr std::chrono::nanoseconds each = std::chrono::nanoseconds(std::chrono::seconds(1)) / least_bytes_per_second;
  stalls_at_ = std::min(Steady::now() + shared_.options.patience, stalls_at_ + each * static_cast<std::int64_t>(bytes));
}

// What the client's side has taken since the last look: the kernel holds megabytes of what has been written.
std::size_t Connection::take_delivered() {
  int queued = 0;
  if (::ioctl(socket_.native_handle(), SIOCOUTQ, &queued) != 0) return 0;
  const std::size_t delivered = written_ - std::min(written_, static_cast<std::size_t>(queued));
  return delivered <= delivered_ ? 0 : delivered - std::exchange(delivered_, delivered);
}

// For the admission, which looks at this without asking.
void Connection::say_since_when_idle() {
  Admission::Ticks since = ticks(stalls_at_);
  if (pending_) since = Admission::never;
  if (phase_ == Phase::idle && !writing_) since = ticks(phase_since_);
  seat_.idle_since.store(since, std::memory_order_release);
}

void Connection::make_way() { worker_->post_leave(shared_from_this()); }

void Connection::end_if_idle() {
  if (closed_) return;
  error_code ec;
  // What lies in the socket unread has been sent: a request is served, a part of one counts for it.
  const std::size_t arrived = socket_.available(ec);
  progressed(writing_ ? take_delivered() : arrived);
  say_since_when_idle();
  const bool begins = phase_ == Phase::idle && !writing_ && arrived > 0;
  const bool idle_now = seat_.idle_since.load(std::memory_order_relaxed) <= ticks(Steady::now());
  if (idle_now && !begins) return close();
  shared_.admission.stay(seat_);
}

void Connection::pump() {
  while (!closed_) {
    bool need_more = false;
    while (!pending_ && !closing_ && !need_more && output_.size() < max_output_bytes && big_body_.empty()) {
      switch (parse()) {
        case Step::complete: dispatch(); break;
        case Step::need_more: need_more = true; break;
        case Step::failed: break;
      }
    }
    if (!flush() || pending_) return;
    if (closing_) return linger();
    if (need_more && !read()) return;
  }
}

Connection::Step Connection::parse() {
  if (!parser_) {
    const Step step = parse_head();
    if (step != Step::complete) return step;
  }
  return parse_body();
}

Connection::Step Connection::parse_head() {
  const Options& options = shared_.options;
  // An empty line before a request is ignored: some clients end a body with one (RFC 9112 2.2).
  if (phase_ != Phase::head && unread().starts_with("\r\n")) begin_ += 2;
  const std::string_view seen = unread();
  if (phase_ != Phase::head && (seen.empty() || seen == "\r")) {
    if (phase_ != Phase::idle) enter(Phase::idle, options.idle_timeout);
    closing_ = worker_->draining;
    return closing_ ? Step::failed : Step::need_more;
  }
  if (phase_ != Phase::head) {
    enter(Phase::head, options.head_timeout);
    scanned_ = 0;
  }
  if (seen.front() <= ' ' || seen.front() > '~') return begin_tls();

  const std::size_t line = seen.substr(0, options.max_request_line + 2).find("\r\n");
  if (line == seen.npos && seen.size() > options.max_request_line + 1) {
    return fail({414, "the request line is too long"});
  }
  const std::size_t end = seen.find("\r\n\r\n", scanned_);
  const std::size_t head_bytes = end == seen.npos ? seen.size() : end + 4;
  if (head_bytes > options.max_head_bytes) return fail({431, "the header fields are too long"});
  if (end == seen.npos) {
    scanned_ = seen.size() < 3 ? 0 : seen.size() - 3;
    return Step::need_more;
  }

  const std::string_view head = seen.substr(0, head_bytes);
  parser_.emplace(request_, options);
  error_code ec;
  request_.body.clear();
  parser_->read_head(head, ec);
  if (ec) return fail_parse(ec);
  begin_ += head_bytes;
  if (!parser_->is_done()) {
    enter(Phase::body, options.body_timeout);
    if (parser_->expects_continue()) output_.append("HTTP/1.1 100 Continue\r\n\r\n");
  }
  return Step::complete;
}

Connection::Step Connection::parse_body() {
  while (!parser_->is_done()) {
    const std::string_view part = unread();
    if (part.empty()) return Step::need_more;
    error_code ec;
    begin_ += parser_->read_body(part, ec);
    if (!count_body()) return fail({503, "too many large requests at once"});
    if (ec == beast_http::error::need_more) return Step::need_more;
    if (ec) return fail_parse(ec);
  }
  return Step::complete;
}

// False when large requests have taken all that they may have together.
bool Connection::count_body() {
  const std::size_t size = request_.body.size();
  if (size <= large_body_bytes) return true;
  const std::size_t more = size - std::exchange(counted_body_, size);
  return shared_.large_bodies.fetch_add(more) + more <= most_large_bodies;
}

void Connection::forget_body() {
  if (counted_body_ > 0) shared_.large_bodies.fetch_sub(std::exchange(counted_body_, 0));
}

Connection::Step Connection::fail_parse(error_code ec) {
  Refusal refusal = parser_->refusal();
  if (ec == beast_http::error::header_limit) refusal = {431, "the header fields are too long"};
  if (ec == beast_http::error::body_limit) refusal = {413, "the body is too large"};
  return fail(refusal);
}

Connection::Step Connection::fail(Refusal refusal) {
  parser_.reset();
  forget_body();
  std::string().swap(request_.body);
  closing_ = true;
  append_refusal(output_, refusal.status, refusal.text);
  return Step::failed;
}

void Connection::dispatch() {
  phase_ = Phase::handling;
  pending_ = true;
  shared_.memory.passed(request_.body.size());
  forget_body();
  say_since_when_idle();
  in_handler_ = true;
  head_request_ = request_.method == "HEAD";
  request_.peer_address = peer_.address;
  request_.peer_port = peer_.port;
  if (tls_) {
    request_.tls = true;
    request_.tls_version = tls_->version();
    request_.tls_cipher = tls_->cipher();
  }
  try {
    shared_.handler(std::move(request_), Respond(shared_from_this(), ++request_number_));
  } catch (const std::exception& e) {
    // The answer was dropped on the way out, which has sent a 500 already.
    log_error("an HTTP handler threw", {{"what", e.what()}});
  }
  in_handler_ = false;
}

void Connection::answer(std::uint64_t request, Response&& response) {
  if (!worker_->is_current()) return worker_->post({shared_from_this(), request, std::move(response)});
  if (closed_ || !pending_ || request != request_number_) return;
  finish(std::move(response));
  if (!in_handler_) pump();
}

void Connection::finish(Response&& response) {
  const bool keep_alive = parser_->keep_alive() && !response.close && !worker_->draining;
  const bool body = append_head(output_, response, {.keep_alive = keep_alive, .head_request = head_request_});
  if (body && response.body.size() > max_inline_body_bytes) {
    big_body_ = std::move(response.body);
    shared_.memory.passed(big_body_.size());
  } else if (body) {
    output_.append(response.body);
  }
  pending_ = false;
  closing_ = !keep_alive;
  parser_.reset();
  if (request_.body.capacity() > large_body_bytes) std::string().swap(request_.body);
}

std::size_t Connection::write_some(error_code& ec) {
  const std::size_t from_output = std::min(written_, output_.size());
  const std::size_t from_body = written_ - from_output;
  const std::array<asio::const_buffer, 2> parts{
      asio::const_buffer(output_.data() + from_output, output_.size() - from_output),
      asio::const_buffer(big_body_.data() + from_body, big_body_.size() - from_body)};
  if (tls_) {
    const asio::const_buffer& part = parts[from_output == output_.size() ? 1 : 0];
    return write_tls({static_cast<const char*>(part.data()), part.size()}, ec);
  }
  return big_body_.empty() ? socket_.write_some(parts[0], ec) : socket_.write_some(parts, ec);
}

// True when all is written; false when the rest follows later, or never.
bool Connection::flush() {
  while (written_ < output_.size() + big_body_.size()) {
    error_code ec;
    written_ += write_some(ec);
    if (ec == asio::error::would_block || ec == asio::error::try_again) {
      await_writable();
      return false;
    }
    if (ec) return close(), false;
  }
  output_.clear();
  if (!big_body_.empty()) std::string().swap(big_body_);
  written_ = 0;
  if (std::exchange(writing_, false)) {
    stalls_at_ = Steady::now() + shared_.options.patience;
    say_since_when_idle();
  }
  return true;
}

void Connection::await_writable() {
  if (!writing_) {
    write_deadline_ = Steady::now() + shared_.options.write_timeout;
    stalls_at_ = Steady::now() + shared_.options.patience;
    delivered_ = 0;
  }
  writing_ = true;
  say_since_when_idle();
  if (std::exchange(awaiting_writable_, true)) return;
  socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](error_code ec) {
    self->awaiting_writable_ = false;
    if (self->closed_) return;
    if (ec) return self->close();
    self->pump();
  });
}

// Reads on until the client has seen the end: closing a socket with unread input resets the connection,
// and the reset can overtake the response.
void Connection::linger() {
  error_code ec;
  if (tls_) tls_->say_goodbye();
  tls_.reset();  // what still comes is thrown away as it is
  socket_.shutdown(tcp::socket::shutdown_send, ec);
  if (ec) return close();
  enter(Phase::lingering, shared_.options.linger_timeout);
  read();
}

bool Connection::make_room() {
  if (begin_ == end_ || phase_ == Phase::lingering) begin_ = end_ = 0;
  if (end_ < input_.size()) return true;
  if (begin_ > 0) {
    std::memmove(input_.data(), input_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const std::size_t most = std::max(max_input_bytes, shared_.options.max_head_bytes + 1);
  if (input_.size() < most) input_.resize(std::min(most, std::max(first_input_bytes, input_.size() * 2)));
  return end_ < input_.size();
}

// True when there is something new to parse already.
bool Connection::read() {
  if (reading_ || closed_) return false;
  if (!make_room()) {  // a chunk's own line or the trailers, longer than all of the input buffer
    fail({400, "malformed chunk"});
    return true;
  }
  if (tls_) return read_tls();
  reading_ = true;
  socket_.async_read_some(
      asio::buffer(input_.data() + end_, input_.size() - end_),
      [self = shared_from_this()](error_code ec, std::size_t bytes) { self->on_read(ec, bytes); });
  return false;
}

void Connection::on_read(error_code ec, std::size_t bytes) {
  reading_ = false;
  if (closed_) return;
  if (std::exchange(resting_, false) && ec == asio::error::operation_aborted) return rest();
  if (ec) return close();
  if (phase_ == Phase::lingering) {
    lingered_ += bytes;
    if (lingered_ > max_linger_bytes) return close();
    read();
    return;
  }
  arrived(bytes);
  if (!closing_) pump();
}

void Connection::arrived(std::size_t bytes) {
  end_ += bytes;
  if (phase_ != Phase::body) return;
  progressed(bytes);
  say_since_when_idle();
}

// Idle for a while: thousands of connections that say nothing hold no buffers.
void Connection::rest() {
  give_back_buffers();
  resting_ = true;
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code ec) {
    if (self->closed_) return;
    self->resting_ = false;
    if (ec) self->close();
    else self->read();
  });
}

void Connection::give_back_buffers() {
  shared_.memory.passed(input_.capacity() + output_.capacity());
  if (begin_ == end_) {
    std::string().swap(input_);
    begin_ = end_ = 0;
  }
  if (output_.empty()) std::string().swap(output_);
  if (!parser_) request_ = {};
}

void Connection::check_deadline(Steady::time_point now) {
  if (writing_) {
    if (now >= write_deadline_) close();
    return;
  }
  if (phase_ == Phase::idle && reading_ && !resting_ && !awaiting_writable_ && now >= phase_since_ + rest_after) {
    resting_ = true;  // and on_read sees to it, unless it has read something first
    error_code ec;
    if (tls_) give_back_buffers();  // it waits without one
    else socket_.cancel(ec);
  }
  const bool stalls = phase_ == Phase::body && counted_body_ > 0 && now >= stalls_at_ &&
                      shared_.large_bodies.load() > most_large_bodies / 2;
  if (phase_ == Phase::handling || (now < deadline_ && !stalls)) return;
  if (phase_ == Phase::head || phase_ == Phase::body) {
    fail({408, "the request took too long to arrive"});
    return pump();
  }
  close();
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  forget_body();
  error_code ec;
  if (tls_) tls_->say_goodbye();
  tls_.reset();
  peer_socket_.close(socket_, ec);
  shared_.admission.leave(seat_);
  worker_->remove(place_);  // the caller holds a reference of its own
}

}  // namespace haar::http
