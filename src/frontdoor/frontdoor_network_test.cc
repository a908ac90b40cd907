// What the network has to do with a connection: by whom it comes, where the endpoint listens, and what those hear that are
// not admitted.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/test_wait.h"
#include "frontdoor/frontdoor.h"
#include "frontdoor/syn_filter.h"
#include "frontdoor/test_engine.h"

namespace haar::frontdoor {
namespace {

using namespace std::chrono_literals;
using testing::Engine;

constexpr std::uint16_t port = 5432;

IpAddress ip(const std::string& text) { return IpAddress::parse(text).value(); }

Admission admitting(const std::vector<std::string>& addresses, const std::string& network = "") {
  std::vector<Admitted> out;
  for (const std::string& address : addresses) out.push_back({ip(address), ip(address), network});
  return Admission::compile(std::move(out));
}

class FrontDoorNetwork : public ::testing::Test {
 protected:
  FrontDoorNetwork() {
    EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
    slice_ = AddressSlice::of_folder(folder_);
  }
  ~FrontDoorNetwork() override {
    door_.reset();
    std::filesystem::remove_all(folder_);
  }
  void start(Refusal refusal) { door_ = std::move(FrontDoor::start({}, refusal).value()); }
  std::string path(const std::string& engine) const { return folder_ + "/" + engine; }
  Endpoint endpoint(Admission admission, const std::string& engine = "engine", std::uint32_t address = 0) const {
    Endpoint out;
    out.id = "endpoint-" + engine;
    out.address = slice_.at(address);
    out.port = port;
    out.admission = std::move(admission);
    out.targets = {path(engine)};
    return out;
  }
  // A connection that is on its way; connected() says where it has got to.
  static Fd connecting(const std::string& from, const IpAddress& to) {
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in here{}, there{};
    here.sin_family = there.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(ip(from).as_v4());
    there.sin_addr.s_addr = htonl(to.as_v4());
    there.sin_port = htons(port);
    const int late = 1;  // the port is chosen at connect: the same may go to several places
    ::setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &late, sizeof late);
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here), 0) << from;
    ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&there), sizeof there);
    return fd;
  }
  enum class State : std::uint8_t { on_its_way, connected, refused };
  static State state(const Fd& fd) {
    pollfd writable{fd.get(), POLLOUT, 0};
    if (::poll(&writable, 1, 0) != 1) return State::on_its_way;
    return (writable.revents & (POLLERR | POLLHUP)) != 0 ? State::refused : State::connected;
  }
  static State outcome(const Fd& fd) {
    pollfd writable{fd.get(), POLLOUT, 0};
    ::poll(&writable, 1, 30'000);
    return state(fd);
  }

  std::string folder_ = "/tmp/haar-net-XXXXXX";
  AddressSlice slice_;
  std::unique_ptr<FrontDoor> door_;
};

TEST_F(FrontDoorNetwork, AnAddressThatStandsForAnInterfaceIsTheInterface) {
  start(Refusal::reset);
  Engine engine(path("engine"));
  door_->set_hosts({{ip("127.0.0.8"), {"vpc", ip("10.0.0.8"), std::nullopt}}});
  ASSERT_TRUE(door_->set(endpoint(admitting({"10.0.0.8"}, "vpc"))).ok());
  const Fd interface = connecting("127.0.0.8", slice_.at(0));
  EXPECT_TRUE(engine.take().valid()) << "as 10.0.0.8 of the VPC";
  door_->set_hosts({{ip("127.0.0.8"), {"another", ip("10.0.0.8"), std::nullopt}}});
  const Fd other = connecting("127.0.0.8", slice_.at(0));
  EXPECT_TRUE(eventually([&] { return door_->status()[0].denied == 1; }, 5ms)) << "an address of another VPC";
  door_->set_hosts({});
  ASSERT_TRUE(door_->set(endpoint(admitting({"127.0.0.8"}))).ok());
  const Fd itself = connecting("127.0.0.8", slice_.at(0));
  EXPECT_TRUE(engine.take().valid()) << "it stands for nothing any more";
}

TEST_F(FrontDoorNetwork, TheClientsPortIsLookedAt) {
  start(Refusal::reset);
  Engine engine(path("engine"));
  Endpoint below = endpoint(Admission::compile({{ip("127.0.0.1"), ip("127.0.0.1"), "", {{0, 1023}}}}));
  ASSERT_TRUE(door_->set(below).ok());
  const Fd refused = connecting("127.0.0.1", slice_.at(0));  // from one of the ephemeral ports
  EXPECT_TRUE(eventually([&] { return door_->status()[0].denied == 1; }, 5ms));
  below.admission = Admission::compile({{ip("127.0.0.1"), ip("127.0.0.1"), "", {{1024, 65535}}}});
  ASSERT_TRUE(door_->set(below).ok());
  const Fd admitted = connecting("127.0.0.1", slice_.at(0));
  EXPECT_TRUE(engine.take().valid());
}

TEST_F(FrontDoorNetwork, ListensAtAllItsAddresses) {
  start(Refusal::reset);
  Engine engine(path("engine"));
  Endpoint two = endpoint(admitting({"127.0.0.1"}));
  two.more_addresses = {slice_.at(1), slice_.at(2)};
  ASSERT_TRUE(door_->set(two).ok());
  EXPECT_EQ(door_->status()[0].more_listening, two.more_addresses);
  for (std::uint32_t i = 0; i < 3; ++i) {
    const Fd client = connecting("127.0.0.1", slice_.at(i));
    EXPECT_TRUE(engine.take().valid()) << i;
    const Fd stranger = connecting("127.0.0.2", slice_.at(i));
    EXPECT_TRUE(eventually([&] { return door_->status()[0].denied == i + 1; }, 5ms)) << "it is judged there, too";
  }
  two.more_addresses = {slice_.at(2)};
  ASSERT_TRUE(door_->set(two).ok());
  EXPECT_EQ(outcome(connecting("127.0.0.1", slice_.at(1))), State::refused);
  const Fd client = connecting("127.0.0.1", slice_.at(2));
  EXPECT_TRUE(engine.take().valid());
  two.more_addresses = {ip("192.0.2.77")};  // no address of this machine
  EXPECT_TRUE(door_->set(two).ok()) << "the endpoint itself is there";
  EXPECT_TRUE(door_->status()[0].more_listening.empty());
}

class FrontDoorTimeout : public FrontDoorNetwork {
 protected:
  void SetUp() override {
    if (!why_no_filters().empty()) GTEST_SKIP() << "this machine permits no filters: " << why_no_filters();
    start(Refusal::timeout);
  }
};

TEST_F(FrontDoorTimeout, WhoIsNotAdmittedHearsNothing) {
  Engine engine(path("engine"));
  ASSERT_TRUE(door_->set(endpoint(admitting({"127.0.0.2"}))).ok());
  EXPECT_TRUE(door_->status()[0].filtered);
  const Fd stranger = connecting("127.0.0.3", slice_.at(0));
  const Fd client = connecting("127.0.0.2", slice_.at(0));
  const Fd served = engine.take();
  ASSERT_TRUE(served.valid());
  EXPECT_EQ(state(stranger), State::on_its_way) << "though it asked before the one who is served";
  sock_filter left[4];
  socklen_t instructions = 4;
  ASSERT_EQ(::getsockopt(served.get(), SOL_SOCKET, SO_GET_FILTER, left, &instructions), 0);
  EXPECT_EQ(instructions, 0U) << "the session goes on without the rules that admitted it";
  ASSERT_TRUE(door_->set(endpoint(admitting({"127.0.0.3"}))).ok());
  EXPECT_EQ(outcome(stranger), State::connected) << "its next attempt is heard";
  EXPECT_TRUE(engine.take().valid());
  ASSERT_EQ(::write(served.get(), "alive", 5), 5);
  char heard[5];
  pollfd readable{client.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&readable, 1, 10'000), 1);
  EXPECT_EQ(::read(client.get(), heard, 5), 5);
}

TEST_F(FrontDoorTimeout, NobodyAdmittedMeansNobodyHears) {
  Engine engine(path("engine"));
  ASSERT_TRUE(door_->set(endpoint(Admission())).ok());
  const Fd stranger = connecting("127.0.0.3", slice_.at(0));
  ASSERT_TRUE(door_->set(endpoint(admitting({"127.0.0.2"}), "other", 1)).ok());
  Engine other(path("other"));
  const Fd client = connecting("127.0.0.2", slice_.at(1));
  ASSERT_TRUE(other.take().valid());
  EXPECT_EQ(state(stranger), State::on_its_way);
  Endpoint closed = endpoint(admitting({"127.0.0.3"}));
  closed.targets.clear();
  ASSERT_TRUE(door_->set(closed).ok());
  EXPECT_EQ(outcome(connecting("127.0.0.3", slice_.at(0))), State::refused) << "no engine is another matter";
}

TEST_F(FrontDoorTimeout, InterfacesAreFollowed) {
  Engine engine(path("engine"));
  ASSERT_TRUE(door_->set(endpoint(admitting({"10.0.0.8"}, "vpc"))).ok());
  const Fd before = connecting("127.0.0.8", slice_.at(0));
  door_->set_hosts({{ip("127.0.0.8"), {"vpc", ip("10.0.0.8"), std::nullopt}}});
  const Fd client = connecting("127.0.0.8", slice_.at(0));
  EXPECT_TRUE(engine.take().valid());
}

TEST_F(FrontDoorTimeout, WhereRulesAreTooManyForTheKernelTheyAreJudgedAtAccept) {
  Engine engine(path("engine"));
  std::vector<Admitted> many;
  for (std::uint32_t i = 0; i < 2'000; ++i) many.push_back({IpAddress::v4(0x0a000000 + 2 * i),
      IpAddress::v4(0x0a000000 + 2 * i), ""});
  many.push_back({ip("127.0.0.1"), ip("127.0.0.1"), ""});
  ASSERT_TRUE(door_->set(endpoint(Admission::compile(many))).ok());
  EXPECT_FALSE(door_->status()[0].filtered);
  const Fd client = connecting("127.0.0.1", slice_.at(0));
  EXPECT_TRUE(engine.take().valid());
  const Fd stranger = connecting("127.0.0.2", slice_.at(0));
  EXPECT_TRUE(eventually([&] { return door_->status()[0].denied == 1; }, 5ms));
}

// Connections that say nothing: what the door holds of them is bounded, and who comes to another engine is served.
TEST_F(FrontDoorNetwork, TenThousandSilentClientsOfAnEngineThatTakesNone) {
  constexpr rlim_t clients_total = 10'000;
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  if (limit.rlim_max < 2 * clients_total) GTEST_SKIP() << "this machine gives a process " << limit.rlim_max << " files";
  limit.rlim_cur = std::max(limit.rlim_cur, 2 * clients_total);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  start(Refusal::reset);
  Engine stuck(path("engine")), other(path("other"));
  ASSERT_TRUE(door_->set(endpoint(admitting({"127.0.0.1", "127.0.0.2"}))).ok());
  ASSERT_TRUE(door_->set(endpoint(admitting({"127.0.0.1"}), "other", 1)).ok());
  std::vector<Fd> silent;
  std::size_t most = 0;
  for (rlim_t i = 0; i < clients_total; ++i) {
    silent.push_back(connecting("127.0.0." + std::to_string(1 + i % 2), slice_.at(0)));
    most = std::max(most, door_->held());
  }
  EXPECT_LE(most, FrontDoor::waiting_per_engine_max);
  EXPECT_LE(door_->held(), FrontDoor::waiting_per_engine_max);
  const Fd served = connecting("127.0.0.1", slice_.at(1));
  EXPECT_TRUE(other.take().valid());
}

}  // namespace
}  // namespace haar::frontdoor
