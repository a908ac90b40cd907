#include "frontdoor/fixed_replies.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>

#include "base/file.h"
#include "frontdoor/frontdoor.h"
#include "frontdoor/test_engine.h"

namespace haar::frontdoor {
namespace {

const FixedReplies replies{{"config get cluster", "CONFIG\r\n"}, {"version", "VERSION 1\r\n"}};

TEST(FixedReplies, a_known_line_is_answered_with_either_line_end) {
  for (const std::string_view bytes : {"version\r\n", "version\n", "version\r\nget a\r\n"}) {
    const MatchedLine line = match_line(bytes, replies);
    EXPECT_EQ(line.kind, MatchedLine::Kind::known) << bytes;
    EXPECT_EQ(*line.reply, "VERSION 1\r\n");
    EXPECT_EQ(line.length, bytes.find('\n') + 1);
  }
}

TEST(FixedReplies, the_beginning_of_a_line_waits_and_anything_else_does_not) {
  for (const std::string_view bytes : {"", "c", "config get", "config get cluster", "config get cluster\r", "version"})
    EXPECT_EQ(match_line(bytes, replies).kind, MatchedLine::Kind::incomplete) << bytes;
  for (const std::string_view bytes : {"g", "get a\r\n", "config set", "version 2\r\n", "\r\n", "config get clusters"})
    EXPECT_EQ(match_line(bytes, replies).kind, MatchedLine::Kind::other) << bytes;
}

TEST(FixedReplies, a_line_without_end_is_not_waited_for) {
  EXPECT_EQ(match_line(std::string(request_line_max, 'v'), replies).kind, MatchedLine::Kind::other);
  const FixedReplies long_line{{std::string(2 * request_line_max, 'v'), "x"}};
  EXPECT_EQ(match_line(std::string(request_line_max, 'v'), long_line).kind, MatchedLine::Kind::other);
}

// An engine in a folder of its own.
class Taker {
 public:
  ~Taker() { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string path() const { return folder_ + "/handoff"; }
  Fd take() { return engine_.take(); }
  [[nodiscard]] bool idle() const { return engine_.silent(); }

 private:
  static std::string make_folder() {
    std::array<char, 32> name{"/tmp/haar-replies-XXXXXX"};
    return ::mkdtemp(name.data()) == nullptr ? "" : name.data();
  }
  const std::string folder_ = make_folder();
  testing::Engine engine_{folder_ + "/handoff"};
};

std::string read_some(int fd, std::size_t wanted) {
  std::string out;
  while (out.size() < wanted) {
    pollfd readable{fd, POLLIN, 0};
    std::array<char, 256> buffer{};
    if (::poll(&readable, 1, 5000) != 1) break;
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got <= 0) break;
    out.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return out;
}

bool say(int fd, std::string_view text) {
  return ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

class ReplyingDoor : public ::testing::Test {
 protected:
  void SetUp() override {
    auto door = FrontDoor::start({});
    ASSERT_TRUE(door.ok());
    door_ = std::move(*door);
    const AddressSlice slice = AddressSlice::of_folder(taker_.path());
    const auto address = slice.choose(port, {});
    ASSERT_TRUE(address.ok()) << address.error().message;
    address_ = *address;
    ASSERT_TRUE(door_->set(endpoint()).ok());
  }
  Endpoint endpoint() const {
    Endpoint out;
    out.id = "cfg";
    out.address = address_;
    out.port = port;
    Permission everyone;
    everyone.protocol = Permission::all_protocols;
    everyone.cidrs = {*Cidr::parse("0.0.0.0/0")};
    out.admission = Admission::of_rules(Rules::compile(std::array{everyone}), port);
    out.targets = {taker_.path()};
    out.fixed_replies = replies;
    return out;
  }
  Fd connect() const {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    std::memcpy(&to.sin_addr, address_.bytes.data(), 4);
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) return {};
    return fd;
  }

  static constexpr std::uint16_t port = 21211;
  Taker taker_;
  IpAddress address_;
  std::unique_ptr<FrontDoor> door_;
};

TEST_F(ReplyingDoor, replies_to_its_lines_and_hands_over_at_the_first_other_word) {
  const Fd client = connect();
  ASSERT_TRUE(client.valid());
  ASSERT_TRUE(say(client.get(), "config get "));
  ASSERT_TRUE(say(client.get(), "cluster\r\nversion\r\n"));
  EXPECT_EQ(read_some(client.get(), 19), "CONFIG\r\nVERSION 1\r\n");
  EXPECT_TRUE(taker_.idle());
  ASSERT_TRUE(say(client.get(), "version\nset a 0 0 1\r\n"));
  const Fd handed = taker_.take();
  ASSERT_TRUE(handed.valid());
  // What the door replied to is gone, what it did not is all there.
  EXPECT_EQ(read_some(handed.get(), 13), "set a 0 0 1\r\n");
  EXPECT_EQ(read_some(client.get(), 11), "VERSION 1\r\n");
  ASSERT_TRUE(say(handed.get(), "STORED\r\n"));
  EXPECT_EQ(read_some(client.get(), 8), "STORED\r\n");
}

TEST_F(ReplyingDoor, a_client_that_leaves_is_let_go_and_a_removed_endpoint_ends_its_clients) {
  {
    const Fd leaving = connect();
    ASSERT_TRUE(say(leaving.get(), "conf"));
  }
  const Fd client = connect();
  ASSERT_TRUE(say(client.get(), "version\r\n"));
  EXPECT_EQ(read_some(client.get(), 11), "VERSION 1\r\n");
  door_->remove("cfg");
  EXPECT_EQ(read_some(client.get(), 1), "");
  EXPECT_TRUE(taker_.idle());
}

TEST_F(ReplyingDoor, new_replies_hold_for_clients_that_are_already_there) {
  const Fd client = connect();
  ASSERT_TRUE(say(client.get(), "version\r\n"));
  EXPECT_EQ(read_some(client.get(), 11), "VERSION 1\r\n");
  Endpoint changed = endpoint();
  changed.fixed_replies["version"] = "VERSION 2\r\n";
  ASSERT_TRUE(door_->set(std::move(changed)).ok());
  ASSERT_TRUE(say(client.get(), "version\r\n"));
  EXPECT_EQ(read_some(client.get(), 11), "VERSION 2\r\n");
}

}  // namespace
}  // namespace haar::frontdoor
