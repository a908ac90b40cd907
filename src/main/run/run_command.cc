#include "main/run/run_command.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <optional>

#include "main/operator.h"
#include "main/run/connect_filter.h"
#include "main/run/environment.h"
#include "main/run/supervisor.h"

extern "C" char** environ;

namespace haar::main {
namespace {

namespace json = boost::json;

// What env(1) and timeout(1) end with in these cases.
constexpr int could_not_act = 125, cannot_be_run = 126, not_found = 127, of_a_signal = 128;

// Handed on to the program when somebody sends them to haar run. Those of a terminal reach both by themselves.
constexpr int forwarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

std::string text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// ---- the routes, which haar knows ---------------------------------------------------------------

struct Refusal {
  std::string_view name;
  int error;
};
constexpr Refusal refusals[] = {{"not-running", ENETDOWN}, {"nothing-there", ECONNREFUSED}, {"unreachable", EHOSTUNREACH}};

Route read_route(const json::object& said) {
  Route route;
  if (const std::string refusal = text(said, "refusal"); !refusal.empty()) {
    for (const Refusal& known : refusals) {
      if (known.name == refusal) return refused_route(known.error);
    }
    return refused_route(ENETUNREACH);
  }
  route.source = IpAddress::parse(text(said, "source"));
  const json::value* port = said.if_contains("port");
  if (const auto address = IpAddress::parse(text(said, "address")); address && port != nullptr && port->is_int64())
    route.target = SocketAddress{*address, static_cast<std::uint16_t>(port->get_int64())};
  return route;
}

class AskedRoutes {
 public:
  AskedRoutes(std::string socket, const json::object& instance) : socket_(std::move(socket)), instance_(instance) {}

  // Unknown means refused: while haar does not answer, nothing is connected.
  Route operator()(const SocketAddress& destination) {
    json::object question{{"account", text(instance_, "account")}, {"region", text(instance_, "region")},
                          {"instance", text(instance_, "instance")}, {"address", destination.address.str()},
                          {"port", destination.port}};
    if (const json::value* boots = instance_.if_contains("boots")) question["boots"] = *boots;
    const Result<json::object> said = ask_operator(socket_, "instance_route", question);
    if (said.ok()) {
      told_ = false;
      return read_route(*said);
    }
    if (!std::exchange(told_, true)) std::cerr << "haar: no connections for now: " << said.error().message << std::endl;
    return refused_route(ENETUNREACH);
  }

 private:
  std::string socket_;
  json::object instance_;
  bool told_ = false;
};

// ---- the program --------------------------------------------------------------------------------

// One descriptor, or an error number in its place.
void send_listener(int socket, int listener) {
  char bytes[CMSG_SPACE(sizeof(int))] = {};
  int number = listener < 0 ? -listener : 0;
  iovec part{&number, sizeof number};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (listener >= 0) {
    message.msg_control = bytes;
    message.msg_controllen = sizeof bytes;
    cmsghdr* control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(control), &listener, sizeof listener);
  }
  if (::sendmsg(socket, &message, MSG_NOSIGNAL) < 0) ::_exit(could_not_act);
}

Result<Fd> receive_listener(int socket) {
  char bytes[CMSG_SPACE(sizeof(int))] = {};
  int number = EPIPE;
  iovec part{&number, sizeof number};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = bytes;
  message.msg_controllen = sizeof bytes;
  const ssize_t got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  const cmsghdr* control = got > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (control == nullptr || control->cmsg_type != SCM_RIGHTS) {
    return Error{"Unsupported", std::string("the kernel does not let haar run see the program's connections: ") +
                                    std::strerror(got > 0 ? number : EPIPE)};
  }
  int listener = -1;
  std::memcpy(&listener, CMSG_DATA(control), sizeof listener);
  return Fd(listener);
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const std::string& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

[[noreturn]] void become(const RunChoices& choices, const std::vector<std::string>& environment, int socket,
                         const sigset_t& mask, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // without its supervisor the program could not connect to anything
  if (::getppid() != parent) ::_exit(could_not_act);
  const int listener = install_connect_filter();
  send_listener(socket, listener);
  if (listener < 0) ::_exit(could_not_act);
  std::vector<char*> arguments = pointers(choices.program), variables = pointers(environment);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  ::environ = variables.data();
  ::execvp(arguments[0], arguments.data());
  const int error = errno;
  std::cerr << "haar: cannot run " << choices.program[0] << ": " << std::strerror(error) << std::endl;
  ::_exit(error == ENOENT ? not_found : cannot_be_run);
}

// The child's status once it has ended. Children of the program that it left behind are ended with, too.
std::optional<int> ended(pid_t child) {
  std::optional<int> status;
  int how = 0;
  for (pid_t one; (one = ::waitpid(-1, &how, WNOHANG)) > 0;) {
    if (one == child) status = WIFSIGNALED(how) ? of_a_signal + WTERMSIG(how) : WEXITSTATUS(how);
  }
  return status;
}

void forward(const signalfd_siginfo& signal, pid_t child) {
  // SI_KERNEL is the terminal's, which the child has got as well.
  if (signal.ssi_signo != SIGCHLD && signal.ssi_code != SI_KERNEL) ::kill(child, static_cast<int>(signal.ssi_signo));
}

Result<int> supervise(const RunChoices& choices, const std::vector<std::string>& environment, Router router) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return system_error("cannot make", "a socket pair");
  Fd ours(pair[0]), theirs(pair[1]);
  sigset_t heard, before;
  sigemptyset(&heard);
  sigaddset(&heard, SIGCHLD);
  for (const int signal : forwarded) sigaddset(&heard, signal);
  ::sigprocmask(SIG_BLOCK, &heard, &before);
  const Fd signals(::signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals.valid()) return system_error("cannot make", "a signal descriptor");
  // Processes that the program leaves behind stay this one's: where only ancestors may look into a process, their
  // connections would fail otherwise.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return system_error("cannot make", "a process");
  if (child == 0) become(choices, environment, theirs.get(), before, parent);
  theirs.reset();
  Fd listener = TRY(receive_listener(ours.get()));
  ConnectSupervisor supervisor(std::move(listener), std::move(router));
  std::optional<int> status;
  supervisor.run(signals.get(), [&] {
    signalfd_siginfo signal{};
    while (::read(signals.get(), &signal, sizeof signal) == sizeof signal) forward(signal, child);
    status = ended(child);
    return status.has_value();
  });
  return status.value_or(could_not_act);
}

Result<int> act(const std::string& data, const RunChoices& choices) {
  const std::string socket = TRY(choose_operator_socket(data));
  const json::object instance = TRY(ask_operator(
      socket, "instance",
      {{"instance", choices.instance}, {"region", choices.region}, {"account", choices.account}}));
  if (const std::string state = text(instance, "state"); state != "running")
    return Error{"IncorrectInstanceState", "the instance " + choices.instance + " is " + state + ", not running"};
  TRY(can_filter_connects());
  std::vector<std::string> own;
  for (char** entry = environ; *entry != nullptr; ++entry) own.emplace_back(*entry);
  const auto surroundings = InstanceSurroundings{text(instance, "endpoint"), text(instance, "region")};
  return supervise(choices, instance_environment(own, surroundings), AskedRoutes(socket, instance));
}

}  // namespace

int run_as_instance(const std::string& data, const RunChoices& choices, const Terminal& terminal) {
  const Result<int> status = act(data, choices);
  if (status.ok()) return *status;
  terminal.err << "haar: " << status.error().message << "\n";
  if (status.error().code == "NotRunning")
    terminal.err << "Start one with  haar serve  -- or choose another with --data FOLDER.\n";
  return could_not_act;
}

}  // namespace haar::main
