#include "http/client.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

#include "base/file.h"

namespace haar::http {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t head_bytes_max = 64 * 1024;

Error client_error(std::string code, std::string message) {
  return Error{std::move(code), std::move(message), 500, Fault::receiver};
}

// True when the socket is ready for `events` before the deadline.
bool wait_for(int fd, short events, Steady::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now()).count();
    if (left <= 0) return false;
    pollfd waiting{fd, events, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<Fd> connect_to(const Authority& to, Steady::time_point deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failure = ::getaddrinfo(to.host.c_str(), std::to_string(to.port).c_str(), &hints, &found); failure != 0)
    return client_error("EndpointUnreachable", "cannot find " + to.host + ": " + ::gai_strerror(failure));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, ::freeaddrinfo);
  int reason = 0;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    Fd fd(::socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd.valid()) {
      reason = errno;
      continue;
    }
    if (::connect(fd.get(), at->ai_addr, at->ai_addrlen) == 0) return fd;
    reason = errno;
    if (reason != EINPROGRESS) continue;
    reason = ETIMEDOUT;
    if (!wait_for(fd.get(), POLLOUT, deadline)) continue;
    socklen_t size = sizeof reason;
    if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &reason, &size) == 0 && reason == 0) return fd;
  }
  return client_error("EndpointUnreachable",
                      "cannot connect to " + to.host_header() + ": " + std::strerror(reason));
}

Result<void> send_all(int fd, std::string_view bytes, Steady::time_point deadline) {
  while (!bytes.empty()) {
    if (!wait_for(fd, POLLOUT, deadline)) return client_error("TimedOut", "the request took too long to send");
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    // A server may answer and close before it has read everything: what it said is worth reading.
    if (sent < 0) return {};
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

// Reads more; false at the end of the stream.
Result<bool> fill(int fd, std::string& buffer, Steady::time_point deadline) {
  char bytes[16384];
  for (;;) {
    if (!wait_for(fd, POLLIN, deadline)) return client_error("TimedOut", "the response took too long");
    const ssize_t got = ::recv(fd, bytes, sizeof bytes, 0);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) return client_error("MalformedResponse", "the connection ended before the response did");
    buffer.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "HTTP/1.1 200 OK\r\nName: value\r\n…", without the empty line.
Result<Response> parse_head(std::string_view head) {
  const Error malformed = client_error("MalformedResponse", "the answer is not HTTP/1.1");
  const std::size_t line_end = std::min(head.find("\r\n"), head.size());
  const std::string_view line = head.substr(0, line_end);
  if (!line.starts_with("HTTP/1.") || line.size() < 12) return malformed;
  const auto status = parse_number<int>(line.substr(9, 3));
  if (!status || *status < 100) return malformed;
  Response response;
  response.status = *status;
  std::string_view rest = head.substr(std::min(line_end + 2, head.size()));
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find("\r\n"), rest.size());
    const std::string_view field = rest.substr(0, end);
    const std::size_t colon = field.find(':');
    if (colon == field.npos) return malformed;
    response.headers.emplace_back(field.substr(0, colon), trimmed(field.substr(colon + 1)));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return response;
}

Result<Response> receive(int fd, const ClientOptions& options, Steady::time_point deadline) {
  std::string buffer;
  std::size_t head_end;
  while ((head_end = buffer.find("\r\n\r\n")) == buffer.npos) {
    if (buffer.size() > head_bytes_max) return client_error("MalformedResponse", "the response's head is too long");
    if (!TRY(fill(fd, buffer, deadline)))
      return client_error("MalformedResponse", "the connection ended before the response did");
  }
  Response response = TRY(parse_head(std::string_view(buffer).substr(0, head_end)));
  buffer.erase(0, head_end + 4);
  if (!find_header(response.headers, "Transfer-Encoding").empty())
    return client_error("MalformedResponse", "the response has a transfer coding that was not asked for");
  const std::string_view given = find_header(response.headers, "Content-Length");
  const auto length = parse_number<std::size_t>(given);
  if (!given.empty() && (!length || *length > options.response_bytes_max))
    return client_error("MalformedResponse", "the response's length is not usable");
  while (!length || buffer.size() < *length) {
    if (buffer.size() > options.response_bytes_max) return client_error("MalformedResponse", "the response is too long");
    if (TRY(fill(fd, buffer, deadline))) continue;
    if (length) return client_error("MalformedResponse", "the connection ended before the response did");
    break;
  }
  if (length) buffer.resize(*length);
  response.body = std::move(buffer);
  return response;
}

}  // namespace

std::string Authority::host_header() const {
  const std::string name = host.find(':') == host.npos ? host : "[" + host + "]";
  return port == 80 ? name : name + ":" + std::to_string(port);
}

Result<Authority> parse_endpoint(std::string_view endpoint) {
  const Error invalid = client_error("InvalidEndpoint", "not an endpoint: " + std::string(endpoint));
  constexpr std::string_view scheme = "http://";
  if (!endpoint.starts_with(scheme)) return invalid;
  std::string_view rest = endpoint.substr(scheme.size());
  rest = rest.substr(0, rest.find('/'));
  Authority authority;
  const std::size_t bracket = rest.starts_with('[') ? rest.find(']') : 0;
  if (bracket == rest.npos) return invalid;
  const std::size_t colon = rest.find(':', bracket);
  authority.host = bracket > 0 ? rest.substr(1, bracket - 1) : rest.substr(0, colon);
  if (colon != rest.npos) {
    const auto port = parse_number<std::uint16_t>(rest.substr(colon + 1));
    if (!port || *port == 0) return invalid;
    authority.port = *port;
  }
  if (authority.host.empty()) return invalid;
  return authority;
}

Result<Response> send(const Authority& to, const Request& request, const ClientOptions& options) {
  const auto start = Steady::now();
  const auto deadline = start + options.total_timeout;
  const Fd fd = TRY(connect_to(to, std::min(deadline, start + options.connect_timeout)));
  std::string bytes = request.method + " " + request.target + " HTTP/1.1\r\nHost: " + to.host_header() + "\r\n";
  for (const auto& [name, value] : request.headers) {
    if (!equal_ignoring_case(name, "Host")) bytes += name + ": " + value + "\r\n";
  }
  bytes += "Content-Length: " + std::to_string(request.body.size()) + "\r\nConnection: close\r\n\r\n" + request.body;
  TRY(send_all(fd.get(), bytes, deadline));
  return receive(fd.get(), options, deadline);
}

}  // namespace haar::http
