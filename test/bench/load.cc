// A load generator that signs: keep-alive connections on one thread, each with one request on its way, the
// next when the answer is whole. The same program drives nginx without a signature, so that the two sides of
// a ratio are measured by one and the same client.
//
//   load --port N [--connections 16] [--seconds 5] [--get PATH]
//   load --port N --key ID --secret S --service iam --body 'Action=GetUser&Version=2010-05-08'
//   ... --fresh PREFIX    every body ends in "PREFIX<number>" and is signed anew: for writes
//   ... --requests N      ends after N requests, if the time is not over before
//
// Prints one line of JSON.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "auth/sigv4.h"
#include "base/clock.h"

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::size_t latencies_max = 4'000'000;

struct Options {
  std::string host = "127.0.0.1", get = "/", key, secret, service, body, fresh;
  int port = 0, connections = 16;
  double seconds = 5;
  std::uint64_t requests = ~0ULL;
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--host") options.host = value;
    else if (name == "--port") options.port = std::atoi(value);
    else if (name == "--connections") options.connections = std::atoi(value);
    else if (name == "--seconds") options.seconds = std::atof(value);
    else if (name == "--requests") options.requests = std::strtoull(value, nullptr, 10);
    else if (name == "--get") options.get = value;
    else if (name == "--key") options.key = value;
    else if (name == "--secret") options.secret = value;
    else if (name == "--service") options.service = value;
    else if (name == "--body") options.body = value;
    else if (name == "--fresh") options.fresh = value;
    else {
      std::fprintf(stderr, "load: what is %s?\n", argv[i]);
      std::exit(2);
    }
  }
  if (options.port == 0) {
    std::fprintf(stderr, "load: --port N is needed\n");
    std::exit(2);
  }
  return options;
}

class Requests {
 public:
  explicit Requests(const Options& options) : options_(options) { fixed_ = make(""); }

  std::string next() {
    if (options_.fresh.empty()) return fixed_;
    return make(options_.fresh + std::to_string(number_++));
  }

 private:
  [[nodiscard]] std::string make(const std::string& end) const {
    const std::string host = options_.host + ":" + std::to_string(options_.port);
    if (options_.key.empty()) return "GET " + options_.get + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    const std::string body = options_.body + end;
    const std::vector<haar::auth::Header> headers = {
        {"Host", host}, {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
    std::string out = "POST / HTTP/1.1\r\n";
    for (const auto& [name, value] : headers) out.append(name).append(": ").append(value).append("\r\n");
    for (const auto& [name, value] :
         haar::auth::sign({"POST", "/", "", headers, body}, {options_.key, options_.secret, ""}, "us-east-1",
                          options_.service, haar::SystemClock{}.wall()))
      out.append(name).append(": ").append(value).append("\r\n");
    return out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  const Options& options_;
  std::string fixed_;
  std::uint64_t number_ = 0;
};

struct Connection {
  int fd = -1;
  std::string request, answer;
  std::size_t whole = 0;  // size of the answer once its head is known
  int status = 0;
  std::size_t body_bytes = 0;
  SteadyClock::time_point sent;
};

struct Result {
  std::uint64_t answers = 0, errors = 0;
  std::size_t body_bytes = 0;
  std::string first_error;
  std::vector<std::uint32_t> micros;
};

int connect_to(const Options& options) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(options.port));
  ::inet_pton(AF_INET, options.host.c_str(), &address.sin_addr);
  if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("connect");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

// Requests are far smaller than a socket's buffer: a send takes all or the connection is broken.
void send_next(Connection& connection, Requests& requests) {
  connection.request = requests.next();
  connection.answer.clear();
  connection.whole = 0;
  connection.sent = SteadyClock::now();
  if (::send(connection.fd, connection.request.data(), connection.request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(connection.request.size()))
    fail("send");
}

void read_head(Connection& connection) {
  const std::size_t end = connection.answer.find("\r\n\r\n");
  if (end == std::string::npos) return;
  connection.status = std::atoi(connection.answer.c_str() + 9);
  const std::size_t at = connection.answer.find("Content-Length: ");
  connection.body_bytes = at < end ? std::strtoul(connection.answer.c_str() + at + 16, nullptr, 10) : 0;
  connection.whole = end + 4 + connection.body_bytes;
}

// True when the answer is whole.
bool receive(Connection& connection) {
  char bytes[65536];
  const ssize_t got = ::recv(connection.fd, bytes, sizeof bytes, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (got <= 0) fail("the server closed a connection");
  connection.answer.append(bytes, static_cast<std::size_t>(got));
  if (connection.whole == 0) read_head(connection);
  return connection.whole != 0 && connection.answer.size() >= connection.whole;
}

void note(const Connection& connection, Result& result) {
  ++result.answers;
  result.body_bytes = connection.body_bytes;
  if (connection.status != 200 && result.errors++ == 0) result.first_error = connection.answer;
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - connection.sent);
  if (result.micros.size() < latencies_max) result.micros.push_back(static_cast<std::uint32_t>(took.count()));
}

Result drive(const Options& options, double& seconds) {
  Requests requests(options);
  Result result;
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<Connection> connections(static_cast<std::size_t>(options.connections));
  for (Connection& connection : connections) {
    connection.fd = connect_to(options);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &connection;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, connection.fd, &event);
  }
  const auto start = SteadyClock::now();
  const auto end = start + std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(options.seconds));
  for (Connection& connection : connections) send_next(connection, requests);
  std::uint64_t sent = connections.size();
  std::size_t busy = connections.size();
  while (busy > 0) {
    epoll_event events[64];
    const int ready = ::epoll_wait(poll, events, 64, 10'000);
    if (ready == 0) fail("no answer for ten seconds");
    for (int i = 0; i < ready; ++i) {
      Connection& connection = *static_cast<Connection*>(events[i].data.ptr);
      if (!receive(connection)) continue;
      note(connection, result);
      if (sent < options.requests && SteadyClock::now() < end) {
        send_next(connection, requests);
        ++sent;
      } else {
        --busy;
      }
    }
  }
  seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
  return result;
}

std::uint32_t quantile(std::vector<std::uint32_t>& sorted, double q) {
  return sorted.empty() ? 0 : sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  double seconds = 0;
  Result result = drive(options, seconds);
  std::sort(result.micros.begin(), result.micros.end());
  std::printf("{\"answers\":%llu,\"errors\":%llu,\"seconds\":%.3f,\"per_second\":%.1f,\"p50_us\":%u,\"p99_us\":%u,"
              "\"body_bytes\":%zu}\n",
              static_cast<unsigned long long>(result.answers), static_cast<unsigned long long>(result.errors), seconds,
              static_cast<double>(result.answers) / seconds, quantile(result.micros, 0.5), quantile(result.micros, 0.99),
              result.body_bytes);
  if (result.errors > 0) std::fprintf(stderr, "first error:\n%s\n", result.first_error.c_str());
  return result.errors == 0 ? 0 : 1;
}
