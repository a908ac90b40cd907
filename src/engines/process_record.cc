#include "engines/process_record.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <sstream>

#include "base/log.h"
#include "engines/own_file.h"

namespace haar::engines {
namespace {

// Version 1: an engine with a socket of its own, without seccomp, and as a user that others had, too.
constexpr std::string_view heading = "haar process 2", old_heading = "haar process 1";
constexpr std::size_t longest_record = 8192;

template <class Number>
bool parse(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

bool same_folder(const std::string& a, const std::string& b) {
  struct stat first{}, second{};
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

}  // namespace

std::string record_path(const std::string& record_folder) { return record_folder + "/process"; }

Result<void> write_record(const std::string& record_folder, const ProcessRecord& record) {
  return write_file_durably(record_path(record_folder),
                            fmt::format("{}\nid {}\npid {}\nstart {}\nboot {}\nfolder {}\n", heading, record.id,
                                        record.pid, record.start_time, record.boot_id, record.folder),
                            0600);
}

std::optional<ProcessRecord> read_record(const std::string& record_folder) {
  const std::string path = record_path(record_folder);
  if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
  const auto text = read_own_file(path, longest_record);
  ProcessRecord record;
  bool ok = text.ok();
  if (ok) {
    std::istringstream lines(*text);
    std::string line;
    ok = static_cast<bool>(std::getline(lines, line)) && (line == heading || line == old_heading);
    record.outdated = line == old_heading;
    while (ok && std::getline(lines, line)) {
      const std::size_t space = line.find(' ');
      if (space == std::string::npos) return std::nullopt;
      const std::string key = line.substr(0, space), value = line.substr(space + 1);
      if (key == "id") record.id = value;
      else if (key == "pid") ok = parse(value, record.pid);
      else if (key == "start") ok = parse(value, record.start_time);
      else if (key == "boot") record.boot_id = value;
      else if (key == "folder") record.folder = value;
    }
  }
  if (ok && record.pid > 1 && record.start_time > 0 && !record.folder.empty()) return record;
  log_warning("process record cannot be read", {{"path", path}});
  return std::nullopt;
}

void remove_record(const std::string& record_folder) { ::unlink(record_path(record_folder).c_str()); }

std::string boot_id() {
  auto text = read_file("/proc/sys/kernel/random/boot_id");
  if (!text.ok()) return "unknown";
  while (!text->empty() && text->back() == '\n') text->pop_back();
  return *text;
}

std::optional<std::uint64_t> start_time_of(pid_t pid) {
  const auto text = read_file(fmt::format("/proc/{}/stat", pid));
  if (!text.ok()) return std::nullopt;
  // The second field is the program's name in brackets and may hold anything; the rest follows the last one.
  const std::size_t bracket = text->rfind(')');
  if (bracket == std::string::npos) return std::nullopt;
  std::istringstream fields(text->substr(bracket + 1));
  std::string field;
  for (int number = 3; fields >> field; ++number) {
    if (number == 3 && (field == "Z" || field == "X")) return std::nullopt;
    std::uint64_t ticks = 0;
    if (number == 22) return parse(field, ticks) ? std::optional(ticks) : std::nullopt;
  }
  return std::nullopt;
}

Fd open_recorded(const ProcessRecord& record) {
  if (record.boot_id != boot_id() || start_time_of(record.pid) != record.start_time) return Fd();
  Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, record.pid, 0)));
  // Looked at again with the descriptor in hand: the number cannot change its owner from here on.
  if (!pidfd.valid() || start_time_of(record.pid) != record.start_time) return Fd();
  // MySQL has gone on into its data's own folder there.
  const std::string folder = fmt::format("/proc/{}/cwd", record.pid);
  if (!same_folder(folder, record.folder) && !same_folder(folder + "/..", record.folder)) return Fd();
  return pidfd;
}

}  // namespace haar::engines
