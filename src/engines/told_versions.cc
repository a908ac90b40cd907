#include "engines/told_versions.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <utility>

#include "base/file.h"

namespace haar::engines {
namespace {

constexpr std::size_t said_bytes_max = 1000, file_bytes_max = 64 * 1024;
constexpr std::string_view end_of_line = "\t.\n";  // a line that was cut has none

// A file that is written anew, or replaced by another, has another time of change.
std::string identity(const struct stat& file) {
  return fmt::format("{:x}:{:x}:{:x}:{}.{}:{}.{}", file.st_dev, file.st_ino, file.st_size, file.st_mtim.tv_sec,
                     file.st_mtim.tv_nsec, file.st_ctim.tv_sec, file.st_ctim.tv_nsec);
}

bool is_executable_itself(const std::string& program) {
  constexpr std::string_view magic = "\x7f" "ELF";
  std::array<char, 4> start{};
  const Fd file(::open(program.c_str(), O_RDONLY | O_CLOEXEC));
  return file.valid() && ::read(file.get(), start.data(), start.size()) == static_cast<ssize_t>(start.size()) &&
         std::string_view(start.data(), start.size()) == magic;
}

bool holds_controls(std::string_view text) { return text.find_first_of("\t\n") != std::string_view::npos; }

}  // namespace

ToldVersions::ToldVersions(std::string file) : file_(std::move(file)) {
  if (file_.empty()) return;
  const Result<std::string> text = read_file(file_);
  if (!text.ok() || text->size() > file_bytes_max) return;
  std::string_view rest = *text;
  for (std::size_t end = 0; (end = rest.find(end_of_line)) != std::string_view::npos;
       rest.remove_prefix(end + end_of_line.size())) {
    const std::string_view line = rest.substr(0, end);
    const std::size_t tab = line.find('\t');
    if (tab != std::string_view::npos) lines_.emplace(line.substr(0, tab), line.substr(tab + 1));
  }
}

std::optional<std::string> ToldVersions::find(const std::string& program, const struct stat& now) const {
  const auto found = lines_.find(program);
  const std::string begin = identity(now) + "\t";
  if (found == lines_.end() || !found->second.starts_with(begin)) return std::nullopt;
  return found->second.substr(begin.size());
}

void ToldVersions::add(const std::string& program, const struct stat& now, std::string_view said) {
  if (said.ends_with('\n')) said.remove_suffix(1);
  if (file_.empty() || said.size() > said_bytes_max || holds_controls(said) || holds_controls(program) ||
      !is_executable_itself(program)) {
    return;
  }
  lines_.insert_or_assign(program, identity(now) + "\t" + std::string(said));
  changed_ = true;
}

void ToldVersions::save() const {
  if (!changed_) return;
  std::string text;
  for (const auto& [program, line] : lines_) text.append(program).append("\t").append(line).append(end_of_line);
  const std::string fresh = file_ + ".tmp";
  const Fd out(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!out.valid() || ::write(out.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::rename(fresh.c_str(), file_.c_str()) != 0) {
    ::unlink(fresh.c_str());
  }
}

}  // namespace haar::engines
