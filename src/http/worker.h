// One I/O thread: its acceptor, its connections, their deadlines.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "base/thread.h"
#include "http/admission.h"
#include "http/connection.h"
#include "http/give_back.h"
#include "http/server.h"

namespace haar::http {

// What all workers of a server have in common.
struct Shared {
  Options options;
  Handler handler;
  Admission admission;
  GiveBack memory;
  std::atomic<std::size_t> large_bodies{0};  // bytes, of large requests that have not arrived whole
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
  void post_leave(std::shared_ptr<Connection> connection);
  [[nodiscard]] bool is_current() const { return current == this; }

  std::shared_ptr<Shared> shared;
  boost::asio::io_context context{1};
  Connections connections;
  bool draining = false;

 private:
  void accept_soon();
  void accept_some();
  void accept_after(std::chrono::milliseconds pause);
  void out_of_descriptors(int reason);
  void admit(int fd, const sockaddr_storage& peer);
  void deliver();
  void sweep_soon();
  void sweep();

  static thread_local Worker* current;
  boost::asio::ip::tcp::acceptor acceptor_{context};
  boost::asio::ip::tcp protocol_ = boost::asio::ip::tcp::v4();
  boost::asio::steady_timer sweep_timer_{context};
  boost::asio::steady_timer accept_timer_{context};
  bool sweeping_ = false;
  Steady::time_point next_complaint_;  // that descriptors have run out
  Steady::time_point drain_deadline_;
  std::mutex inbox_mutex_;
  std::vector<Answer> inbox_;
  std::vector<std::shared_ptr<Connection>> asked_to_leave_;
  bool finished_ = false;  // under inbox_mutex_: the loop has ended, answers go nowhere
  Thread thread_;
};

}  // namespace haar::http
