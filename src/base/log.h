// JSON lines on standard error (or a file). Never pass a secret: fields are written as they are.
//   log_info("engine started", {{"engine", "postgres"}, {"pid", std::to_string(pid)}});
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

namespace haar {

enum class LogLevel { debug, info, warning, error };
using LogField = std::pair<std::string_view, std::string_view>;

void log_set_level(LogLevel level);
void log_to_fd(int fd);
void log_line(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view m, std::initializer_list<LogField> f = {}) { log_line(LogLevel::debug, m, f); }
inline void log_info(std::string_view m, std::initializer_list<LogField> f = {}) { log_line(LogLevel::info, m, f); }
inline void log_warning(std::string_view m, std::initializer_list<LogField> f = {}) {
  log_line(LogLevel::warning, m, f);
}
inline void log_error(std::string_view m, std::initializer_list<LogField> f = {}) { log_line(LogLevel::error, m, f); }

}  // namespace haar
