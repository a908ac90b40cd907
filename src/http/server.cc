// A connection is a plain state machine driven by callbacks:
//
//   read -> parse (head, then body) -> handler -> answer -> write -> parse what was pipelined, or read
//
// `Connection::pump` is the whole loop. One request of a connection is in the handler's hands at a time,
// so answers keep the order of the requests; nothing is read meanwhile, so pipelining is bounded by the
// input buffer.
#include "http/server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <list>
#include <mutex>
#include <optional>
#include <vector>

#include "base/log.h"
#include "base/thread.h"
#include "http/listen.h"
#include "http/peer.h"
#include "http/request_parser.h"

namespace haar::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t first_input_bytes = 4 * 1024;
constexpr std::size_t max_input_bytes = 64 * 1024;        // read ahead for one connection
constexpr std::size_t max_output_bytes = 64 * 1024;       // answers gathered before they are written
constexpr std::size_t max_inline_body_bytes = 16 * 1024;  // larger bodies are written from where they are
constexpr std::size_t max_linger_bytes = 4 * 1024 * 1024;
constexpr std::size_t max_refused_connections = 64;  // over the limit, but told so with a 503
constexpr int accepts_a_turn = 64;
constexpr milliseconds accept_pause{100};  // when the process is out of descriptors
constexpr milliseconds shortest_sweep{5};  // how often deadlines are looked at: a quarter of the shortest
constexpr milliseconds longest_sweep{1'000};

class Connection;
using Connections = std::list<std::shared_ptr<Connection>>;

struct Shared {
  Options options;
  Handler handler;
  std::atomic<std::size_t> connections{0};
};

// An answer from another thread, on its way to the connection's own.
struct Answer {
  std::shared_ptr<Connection> connection;
  std::uint64_t request;
  Response response;
};

class Worker : public std::enable_shared_from_this<Worker> {
 public:
  explicit Worker(std::shared_ptr<Shared> s) : shared(std::move(s)) {}

  Result<std::uint16_t> listen(std::uint16_t port);
  void start(unsigned number);
  void begin_drain();
  void join();
  void remove(Connections::iterator place);
  void post(Answer answer);
  [[nodiscard]] bool is_current() const { return current == this; }

  std::shared_ptr<Shared> shared;
  asio::io_context context{1};
  Connections connections;
  bool draining = false;

 private:
  void accept_soon();
  void accept_some();
  void deliver();
  void sweep_soon();
  void sweep();

  static thread_local Worker* current;
  tcp::acceptor acceptor_{context};
  tcp protocol_ = tcp::v4();
  asio::steady_timer sweep_timer_{context};
  asio::steady_timer accept_timer_{context};
  bool sweeping_ = false;
  Steady::time_point drain_deadline_;
  std::mutex inbox_mutex_;
  std::vector<Answer> inbox_;
  bool finished_ = false;  // under inbox_mutex_: the loop has ended, answers go nowhere
  Thread thread_;
};

thread_local Worker* Worker::current = nullptr;

class Connection final : public Exchange, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Worker> worker, tcp::socket socket)
      : worker_(std::move(worker)), shared_(*worker_->shared), socket_(std::move(socket)), peer_(socket_.native_handle()) {}

  void start(Connections::iterator place, bool refused);
  void answer(std::uint64_t request, Response&& response) override;
  [[nodiscard]] bool alive() const override { return peer_.alive(); }
  void check_deadline(Steady::time_point now);
  void close();
  [[nodiscard]] bool idle() const { return phase_ == Phase::idle && !writing_; }

 private:
  enum class Phase { idle, head, body, handling, lingering };
  enum class Step { complete, need_more, failed };

  void pump();
  Step parse();
  Step parse_head();
  Step parse_body();
  Step fail(Refusal refusal);
  Step fail_parse(error_code ec);
  void dispatch();
  void finish(Response&& response);
  bool flush();
  void await_writable();
  void linger();
  void read();
  void on_read(error_code ec, std::size_t bytes);
  bool make_room();
  void enter(Phase phase, milliseconds timeout);
  std::string_view unread() const { return {input_.data() + begin_, end_ - begin_}; }

  std::shared_ptr<Worker> worker_;
  Shared& shared_;
  tcp::socket socket_;
  Peer peer_;
  Connections::iterator place_;
  std::string peer_address_;
  std::uint16_t peer_port_ = 0;
  Phase phase_ = Phase::idle;
  Steady::time_point deadline_;        // of the phase
  Steady::time_point write_deadline_;  // while writing_
  bool reading_ = false;
  bool writing_ = false;  // the socket is full; waiting until it takes more
  bool awaiting_writable_ = false;
  bool pending_ = false;     // a request is in the handler's hands
  bool in_handler_ = false;  // and the handler has not returned
  bool closing_ = false;     // nothing more is parsed; the end follows the last write
  bool closed_ = false;
  bool head_request_ = false;
  std::string input_;
  std::size_t begin_ = 0, end_ = 0;  // of the unread part
  std::size_t scanned_ = 0;          // of the unread part, known to hold no end of head
  std::optional<RequestParser> parser_;
  Request request_;
  std::uint64_t request_number_ = 0;

  std::string output_;
  std::string big_body_;  // follows output_
  std::size_t written_ = 0;
  std::size_t lingered_ = 0;
};

void Connection::start(Connections::iterator place, bool refused) {
  place_ = place;
  error_code ec;
  socket_.non_blocking(true, ec);
  const auto peer = socket_.remote_endpoint(ec);
  if (ec) return close();
  peer_address_ = peer.address().to_string();
  peer_port_ = peer.port();
  if (refused) fail({503, "too many connections"});
  enter(Phase::idle, shared_.options.idle_timeout);
  pump();
}

void Connection::enter(Phase phase, milliseconds timeout) {
  phase_ = phase;
  deadline_ = Steady::now() + timeout;
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
    if (need_more) return read();
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
  if (seen.front() <= ' ' || seen.front() > '~')
    return fail({400, "this is not HTTP (TLS to a plain port?)"});

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
  if (has_folded_line(head)) return fail({400, "folded header fields are obsolete"});
  parser_.emplace(request_, options);
  error_code ec;
  request_.body.clear();
  if (request_.body.capacity() > max_input_bytes) request_.body.shrink_to_fit();
  parser_->put(asio::const_buffer(head.data(), head.size()), ec);
  if (ec) return fail_parse(ec);
  begin_ += head_bytes;
  parser_->eager(true);
  if (!parser_->is_done()) {
    enter(Phase::body, options.body_timeout);
    if (parser_->expects_continue) output_.append("HTTP/1.1 100 Continue\r\n\r\n");
  }
  return Step::complete;
}

Connection::Step Connection::parse_body() {
  while (!parser_->is_done()) {
    const std::string_view part = unread();
    if (part.empty()) return Step::need_more;
    error_code ec;
    begin_ += parser_->put(asio::const_buffer(part.data(), part.size()), ec);
    if (ec == beast_http::error::need_more) return Step::need_more;
    if (ec) return fail_parse(ec);
  }
  return Step::complete;
}

Connection::Step Connection::fail_parse(error_code ec) {
  Refusal refusal = parser_->refusal;
  if (ec == beast_http::error::header_limit) refusal = {431, "the header fields are too long"};
  if (ec == beast_http::error::body_limit) refusal = {413, "the body is too large"};
  return fail(refusal);
}

Connection::Step Connection::fail(Refusal refusal) {
  parser_.reset();
  closing_ = true;
  append_refusal(output_, refusal.status, refusal.text);
  return Step::failed;
}

void Connection::dispatch() {
  phase_ = Phase::handling;
  pending_ = true;
  in_handler_ = true;
  head_request_ = request_.method == "HEAD";
  request_.peer_address = peer_address_;
  request_.peer_port = peer_port_;
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
  } else if (body) {
    output_.append(response.body);
  }
  pending_ = false;
  closing_ = !keep_alive;
  parser_.reset();
}

// True when all is written; false when the rest follows later, or never.
bool Connection::flush() {
  while (written_ < output_.size() + big_body_.size()) {
    const std::size_t from_output = std::min(written_, output_.size());
    const std::size_t from_body = written_ - from_output;
    const std::array<asio::const_buffer, 2> parts{
        asio::const_buffer(output_.data() + from_output, output_.size() - from_output),
        asio::const_buffer(big_body_.data() + from_body, big_body_.size() - from_body)};
    error_code ec;
    written_ += big_body_.empty() ? socket_.write_some(parts[0], ec) : socket_.write_some(parts, ec);
    if (ec == asio::error::would_block || ec == asio::error::try_again) {
      await_writable();
      return false;
    }
    if (ec) return close(), false;
  }
  output_.clear();
  big_body_.clear();
  written_ = 0;
  writing_ = false;
  return true;
}

void Connection::await_writable() {
  if (!writing_) write_deadline_ = Steady::now() + shared_.options.write_timeout;
  writing_ = true;
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

void Connection::read() {
  if (reading_ || closed_) return;
  if (!make_room()) {  // a chunk's own line or the trailers, longer than all of the input buffer
    fail({400, "malformed chunk"});
    return pump();
  }
  reading_ = true;
  socket_.async_read_some(
      asio::buffer(input_.data() + end_, input_.size() - end_),
      [self = shared_from_this()](error_code ec, std::size_t bytes) { self->on_read(ec, bytes); });
}

void Connection::on_read(error_code ec, std::size_t bytes) {
  reading_ = false;
  if (closed_) return;
  if (ec) return close();
  if (phase_ == Phase::lingering) {
    lingered_ += bytes;
    return lingered_ > max_linger_bytes ? close() : read();
  }
  end_ += bytes;
  if (!closing_) pump();
}

void Connection::check_deadline(Steady::time_point now) {
  if (writing_) {
    if (now >= write_deadline_) close();
    return;
  }
  if (phase_ == Phase::handling || now < deadline_) return;
  if (phase_ == Phase::head || phase_ == Phase::body) {
    fail({408, "the request took too long to arrive"});
    return pump();
  }
  close();
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  error_code ec;
  peer_.close(socket_, ec);
  shared_.connections.fetch_sub(1);
  worker_->remove(place_);  // the caller holds a reference of its own
}

Result<std::uint16_t> Worker::listen(std::uint16_t port) {
  Listener listener = TRY(listen_on(shared->options.address, port, true));
  protocol_ = listener.ipv6 ? tcp::v6() : tcp::v4();
  acceptor_.assign(protocol_, listener.fd.release());
  return listener.port;
}

void Worker::start(unsigned number) {
  accept_soon();
  thread_ = Thread("http-" + std::to_string(number), [this] {
    current = this;
    for (;;) {
      try {
        context.run();
        return;
      } catch (const std::exception& e) {
        log_error("an HTTP I/O thread caught an exception", {{"what", e.what()}});
      }
    }
  });
}

void Worker::accept_soon() {
  acceptor_.async_wait(tcp::acceptor::wait_read, [this](error_code ec) {
    if (!ec && !draining) accept_some();
  });
}

void Worker::accept_some() {
  for (int i = 0; i < accepts_a_turn; ++i) {
    const int fd = ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)) {
      log_error("cannot accept connections", {{"reason", std::strerror(errno)}});
      accept_timer_.expires_after(accept_pause);
      accept_timer_.async_wait([this](error_code ec) {
        if (!ec && !draining) accept_soon();
      });
      return;
    }
    if (fd < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (fd < 0) continue;  // that client has gone again
    const std::size_t open = shared->connections.fetch_add(1);
    const std::size_t limit = shared->options.max_connections;
    if (open >= limit + max_refused_connections) {
      shared->connections.fetch_sub(1);
      ::close(fd);
      continue;
    }
    tcp::socket socket(context);
    error_code ec;
    socket.assign(protocol_, fd, ec);
    auto connection = std::make_shared<Connection>(shared_from_this(), std::move(socket));
    connections.push_front(connection);
    connection->start(connections.begin(), open >= limit);
    sweep_soon();
  }
  accept_soon();
}

void Worker::post(Answer answer) {
  const std::lock_guard lock(inbox_mutex_);
  if (finished_) return;
  inbox_.push_back(std::move(answer));
  // One wake-up delivers all that a group commit answers at once.
  if (inbox_.size() == 1) asio::post(context, [this] { deliver(); });
}

void Worker::deliver() {
  std::vector<Answer> arrived;
  {
    const std::lock_guard lock(inbox_mutex_);
    arrived.swap(inbox_);
  }
  for (Answer& a : arrived) a.connection->answer(a.request, std::move(a.response));
}

void Worker::sweep_soon() {
  if (std::exchange(sweeping_, true)) return;
  const Options& o = shared->options;
  const auto shortest = std::min(
      {o.idle_timeout, o.head_timeout, o.body_timeout, o.write_timeout, o.linger_timeout, o.drain_timeout});
  sweep_timer_.expires_after(std::clamp(shortest / 4, shortest_sweep, longest_sweep));
  sweep_timer_.async_wait([this](error_code) { sweep(); });
}

void Worker::sweep() {
  sweeping_ = false;
  const auto now = Steady::now();
  const bool out_of_time = draining && now >= drain_deadline_;
  for (auto next = connections.begin(); next != connections.end();) {
    const auto connection = *next++;
    out_of_time ? connection->close() : connection->check_deadline(now);
  }
  if (!connections.empty()) sweep_soon();
}

void Worker::begin_drain() {
  asio::post(context, [this] {
    draining = true;
    drain_deadline_ = Steady::now() + shared->options.drain_timeout;
    error_code ec;
    acceptor_.close(ec);
    accept_timer_.cancel();
    for (auto next = connections.begin(); next != connections.end();) {
      const auto connection = *next++;
      if (connection->idle()) connection->close();
    }
    if (connections.empty()) sweep_timer_.cancel();
  });
}

void Worker::remove(Connections::iterator place) {
  connections.erase(place);
  if (draining && connections.empty()) sweep_timer_.cancel();
}

// The loop ends by itself when the last connection is gone: it has nothing left to wait for.
void Worker::join() {
  thread_.join();
  {
    const std::lock_guard lock(inbox_mutex_);
    finished_ = true;
  }
  deliver();
  context.restart();
  context.poll();  // a delivery posted after the loop had ended finds an empty inbox
}

}  // namespace

struct Server::State {
  std::shared_ptr<Shared> shared;
  std::vector<std::shared_ptr<Worker>> workers;
  std::uint16_t port = 0;
  bool running = false;
};

Server::Server(Options options, Handler handler) : state_(std::make_unique<State>()) {
  state_->shared = std::make_shared<Shared>();
  state_->shared->options = std::move(options);
  state_->shared->handler = std::move(handler);
}

Server::~Server() { stop(); }

Result<void> Server::start() {
  const Options& options = state_->shared->options;
  const unsigned threads = options.threads != 0
                               ? options.threads
                               : static_cast<unsigned>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
  if (options.port != 0) {
    // SO_REUSEPORT would let a second server share the port in silence: ask for it alone first.
    TRY(listen_on(options.address, options.port, false));
  }
  std::vector<std::shared_ptr<Worker>> workers;
  std::uint16_t port = options.port;
  for (unsigned i = 0; i < threads; ++i) {
    workers.push_back(std::make_shared<Worker>(state_->shared));
    port = TRY(workers.back()->listen(port));
  }
  for (unsigned i = 0; i < threads; ++i) workers[i]->start(i);
  state_->workers = std::move(workers);
  state_->port = port;
  state_->running = true;
  return {};
}

void Server::stop() {
  if (!std::exchange(state_->running, false)) return;
  for (const auto& worker : state_->workers) worker->begin_drain();
  for (const auto& worker : state_->workers) worker->join();
}

std::uint16_t Server::port() const { return state_->port; }
std::size_t Server::connections() const { return state_->shared->connections.load(); }

}  // namespace haar::http
