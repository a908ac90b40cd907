#include "engines/process_usage.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "engines/deleted_files.h"
#include "engines/own_file.h"

namespace haar::engines {
namespace {

constexpr std::size_t longest_file = 8'192;

std::string text_of(pid_t process, std::string_view name) {
  Result<std::string> text = read_own_file(fmt::format("/proc/{}/{}", process, name), longest_file);
  return text.ok() ? *std::move(text) : std::string();
}

std::optional<std::uint64_t> number_at(std::string_view text) {
  const std::size_t begin = text.find_first_of("0123456789");
  if (begin == std::string_view::npos) return std::nullopt;
  std::uint64_t out = 0;
  const auto [end, problem] = std::from_chars(text.data() + begin, text.data() + text.size(), out);
  return problem == std::errc() ? std::optional(out) : std::nullopt;
}

// The proportional share where the kernel says it to this user; else what is the process's alone.
std::uint64_t memory_of(pid_t process) {
  const std::string rollup = text_of(process, "smaps_rollup");
  if (const std::size_t at = rollup.find("\nPss:"); at != std::string::npos) {
    if (const auto kilobytes = number_at(std::string_view(rollup).substr(at))) return *kilobytes * 1024;
  }
  // size resident shared …, in pages
  const std::string statm = text_of(process, "statm");
  std::string_view pages = statm;
  std::uint64_t numbers[3] = {};
  for (std::uint64_t& number : numbers) {
    const auto known = number_at(pages);
    if (!known) return 0;
    number = *known;
    const std::size_t blank = pages.find(' ');
    pages = blank == std::string_view::npos ? std::string_view() : pages.substr(blank + 1);
  }
  const std::uint64_t own = numbers[1] > numbers[2] ? numbers[1] - numbers[2] : 0;
  return own * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

std::optional<std::uint64_t> ticks_in(std::string_view stat) {
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  std::string_view rest = stat.substr(name_end + 1);
  // From the state on, which is the third field; utime, stime, cutime and cstime are 14 to 17.
  constexpr int first = 14, last = 17;
  std::uint64_t sum = 0;
  for (int field = 3; field <= last; ++field) {
    const std::size_t begin = rest.find_first_not_of(' ');
    if (begin == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(begin);
    if (field >= first) {
      const auto ticks = number_at(rest.substr(0, rest.find(' ')));
      if (!ticks) return std::nullopt;
      sum += *ticks;
    }
    rest.remove_prefix(std::min(rest.find(' '), rest.size()));
  }
  return sum;
}

std::optional<ProcessUsage> usage_of(pid_t process) {
  ProcessUsage out;
  bool there = false;
  const auto ticks_a_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  for (const pid_t one : processes_of(process, std::nullopt)) {
    const std::optional<std::uint64_t> ticks = ticks_in(text_of(one, "stat"));
    if (!ticks) continue;
    there = there || one == process;
    out.cpu_seconds += static_cast<double>(*ticks) / ticks_a_second;
    out.memory_bytes += memory_of(one);
  }
  return there ? std::optional(out) : std::nullopt;
}

}  // namespace haar::engines
