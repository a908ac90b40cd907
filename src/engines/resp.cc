#include "engines/resp.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

namespace haar::engines {
namespace {

constexpr std::size_t longest_reply = std::size_t{4} << 20;  // bytes, with all that is in it
constexpr int deepest_reply = 8;

Error failed(std::string_view what) {
  return {"EngineCommandFailed", fmt::format("redis: {}", what), 500, Fault::receiver};
}

Result<long long> number_in(std::string_view text) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return failed("it answers something else than RESP");
  return value;
}

}  // namespace

bool RespConnection::wait_for(short events) const {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{socket_.get(), events, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

Result<std::string> RespConnection::command(const std::vector<std::string>& words) {
  deadline_ = std::chrono::steady_clock::now() + patience_;
  received_ = buffer_.size();
  std::string text = fmt::format("*{}\r\n", words.size());
  for (const std::string& word : words) text += fmt::format("${}\r\n{}\r\n", word.size(), word);
  for (std::string_view rest = text; !rest.empty();) {
    if (!wait_for(POLLOUT)) return failed("it does not read");
    const ssize_t put = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (put <= 0) return failed("the connection broke");
    rest.remove_prefix(static_cast<std::size_t>(put));
  }
  return read_reply(0);
}

Result<void> RespConnection::fill() {
  std::array<char, 4096> bytes{};
  if (!wait_for(POLLIN)) return failed("no answer in time");
  const ssize_t got = ::read(socket_.get(), bytes.data(), bytes.size());
  if (got <= 0) return failed("the connection broke");
  buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  received_ += static_cast<std::size_t>(got);
  if (received_ > longest_reply) return failed("the answer is too long");
  return {};
}

Result<std::string> RespConnection::read_line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) TRY(fill());
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

Result<std::string> RespConnection::read_bytes(std::size_t count) {
  while (buffer_.size() < count + 2) TRY(fill());
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, count + 2);
  return bytes;
}

Result<std::string> RespConnection::read_reply(int depth) {
  const std::string line = TRY(read_line());
  if (line.empty() || depth > deepest_reply) return failed("it answers something else than RESP");
  const std::string rest = line.substr(1);
  if (line[0] == '+' || line[0] == ':') return rest;
  if (line[0] == '-') return failed(rest);
  const long long length = TRY(number_in(rest));
  if (length < 0) return std::string();
  if (length > static_cast<long long>(longest_reply)) return failed("the answer is too long");
  if (line[0] == '$') return read_bytes(static_cast<std::size_t>(length));
  if (line[0] != '*') return failed("it answers something else than RESP");
  std::string out;
  for (long long i = 0; i < length; ++i) {
    if (i > 0) out += '\n';
    out += TRY(read_reply(depth + 1));
  }
  return out;
}

}  // namespace haar::engines
