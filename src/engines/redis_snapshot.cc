#include "engines/redis_snapshot.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <vector>

#include "base/file.h"
#include "engines/own_file.h"
#include "engines/redis.h"
#include "frontdoor/handoff.h"

namespace haar::engines::redis {
namespace {

constexpr std::size_t mark_length = 40, header_max = 256, piece = 65536;
constexpr int slice_ms = 100;  // until it is asked again whether haar ends

Error failed(std::string_view what) {
  return {"EngineCommandFailed", fmt::format("redis: {}", what), 500, Fault::receiver};
}

std::string request(const std::vector<std::string_view>& words) {
  std::string text = fmt::format("*{}\r\n", words.size());
  for (const std::string_view word : words) text += fmt::format("${}\r\n{}\r\n", word.size(), word);
  return text;
}

Result<void> send_all(int socket, const std::string& text) {
  const ssize_t put = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
  return put == static_cast<ssize_t>(text.size()) ? Result<void>() : failed("the connection broke");
}

// One line of a few bytes.
Result<void> expect_ok(int socket, Milliseconds patience) {
  std::string line;
  while (!line.ends_with('\n')) {
    pollfd waiting{socket, POLLIN, 0};
    char one = 0;
    if (line.size() > header_max || ::poll(&waiting, 1, static_cast<int>(patience.count())) != 1 || ::read(socket, &one, 1) != 1)
      return failed("it says nothing before a copy");
    line += one;
  }
  return line == "+OK\r\n" ? Result<void>() : failed("it refuses: " + line.substr(0, 100));
}

// A server sends no copy before what it has answered is read.
Result<void> ask(int socket, const std::string& secret, Milliseconds patience) {
  for (const auto& words : {std::vector<std::string_view>{"AUTH", replication_user, secret},
                            std::vector<std::string_view>{"REPLCONF", "capa", "eof"}}) {
    TRY(send_all(socket, request(words)));
    TRY(expect_ok(socket, patience));
  }
  return send_all(socket, request({"PSYNC", "?", "-1"}));
}

Result<void> write_all(int file, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return system_error("writing", path);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

// The next bytes; empty: none came in a slice of time.
Result<std::string_view> next_piece(int socket, std::array<char, piece>& buffer) {
  pollfd waiting{socket, POLLIN, 0};
  const int ready = ::poll(&waiting, 1, slice_ms);
  if (ready == 0 || (ready < 0 && errno == EINTR)) return std::string_view();
  const ssize_t got = ::read(socket, buffer.data(), buffer.size());
  if (got < 0 && errno == EINTR) return std::string_view();
  if (got <= 0) return failed("the connection broke in the middle of a copy");
  return std::string_view(buffer.data(), static_cast<std::size_t>(got));
}

struct Copy {
  int socket, file;
  const std::string& path;
  const SnapshotBounds& bounds;
};

Result<std::uint64_t> receive(const Copy& copy, const std::function<bool()>& cancelled) {
  const auto begun = std::chrono::steady_clock::now();
  auto heard = begun;
  CopyReader reader;
  std::uint64_t size = 0;
  std::array<char, piece> buffer;  // NOLINT: filled by read()
  while (!reader.done()) {
    const auto now = std::chrono::steady_clock::now();
    if (cancelled()) return Error{"Stopping", "haar is stopping", 500, Fault::receiver};
    if (now - begun > copy.bounds.total || now - heard > copy.bounds.silence) return failed("no copy in time");
    const std::string_view bytes = TRY(next_piece(copy.socket, buffer));
    if (bytes.empty()) continue;
    heard = now;
    TRY(reader.take(bytes, [&](std::string_view data) -> Result<void> {
      size += data.size();
      if (size > copy.bounds.bytes) return failed(fmt::format("the copy is larger than {} bytes", copy.bounds.bytes));
      return write_all(copy.file, copy.path, data);
    }));
  }
  return size;
}

}  // namespace

Result<void> CopyReader::take_header() {
  while (!headed_) {
    const std::size_t end = pending_.find('\n');
    if (end == std::string::npos) return pending_.size() > header_max ? failed("it sends no copy") : Result<void>();
    std::string line = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;  // it still gets ready
    if (!answered_) {
      if (!line.starts_with("+FULLRESYNC ")) return failed("it sends no copy: " + line.substr(0, 100));
      answered_ = true;
    } else if (line.starts_with("$EOF:") && line.size() == 5 + mark_length) {
      mark_ = line.substr(5);
      headed_ = true;
    } else {
      const char* const last = line.data() + line.size();
      const auto [stop, fault] = std::from_chars(line.data() + 1, last, left_);
      if (!line.starts_with('$') || fault != std::errc() || stop != last) return failed("it sends no copy");
      headed_ = true;
      done_ = left_ == 0;
    }
  }
  return {};
}

// Of a copy that a mark ends, as many bytes are held back: they may be it.
Result<void> CopyReader::take_body(const std::function<Result<void>(std::string_view)>& write) {
  std::size_t good = pending_.size();
  if (!mark_.empty()) {
    done_ = pending_.ends_with(mark_);
    good = pending_.size() < mark_length ? 0 : pending_.size() - mark_length;
  } else {
    if (good > left_) return failed("it sends more than a copy");
    left_ -= good;
    done_ = left_ == 0;
  }
  TRY(write(std::string_view(pending_).substr(0, good)));
  pending_.erase(0, good);
  return {};
}

Result<void> CopyReader::take(std::string_view bytes, const std::function<Result<void>(std::string_view)>& write) {
  pending_ += bytes;
  if (!headed_) TRY(take_header());
  if (headed_ && !done_) return take_body(write);
  return {};
}

Result<std::uint64_t> take_snapshot(const InstanceSpec& spec, const std::string& path, const SnapshotBounds& bounds,
                                    const std::function<bool()>& cancelled) {
  const std::string secret = TRY(read_own_file(spec.replication_secret(), secret_length));
  const Fd socket = TRY(frontdoor::dial(spec.handoff()));
  TRY(ask(socket.get(), secret, bounds.silence));
  const std::string folder = std::filesystem::path(path).parent_path();
  TRY(make_folders(folder, 0700));
  const std::string unfinished = path + ".part";
  const Fd file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) return system_error("creating", unfinished);
  Result<std::uint64_t> size = receive({socket.get(), file.get(), unfinished, bounds}, cancelled);
  if (size.ok() && ::fsync(file.get()) != 0) size = system_error("forcing to disk", unfinished);
  if (size.ok() && ::rename(unfinished.c_str(), path.c_str()) != 0) size = system_error("renaming", unfinished);
  if (!size.ok()) {
    ::unlink(unfinished.c_str());
    return size;
  }
  TRY(fsync_folder(folder));
  return size;
}

}  // namespace haar::engines::redis
