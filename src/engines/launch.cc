#include "engines/launch.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "engines/landlock.h"
#include "engines/seccomp.h"
#include "frontdoor/handoff.h"

namespace haar::engines {
namespace {

constexpr rlim_t most_descriptors = 65536;
constexpr rlim_t most_processes = 1024;  // of a user that is this engine's alone
constexpr int abandoned = 125;
constexpr int exec_patience_ms = 10'000;
// Descriptors of the child beside 0, 1 and 2; those of the shim come last.
constexpr int release_fd = 3, error_fd = 4, shim_fd = 5;

enum Step : std::uint32_t {
  session, descriptors, mounts, user, privileges, folder, confinement, system_calls, exec, step_count
};
constexpr std::array<std::string_view, step_count> step_names{
    "start a session",    "arrange descriptors",      "make its folders noexec", "become the engine's user",
    "give up privileges", "enter the working folder", "apply Landlock",          "limit the system calls",
    "run the program"};

struct Failure {
  std::uint32_t step = 0;
  std::int32_t error = 0;
};

// Parts of the system that every dynamically linked server reads.
constexpr std::array<const char*, 22> system_read{
    "/usr/lib",        "/usr/lib32",      "/usr/lib64",         "/lib",
    "/lib64",          "/usr/local/lib",  "/usr/share",         "/etc/ld.so.cache",
    "/etc/ld.so.conf", "/etc/passwd",     "/etc/group",         "/etc/nsswitch.conf",
    "/etc/localtime",  "/etc/timezone",   "/etc/ssl/openssl.cnf", "/proc/self",
    "/proc/sys",       "/proc/meminfo",   "/proc/cpuinfo",      "/sys/devices/system/cpu",
    "/sys/kernel/mm/transparent_hugepage", "/dev/urandom"};
constexpr std::array<const char*, 6> system_programs{"/usr/bin", "/bin", "/usr/lib", "/lib", "/lib64", "/usr/lib64"};

// The loader that the kernel runs for a dynamically linked program; empty for a static one.
std::string interpreter_of(const std::string& program) {
  const Fd fd(::open(program.c_str(), O_RDONLY | O_CLOEXEC));
  Elf64_Ehdr header{};
  if (::pread(fd.get(), &header, sizeof header, 0) != sizeof header ||
      std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64) {
    return {};
  }
  for (int i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    const auto at = static_cast<off_t>(header.e_phoff) + static_cast<off_t>(i) * header.e_phentsize;
    if (::pread(fd.get(), &segment, sizeof segment, at) != sizeof segment) return {};
    if (segment.p_type != PT_INTERP || segment.p_filesz == 0 || segment.p_filesz > 4096) continue;
    std::string name(segment.p_filesz, '\0');
    if (::pread(fd.get(), name.data(), name.size(), static_cast<off_t>(segment.p_offset)) <= 0) return {};
    return name.c_str();
  }
  return {};
}

Result<Fd> opened(int fd, std::string_view doing, const std::string& path) {
  if (fd < 0) return system_error(doing, path);
  // Above the numbers that the child arranges, so that no dup2 lands on a descriptor still needed.
  Fd low(fd);
  Fd high(::fcntl(low.get(), F_DUPFD_CLOEXEC, 10));
  if (!high.valid()) return system_error(doing, path);
  return high;
}

Result<void> make_pipe(Fd& reading, Fd& writing, const std::string& program) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("cannot start", program);
  Fd first(ends[0]), second(ends[1]);
  reading = TRY(opened(first.release(), "cannot start", program));
  writing = TRY(opened(second.release(), "cannot start", program));
  return {};
}

std::vector<PathRule> rules_of(const Launch& launch, const std::string& shim) {
  std::vector<PathRule> rules;
  for (const char* path : system_read) rules.push_back({path, false, true, false});
  rules.push_back({"/dev/null", true, true, false});
  rules.push_back({launch.program, false, true, true});
  if (const std::string loader = interpreter_of(launch.program); !loader.empty()) {
    rules.push_back({loader, false, true, true});
  }
  if (!shim.empty()) rules.push_back({shim, false, true, false});
  for (const std::string& path : launch.confinement.read) rules.push_back({path, false, true, false});
  for (const std::string& path : launch.confinement.read_write) rules.push_back({path, true, true, false});
  if (launch.confinement.may_exec) {
    for (const char* path : system_programs) rules.push_back({path, false, true, true});
    rules.push_back({launch.program.substr(0, launch.program.rfind('/')), false, true, true});
  }
  return rules;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

Result<PreparedLaunch> PreparedLaunch::prepare(const Launch& launch, const std::string& shim, const Layers& layers) {
  PreparedLaunch out;
  out.launch_ = launch;
  out.layers_ = layers;
  out.change_user_ = ::geteuid() == 0;
  const bool preloads = launch.handoff_port != 0;
  if (layers.landlock > 0) out.rules_ = rules_of(launch, preloads ? shim : "");
  if (layers.seccomp) {
    out.filter_ = seccomp::program(launch.confinement.may_exec ? seccomp::Kind::maker : seccomp::Kind::engine);
  }
  if (layers.namespaces != namespaces::Kind::none && !launch.confinement.may_exec) {
    out.noexec_ = namespaces::noexec_folders(launch.confinement.read_write);
  }
  out.argument_texts_.push_back(launch.program);
  out.argument_texts_.insert(out.argument_texts_.end(), launch.arguments.begin(), launch.arguments.end());
  out.environment_texts_ = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=" + launch.work_folder,
                            "USER=" + launch.user.name};
  for (const auto& [name, value] : launch.environment) out.environment_texts_.push_back(name + "=" + value);
  if (preloads) {
    out.environment_texts_.push_back("LD_PRELOAD=" + shim);
    TRY(out.prepare_shim());
    if (layers.landlock > 0 && !launch.confinement.may_exec) out.environment_texts_.emplace_back("HAAR_SHIM_NOEXEC=1");
  }
  out.arguments_ = pointers(out.argument_texts_);
  out.environment_ = pointers(out.environment_texts_);
  const std::string input = launch.input_file.empty() ? "/dev/null" : launch.input_file;
  out.input_ = TRY(opened(::open(input.c_str(), O_RDONLY | O_CLOEXEC), "cannot open", input));
  const int appending = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
  out.log_ = TRY(opened(::open(launch.log_file.c_str(), appending, 0600), "cannot open", launch.log_file));
  TRY(make_pipe(out.release_read_, out.release_write_, launch.program));
  TRY(make_pipe(out.error_read_, out.error_write_, launch.program));
  return out;
}

Result<void> PreparedLaunch::prepare_shim() {
  const auto add = [&](std::string_view variable, Fd descriptor) -> Result<void> {
    environment_texts_.push_back(fmt::format("{}={}", variable, shim_fd + static_cast<int>(shim_.size())));
    shim_.push_back(TRY(opened(descriptor.release(), "cannot start", launch_.program)));
    return {};
  };
  environment_texts_.push_back(fmt::format("HAAR_SHIM_PORT={}", launch_.handoff_port));
  environment_texts_.push_back(fmt::format("HAAR_SHIM_UID={}", ::geteuid()));
  auto handoff = TRY(frontdoor::make_handoff_socket(launch_.handoff_path));
  TRY(add("HAAR_SHIM_SOCKET", std::move(handoff.socket)));
  if (!launch_.tls_path.empty()) environment_texts_.push_back(fmt::format("HAAR_SHIM_TLS_PORT={}", launch_.tls_port));
  for (const auto& [variable, path] : {std::pair{"HAAR_SHIM_TLS_SOCKET", &launch_.tls_path},
                                       std::pair{"HAAR_SHIM_UPSTREAM", &launch_.upstream_path},
                                       std::pair{"HAAR_SHIM_LOGINS", &launch_.logins_path}}) {
    if (path->empty()) continue;
    Fd socket = TRY(frontdoor::make_handoff_socket(*path, handoff.token));
    TRY(add(variable, std::move(socket)));
  }
  Fd reading, writing;
  TRY(make_pipe(reading, writing, launch_.program));
  if (::write(writing.get(), handoff.token.data(), handoff.token.size()) != static_cast<ssize_t>(handoff.token.size())) {
    return system_error("cannot start", launch_.program);
  }
  return add("HAAR_SHIM_TOKEN", std::move(reading));
}

Result<pid_t> PreparedLaunch::fork() {
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);  // no handler of haar's runs in the child
  pid_ = namespaces::fork_into(layers_.namespaces);
  if (pid_ == 0) child();
  const int reason = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = reason;
  if (pid_ < 0) return system_error("cannot fork for", launch_.program);
  release_read_.reset();
  error_write_.reset();
  shim_.clear();
  return pid_;
}

Result<void> PreparedLaunch::release() {
  if (layers_.namespaces == namespaces::Kind::of_a_user && !namespaces::map_user(pid_)) {
    return system_error("cannot name the user inside the namespace of", launch_.program);
  }
  const char go = 'g';
  if (::write(release_write_.get(), &go, 1) != 1) return system_error("cannot release", launch_.program);
  Failure failure;
  ssize_t got = 0;
  pollfd readable{error_read_.get(), POLLIN, 0};
  if (::poll(&readable, 1, exec_patience_ms) != 1) {
    return Error{"EngineStartFailed", fmt::format("{} was not running after {} ms", launch_.program, exec_patience_ms), 500,
                 Fault::receiver};
  }
  do got = ::read(error_read_.get(), &failure, sizeof failure);
  while (got < 0 && errno == EINTR);
  if (got == 0) return {};  // closed by exec
  const std::string_view step = failure.step < step_count ? step_names[failure.step] : "start";
  return Error{"EngineStartFailed",
               fmt::format("cannot {} for {} ({}): {}", step, launch_.id, launch_.program,
                           std::strerror(failure.error)),
               500, Fault::receiver};
}

void PreparedLaunch::abandon() {
  release_write_.reset();
  if (pid_ <= 0) return;
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void PreparedLaunch::child_failed(std::uint32_t step) {
  const Failure failure{step, errno};
  [[maybe_unused]] const ssize_t written = ::write(error_fd, &failure, sizeof failure);
  ::_exit(127);
}

// The order of the steps: what needs privileges, then giving them up, then what nobody can take off again.
void PreparedLaunch::child() {
  if (::setsid() < 0) child_failed(session);
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  arrange_descriptors();
  char go = 0;
  ssize_t got = 0;
  do got = ::read(release_fd, &go, 1);
  while (got < 0 && errno == EINTR);
  if (got != 1) ::_exit(abandoned);
  ::umask(077);
  if (layers_.namespaces != namespaces::Kind::none && !namespaces::close_mounts(noexec_)) child_failed(mounts);
  limit();
  become_user();
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) child_failed(privileges);
  if (::chdir(launch_.work_folder.c_str()) != 0) child_failed(folder);
  if (layers_.landlock > 0 && !confine()) child_failed(confinement);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (!filter_.empty() && !seccomp::install(filter_)) child_failed(system_calls);
  ::execve(arguments_[0], arguments_.data(), environment_.data());
  child_failed(exec);
}

void PreparedLaunch::arrange_descriptors() {
  bool done = ::dup2(input_.get(), 0) >= 0 && ::dup2(log_.get(), 1) >= 0 && ::dup2(log_.get(), 2) >= 0 &&
              ::dup3(release_read_.get(), release_fd, O_CLOEXEC) >= 0 && ::dup3(error_write_.get(), error_fd, O_CLOEXEC) >= 0;
  int next = shim_fd;
  for (const Fd& one : shim_) done = done && ::dup2(one.get(), next++) >= 0;
  if (!done || ::syscall(SYS_close_range, static_cast<unsigned>(next), ~0U, 0U) != 0) ::_exit(126);
}

void PreparedLaunch::limit() {
  const rlim_t most = std::max<rlim_t>(most_processes, launch_.processes);
  const rlimit no_core{0, 0}, processes{most, most};
  rlimit files{};
  ::setrlimit(RLIMIT_CORE, &no_core);
  // Counted by user; inside a user namespace only what is in it counts.
  if (launch_.user.own || layers_.namespaces == namespaces::Kind::of_a_user) ::setrlimit(RLIMIT_NPROC, &processes);
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, most_descriptors);
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  // Where memory runs out, an engine ends before haar does.
  const int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score >= 0) {
    [[maybe_unused]] const ssize_t written = ::write(score, "500", 3);
    ::close(score);
  }
}

void PreparedLaunch::become_user() {
  // The raw calls: glibc's would stop the other threads, which this copy of the process does not have.
  if (change_user_ && (::syscall(SYS_setgroups, 0, nullptr) != 0 ||
                       ::syscall(SYS_setresgid, launch_.user.gid, launch_.user.gid, launch_.user.gid) != 0 ||
                       ::syscall(SYS_setresuid, launch_.user.uid, launch_.user.uid, launch_.user.uid) != 0)) {
    child_failed(user);
  }
}

bool PreparedLaunch::confine() {
  const int ruleset = landlock::create(layers_.landlock);
  if (ruleset < 0) return false;
  for (const PathRule& rule : rules_) {
    if (!landlock::allow_path(ruleset, layers_.landlock, rule.path.c_str(), rule.read, rule.write, rule.exec)) return false;
  }
  return landlock::restrict_self(ruleset);
}

}  // namespace haar::engines
