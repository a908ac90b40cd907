#include "main/operator.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <map>

#include "base/file.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/loop_guard.h"
#include "base/thread.h"
#include "main/folders.h"

namespace haar::main {
namespace {

namespace json = boost::json;
using Steady = std::chrono::steady_clock;

Error operator_error(std::string code, std::string message) {
  return Error{std::move(code), std::move(message), 400, Fault::sender};
}

struct UnixAddress {
  sockaddr_un raw{};
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&raw); }
};

Result<UnixAddress> unix_address(const std::string& path) {
  UnixAddress address;
  address.raw.sun_family = AF_UNIX;
  if (path.empty() || path.size() > max_socket_path_bytes) {
    return operator_error("InvalidConfiguration", fmt::format("a socket's path has 1 to {} bytes, {} has {}",
                                                              max_socket_path_bytes, path, path.size()));
  }
  path.copy(address.raw.sun_path, path.size());
  return address;
}

Result<Fd> unix_socket() {
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return system_error("cannot open", "a Unix socket");
  return fd;
}

// False when the deadline passed first. `deadline` may be absent: then it waits.
bool wait_for(int fd, short events, const Steady::time_point* deadline) {
  for (;;) {
    int timeout = -1;
    if (deadline != nullptr) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - Steady::now()).count();
      if (left <= 0) return false;
      timeout = static_cast<int>(left) + 1;
    }
    pollfd waiting{fd, events, 0};
    const int ready = ::poll(&waiting, 1, timeout);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

bool send_line(int fd, std::string line, const Steady::time_point* deadline) {
  line.push_back('\n');
  std::string_view rest = line;
  while (!rest.empty()) {
    if (!wait_for(fd, POLLOUT, deadline)) return false;
    const ssize_t sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (sent <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

Result<std::string> receive_line(int fd, std::size_t most, const Steady::time_point* deadline) {
  std::string line;
  char bytes[16384];
  while (wait_for(fd, POLLIN, deadline)) {
    const ssize_t got = ::recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return operator_error("Disconnected", "the connection ended before the line did");
    line.append(bytes, static_cast<std::size_t>(got));
    if (const std::size_t end = line.find('\n', line.size() - static_cast<std::size_t>(got));
        end != line.npos) {
      line.resize(end);
      return line;
    }
    if (line.size() > most)
      return operator_error("TooLarge", fmt::format("a line has at most {} bytes", most));
  }
  return operator_error("TooSlow", "the line took too long to arrive");
}

constexpr std::size_t token_length = 48;

std::string token_path(const std::string& socket) { return socket + ".token"; }

json::object describe(const Error& error) {
  return {{"ok", false}, {"code", error.code}, {"message", error.message}};
}

}  // namespace

// A new one at every start; where the disk is full, the last start's goes on.
Result<std::string> new_token(const std::string& socket) {
  std::string token = random_text(system_random(), alphabet_lower_alnum, token_length);
  const Result<void> written = write_file_durably(token_path(socket), token, 0600);
  if (written.ok()) return token;
  const auto last = read_file(token_path(socket));
  if (!last.ok() || last->size() != token_length) return written.error();
  log_warning("the operator's token could not be renewed", {{"reason", written.error().message}});
  return *last;
}

struct OperatorServer::State {
  std::map<std::string, OperatorVerb> verbs;
  std::string path, token;
  Fd listener;
  Fd wake;
  Thread thread;

  void run();
  void serve(int fd) const;
  [[nodiscard]] json::object answer(const std::string& line) const;
};

void OperatorServer::State::run() {
  LoopGuard guard("operator");
  for (;;) {
    pollfd waiting[2] = {{listener.get(), POLLIN, 0}, {wake.get(), POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0 && errno != EINTR) return;
    if (waiting[1].revents != 0) return;
    if (waiting[0].revents == 0) continue;
    const Fd client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (client.valid()) guard.turn([&] { serve(client.get()); });
    guard.rest();
  }
}

void OperatorServer::State::serve(int fd) const {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || !operator_may_ask(peer.uid, geteuid())) {
    log_warning("the operator's socket refused another user", {{"uid", std::to_string(peer.uid)}});
    return;
  }
  auto deadline = Steady::now() + std::chrono::seconds(operator_receive_seconds);
  const auto line = receive_line(fd, max_operator_request_bytes, &deadline);
  const json::object response = line.ok() ? answer(*line) : describe(line.error());
  deadline = Steady::now() + std::chrono::seconds(operator_receive_seconds);
  send_line(fd, json::serialize(response), &deadline);
}

json::object OperatorServer::State::answer(const std::string& line) const {
  boost::system::error_code failure;
  const json::value request = json::parse(line, failure);
  const json::object* object = failure ? nullptr : request.if_object();
  const json::value* verb = object == nullptr ? nullptr : object->if_contains("verb");
  if (verb == nullptr || !verb->is_string()) {
    return describe(operator_error("MalformedRequest", "send one JSON object with a verb on one line"));
  }
  const json::value* shown = object->if_contains("token");
  if (shown == nullptr || !shown->is_string() || !is_operator_token(shown->get_string(), token)) {
    log_warning("the operator's socket refused a request without the token");
    return describe(operator_error("TokenRequired", "this request does not show the token in " + token_path(path) +
                                                        ": ask as the user that haar runs as, or as root"));
  }
  const std::string name(verb->get_string());
  const auto found = verbs.find(name);
  if (found == verbs.end())
    return describe(operator_error("UnknownVerb", "this haar has no verb \"" + name + "\""));
  const json::value* arguments = object->if_contains("arguments");
  if (arguments != nullptr && !arguments->is_object()) {
    return describe(operator_error("MalformedRequest", "arguments must be an object"));
  }
  try {
    auto result = found->second(arguments == nullptr ? json::object{} : arguments->get_object());
    if (!result.ok()) return describe(result.error());
    return {{"ok", true}, {"result", std::move(*result)}};
  } catch (const std::exception& e) {
    log_error("an operator's verb threw", {{"verb", name}, {"what", e.what()}});
    return describe(operator_error("InternalFailure", "haar failed inside; its log says more"));
  }
}

OperatorServer::OperatorServer() : state_(std::make_unique<State>()) {}
OperatorServer::~OperatorServer() { stop(); }

void OperatorServer::on(std::string verb, OperatorVerb handler) {
  state_->verbs.insert_or_assign(std::move(verb), std::move(handler));
}

Result<void> OperatorServer::start(const std::string& path) {
  const auto address = TRY(unix_address(path));
  {
    const Fd probe = TRY(unix_socket());
    if (::connect(probe.get(), address.get(), sizeof address.raw) == 0) {
      return operator_error("OperatorSocketInUse", "another haar is listening on " + path);
    }
  }
  struct stat seen{};
  if (lstat(path.c_str(), &seen) == 0) {
    if (!S_ISSOCK(seen.st_mode))
      return operator_error("InvalidConfiguration", path + " is in the way: it is not a socket");
    if (::unlink(path.c_str()) != 0) return system_error("cannot remove the old socket", path);
  }
  state_->token = TRY(new_token(path));
  Fd fd = TRY(unix_socket());
  // The mode goes on before bind, so that there is no moment in which others could connect.
  if (::fchmod(fd.get(), 0600) != 0 || ::bind(fd.get(), address.get(), sizeof address.raw) != 0 ||
      ::chmod(path.c_str(), 0600) != 0 || ::listen(fd.get(), 16) != 0) {
    return system_error("cannot listen on", path);
  }
  state_->listener = std::move(fd);
  state_->wake = Fd(::eventfd(0, EFD_CLOEXEC));
  if (!state_->wake.valid()) return system_error("cannot make", "an eventfd");
  state_->path = path;
  state_->thread = Thread("operator", [state = state_.get()] { state->run(); });
  return {};
}

void OperatorServer::stop() {
  if (!state_->listener.valid()) return;
  ::eventfd_write(state_->wake.get(), 1);
  state_->thread.join();
  ::unlink(state_->path.c_str());
  state_->listener.reset();
}

std::string operator_socket(const std::string& data) { return run_folder(data) + "/operator.sock"; }

Result<std::string> choose_operator_socket(const std::string& data) {
  const char* chosen = std::getenv("HAAR_OPERATOR_SOCKET");
  if (data.empty() && chosen != nullptr && *chosen != '\0') return std::string(chosen);
  const char* folder = std::getenv("HAAR_DATA");
  return operator_socket(TRY(resolve_data_folder(data.empty() && folder != nullptr ? folder : data)));
}

Result<json::object> ask_operator(const std::string& socket, const std::string& verb,
                                  json::object arguments) {
  const auto address = TRY(unix_address(socket));
  const Fd fd = TRY(unix_socket());
  if (::connect(fd.get(), address.get(), sizeof address.raw) != 0) {
    if (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR) {
      return operator_error("NotRunning", "nobody listens on " + socket);
    }
    return system_error("cannot connect to", socket);
  }
  const std::string token = TRY(read_file(token_path(socket)));
  const json::object request{{"verb", verb}, {"token", token}, {"arguments", std::move(arguments)}};
  if (!send_line(fd.get(), json::serialize(request), nullptr)) return system_error("cannot send to", socket);
  const auto line = TRY(receive_line(fd.get(), max_operator_response_bytes, nullptr));
  boost::system::error_code failure;
  json::value response = json::parse(line, failure);
  json::object* object = failure ? nullptr : response.if_object();
  const json::value* ok = object == nullptr ? nullptr : object->if_contains("ok");
  if (ok == nullptr || !ok->is_bool())
    return operator_error("MalformedResponse", socket + " does not speak as haar does");
  if (!ok->get_bool()) {
    const auto text = [&](const char* name) {
      const json::value* value = object->if_contains(name);
      return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
    };
    return operator_error(text("code"), text("message"));
  }
  json::value* result = object->if_contains("result");
  return result != nullptr && result->is_object() ? std::move(result->get_object()) : json::object{};
}

bool is_operator_token(std::string_view shown, std::string_view token) {
  return !token.empty() && shown.size() == token.size() && CRYPTO_memcmp(shown.data(), token.data(), token.size()) == 0;
}

bool operator_may_ask(uid_t peer, uid_t own) { return peer == own || peer == 0; }

}  // namespace haar::main
