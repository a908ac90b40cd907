#include "engines/log_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>

#include "base/file.h"
#include "base/log.h"
#include "engines/own_file.h"

namespace haar::engines {
namespace {

constexpr std::int64_t minute = 60, hour = 3600;
// Of the names beside a log that are looked at.
constexpr std::size_t names_max = 10'000;
constexpr std::size_t mark_length_max = 20;

std::optional<std::int64_t> seconds_in(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (problem != std::errc() || end != text.data() + text.size() || out < minute) return std::nullopt;
  return out;
}

// When the log of today was begun is written beside it; of one that was never cut its birth says so.
std::string mark_of(const std::string& path) { return path + ".begun"; }
std::int64_t begun(const std::string& path) {
  if (const Result<std::string> mark = read_own_file(mark_of(path), mark_length_max); mark.ok()) {
    if (const auto known = seconds_in(*mark)) return *known;
  }
  struct statx status{};
  if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BTIME | STATX_MTIME, &status) != 0) return 0;
  const std::int64_t seconds = (status.stx_mask & STATX_BTIME) != 0 ? status.stx_btime.tv_sec : status.stx_mtime.tv_sec;
  return seconds / minute * minute;
}

void note_begun(const std::string& path, std::int64_t when) {
  const Fd fd(::open(mark_of(path).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  const std::string text = std::to_string(when);
  if (!fd.valid() || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    log_warning("cannot note when an engine's log was begun", {{"path", path}});
}

std::optional<LogPart> part_at(std::string path, std::int64_t begun_at) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return LogPart{std::move(path), begun_at, status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1'000'000,
                 static_cast<std::uint64_t>(status.st_size)};
}

// Those that were cut off, the oldest first.
std::vector<LogPart> cut_parts(const std::string& path) {
  std::vector<LogPart> out;
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return out;
  const std::string folder = path.substr(0, slash), prefix = path.substr(slash + 1) + ".";
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), ::closedir);
  if (open == nullptr) return out;
  std::size_t seen = 0;
  while (const dirent* entry = ::readdir(open.get())) {
    const std::string_view name = entry->d_name;
    if (++seen > names_max) break;
    if (!name.starts_with(prefix)) continue;
    const auto when = seconds_in(name.substr(prefix.size()));
    if (!when) continue;
    if (auto part = part_at(folder + "/" + std::string(name), *when)) out.push_back(std::move(*part));
  }
  std::ranges::sort(out, {}, &LogPart::begun);
  return out;
}

void remove_old(const std::string& path, std::int64_t now) {
  const std::vector<LogPart> parts = cut_parts(path);
  std::uint64_t bytes = 0;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    bytes += part->bytes;
    const bool too_old = part->written_millis / 1000 < now - log_parts_kept_seconds;
    if ((too_old || bytes > log_parts_kept_bytes_max) && ::unlink(part->path.c_str()) != 0)
      log_warning("cannot remove an old log", {{"path", part->path}});
  }
}

// The newest lines; a tenant can write more than anybody wants to copy.
void copy_end(int from, off_t size, off_t longest, const std::string& path) {
  const Fd to(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  off_t at = std::max<off_t>(0, size - longest);
  while (to.valid() && at < size) {
    const auto left = static_cast<std::size_t>(size - at);
    if (::copy_file_range(from, &at, to.get(), nullptr, left, 0) <= 0) break;
  }
}

}  // namespace

void rotate_log(const std::string& path, off_t longest, std::int64_t now) {
  struct stat status{};
  if (path.empty() || ::stat(path.c_str(), &status) != 0) return;
  const std::int64_t since = begun(path), this_minute = now / minute * minute;
  const bool over = now / hour != since / hour;
  if (status.st_size <= longest && !over) return;
  if (status.st_size > 0) {
    const Fd from(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    // What is begun again in the same minute would have the same name.
    if (since < this_minute) copy_end(from.get(), status.st_size, longest, path + "." + std::to_string(since));
    if (::ftruncate(from.get(), 0) != 0) log_warning("cannot cut an engine's log", {{"path", path}});
  }
  note_begun(path, std::max(since, this_minute));
  remove_old(path, now);
}

std::vector<LogPart> log_parts(const std::string& path) {
  std::vector<LogPart> out = cut_parts(path);
  if (auto current = part_at(path, begun(path))) out.push_back(std::move(*current));
  return out;
}

Result<std::string> read_log_part(const LogPart& part, std::uint64_t from, std::size_t most) {
  const Fd fd(::open(part.path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd.valid()) return system_error("cannot open", part.path);
  std::string text(most, '\0');
  std::size_t have = 0;
  while (have < most) {
    const ssize_t got = ::pread(fd.get(), text.data() + have, most - have, static_cast<off_t>(from + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", part.path);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

}  // namespace haar::engines
