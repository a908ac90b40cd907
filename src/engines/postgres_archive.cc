#include "engines/postgres_archive.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <sstream>

#include "engines/own_file.h"
#include "engines/postgres_admin.h"
#include "engines/postgres_wal.h"
#include "store/sums.h"

namespace haar::engines::postgres {
namespace {

constexpr std::size_t longest_position = 4096, longest_snapshot = 2048, longest_history = 65'536;  // bytes
constexpr std::size_t sum_length = sizeof(std::uint64_t);
constexpr std::int64_t second = 1'000'000'000;  // nanoseconds
constexpr std::string_view slot = "haar_archive";
constexpr int read_plain = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

std::int64_t now_nanoseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * second + now.tv_nsec;
}

Error trouble(std::string_view doing, std::string_view path) {
  Error error = system_error(doing, path);
  if (errno == ENOSPC || errno == EDQUOT) error.code = "DiskFull";
  return error;
}

// ---- how far it is kept ------------------------------------------------------------------------------

struct Position {
  std::uint64_t segment_size = 0;
  std::uint64_t end = 0;           // in the log
  std::int64_t marked_micros = 0;
  std::string marked_position;
  std::int64_t changed = 0;        // when the server's log was last written to, as its files say; 0: look again
  std::string snapshot;            // which transactions were in progress; the same again: none has ended since
};

Result<Position> read_position(const std::string& folder) {
  const Result<std::string> file = read_own_file(folder + "/position", longest_position);
  if (!file.ok()) return copy_damaged(folder, "it holds no log");
  std::istringstream text(*file);
  Position out;
  text >> out.segment_size >> out.end >> out.marked_micros >> out.marked_position >> out.changed >> out.snapshot;
  if (text.fail() || !is_segment_size(out.segment_size)) return copy_damaged(folder, "it does not say how far it goes");
  return out;
}

Result<void> write_position(const std::string& folder, const Position& at) {
  return write_file_durably(folder + "/position",
                            fmt::format("{} {} {} {} {} {}\n", at.segment_size, at.end, at.marked_micros, at.marked_position,
                                        at.changed, at.snapshot), 0600);
}

LogKept kept(const std::string& folder, const Position& at, std::int64_t until_micros) {
  LogKept out{until_micros, at.marked_micros, at.marked_position};
  out.bytes = list_log(folder, at.segment_size).segments.size() * at.segment_size;
  return out;
}

// When a file of the server's log was last written to.
std::int64_t last_change(const std::string& log, std::uint64_t segment_size) {
  std::int64_t newest = 0;
  for (const Segment& segment : list_log(log, segment_size).segments) {
    struct stat status{};
    if (::lstat((log + "/" + segment_name(segment, segment_size)).c_str(), &status) != 0) continue;
    newest = std::max(newest, status.st_mtim.tv_sec * second + status.st_mtim.tv_nsec);
  }
  return newest;
}

// ---- what the server says ----------------------------------------------------------------------------

class Session {
 public:
  explicit Session(AdminConnection admin) : admin_(std::move(admin)) {}

  Result<std::string> snapshot() {
    std::string out = TRY(text("SELECT pg_catalog.txid_current_snapshot()::pg_catalog.text"));
    if (out.empty() || out.size() > longest_snapshot || out.find_first_not_of("0123456789:,") != std::string::npos) out = "-";
    return out;
  }
  // The log that haar does not have yet stays: from now on, or from where the slot was already.
  Result<void> hold_log() {
    const std::string state = TRY(text(fmt::format(
        "SELECT coalesce(wal_status, 'lost') FROM pg_catalog.pg_replication_slots WHERE slot_name = '{}'", slot)));
    if (state == "lost") TRY(admin_.run(fmt::format("SELECT pg_catalog.pg_drop_replication_slot('{}')", slot)));
    if (!state.empty() && state != "lost") return {};
    return admin_.run(fmt::format("SELECT pg_catalog.pg_create_physical_replication_slot('{}', true)", slot));
  }
  // A transaction that ends now: recovery to any earlier time finds one that is later. On disk when this returns.
  Result<std::string> mark() {
    TRY(admin_.run("SET synchronous_commit = local"));
    std::string place = TRY(text("SELECT pg_catalog.pg_logical_emit_message(true, 'haar', 'kept')::pg_catalog.text"));
    if (!parse_lsn(place)) return untold("where its log is");
    return place;
  }
  Result<std::uint64_t> segment_size() {
    const std::string size = TRY(text("SELECT setting FROM pg_catalog.pg_settings WHERE name = 'wal_segment_size'"));
    const std::uint64_t out = std::strtoull(size.c_str(), nullptr, 10);
    if (!is_segment_size(out)) return untold("the size of its log's files");
    return out;
  }
  struct End {
    std::uint64_t place = 0;
    std::uint32_t timeline = 0;
  };
  Result<End> end(std::uint64_t segment_size) {
    const std::string place = TRY(text("SELECT pg_catalog.pg_current_wal_flush_lsn()::pg_catalog.text"));
    const auto parsed = parse_lsn(place);
    if (!parsed) return untold("where its log is");
    const auto segment = parse_segment(TRY(text(fmt::format("SELECT pg_catalog.pg_walfile_name('{}')", place))), segment_size);
    if (!segment) return untold("the timeline of its log");
    return End{*parsed, segment->timeline};
  }
  // What lies before is haar's now. That the server forgets this in a crash does no harm.
  Result<void> release(std::uint64_t place) {
    return admin_.run(fmt::format("SELECT pg_catalog.pg_replication_slot_advance('{}', '{:X}/{:X}')", slot, place >> 32,
                                  place & 0xffffffffU));
  }

 private:
  static Error untold(std::string_view what) {
    return {"EngineCommandFailed", fmt::format("postgres does not tell {}", what), 500, Fault::receiver};
  }
  Result<std::string> text(const std::string& sql) { return TRY(admin_.value(sql)).value_or(""); }

  AdminConnection admin_;
};

// ---- the files ---------------------------------------------------------------------------------------

Result<std::string> read_segment(const std::string& path, std::size_t bytes) {
  const Fd fd(::open(path.c_str(), read_plain));
  struct stat status{};
  if (!fd.valid() || ::fstat(fd.get(), &status) != 0) return system_error("cannot open", path);
  std::string out(bytes, '\0');
  std::size_t have = 0;
  while (S_ISREG(status.st_mode) && have < bytes) {
    const ssize_t got = ::pread(fd.get(), out.data() + have, bytes - have, static_cast<off_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  if (have == bytes) return out;
  return Error{"EngineFileMissing", fmt::format("{} is shorter than {} bytes", path, bytes), 500, Fault::receiver};
}

Result<void> write_whole(int fd, std::string_view bytes, std::string_view path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return trouble("cannot write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// Of the last segment, `bytes` count; what follows in it is of an earlier use.
Result<void> keep_segment(const std::string& log, const std::string& folder, const std::string& name, std::uint64_t bytes,
                          std::uint64_t segment_size) {
  std::string contents = TRY(read_segment(log + "/" + name, static_cast<std::size_t>(bytes)));
  contents.resize(static_cast<std::size_t>(segment_size));
  const std::uint64_t sum = store::xxh64(contents, 0);
  contents.append(reinterpret_cast<const char*>(&sum), sum_length);
  const std::string path = folder + "/" + name, draft = path + ".making";
  const Fd fd(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid()) return trouble("cannot create", draft);
  const Result<void> written = write_whole(fd.get(), contents, draft);
  if (!written.ok() || ::fdatasync(fd.get()) != 0 || ::rename(draft.c_str(), path.c_str()) != 0) {
    const Error error = written.ok() ? trouble("cannot keep", path) : written.error();
    ::unlink(draft.c_str());
    return error;
  }
  return {};
}

// The segments from `first` to the one that holds `end`, of every timeline. False: one is not there any more.
Result<bool> keep_segments(const std::string& log, const std::string& folder, std::uint64_t first, const Session::End& end,
                           std::uint64_t size) {
  const std::uint64_t last = end.place == 0 ? 0 : (end.place - 1) / size;
  const LogFolder there = list_log(log, size);
  std::set<std::uint64_t> numbers;
  for (const Segment& segment : there.segments) {
    if (segment.number >= first && segment.number <= last && segment.timeline <= end.timeline) numbers.insert(segment.number);
  }
  if (numbers.size() != last - first + 1) return false;
  for (const Segment& segment : there.segments) {
    if (!numbers.contains(segment.number) || segment.timeline > end.timeline) continue;
    const bool partial = segment.number == last && segment.timeline == end.timeline;
    TRY(keep_segment(log, folder, segment_name(segment, size), partial ? end.place - last * size : size, size));
  }
  for (const std::string& name : there.histories) {
    const std::string text = TRY(read_own_file(log + "/" + name, longest_history));
    TRY(write_file_durably(folder + "/" + name, text, 0600));
  }
  TRY(fsync_folder(folder));
  return true;
}

// One who keeps the log at a time. Error "EngineBusy".
Result<Fd> lock_folder(const Supervisor& supervisor, const std::string& folder, Milliseconds patience) {
  const std::string path = folder + "/lock";
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid()) return trouble("cannot open", path);
  constexpr int pause_ms = 5;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (supervisor.cancelled()) return stopping_error();
    if (std::chrono::steady_clock::now() >= deadline)
      return Error{"EngineBusy", folder + " is being written to", 500, Fault::receiver};
    ::poll(nullptr, 0, pause_ms);
  }
  return fd;
}

}  // namespace

Result<LogKept> keep_log(Supervisor& supervisor, const InstanceSpec& spec, const std::string& folder, Milliseconds patience) {
  const std::string log = spec.data() + "/pg_wal";
  const std::int64_t began = now_nanoseconds(), began_micros = began / 1000;
  TRY(make_folders(folder, 0700));
  const Fd lock = TRY(lock_folder(supervisor, folder, patience));
  const Result<Position> before = read_position(folder);
  const std::int64_t changed = before.ok() ? last_change(log, before->segment_size) : 0;
  if (before.ok() && changed != 0 && changed == before->changed) return kept(folder, *before, began_micros);

  AdminConnection::Target target;
  target.patience = patience;
  target.supervisor = &supervisor;
  Session session(TRY(AdminConnection::open(spec, target)));
  Position next = before.ok() ? *before : Position();
  // A file written to within the same tick of the clock looks as if it had not been.
  next.changed = changed < began - second ? changed : 0;
  if (before.ok() && before->snapshot != "-" && TRY(session.snapshot()) == before->snapshot) {
    TRY(write_position(folder, next));
    return kept(folder, next, began_micros);
  }
  TRY(session.hold_log());
  next.segment_size = TRY(session.segment_size());
  next.marked_micros = now_nanoseconds() / 1000;
  next.marked_position = TRY(session.mark());
  next.snapshot = TRY(session.snapshot());
  const Session::End end = TRY(session.end(next.segment_size));
  const bool goes_on = before.ok() && before->segment_size == next.segment_size && before->end <= end.place &&
                       TRY(keep_segments(log, folder, before->end / next.segment_size, end, next.segment_size));
  if (!goes_on && !TRY(keep_segments(log, folder, (end.place - 1) / next.segment_size, end, next.segment_size)))
    return Error{"EngineFileMissing", fmt::format("the log of {} is not where the server says", spec.id), 500, Fault::receiver};
  next.end = end.place;
  TRY(write_position(folder, next));
  TRY(session.release(end.place));
  LogKept out = kept(folder, next, next.marked_micros);
  out.began_anew = !goes_on;
  return out;
}

Result<LogKept> kept_in(const std::string& folder) {
  const Position at = TRY(read_position(folder));
  return kept(folder, at, at.marked_micros);
}

Result<void> forget_log(const std::string& folder, std::uint64_t begins) {
  const Position at = TRY(read_position(folder));
  for (const Segment& segment : list_log(folder, at.segment_size).segments) {
    if (segment.number < begins / at.segment_size) ::unlink((folder + "/" + segment_name(segment, at.segment_size)).c_str());
  }
  return {};
}

namespace {

Result<void> put_file(const std::string& path, std::string_view contents, const EngineUser& owner) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid() && errno == EEXIST) return {};  // the copy has it, whole
  if (!fd.valid()) return trouble("cannot create", path);
  if (::geteuid() == 0 && ::fchown(fd.get(), owner.uid, owner.gid) != 0) return trouble("cannot give away", path);
  return write_whole(fd.get(), contents, path);
}

}  // namespace

Result<void> put_log(const std::string& folder, std::uint64_t begins, const std::string& to, const EngineUser& owner,
                     const CopyBounds& bounds) {
  const Position at = TRY(read_position(folder));
  const std::uint64_t size = at.segment_size;
  const LogFolder there = list_log(folder, size);
  TRY(check_room(to, there.segments.size() * size, bounds));
  std::uint64_t next = begins / size;
  for (const Segment& segment : there.segments) {
    const std::string name = segment_name(segment, size);
    if (segment.number < begins / size) continue;
    if (segment.number > next) break;
    if (bounds.cancelled && bounds.cancelled()) return stopping_error();
    const Result<std::string> contents = read_segment(folder + "/" + name, static_cast<std::size_t>(size + sum_length));
    if (!contents.ok()) return copy_damaged(folder, name + " cannot be read");
    std::uint64_t sum = 0;
    std::memcpy(&sum, contents->data() + size, sum_length);
    const std::string_view bytes = std::string_view(*contents).substr(0, static_cast<std::size_t>(size));
    if (store::xxh64(bytes, 0) != sum) return copy_damaged(folder, name + " has other contents than when it was kept");
    TRY(put_file(to + "/" + name, bytes, owner));
    next = segment.number + 1;
  }
  if (next * size < at.end) return copy_damaged(folder, segment_name({1, next}, size) + " is missing");
  for (const std::string& name : there.histories) {
    const std::string text = TRY(read_own_file(folder + "/" + name, longest_history));
    TRY(put_file(to + "/" + name, text, owner));
  }
  return {};
}

}  // namespace haar::engines::postgres
