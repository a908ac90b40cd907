// `haar decide`: may this principal do this, and why; for policy tests, without a server and an account.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "main/cli/commands.h"

namespace haar::main {

extern const char* const decide_help;

// Lines of an input of unknown length, each bounded.
class LineReader {
 public:
  // As read(2): bytes read, 0 at the end, negative where it failed.
  using Source = std::function<std::ptrdiff_t(char* to, std::size_t size)>;
  LineReader(Source source, std::size_t line_bytes_max) : source_(std::move(source)), line_bytes_max_(line_bytes_max) {}

  enum class Next { line, too_long, end, failed };
  // `line` is valid until the next call; without its "\n". What follows the last "\n" is a line if it is not empty.
  Next next(std::string_view& line);
  // Whether next() would have to wait for the source.
  [[nodiscard]] bool would_wait() const { return !ended_ && buffer_.find('\n', at_) == std::string::npos; }

 private:
  bool fill();

  Source source_;
  std::size_t line_bytes_max_;
  std::string buffer_, chunk_;
  std::size_t at_ = 0;       // where the next line begins
  bool ended_ = false, failed_ = false;
};

// Answers each line of `reader` on terminal.out. `next` says whether the line was too long. Ends early where the output
// takes no more. False: the input cannot be read, which terminal.err says.
bool answer_lines(LineReader& reader, const Terminal& terminal,
                  const std::function<std::string(LineReader::Next next, std::string_view line, std::size_t number)>& answer);

// Answers the lines of `file` ("" or "-": the standard input) with `answer`, whose status it returns; 2: the file cannot be read.
int with_lines(const std::string& file, std::size_t line_bytes_max, const Terminal& terminal,
               int (*answer)(LineReader& reader, const Terminal& terminal));

// Answers every line of `file` ("" or "-": the standard input) on terminal.out. 0: each got a decision, whichever it
// is; 1: some line got an error; 2: the file cannot be read.
int decide(const std::string& file, const Terminal& terminal);
// The same of any source; tests use it.
int decide_lines(LineReader& reader, const Terminal& terminal);

}  // namespace haar::main
