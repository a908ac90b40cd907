#include "frontdoor/frontdoor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <mutex>
#include <unordered_map>

#include "base/file.h"
#include "base/log.h"
#include "base/loop_guard.h"
#include "base/thread.h"
#include "frontdoor/gatherer.h"
#include "frontdoor/handoff.h"
#include "frontdoor/listener.h"
#include "frontdoor/syn_filter.h"

namespace haar::frontdoor {
namespace {

using SteadyClock = std::chrono::steady_clock;
using TimePoint = SteadyClock::time_point;

constexpr int accepts_per_wake = 64;                      // then the other endpoints have their turn
constexpr auto longest_wait = std::chrono::seconds(5);    // for room in the engine's queue
constexpr auto retry_interval = std::chrono::seconds(2);  // of addresses that could not be bound
constexpr std::uint64_t wake_token = 0;

// A closed socket that tells the client so: RST instead of FIN.
void reset_connection(Fd client) {
  const linger now{1, 0};
  ::setsockopt(client.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

// What is gathered into one report: endpoint, client.
using DeniedKey = std::pair<std::string, IpAddress>;

// What happened under the lock and is told without it.
struct News {
  std::vector<Denial> denials;
  std::vector<HandoffFailure> failures;
};

// One place where an endpoint listens.
struct Door {
  IpAddress address;
  Fd listener;
  std::uint64_t token = 0;
  bool filtered = false;
  std::string problem;
};

struct Slot {
  Endpoint endpoint;
  std::vector<Door> doors;  // the endpoint's address, then those of more_addresses; none: closed
  std::size_t turn = 0;
  EndpointStatus status;
};

struct Waiting {
  Fd client;
  std::string endpoint;
  TimePoint deadline;
};

// The first byte of a TLS session: a record that is part of a handshake. No command of Redis or memcached begins with it.
// https://www.rfc-editor.org/rfc/rfc8446#section-5.1
constexpr char tls_handshake = 0x16;

// A client of an endpoint with fixed replies that has said nothing else yet, or of one with TLS targets that has said nothing.
struct LineClient {
  Fd client;
  std::string endpoint;
};

// One engine, and the connections that wait for room in its queue.
struct Target {
  explicit Target(const std::string& path) : sender(path) {}
  HandoffSender sender;
  std::deque<Waiting> waiting;
  std::uint64_t token = 0;  // while watched for room, else 0
};

}  // namespace

struct FrontDoor::Impl {
  Callbacks callbacks;
  Refusal refusal = Refusal::reset;
  std::string no_filters;  // why the machine permits none
  Fd epoll, wake, spare;
  Thread thread;

  mutable std::mutex mutex;  // guards all below
  bool stopping = false;
  std::uint64_t next_token = wake_token + 1;
  std::map<std::string, Slot> slots;
  std::map<std::string, Target> targets;
  Hosts hosts;
  std::unordered_map<std::uint64_t, std::string> listener_tokens, target_tokens;
  std::map<std::uint64_t, LineClient> line_clients;  // by token: in the order they came
  std::size_t waiting = 0;  // of all targets
  Gatherer<DeniedKey> denials;
  Gatherer<std::string> failures;

  void run();
  void place_doors(Slot& slot);
  void open(Slot& slot, Door& door);
  void filter(const Slot& slot, Door& door) const;
  void close(Door& door);
  void accept_some(Slot& slot, std::uint64_t token, News& news);
  void judge(Slot& slot, const Door& door, Fd client, const sockaddr_storage& peer, News& news);
  void admit(Slot& slot, const std::vector<std::string>& paths, Fd client, News& news);
  bool keep_line_client(Slot& slot, Fd& client, News& news);
  void read_lines(std::uint64_t token, bool ended, News& news);
  void read_first_byte(std::uint64_t token, News& news);
  void hand_over_line_client(std::uint64_t token, News& news);
  bool hand_over(Slot& slot, const std::vector<std::string>& paths, Fd& client);
  bool queue(Target& target, const std::string& endpoint, Fd& client);
  bool watch_for_room(Target& target);
  void drain(Target& target, News& news);
  void fail(const std::string& endpoint, const std::string& reason, News& news);
  void tick(News& news);
  void forget_unused_targets();
  void tell(LoopGuard& guard, const News& news) const;
  void serve(const epoll_event& event, News& news);
};

// Brings the listeners to what the endpoint asks for.
void FrontDoor::Impl::place_doors(Slot& slot) {
  const Endpoint& endpoint = slot.endpoint;
  std::vector<IpAddress> wanted;
  // Who is not to hear that nobody is admitted must find a listener that drops it.
  const bool drops = refusal == Refusal::timeout && no_filters.empty();
  if (!endpoint.targets.empty() && (drops || !endpoint.admission.nobody())) {
    wanted.push_back(endpoint.address);
    wanted.insert(wanted.end(), endpoint.more_addresses.begin(), endpoint.more_addresses.end());
  }
  std::vector<Door> doors;
  for (const IpAddress& address : wanted) {
    const auto is_there = [&](const Door& door) { return door.address == address; };
    const auto known = std::find_if(slot.doors.begin(), slot.doors.end(), is_there);
    if (known == slot.doors.end()) {
      doors.push_back({address, Fd(), 0, false, ""});
    } else {
      doors.push_back(std::move(*known));
      slot.doors.erase(known);
    }
  }
  for (Door& door : slot.doors) close(door);
  slot.doors = std::move(doors);
  for (Door& door : slot.doors) {
    if (door.listener.valid()) filter(slot, door);
    else open(slot, door);
  }
}

void FrontDoor::Impl::open(Slot& slot, Door& door) {
  door.problem.clear();
  const Place place = door.address == slot.endpoint.address ? Place::own_address : Place::own_block;
  auto listener = bind_listener(door.address, slot.endpoint.port, place);
  if (!listener.ok()) {
    door.problem = listener.error().message;
    return;
  }
  door.listener = std::move(*listener);
  filter(slot, door);  // before the first packet comes
  if (const Result<void> listens = start_listening(door.listener, door.address, slot.endpoint.port); !listens.ok()) {
    door.problem = listens.error().message;
    door.listener.reset();
    return;
  }
  door.token = next_token++;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = door.token;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, door.listener.get(), &event) != 0) {
    door.problem = std::string("cannot watch the listener: ") + std::strerror(errno);
    door.listener.reset();
    return;
  }
  listener_tokens.emplace(door.token, slot.endpoint.id);
}

void FrontDoor::Impl::filter(const Slot& slot, Door& door) const {
  if (refusal != Refusal::timeout || !no_filters.empty()) return;
  const auto program = syn_filter(slot.endpoint.admission, hosts, door.address.v6);
  const bool attached = program && attach_filter(door.listener.get(), *program).ok();
  if (!attached && door.filtered) detach_filter(door.listener.get());  // what it says is no longer so
  door.filtered = attached;
}

void FrontDoor::Impl::close(Door& door) {
  if (!door.listener.valid()) return;
  listener_tokens.erase(door.token);
  door.listener.reset();  // leaves the epoll set with its last descriptor
}

void FrontDoor::Impl::fail(const std::string& endpoint, const std::string& reason, News& news) {
  const auto slot = slots.find(endpoint);
  if (slot != slots.end()) ++slot->second.status.failed;
  if (failures.note(endpoint, SteadyClock::now())) news.failures.push_back({endpoint, reason});
}

void FrontDoor::Impl::accept_some(Slot& slot, std::uint64_t token, News& news) {
  const auto known = std::find_if(slot.doors.begin(), slot.doors.end(), [&](const Door& door) { return door.token == token; });
  if (known == slot.doors.end()) return;
  Door& door = *known;
  for (int i = 0; i < accepts_per_wake; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    Fd client(::accept4(door.listener.get(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!client.valid()) {
      if (errno != EMFILE && errno != ENFILE) return;  // EAGAIN, or a client that has left already
      // Out of descriptors: spend the spare one on turning the client away, else this loop would spin.
      spare.reset();
      client = Fd(::accept4(door.listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (client.valid()) reset_connection(std::move(client));
      spare = Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
      fail(slot.endpoint.id, "haar has no file descriptor left", news);
      return;
    }
    if (door.filtered) detach_filter(client.get());
    judge(slot, door, std::move(client), peer, news);
  }
}

void FrontDoor::Impl::judge(Slot& slot, const Door& door, Fd client, const sockaddr_storage& peer, News& news) {
  const auto source = IpAddress::from(peer);
  const std::uint16_t source_port = port_of(peer);
  const auto who = source ? identify(hosts, *source, source_port) : std::nullopt;
  if (!who || !slot.endpoint.admission.admits(*who)) {
    reset_connection(std::move(client));
    ++slot.status.denied;
    const IpAddress shown = source.value_or(IpAddress{});
    if (denials.note({slot.endpoint.id, shown}, SteadyClock::now())) {
      news.denials.push_back({slot.endpoint.id, shown, source_port, door.address, 1});
    }
    return;
  }
  const bool listens = !slot.endpoint.fixed_replies.empty() || !slot.endpoint.tls_targets.empty();
  if (listens && keep_line_client(slot, client, news)) return;
  admit(slot, slot.endpoint.targets, std::move(client), news);
}

void FrontDoor::Impl::admit(Slot& slot, const std::vector<std::string>& paths, Fd client, News& news) {
  if (hand_over(slot, paths, client)) {
    ++slot.status.admitted;
    return;
  }
  reset_connection(std::move(client));
  fail(slot.endpoint.id, "no engine takes the connection", news);
}

bool FrontDoor::Impl::keep_line_client(Slot& slot, Fd& client, News& news) {
  if (line_clients.size() >= line_clients_max) hand_over_line_client(line_clients.begin()->first, news);
  const std::uint64_t token = next_token++;
  epoll_event event{};
  // Edge-triggered: half a line that stays unread must not wake the door again and again.
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
  event.data.u64 = token;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, client.get(), &event) != 0) return false;
  line_clients.emplace(token, LineClient{std::move(client), slot.endpoint.id});
  return true;
}

// Hands the client over with all that it has said and the door has not replied to.
void FrontDoor::Impl::hand_over_line_client(std::uint64_t token, News& news) {
  auto taken = line_clients.extract(token);
  LineClient& line_client = taken.mapped();
  ::epoll_ctl(epoll.get(), EPOLL_CTL_DEL, line_client.client.get(), nullptr);
  const auto slot = slots.find(line_client.endpoint);
  if (slot == slots.end()) return;
  const Endpoint& endpoint = slot->second.endpoint;
  char first = 0;
  const bool on_tls = !endpoint.tls_targets.empty() &&
                      ::recv(line_client.client.get(), &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1 && first == tls_handshake;
  admit(slot->second, on_tls ? endpoint.tls_targets : endpoint.targets, std::move(line_client.client), news);
}

// Whoever has said anything, or has ended, is handed over: what he said stays unread.
void FrontDoor::Impl::read_first_byte(std::uint64_t token, News& news) {
  char first = 0;
  ssize_t got = 0;
  do got = ::recv(line_clients.at(token).client.get(), &first, 1, MSG_PEEK | MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  if (got < 0 && errno == EAGAIN) return;
  if (got > 0) hand_over_line_client(token, news);
  else line_clients.erase(token);
}

void FrontDoor::Impl::read_lines(std::uint64_t token, bool ended, News& news) {
  const LineClient& line_client = line_clients.at(token);
  const FixedReplies& replies = slots.at(line_client.endpoint).endpoint.fixed_replies;
  if (replies.empty()) return read_first_byte(token, news);
  std::array<char, request_line_max> said{};
  for (;;) {
    const ssize_t got = ::recv(line_client.client.get(), said.data(), said.size(), MSG_PEEK | MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) break;
    const MatchedLine line = match_line({said.data(), static_cast<std::size_t>(got)}, replies);
    if (line.kind == MatchedLine::Kind::other) return hand_over_line_client(token, news);
    if (line.kind == MatchedLine::Kind::incomplete) {
      if (ended) break;
      return;
    }
    const auto length = static_cast<ssize_t>(line.length), size = static_cast<ssize_t>(line.reply->size());
    // A client that does not read its replies is not waited for.
    if (::recv(line_client.client.get(), said.data(), line.length, MSG_DONTWAIT) != length ||
        ::send(line_client.client.get(), line.reply->data(), line.reply->size(), MSG_DONTWAIT | MSG_NOSIGNAL) != size) {
      break;
    }
  }
  line_clients.erase(token);
}

bool FrontDoor::Impl::hand_over(Slot& slot, const std::vector<std::string>& paths, Fd& client) {
  const std::size_t count = paths.size();
  const std::size_t start = slot.endpoint.balance == Balance::round_robin ? slot.turn++ : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& path = paths[(start + i) % count];
    Target& target = targets.try_emplace(path, path).first->second;
    // Those that came first go first.
    const HandOver outcome = target.waiting.empty() ? target.sender.send(client.get()) : HandOver::full;
    if (outcome == HandOver::done) return true;
    if (outcome == HandOver::full && queue(target, slot.endpoint.id, client)) return true;
  }
  return false;
}

bool FrontDoor::Impl::watch_for_room(Target& target) {
  if (target.token == 0) {
    target.token = next_token++;
    target_tokens.emplace(target.token, target.sender.path());
  }
  epoll_event event{};
  event.events = EPOLLOUT;
  event.data.u64 = target.token;
  return ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, target.sender.fd(), &event) == 0 || errno == EEXIST;
}

bool FrontDoor::Impl::queue(Target& target, const std::string& endpoint, Fd& client) {
  if (target.waiting.size() >= waiting_per_engine_max || waiting >= waiting_max) return false;
  if (target.waiting.empty() && !watch_for_room(target)) return false;
  ++waiting;
  target.waiting.push_back({std::move(client), endpoint, SteadyClock::now() + longest_wait});
  return true;
}

void FrontDoor::Impl::drain(Target& target, News& news) {
  if (target.waiting.empty()) return;
  const TimePoint now = SteadyClock::now();
  while (!target.waiting.empty()) {
    Waiting& first = target.waiting.front();
    const HandOver outcome = target.sender.send(first.client.get());
    // The sender may have found a restarted engine meanwhile, by a socket that is not watched yet.
    if (outcome == HandOver::full && first.deadline > now && watch_for_room(target)) return;
    if (outcome != HandOver::done) {
      reset_connection(std::move(first.client));
      fail(first.endpoint, outcome == HandOver::full ? "the engine is too busy" : "the engine is gone", news);
    }
    target.waiting.pop_front();
    --waiting;
  }
  target_tokens.erase(target.token);
  target.token = 0;
  if (target.sender.fd() >= 0) ::epoll_ctl(epoll.get(), EPOLL_CTL_DEL, target.sender.fd(), nullptr);
}

void FrontDoor::Impl::forget_unused_targets() {
  for (auto at = targets.begin(); at != targets.end();) {
    const bool used = std::any_of(slots.begin(), slots.end(), [&](const auto& slot) {
      const Endpoint& endpoint = slot.second.endpoint;
      return std::ranges::find(endpoint.targets, at->first) != endpoint.targets.end() ||
             std::ranges::find(endpoint.tls_targets, at->first) != endpoint.tls_targets.end();
    });
    if (used || !at->second.waiting.empty()) ++at;
    else at = targets.erase(at);
  }
}

void FrontDoor::Impl::tick(News& news) {
  const TimePoint now = SteadyClock::now();
  for (auto& [id, slot] : slots) {
    // The others stay closed until the endpoint is set anew: most machines have no such addresses.
    if (!slot.doors.empty() && !slot.doors.front().problem.empty()) open(slot, slot.doors.front());
  }
  for (auto& [path, target] : targets) {
    if (!target.waiting.empty() && target.waiting.front().deadline <= now) drain(target, news);
  }
  denials.flush(now, [&](const DeniedKey& key, std::uint64_t count) {
    const auto slot = slots.find(key.first);
    const IpAddress address = slot == slots.end() ? IpAddress{} : slot->second.endpoint.address;
    news.denials.push_back({key.first, key.second, 0, address, count});
  });
  failures.flush(now, [&](const std::string& key, std::uint64_t count) {
    news.failures.push_back({key, fmt::format("{} more connections found no engine", count)});
  });
  forget_unused_targets();
}

void FrontDoor::Impl::tell(LoopGuard& guard, const News& news) const {
  for (const Denial& denial : news.denials) {
    guard.turn([&] {
      log_info("connection denied", {{"endpoint", denial.endpoint}, {"source", denial.source.str()},
                                     {"count", std::to_string(denial.count)}});
      if (callbacks.on_denied) callbacks.on_denied(denial);
    });
  }
  for (const HandoffFailure& failure : news.failures) {
    guard.turn([&] {
      log_warning("connection not handed over", {{"endpoint", failure.endpoint}, {"reason", failure.reason}});
      if (callbacks.on_failed) callbacks.on_failed(failure);
    });
  }
}

void FrontDoor::Impl::serve(const epoll_event& event, News& news) {
  const std::uint64_t token = event.data.u64;
  // A token that is not there any more belongs to what was removed while this thread slept.
  if (const auto listener = listener_tokens.find(token); listener != listener_tokens.end()) {
    accept_some(slots.at(listener->second), token, news);
  } else if (const auto target = target_tokens.find(token); target != target_tokens.end()) {
    const auto found = targets.find(target->second);
    if (found != targets.end()) drain(found->second, news);
  } else if (line_clients.contains(token)) {
    read_lines(token, (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0, news);
  }
}

void FrontDoor::Impl::run() {
  constexpr int retry_ms = std::chrono::duration_cast<std::chrono::milliseconds>(retry_interval).count();
  std::array<epoll_event, 64> events{};
  LoopGuard guard("frontdoor");
  TimePoint next_tick = SteadyClock::now() + retry_interval;
  for (;;) {
    const int count = ::epoll_wait(epoll.get(), events.data(), static_cast<int>(events.size()), retry_ms);
    News news;
    {
      const std::lock_guard lock(mutex);
      if (stopping) return;
      for (int i = 0; i < count; ++i) guard.turn([&] { serve(events[static_cast<std::size_t>(i)], news); });
      if (SteadyClock::now() >= next_tick) {
        next_tick = SteadyClock::now() + retry_interval;
        guard.turn([&] { tick(news); });
      }
    }
    tell(guard, news);
    guard.rest();
  }
}

FrontDoor::FrontDoor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<FrontDoor>> FrontDoor::start(Callbacks callbacks, Refusal refusal) {
  auto impl = std::make_unique<Impl>();
  impl->refusal = refusal;
  if (refusal == Refusal::timeout) impl->no_filters = frontdoor::why_no_filters();
  impl->callbacks = std::move(callbacks);
  impl->epoll = Fd(::epoll_create1(EPOLL_CLOEXEC));
  impl->wake = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  impl->spare = Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!impl->epoll.valid() || !impl->wake.valid()) return system_error("cannot open", "the front door");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = wake_token;
  if (::epoll_ctl(impl->epoll.get(), EPOLL_CTL_ADD, impl->wake.get(), &event) != 0) {
    return system_error("cannot watch", "the front door's wake-up");
  }
  Impl* raw = impl.get();
  impl->thread = Thread("frontdoor", [raw] { raw->run(); });
  return std::unique_ptr<FrontDoor>(new FrontDoor(std::move(impl)));
}

FrontDoor::~FrontDoor() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(impl_->wake.get(), &one, sizeof one);
  impl_->thread.join();
}

Result<void> FrontDoor::set(Endpoint endpoint) {
  const std::lock_guard lock(impl_->mutex);
  Slot& slot = impl_->slots[endpoint.id];
  if (slot.endpoint.port != endpoint.port) {
    for (Door& door : slot.doors) impl_->close(door);
    slot.doors.clear();
  }
  slot.endpoint = std::move(endpoint);
  impl_->place_doors(slot);
  if (slot.doors.empty() || slot.doors.front().problem.empty()) return {};
  return Error{"EndpointUnavailable", slot.doors.front().problem, 503, Fault::receiver};
}

void FrontDoor::remove(const std::string& id) {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->slots.find(id);
  if (found == impl_->slots.end()) return;
  for (Door& door : found->second.doors) impl_->close(door);
  std::erase_if(impl_->line_clients, [&](const auto& client) { return client.second.endpoint == id; });
  impl_->slots.erase(found);
}

void FrontDoor::set_hosts(Hosts hosts) {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->hosts == hosts) return;
  impl_->hosts = std::move(hosts);
  for (auto& [id, slot] : impl_->slots) {
    for (Door& door : slot.doors) {
      if (door.listener.valid()) impl_->filter(slot, door);
    }
  }
}

Refusal FrontDoor::refusal() const { return impl_->refusal; }
std::string FrontDoor::why_no_timeouts() const { return impl_->no_filters; }

std::size_t FrontDoor::held() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->line_clients.size() + impl_->waiting;
}

std::vector<EndpointStatus> FrontDoor::status() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<EndpointStatus> out;
  for (const auto& [id, slot] : impl_->slots) {
    EndpointStatus status = slot.status;
    status.id = id;
    status.address = slot.endpoint.address;
    status.port = slot.endpoint.port;
    for (const Door& door : slot.doors) {
      if (!door.listener.valid()) continue;
      if (&door == &slot.doors.front()) status.listening = true;
      else status.more_listening.push_back(door.address);
      status.filtered = door.filtered;
    }
    if (!slot.doors.empty()) status.problem = slot.doors.front().problem;
    out.push_back(std::move(status));
  }
  return out;
}

}  // namespace haar::frontdoor
