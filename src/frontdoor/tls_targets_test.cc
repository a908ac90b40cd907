// An endpoint that admits clients with and without TLS: each comes to the socket of its kind, and nothing that it said is lost.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>

#include "base/file.h"
#include "frontdoor/frontdoor.h"
#include "frontdoor/test_engine.h"

namespace haar::frontdoor {
namespace {

constexpr std::uint16_t port = 21212;
constexpr std::string_view hello("\x16\x03\x01 and so on", 13), command("PING\r\n");

class BothWays : public ::testing::Test {
 protected:
  void SetUp() override {
    door_ = FrontDoor::start({}).value();
    address_ = AddressSlice::of_folder(folder_).choose(port, {}).value();
    set({clear_path_}, {tls_path_});
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void set(std::vector<std::string> targets, std::vector<std::string> tls_targets) {
    Endpoint endpoint;
    endpoint.id = "both";
    endpoint.address = address_;
    endpoint.port = port;
    Permission everyone;
    everyone.protocol = Permission::all_protocols;
    everyone.cidrs = {*Cidr::parse("0.0.0.0/0")};
    endpoint.admission = Admission::of_rules(Rules::compile(std::array{everyone}), port);
    endpoint.targets = std::move(targets);
    endpoint.tls_targets = std::move(tls_targets);
    ASSERT_TRUE(door_->set(std::move(endpoint)).ok());
  }
  Fd connect(std::string_view text = {}) const {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    std::memcpy(&to.sin_addr, address_.bytes.data(), 4);
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    say(fd, text);
    return fd;
  }
  static void say(const Fd& fd, std::string_view text) {
    EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  static std::string said(const Fd& fd) {
    std::array<char, 64> bytes{};
    pollfd readable{fd.get(), POLLIN, 0};
    if (!fd.valid() || ::poll(&readable, 1, 10'000) != 1) return "nothing";
    const ssize_t got = ::read(fd.get(), bytes.data(), bytes.size());
    return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  }

  std::string folder_ = [] {
    std::string name = "/tmp/haar-tls-XXXXXX";
    return std::string(::mkdtemp(name.data()));
  }();
  std::string clear_path_ = folder_ + "/clear", tls_path_ = folder_ + "/tls";
  testing::Engine clear_{clear_path_}, tls_{tls_path_};
  IpAddress address_;
  std::unique_ptr<FrontDoor> door_;
};

TEST_F(BothWays, the_first_byte_tells_and_every_byte_arrives) {
  const Fd one = connect(hello), other = connect(command);
  EXPECT_EQ(said(tls_.take()), hello);
  EXPECT_EQ(said(clear_.take()), command);
  EXPECT_TRUE(tls_.silent() && clear_.silent());
}

TEST_F(BothWays, who_was_there_before_the_mode_changed_is_handed_over_by_the_new_one) {
  const Fd client = connect();
  // The door has it when it knows a later one.
  const Fd later = connect(command);
  EXPECT_EQ(said(clear_.take()), command);
  EXPECT_EQ(door_->held(), 1U);
  EXPECT_TRUE(tls_.silent());
  set({tls_path_}, {});
  say(client, command);
  EXPECT_EQ(said(tls_.take()), command);
  EXPECT_TRUE(clear_.silent());
}

TEST_F(BothWays, who_leaves_without_a_word_is_let_go) {
  connect().reset();
  const Fd later = connect(command);
  EXPECT_EQ(said(clear_.take()), command);
  for (int waited = 0; door_->held() > 0 && waited < 1000; ++waited) ::usleep(10'000);
  EXPECT_EQ(door_->held(), 0U);
}

}  // namespace
}  // namespace haar::frontdoor
