#include "engines/supervisor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <set>
#include <unordered_map>

#include "base/file.h"
#include "base/log.h"
#include "base/loop_guard.h"
#include "base/thread.h"
#include "engines/engine_user.h"
#include "engines/launch.h"
#include "engines/log_file.h"
#include "engines/process_record.h"
#include "engines/selftest.h"
#include "engines/trash.h"
#include "engines/user_table.h"

namespace haar::engines {
namespace {

constexpr std::uint64_t wake_token = 0;
constexpr int log_check_ms = 3'000;
constexpr off_t longest_log = off_t{16} << 20;  // then it is cut (log_file.h)
constexpr Milliseconds kill_patience{5000};
constexpr Milliseconds slice{50};               // how soon a wait sees that haar is ending

struct Watched {
  pid_t pid = 0;
  std::shared_ptr<Fd> pidfd;  // shared with a stop() that is under way
  bool child = false;
  std::string record_folder;
  std::string log_file;
  bool outdated = false;
  std::uint64_t token = 0;
};

// An id that somebody is at; taken with the supervisor's lock held.
class Busy {
 public:
  Busy(std::mutex& mutex, std::condition_variable& changed, std::set<std::string>& ids, const std::string& id)
      : mutex_(mutex), changed_(changed), ids_(ids), id_(id) {
    ids_.insert(id_);
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;
  ~Busy() {
    const std::lock_guard lock(mutex_);
    ids_.erase(id_);
    changed_.notify_all();
  }

 private:
  std::mutex& mutex_;
  std::condition_variable& changed_;
  std::set<std::string>& ids_;
  const std::string id_;
};

Error already_running(const std::string& id, pid_t pid) {
  return {"EngineAlreadyRunning", fmt::format("{} is running already (process {})", id, pid), 500, Fault::receiver};
}

}  // namespace

struct Supervisor::Impl {
  Options options;
  OnExit on_exit;
  frontdoor::ShimFiles shim;
  Layers layers;
  std::unique_ptr<UserTable> users;
  std::atomic<bool> cancelled{false};
  Trash trash;
  Fd epoll, wake;
  Thread thread;

  std::mutex self_test_mutex;
  bool self_test_passed = false;

  mutable std::mutex mutex;  // guards all below
  mutable std::condition_variable changed;
  bool stopping = false;
  std::uint64_t next_token = wake_token + 1;
  std::map<std::string, Watched> processes;
  std::unordered_map<std::uint64_t, std::string> tokens;
  // Ids that start() or adopt() is at: one at a time, or what the one reads the other has replaced meanwhile.
  std::set<std::string> busy;

  void run();
  void look_at_logs();
  void ended(std::uint64_t token);
  Result<void> watch(const std::string& id, Watched process);
  std::optional<std::pair<std::string, ExitStatus>> reap(std::uint64_t token);
  Result<pid_t> launch(const Launch& launch);
  Result<std::optional<pid_t>> adopt(const std::string& id, const std::string& record_folder,
                                     const std::string& work_folder);
};

Result<void> Supervisor::Impl::watch(const std::string& id, Watched process) {
  const std::lock_guard lock(mutex);
  process.token = next_token++;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = process.token;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, process.pidfd->get(), &event) != 0) {
    return system_error("cannot watch", id);
  }
  tokens.emplace(process.token, id);
  processes[id] = std::move(process);
  return {};
}

// The process behind a token has ended: forget it and say how it ended.
std::optional<std::pair<std::string, ExitStatus>> Supervisor::Impl::reap(std::uint64_t token) {
  const std::lock_guard lock(mutex);
  const auto name = tokens.find(token);
  if (name == tokens.end()) return std::nullopt;
  const std::string id = name->second;
  const auto process = processes.find(id);
  ExitStatus status;
  siginfo_t info{};
  if (process->second.child &&
      ::waitid(P_PIDFD, static_cast<id_t>(process->second.pidfd->get()), &info, WEXITED) == 0) {
    status.known = true;
    if (info.si_code == CLD_EXITED) status.code = info.si_status;
    else status.signal = info.si_status;
  }
  ::epoll_ctl(epoll.get(), EPOLL_CTL_DEL, process->second.pidfd->get(), nullptr);
  remove_record(process->second.record_folder);
  processes.erase(process);
  tokens.erase(name);
  changed.notify_all();
  return std::pair{id, status};
}

void Supervisor::Impl::look_at_logs() {
  std::vector<std::string> logs;
  {
    const std::lock_guard lock(mutex);
    for (const auto& [id, process] : processes) logs.push_back(process.log_file);
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  for (const std::string& log : logs) rotate_log(log, longest_log, std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

void Supervisor::Impl::ended(std::uint64_t token) {
  const auto gone = reap(token);
  if (!gone) return;
  log_info("engine process ended", {{"id", gone->first}, {"how", describe(gone->second)}});
  if (on_exit) on_exit(gone->first, gone->second);
}

void Supervisor::Impl::run() {
  LoopGuard guard("supervisor");
  std::array<epoll_event, 32> events{};
  auto next_check = std::chrono::steady_clock::now() + Milliseconds(log_check_ms);
  for (;;) {
    const int count = ::epoll_wait(epoll.get(), events.data(), static_cast<int>(events.size()), log_check_ms);
    {
      const std::lock_guard lock(mutex);
      if (stopping) return;
    }
    if (std::chrono::steady_clock::now() >= next_check) {
      next_check = std::chrono::steady_clock::now() + Milliseconds(log_check_ms);
      guard.turn([this] { look_at_logs(); });
    }
    for (int i = 0; i < count; ++i) guard.turn([&] { ended(events[static_cast<std::size_t>(i)].data.u64); });
    guard.rest();
  }
}

Result<pid_t> Supervisor::Impl::launch(const Launch& launch) {
  TRY(check_enterable(launch.work_folder + "/.", launch.user));
  // Without a namespace, what an engine started may outlive it: it is not to meet the next one.
  if (layers.namespaces == namespaces::Kind::none && launch.user.own) kill_processes_of(launch.user.uid);
  auto prepared = TRY(PreparedLaunch::prepare(launch, shim.shim, layers));
  const pid_t pid = TRY(prepared.fork());
  const auto started = start_time_of(pid);
  ProcessRecord record{launch.id, pid, started.value_or(0), boot_id(), launch.work_folder};
  auto pidfd = std::make_shared<Fd>(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  Result<void> ready = write_record(launch.record_folder, record);
  if (ready.ok() && (!started || !pidfd->valid())) ready = system_error("cannot watch", launch.program);
  if (ready.ok()) ready = prepared.release();
  if (ready.ok()) ready = watch(launch.id, {pid, pidfd, true, launch.record_folder, launch.log_file, false, 0});
  if (!ready.ok()) {
    if (pidfd->valid()) ::syscall(SYS_pidfd_send_signal, pidfd->get(), SIGKILL, nullptr, 0);
    prepared.abandon();
    remove_record(launch.record_folder);
    return std::move(ready).error();
  }
  return pid;
}

Supervisor::Supervisor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Supervisor>> Supervisor::create(Options options, OnExit on_exit) {
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  impl->on_exit = std::move(on_exit);
  impl->layers = Layers::of_this_machine();
  if (impl->options.users_folder.empty()) impl->options.users_folder = impl->options.run_folder + "/users";
  impl->users = std::make_unique<UserTable>(impl->options.users_folder, first_user_of(impl->options.users_folder));
  TRY(make_folders(impl->options.run_folder, 0711));
  impl->shim = TRY(frontdoor::install_shim(impl->options.run_folder + "/lib"));
  impl->epoll = Fd(::epoll_create1(EPOLL_CLOEXEC));
  impl->wake = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = wake_token;
  if (!impl->epoll.valid() || !impl->wake.valid() ||
      ::epoll_ctl(impl->epoll.get(), EPOLL_CTL_ADD, impl->wake.get(), &event) != 0) {
    return system_error("cannot start", "the supervisor");
  }
  Impl* raw = impl.get();
  impl->thread = Thread("supervisor", [raw] { raw->run(); });
  return std::unique_ptr<Supervisor>(new Supervisor(std::move(impl)));
}

Supervisor::~Supervisor() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(impl_->wake.get(), &one, sizeof one);
  impl_->thread.join();
}

const frontdoor::ShimFiles& Supervisor::shim() const { return impl_->shim; }

const std::string& Supervisor::run_folder() const { return impl_->options.run_folder; }

const Layers& Supervisor::layers() const { return impl_->layers; }

Result<EngineUser> Supervisor::user_of(const std::string& id) const {
  if (!impl_->layers.own_users) return current_user();
  const uid_t user = TRY(impl_->users->of(id));
  return EngineUser{"haar-engine", user, user, true};
}

void Supervisor::release_user(const std::string& id) const {
  if (!impl_->layers.own_users) return;
  if (const auto user = impl_->users->known(id)) kill_processes_of(*user);
  impl_->users->release(id);
}

Result<EngineUser> Supervisor::maker_user() const {
  if (::geteuid() != 0) return current_user();
  for (const char* name : {"postgres", "nobody"}) {
    if (auto user = user_named(name); user && user->uid != 0) return *user;
  }
  return Error{"EngineStartFailed", "haar runs as root, and there is no user postgres or nobody to make databases as", 500,
               Fault::receiver};
}

void Supervisor::cancel() { impl_->cancelled = true; }

bool Supervisor::cancelled() const { return impl_->cancelled; }

Result<pid_t> Supervisor::start(const Launch& launch) {
  if (impl_->layers.landlock == 0 || !impl_->layers.seccomp) {
    return Error{"EngineConfinementUnavailable",
                 "engines are not started here, since they could not be held in: " +
                     fmt::format("{}", fmt::join(tell(impl_->layers).missing, "; ")),
                 503, Fault::receiver};
  }
  if (impl_->cancelled) return stopping_error();
  std::optional<Busy> busy;
  {
    std::unique_lock lock(impl_->mutex);
    impl_->changed.wait(lock, [&] { return !impl_->busy.contains(launch.id); });
    if (const auto found = impl_->processes.find(launch.id); found != impl_->processes.end()) {
      return already_running(launch.id, found->second.pid);
    }
    busy.emplace(impl_->mutex, impl_->changed, impl_->busy, launch.id);
  }
  Result<pid_t> outcome = [&]() -> Result<pid_t> {
    // A process that an earlier haar started and nobody has adopted yet.
    const auto record = read_record(launch.record_folder);
    if (record && open_recorded(*record).valid()) return already_running(launch.id, record->pid);
    return impl_->launch(launch);
  }();
  if (outcome.ok()) {
    log_info("engine process started", {{"id", launch.id}, {"program", launch.program}, {"pid", std::to_string(*outcome)}});
  }
  return outcome;
}

Result<std::optional<pid_t>> Supervisor::adopt(const std::string& id, const std::string& record_folder,
                                               const std::string& work_folder) {
  std::optional<Busy> busy;
  {
    std::unique_lock lock(impl_->mutex);
    impl_->changed.wait(lock, [&] { return !impl_->busy.contains(id); });
    if (const auto found = impl_->processes.find(id); found != impl_->processes.end())
      return std::optional(found->second.pid);
    busy.emplace(impl_->mutex, impl_->changed, impl_->busy, id);
  }
  return impl_->adopt(id, record_folder, work_folder);
}

Result<std::optional<pid_t>> Supervisor::Impl::adopt(const std::string& id, const std::string& record_folder,
                                                     const std::string& work_folder) {
  const auto record = read_record(record_folder);
  if (!record) return std::optional<pid_t>();
  Fd pidfd = record->id == id && record->folder == work_folder ? open_recorded(*record) : Fd();
  if (!pidfd.valid()) {
    remove_record(record_folder);
    return std::optional<pid_t>();
  }
  TRY(watch(id, {record->pid, std::make_shared<Fd>(std::move(pidfd)), false, record_folder, record_folder + "/engine.log",
                 record->outdated, 0}));
  log_info("engine process adopted", {{"id", id}, {"pid", std::to_string(record->pid)}});
  return std::optional<pid_t>(record->pid);
}

std::optional<pid_t> Supervisor::running(const std::string& id) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->processes.find(id);
  return found == impl_->processes.end() ? std::nullopt : std::optional(found->second.pid);
}

bool Supervisor::outdated(const std::string& id) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->processes.find(id);
  return found != impl_->processes.end() && found->second.outdated;
}

bool Supervisor::wait_exit(const std::string& id, Milliseconds timeout) const {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::unique_lock lock(impl_->mutex);
  const auto gone = [&] { return !impl_->processes.contains(id); };
  while (!gone() && !impl_->cancelled && std::chrono::steady_clock::now() < deadline) {
    impl_->changed.wait_until(lock, std::min(deadline, std::chrono::steady_clock::now() + slice), gone);
  }
  return gone();
}

// Signals go through the pidfd: they reach this process or none.
bool Supervisor::signal(const std::string& id, int signal) const {
  std::shared_ptr<Fd> pidfd;
  {
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->processes.find(id);
    if (found == impl_->processes.end()) return false;
    pidfd = found->second.pidfd;
  }
  return ::syscall(SYS_pidfd_send_signal, pidfd->get(), signal, nullptr, 0) == 0;
}

Result<void> Supervisor::stop(const std::string& id, const StopPlan& plan) {
  const auto ask = [&](int number, Milliseconds patience) {
    if (number == 0) return false;
    signal(id, number);
    return wait_exit(id, patience);
  };
  if (ask(plan.signal, plan.patience)) return {};
  if (!impl_->cancelled && (ask(plan.stronger, plan.more_patience) || ask(SIGKILL, kill_patience))) return {};
  if (impl_->cancelled) return stopping_error();
  return Error{"EngineStopFailed", fmt::format("{} does not end, even by SIGKILL", id), 500, Fault::receiver};
}

Result<void> Supervisor::stop_all(const std::vector<std::string>& ids, int number, Milliseconds total) {
  const auto deadline = std::chrono::steady_clock::now() + total;
  std::unique_lock lock(impl_->mutex);
  const auto all_gone = [&] {
    return std::none_of(ids.begin(), ids.end(), [&](const std::string& id) { return impl_->processes.contains(id); });
  };
  const auto tell_all = [&](int what) {
    lock.unlock();
    for (const std::string& id : ids) signal(id, what);
    lock.lock();
  };
  tell_all(number);
  if (impl_->changed.wait_until(lock, deadline, all_gone)) return {};
  tell_all(SIGKILL);
  if (impl_->changed.wait_for(lock, std::chrono::seconds(1), all_gone)) return {};
  return Error{"EngineStopFailed", "some engines do not end, even by SIGKILL", 500, Fault::receiver};
}

Result<void> Supervisor::discard(const std::string& folder) {
  impl_->trash.sweep(folder.substr(0, folder.rfind('/')));
  return impl_->trash.discard(folder);
}

Result<void> Supervisor::self_test() {
  const std::lock_guard lock(impl_->self_test_mutex);
  if (impl_->self_test_passed) return {};
  TRY(run_self_test(*this, impl_->options.run_folder));
  impl_->self_test_passed = true;
  return {};
}

std::string describe(const ExitStatus& status) {
  if (!status.known) return "ended";
  if (status.signal == 0) return fmt::format("exit status {}", status.code);
  return fmt::format("signal {} ({})", status.signal, ::strsignal(status.signal));
}

Error stopping_error() { return {"Stopping", "haar is being stopped", 503, Fault::receiver}; }

}  // namespace haar::engines
