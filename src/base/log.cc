#include "base/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>

#include "base/clock.h"

namespace haar {
namespace {

std::atomic<LogLevel> threshold{LogLevel::info};
std::atomic<int> output{STDERR_FILENO};

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace

void log_set_level(LogLevel level) { threshold.store(level); }
void log_to_fd(int fd) { output.store(fd); }

void log_line(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (level < threshold.load()) return;
  static constexpr std::array<std::string_view, 4> names{"debug", "info", "warning", "error"};
  std::string line = "{\"time\":";
  append_json_string(line, format_iso8601_millis(SystemClock{}.wall()));
  line += ",\"level\":";
  append_json_string(line, names[static_cast<std::size_t>(level)]);
  line += ",\"message\":";
  append_json_string(line, message);
  for (const auto& [key, value] : fields) {
    line.push_back(',');
    append_json_string(line, key);
    line.push_back(':');
    append_json_string(line, value);
  }
  line += "}\n";
  // One write per line keeps lines whole between threads; a log that cannot be written is not worth dying for.
  [[maybe_unused]] const ssize_t written = ::write(output.load(), line.data(), line.size());
}

}  // namespace haar
