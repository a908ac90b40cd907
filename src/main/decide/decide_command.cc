#include "main/decide/decide_command.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "main/decide/decide_lines.h"

namespace haar::main {
namespace {

constexpr std::size_t read_bytes = 64 * 1024;
constexpr int unreadable = 2;

}  // namespace

const char* const decide_help =
    "Reads JSON Lines, each a question with the policies that apply, and prints a JSON line for each: what AWS would\n"
    "decide, by which type of policy, the statements that did, and the condition keys that were missing. No server\n"
    "and no account are needed. For policy tests in CI.\n\n"
    "  {\"principal\": \"arn:aws:iam::111122223333:user/ana\", \"action\": \"s3:GetObject\",\n"
    "   \"resource\": \"arn:aws:s3:::b/k\", \"resourceAccount\": \"111122223333\",\n"
    "   \"context\": {\"aws:SourceIp\": [\"10.0.0.1\"]},\n"
    "   \"policies\": {\"identity\": [DOC...], \"boundary\": [DOC...], \"session\": [DOC...], \"resource\": DOC,\n"
    "                \"scp\": [[DOC...] per level], \"rcp\": [[DOC...] per level], \"endpoint\": [DOC...]}}\n\n"
    "(on one line; only principal, action and resource are needed) is answered with\n\n"
    "  {\"decision\": \"allowed\" | \"explicitDeny\" | \"implicitDeny\", \"by\": \"identity\",\n"
    "   \"statements\": [{\"policy\": \"identity[0]\", \"sid\": \"...\", \"line\": 1, \"column\": 38}],\n"
    "   \"missingContextKeys\": [], \"reason\": \"...\"}\n\n"
    "and \"serviceRule\" besides where the service itself refuses, whatever policies say.\n\n"
    "principal: the ARN of a user, of the root user, of a role session (principalArn: the role's ARN, with its path)\n"
    "or of a federated user (issuer: the user's ARN); {\"service\": \"ec2.amazonaws.com\"}, {\"federated\": PROVIDER} or\n"
    "{\"anonymous\": true}. managementAccount: true marks a principal of the organization's management account.\n"
    "DOC: a policy document as a JSON object, or as a string that holds one. A list that is left out: no policy of\n"
    "that type is attached. A bad line is answered with {\"error\": {\"code\": ..., \"message\": ..., \"line\": n}}.\n\n"
    "Exit status: 0 each line got a decision, 1 some line got an error, 2 the file or the arguments were not "
    "understood.\n"
    "More, with examples: docs/howto/decide.md\n";

bool LineReader::fill() {
  if (ended_) return false;
  buffer_.erase(0, at_);
  at_ = 0;
  chunk_.resize(read_bytes);
  const std::ptrdiff_t got = source_(chunk_.data(), chunk_.size());
  if (got > 0) buffer_.append(chunk_, 0, static_cast<std::size_t>(got));
  ended_ = got <= 0;
  failed_ = got < 0;
  return !ended_;
}

LineReader::Next LineReader::next(std::string_view& line) {
  bool too_long = false;
  std::size_t searched = at_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      line = std::string_view(buffer_).substr(at_, end - at_);
      at_ = end + 1;
      return too_long || line.size() > line_bytes_max_ ? Next::too_long : Next::line;
    }
    // Of a line that is too long anyway nothing is kept.
    if (buffer_.size() - at_ > line_bytes_max_) {
      too_long = true;
      at_ = buffer_.size();
    }
    searched = buffer_.size() - at_;
    if (fill()) continue;
    if (failed_) return Next::failed;
    if (at_ == buffer_.size() && !too_long) return Next::end;
    line = std::string_view(buffer_).substr(at_);
    at_ = buffer_.size();
    return too_long ? Next::too_long : Next::line;
  }
}

bool answer_lines(LineReader& reader, const Terminal& terminal,
                  const std::function<std::string(LineReader::Next next, std::string_view line, std::size_t number)>& answer) {
  std::string_view line;
  for (std::size_t number = 1;; ++number) {
    // Whoever asks line by line gets each answer before the next question is read.
    if (reader.would_wait()) terminal.out.flush();
    const LineReader::Next next = reader.next(line);
    if (next == LineReader::Next::end) break;
    if (next == LineReader::Next::failed) {
      terminal.err << "haar: the input cannot be read: " << std::strerror(errno) << "\n";
      return false;
    }
    terminal.out << answer(next, line, number) << '\n';
    if (!terminal.out) break;
  }
  terminal.out.flush();
  return true;
}

int decide_lines(LineReader& reader, const Terminal& terminal) {
  Decider decider;
  bool failed = false;
  const bool readable = answer_lines(reader, terminal, [&](LineReader::Next next, std::string_view line, std::size_t number) {
    Answer answer = next == LineReader::Next::line ? decider.answer(line, number) : Decider::too_long(number);
    failed = failed || answer.failed;
    return std::move(answer.line);
  });
  if (!readable) return unreadable;
  return failed || !terminal.out ? 1 : 0;
}

int with_lines(const std::string& file, std::size_t line_bytes_max, const Terminal& terminal,
               int (*answer)(LineReader& reader, const Terminal& terminal)) {
  int fd = STDIN_FILENO;
  const bool named = !file.empty() && file != "-";
  if (named) {
    fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
      terminal.err << "haar: " << file << ": " << std::strerror(errno) << "\n";
      return unreadable;
    }
  }
  LineReader reader(
      [fd](char* to, std::size_t size) {
        std::ptrdiff_t got = 0;
        do got = read(fd, to, size);
        while (got < 0 && errno == EINTR);
        return got;
      },
      line_bytes_max);
  const int status = answer(reader, terminal);
  if (named) close(fd);
  return status;
}

int decide(const std::string& file, const Terminal& terminal) {
  return with_lines(file, decide_line_bytes_max, terminal, decide_lines);
}

}  // namespace haar::main
