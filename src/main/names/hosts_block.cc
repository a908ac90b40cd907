#include "main/names/hosts_block.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"
#include "base/ip_address.h"
#include "tls/names.h"

namespace haar::main {
namespace {

Result<void> write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t sent = ::write(fd, text.data(), text.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return system_error("cannot write", path);
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return ::fsync(fd) == 0 ? Result<void>() : system_error("cannot write", path);
}

// A line of its own, from its first character to after its end; npos: there is none.
std::size_t find_line(std::string_view text, std::string_view line, std::size_t from) {
  for (std::size_t at = text.find(line, from); at != text.npos; at = text.find(line, at + 1)) {
    const std::size_t end = at + line.size();
    if ((at == 0 || text[at - 1] == '\n') && (end == text.size() || text[end] == '\n')) return at;
  }
  return text.npos;
}

Result<void> replace_file(const std::string& path, const struct stat& before, std::string_view text) {
  const std::string temporary = path + ".haar-new";
  ::unlink(temporary.c_str());
  const Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid()) return system_error("cannot write", temporary);
  Result<void> done = write_all(fd.get(), text, temporary);
  if (done.ok() && (::fchown(fd.get(), before.st_uid, before.st_gid) != 0 || ::fchmod(fd.get(), before.st_mode & 07777) != 0 ||
                    ::rename(temporary.c_str(), path.c_str()) != 0))
    done = system_error("cannot replace", path);
  if (!done.ok()) ::unlink(temporary.c_str());
  return done;
}

bool is_mount(const struct stat& file, const std::string& path) {
  struct stat folder {};
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  return ::stat(parent.c_str(), &folder) == 0 && folder.st_dev != file.st_dev;
}

}  // namespace

std::string hosts_lines(const std::vector<HostLine>& hosts) {
  std::string out;
  for (const HostLine& host : hosts) {
    const auto name = tls::parse_name(host.name);
    if (!IpAddress::parse(host.address) || !name.ok() || name->is_address || name->bytes.starts_with("*.")) continue;
    out += fmt::format("{}\t{}\n", host.address, name->bytes);
  }
  return out;
}

Result<std::string> with_hosts_block(std::string_view text, std::string_view owner, std::string_view lines) {
  const std::string begin = fmt::format("# haar {}: begin", owner), end = fmt::format("# haar {}: end", owner);
  const std::string block = lines.empty() ? "" : fmt::format("{}\n{}{}\n", begin, lines, end);
  const std::size_t from = find_line(text, begin, 0);
  if (from == text.npos) {
    const bool broken_line = !text.empty() && !text.ends_with('\n') && !block.empty();
    return std::string(text) + (broken_line ? "\n" : "") + block;
  }
  const std::size_t last = find_line(text, end, from);
  if (last == text.npos)
    return Error{"HostsFileDamaged", fmt::format("there is a line \"{}\" and none \"{}\" after it: mend that first", begin, end)};
  const std::size_t after = std::min(last + end.size() + 1, text.size());
  return std::string(text.substr(0, from)) + block + std::string(text.substr(after));
}

Result<void> write_hosts_block(const std::string& path, std::string_view owner, std::string_view lines) {
  const Fd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  struct stat before {};
  if (!fd.valid() || ::fstat(fd.get(), &before) != 0) return system_error("cannot open", path);
  if (!S_ISREG(before.st_mode)) return Error{"HostsFileDamaged", path + " is not a file"};
  if (::flock(fd.get(), LOCK_EX) != 0) return system_error("cannot lock", path);
  const std::string text = TRY(read_file(path));
  const std::string wanted = TRY(with_hosts_block(text, owner, lines));
  if (wanted == text) return {};
  if (!is_mount(before, path)) return replace_file(path, before, wanted);
  if (::ftruncate(fd.get(), 0) != 0) return system_error("cannot write", path);
  return write_all(fd.get(), wanted, path);
}

}  // namespace haar::main
