// One client's connection: a plain state machine driven by callbacks, on the thread of its worker:
//
//   read -> parse (head, then body) -> handler -> answer -> write -> parse what was pipelined, or read
//
// A connection whose first byte is TLS's has a handshake before that, and a tls::Session between the socket and the
// rest from then on (connection_tls.cc).
//
// `pump` is the whole loop. One request of a connection is in the handler's hands at a time, so answers keep
// the order of the requests; nothing is read meanwhile, so pipelining is bounded by the input buffer.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "http/admission.h"
#include "http/peer.h"
#include "http/request_parser.h"
#include "http/respond.h"
#include "tls/session.h"

namespace haar::http {

class Connection;
class Worker;
struct Shared;
using Connections = std::list<std::shared_ptr<Connection>>;
using Steady = std::chrono::steady_clock;

inline Admission::Ticks ticks(Steady::time_point at) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
}

class Connection final : public Exchange, public Guest, public std::enable_shared_from_this<Connection> {
 public:
  struct Peer {
    std::string address;
    std::uint16_t port = 0;
  };
  Connection(std::shared_ptr<Worker> worker, boost::asio::ip::tcp::socket socket, Peer peer,
             Admission::Seat& seat);

  void start(Connections::iterator place, bool refused);
  void answer(std::uint64_t request, Response&& response) override;
  [[nodiscard]] bool alive() const override { return peer_socket_.alive(); }
  void make_way() override;
  void end_if_idle();  // make_way, on the connection's own thread
  void check_deadline(Steady::time_point now);
  void close();
  // Nobody waits for it: between requests, or before the first one.
  [[nodiscard]] bool idle() const { return (phase_ == Phase::idle || phase_ == Phase::handshake) && !writing_; }

 private:
  enum class Phase { handshake, idle, head, body, handling, lingering };
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
  std::size_t write_some(error_code& ec);
  void await_writable();
  void linger();
  bool read();
  void on_read(error_code ec, std::size_t bytes);
  void arrived(std::size_t bytes);
  Step begin_tls();
  bool shake_hands();
  bool read_tls();
  void await_tls(tls::Progress progress);
  std::size_t write_tls(std::string_view bytes, error_code& ec);
  void rest();
  void give_back_buffers();
  bool make_room();
  void enter(Phase phase, std::chrono::milliseconds timeout);
  void say_since_when_idle();
  void progressed(std::size_t bytes);
  bool count_body();
  void forget_body();
  std::size_t take_delivered();
  std::string_view unread() const { return {input_.data() + begin_, end_ - begin_}; }

  std::shared_ptr<Worker> worker_;
  Shared& shared_;
  boost::asio::ip::tcp::socket socket_;
  PeerSocket peer_socket_;  // the same, for other threads to look at
  std::unique_ptr<tls::Session> tls_;
  Connections::iterator place_;
  Peer peer_;
  Admission::Seat& seat_;

  Phase phase_ = Phase::idle;
  Steady::time_point phase_since_, deadline_;  // of the phase
  Steady::time_point write_deadline_;          // while writing_
  Steady::time_point stalls_at_;               // of what is arriving or being read, unless it goes on
  std::size_t delivered_ = 0;                  // of output_ and big_body_, as far as is known
  bool reading_ = false;  // or waiting for something to read
  bool resting_ = false;  // without buffers, until something arrives
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
  std::size_t counted_body_ = 0;  // of it, in Shared::large_bodies
  std::uint64_t request_number_ = 0;

  std::string output_;
  std::string big_body_;  // follows output_
  std::size_t written_ = 0;
  std::size_t lingered_ = 0;
};

}  // namespace haar::http
