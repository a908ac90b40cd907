#include "engines/mysql_connection.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "auth/mysql_password.h"
#include "base/encoding.h"

namespace haar::engines::mysql {
namespace {

constexpr std::size_t most_received = std::size_t{4} << 20;  // bytes, over one connection
constexpr std::size_t longest_packet = 0xffffff;             // longer ones would be split
constexpr std::chrono::milliseconds slice{50};               // how soon a wait sees that haar is ending
constexpr std::size_t scramble_length = 20;
constexpr std::string_view native_password = "mysql_native_password";
constexpr int most_login_steps = 4;

// Capabilities of the client. CLIENT_LOCAL_FILES is not among them.
constexpr std::uint32_t long_password = 1U, connect_with_db = 1U << 3, protocol_41 = 1U << 9, transactions = 1U << 13,
                        secure_connection = 1U << 15, plugin_auth = 1U << 19;
constexpr char utf8mb4_general_ci = 45;
constexpr char command_query = 3;
constexpr unsigned char is_ok = 0x00, is_error = 0xff, is_end = 0xfe, is_null = 0xfb;
constexpr std::size_t longest_end = 9;  // a row may begin with 0xfe, too, and is longer

Error not_answering(std::string_view why) {
  return {"EngineNotReady", fmt::format("mysql: {}", why), 500, Fault::receiver};
}
Error failed(std::string_view what) {
  return {"EngineCommandFailed", fmt::format("mysql: {}", what), 500, Fault::receiver};
}

unsigned char first_of(std::string_view packet) { return packet.empty() ? is_error : static_cast<unsigned char>(packet[0]); }

// What an error packet says: its code, "#" with the state, the words.
std::string words_of(std::string_view packet) {
  if (packet.size() < 3) return "it answers something else than MySQL";
  std::string_view words = packet.substr(3);
  if (words.starts_with('#')) words.remove_prefix(std::min<std::size_t>(6, words.size()));
  return std::string(words);
}

// Takes from the front of a packet; what is not there makes it bad, once and for all.
class Reader {
 public:
  explicit Reader(std::string_view packet) : rest_(packet) {}
  std::string_view bytes(std::uint64_t count) {
    if (count > rest_.size()) bad_ = true, count = rest_.size();
    const std::string_view out = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return out;
  }
  std::uint64_t number(std::size_t width) {
    std::uint64_t out = 0;
    const std::string_view text = bytes(width);
    for (std::size_t i = 0; i < text.size(); ++i) out |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    return out;
  }
  std::string_view text() {  // up to a zero
    const std::size_t end = std::min(rest_.find('\0'), rest_.size());
    const std::string_view out = bytes(end);
    if (!rest_.empty()) rest_.remove_prefix(1);
    return out;
  }
  std::uint64_t length() {
    const std::uint64_t first = number(1);
    if (first == 0xfc) return number(2);
    if (first == 0xfd) return number(3);
    if (first == 0xfe) return number(8);
    if (first > 0xfa) bad_ = true;
    return first;
  }
  std::optional<std::string> column() {
    if (!rest_.empty() && static_cast<unsigned char>(rest_[0]) == is_null) {
      rest_.remove_prefix(1);
      return std::nullopt;
    }
    return std::string(bytes(length()));
  }
  [[nodiscard]] bool bad() const { return bad_; }
  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool bad_ = false;
};

void put_number(std::string& out, std::uint32_t value, int width) {
  for (int i = 0; i < width; ++i) out += static_cast<char>(value >> (8 * i) & 0xffU);
}

struct Greeting {
  std::string version, scramble;
};

Result<Greeting> read_greeting(std::string_view packet) {
  constexpr std::uint64_t protocol = 10;
  Reader reader(packet);
  if (reader.number(1) != protocol) return not_answering("it speaks another protocol");
  Greeting out;
  out.version = std::string(reader.text().substr(0, 100));
  reader.bytes(4);  // the number of the connection
  out.scramble = std::string(reader.bytes(8));
  reader.bytes(1 + 2 + 1 + 2 + 2 + 1 + 10);
  out.scramble += reader.bytes(scramble_length - out.scramble.size());
  if (reader.bad()) return not_answering("its greeting is cut off");
  return out;
}

std::string login_packet(const Connection::Login& login, std::string_view scramble) {
  std::uint32_t capabilities = long_password | protocol_41 | transactions | secure_connection | plugin_auth;
  if (!login.database.empty()) capabilities |= connect_with_db;
  const std::string answer = auth::mysql_native_answer(login.password, scramble);
  std::string out;
  put_number(out, capabilities, 4);
  put_number(out, static_cast<std::uint32_t>(longest_packet), 4);
  out += utf8mb4_general_ci;
  out.append(23, '\0');
  out += login.user;
  out += '\0';
  out += static_cast<char>(answer.size());
  out += answer;
  if (!login.database.empty()) out += login.database + '\0';
  out += native_password;
  out += '\0';
  return out;
}

}  // namespace

Connection::Connection(Fd socket, const Login& login)
    : socket_(std::move(socket)),
      deadline_(std::chrono::steady_clock::now() + login.patience),
      supervisor_(login.supervisor) {}

Result<Connection> Connection::open(Fd socket, const Login& login) {
  Connection connection(std::move(socket), login);
  TRY(connection.log_in(login));
  return connection;
}

Result<void> Connection::wait_for(short events) const {
  for (;;) {
    if (supervisor_ != nullptr && supervisor_->cancelled()) return stopping_error();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) return not_answering("no answer in time");
    pollfd waiting{socket_.get(), events, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min(left, slice).count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return system_error("cannot wait for", "mysql");
  }
}

Result<std::string> Connection::read_packet() {
  constexpr std::size_t header = 4;
  std::array<char, 4096> bytes{};
  std::size_t length = header;
  for (;;) {
    if (buffer_.size() >= header) {
      Reader reader(buffer_);
      length = reader.number(3);
      sequence_ = static_cast<unsigned char>(reader.number(1) + 1);
      if (length >= longest_packet) return not_answering("it sends too much");
      if (buffer_.size() >= header + length) break;
    }
    TRY(wait_for(POLLIN));
    const ssize_t got = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return not_answering("the connection broke");
    received_ += static_cast<std::size_t>(got);
    if (received_ > most_received) return not_answering("it sends too much");
    buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  }
  std::string packet = buffer_.substr(header, length);
  buffer_.erase(0, header + length);
  return packet;
}

Result<void> Connection::write_packet(std::string_view payload) {
  if (payload.size() >= longest_packet) return failed("the statement is too long");
  std::string text;
  put_number(text, static_cast<std::uint32_t>(payload.size()), 3);
  text += static_cast<char>(sequence_);
  text += payload;
  for (std::string_view rest = text; !rest.empty();) {
    TRY(wait_for(POLLOUT));
    const ssize_t put = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (put <= 0) return not_answering("the connection broke");
    rest.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

// The server names another way to log in, and new bytes for it. A password in the clear is not sent.
Result<std::string> Connection::answer_switch(std::string_view packet, const Login& login) const {
  Reader reader(packet.substr(1));
  const std::string_view plugin = reader.text();
  if (plugin != native_password) return not_answering(fmt::format("it asks for the log-in {}", plugin.substr(0, 64)));
  const std::string_view scramble = reader.bytes(scramble_length);
  if (reader.bad()) return not_answering("its question is cut off");
  return auth::mysql_native_answer(login.password, scramble);
}

Result<void> Connection::log_in(const Login& login) {
  std::string packet = TRY(read_packet());
  if (first_of(packet) == is_error) return not_answering(words_of(packet));
  const Greeting greeting = TRY(read_greeting(packet));
  server_version_ = greeting.version;
  TRY(write_packet(login_packet(login, greeting.scramble)));
  for (int step = 0; step < most_login_steps; ++step) {
    packet = TRY(read_packet());
    if (first_of(packet) == is_ok) return {};
    if (first_of(packet) != is_end) return not_answering(words_of(packet));
    const std::string answer = TRY(answer_switch(packet, login));
    TRY(write_packet(answer));
  }
  return not_answering("it asks too much");
}

Result<void> Connection::skip_columns(std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) TRY(read_packet());
  const std::string end = TRY(read_packet());
  if (first_of(end) != is_end) return failed("it answers something else than MySQL");
  return {};
}

Result<std::vector<Connection::Row>> Connection::rows(std::string_view sql) {
  sequence_ = 0;
  TRY(write_packet(command_query + std::string(sql)));
  std::string packet = TRY(read_packet());
  std::vector<Row> out;
  if (first_of(packet) == is_ok) return out;
  if (first_of(packet) == is_error) return failed(words_of(packet));
  if (first_of(packet) == is_null) return failed("it asks for a file");
  const std::uint64_t columns = Reader(packet).length();
  TRY(skip_columns(columns));
  for (;;) {
    packet = TRY(read_packet());
    if (first_of(packet) == is_error) return failed(words_of(packet));
    if (first_of(packet) == is_end && packet.size() < longest_end) return out;
    Row& row = out.emplace_back();
    Reader reader(packet);
    while (!reader.empty() && !reader.bad()) row.push_back(reader.column());
    if (reader.bad() || row.size() != columns) return failed("it answers something else than MySQL");
  }
}

Result<void> Connection::run(std::string_view sql) {
  TRY(rows(sql));
  return {};
}

Result<std::optional<std::string>> Connection::value(std::string_view sql) {
  std::vector<Row> all = TRY(rows(sql));
  if (all.empty() || all.front().empty()) return std::optional<std::string>();
  return std::move(all.front().front());
}

// Hexadecimal digits: no quotation to get out of, in any mode.
std::string literal(std::string_view text) {
  if (text.empty()) return "''";
  return fmt::format("CONVERT(0x{} USING utf8mb4)", to_hex(text));
}

Result<std::string> identifier(std::string_view name) {
  constexpr std::size_t longest = 255;
  if (name.empty() || name.size() > longest || name.find('\0') != std::string_view::npos || name.ends_with(' '))
    return failed("no such name can be");
  std::string out = "`";
  for (const char c : name) {
    if (c == '`') out += c;
    out += c;
  }
  return out + "`";
}

}  // namespace haar::engines::mysql
