#include "frontdoor/login_desk.h"

#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/thread.h"
#include "frontdoor/handoff.h"

namespace haar::frontdoor {
namespace {

using Clock = std::chrono::steady_clock;

// An engine that does not run yet, or not any more, is looked for again: soon at first, later rarely.
constexpr std::chrono::milliseconds first_pause{20}, longest_pause{1'000};
constexpr int events_at_once = 64;

void wipe(std::string& text) { ::explicit_bzero(text.data(), text.size()); }

// "user\0client\0secret"
std::optional<LogIn> read_question(std::string_view bytes) {
  const std::size_t first = bytes.find('\0');
  const std::size_t second = first == bytes.npos ? bytes.npos : bytes.find('\0', first + 1);
  if (second == bytes.npos || first == 0 || bytes.find('\0', second + 1) != bytes.npos) return std::nullopt;
  LogIn out;
  out.user = bytes.substr(0, first);
  out.client = bytes.substr(first + 1, second - first - 1);
  out.secret = bytes.substr(second + 1);
  return out;
}

}  // namespace

struct LoginDesk::State {
  struct Engine {
    explicit Engine(const std::string& path) : sender(path) {}
    HandoffSender sender;
    std::map<int, Fd> waiting;  // haar's ends, by descriptor
    Clock::time_point next_try{};
    std::chrono::milliseconds pause = first_pause;
    Clock::time_point second_ends{};
    int brought = 0;  // connections, in the second at hand
  };

  explicit State(Decide given) : decide(std::move(given)) {}

  void run();
  // Brings the connections that wait in the engine's socket up to their number, if it has one.
  void fill(const std::string& id, Engine& engine);
  void fill_all(Clock::time_point now);
  int milliseconds_until_next_try(Clock::time_point now) const;
  void answer(int fd);
  void change(const std::function<void()>& what);

  const Decide decide;
  Fd epoll, wake;
  std::atomic<bool> ending{false};
  std::mutex mutex;  // over what follows; not held while a question is decided
  std::map<std::string, Engine> engines;
  std::map<int, std::string> owners;  // whose a descriptor is
  Thread thread;
};

void LoginDesk::State::fill(const std::string& id, Engine& engine) {
  const auto now = Clock::now();
  if (now >= engine.second_ends) {
    engine.second_ends = now + std::chrono::seconds(1);
    engine.brought = 0;
  }
  while (engine.waiting.size() < waiting_per_engine && engine.brought < questions_per_second_max) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) break;
    Fd own(ends[0]);
    const Fd theirs(ends[1]);
    if (engine.sender.send(theirs.get()) != HandOver::done) break;
    epoll_event event{EPOLLIN | EPOLLHUP, {.fd = own.get()}};
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, own.get(), &event) != 0) break;
    owners[own.get()] = id;
    const int number = own.get();
    engine.waiting.emplace(number, std::move(own));
    ++engine.brought;
  }
  const bool full = engine.waiting.size() == waiting_per_engine;
  engine.pause = full ? first_pause : std::min(engine.pause * 2, longest_pause);
  engine.next_try = full ? Clock::time_point::max() : now + engine.pause;
}

void LoginDesk::State::fill_all(Clock::time_point now) {
  const std::lock_guard lock(mutex);
  for (auto& [id, engine] : engines) {
    if (engine.next_try <= now) fill(id, engine);
  }
}

int LoginDesk::State::milliseconds_until_next_try(Clock::time_point now) const {
  auto next = Clock::time_point::max();
  for (const auto& [id, engine] : engines) next = std::min(next, engine.next_try);
  if (next == Clock::time_point::max()) return -1;
  return std::max(1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(next - now).count()));
}

// Another connection takes its place before anything is decided: who comes next does not wait for one to be brought.
void LoginDesk::State::answer(int fd) {
  Fd connection;
  std::string id;
  {
    const std::lock_guard lock(mutex);
    const auto owner = owners.find(fd);
    if (owner == owners.end()) return;
    id = owner->second;
    owners.erase(owner);
    Engine& engine = engines.at(id);
    connection = std::move(engine.waiting.at(fd));
    engine.waiting.erase(fd);
    fill(id, engine);
  }
  std::string bytes(question_bytes_max + 1, '\0');
  const ssize_t got = ::recv(connection.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (got > 0 && static_cast<std::size_t>(got) <= question_bytes_max) {
    std::optional<LogIn> asked = read_question({bytes.data(), static_cast<std::size_t>(got)});
    if (asked) asked->engine = id;
    const char said = asked && decide(*asked) ? 'y' : 'n';
    [[maybe_unused]] const ssize_t sent = ::send(connection.get(), &said, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (asked) wipe(asked->secret);
  }
  wipe(bytes);
}

void LoginDesk::State::run() {
  std::array<epoll_event, events_at_once> events{};
  while (!ending) {
    const auto now = Clock::now();
    fill_all(now);
    int patience = 0;
    {
      const std::lock_guard lock(mutex);
      patience = milliseconds_until_next_try(now);
    }
    const int count = ::epoll_wait(epoll.get(), events.data(), static_cast<int>(events.size()), patience);
    for (int i = 0; i < count && !ending; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      eventfd_t ignored = 0;
      if (fd == wake.get()) ::eventfd_read(wake.get(), &ignored);
      else answer(fd);
    }
  }
}

void LoginDesk::State::change(const std::function<void()>& what) {
  {
    const std::lock_guard lock(mutex);
    what();
  }
  ::eventfd_write(wake.get(), 1);
}

LoginDesk::LoginDesk(Decide decide) : state_(std::make_unique<State>(std::move(decide))) {
  state_->epoll = Fd(::epoll_create1(EPOLL_CLOEXEC));
  state_->wake = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event{EPOLLIN, {.fd = state_->wake.get()}};
  ::epoll_ctl(state_->epoll.get(), EPOLL_CTL_ADD, state_->wake.get(), &event);
  state_->thread = Thread("haar-logins", [state = state_.get()] { state->run(); });
}

LoginDesk::~LoginDesk() {
  state_->ending = true;
  ::eventfd_write(state_->wake.get(), 1);
  state_->thread.join();
}

void LoginDesk::serve(const std::string& id, const std::string& path) {
  state_->change([&] {
    const auto [known, is_new] = state_->engines.try_emplace(id, path);
    known->second.next_try = {};
    known->second.pause = first_pause;
  });
}

void LoginDesk::forget(const std::string& id) {
  state_->change([&] {
    const auto known = state_->engines.find(id);
    if (known == state_->engines.end()) return;
    for (const auto& [fd, end] : known->second.waiting) state_->owners.erase(fd);
    state_->engines.erase(known);
  });
}

}  // namespace haar::frontdoor
