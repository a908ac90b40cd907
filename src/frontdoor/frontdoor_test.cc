#include "frontdoor/frontdoor.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <stdexcept>

#include "base/file.h"
#include "base/test_wait.h"
#include "frontdoor/handoff.h"
#include "frontdoor/listener.h"
#include "frontdoor/test_engine.h"

namespace haar::frontdoor {
namespace {

using namespace std::chrono_literals;

using testing::Engine;

class FrontDoorTest : public ::testing::Test {
 protected:
  FrontDoorTest() {
    EXPECT_NE(::mkdtemp(folder.data()), nullptr);
    address = AddressSlice::of_folder(folder).at(0);
    FrontDoor::Callbacks callbacks;
    callbacks.on_denied = [this](const Denial& denial) {
      const std::lock_guard lock(mutex);
      denials.push_back(denial);
      changed.notify_all();
      if (throws) throw std::runtime_error("no memory is left");
    };
    callbacks.on_failed = [this](const HandoffFailure& failure) {
      const std::lock_guard lock(mutex);
      failures.push_back(failure);
      changed.notify_all();
    };
    door = std::move(FrontDoor::start(std::move(callbacks)).value());
  }
  ~FrontDoorTest() override {
    door.reset();
    std::filesystem::remove_all(folder);
  }
  Endpoint endpoint(const std::vector<std::string>& cidrs, const std::vector<std::string>& engines) {
    Permission permission;
    permission.protocol = Permission::tcp;
    permission.from_port = permission.to_port = port;
    for (const auto& cidr : cidrs) permission.cidrs.push_back(Cidr::parse(cidr).value());
    Endpoint out;
    out.id = "endpoint";
    out.address = address;
    out.port = port;
    out.admission = Admission::of_rules(Rules::compile({&permission, 1}), port);
    for (const auto& engine : engines) out.targets.push_back(folder + "/" + engine);
    return out;
  }
  Fd connect(const std::string& source = "127.0.0.1") const {
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in here{}, there{};
    here.sin_family = there.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(IpAddress::parse(source)->as_v4());
    there.sin_addr.s_addr = htonl(address.as_v4());
    there.sin_port = htons(port);
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here), 0);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0) return Fd();
    return fd;
  }
  // "" while the connection is open and silent for a moment.
  static std::string hear(const Fd& fd, int wait_ms = 10'000) {
    pollfd readable{fd.get(), POLLIN, 0};
    if (::poll(&readable, 1, wait_ms) != 1) return "";
    std::array<char, 64> buffer{};
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0) return errno == ECONNRESET ? "reset" : std::strerror(errno);
    return got == 0 ? "closed" : std::string(buffer.data(), static_cast<std::size_t>(got));
  }

  static constexpr std::uint16_t port = 5432;
  std::string folder = "/tmp/haar-door-XXXXXX";
  IpAddress address;
  std::mutex mutex;
  std::condition_variable changed;
  bool throws = false;  // what hears of denials
  std::vector<Denial> denials;
  std::vector<HandoffFailure> failures;
  std::unique_ptr<FrontDoor> door;
};

TEST_F(FrontDoorTest, HandsTheClientsOwnSocketToTheEngine) {
  Engine engine(folder + "/writer");
  ASSERT_TRUE(door->set(endpoint({"127.0.0.2/32"}, {"writer"})).ok());
  const Fd client = connect("127.0.0.2");
  ASSERT_TRUE(client.valid());
  std::string source;
  const Fd served = engine.take(&source);
  ASSERT_TRUE(served.valid());
  EXPECT_EQ(source, "127.0.0.2");
  ASSERT_EQ(::write(served.get(), "hello", 5), 5);
  EXPECT_EQ(hear(client), "hello");
  door.reset();  // the session does not need it any more
  ASSERT_EQ(::write(served.get(), "again", 5), 5);
  EXPECT_EQ(hear(client), "again");
}

TEST_F(FrontDoorTest, GoesOnAfterAnException) {
  throws = true;
  Engine engine(folder + "/writer");
  ASSERT_TRUE(door->set(endpoint({"127.0.0.2/32"}, {"writer"})).ok());
  (void)connect("127.0.0.3");
  {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, 60s, [this] { return !denials.empty(); }));
  }
  const Fd client = connect("127.0.0.2");
  ASSERT_TRUE(client.valid());
  EXPECT_TRUE(engine.take(nullptr).valid());
}

TEST_F(FrontDoorTest, AClientThatNoRuleAdmitsIsResetAndReported) {
  Engine engine(folder + "/writer");
  ASSERT_TRUE(door->set(endpoint({"127.0.0.2/32"}, {"writer"})).ok());
  for (int i = 0; i < 5; ++i) {
    const Fd client = connect("127.0.0.3");
    if (client.valid()) {
      EXPECT_EQ(hear(client), "reset");
    }
  }
  std::unique_lock lock(mutex);
  ASSERT_TRUE(changed.wait_for(lock, 10s, [&] { return !denials.empty(); }));
  EXPECT_EQ(denials[0].endpoint, "endpoint");
  EXPECT_EQ(denials[0].source.str(), "127.0.0.3");
  EXPECT_EQ(denials.size(), 1U);  // the others come together, later
  EXPECT_EQ(door->status()[0].denied, 5U);
  EXPECT_EQ(door->status()[0].admitted, 0U);
  EXPECT_TRUE(engine.silent());
}

TEST_F(FrontDoorTest, ClosedWithoutRulesAndWithoutTargets) {
  Engine engine(folder + "/writer");
  ASSERT_TRUE(door->set(endpoint({}, {"writer"})).ok());
  EXPECT_FALSE(connect().valid());
  EXPECT_FALSE(door->status()[0].listening);
  ASSERT_TRUE(door->set(endpoint({"127.0.0.1/32"}, {})).ok());
  EXPECT_FALSE(connect().valid());
  ASSERT_TRUE(door->set(endpoint({"127.0.0.1/32"}, {"writer"})).ok());
  EXPECT_TRUE(door->status()[0].listening);
  EXPECT_TRUE(connect().valid());
  EXPECT_TRUE(engine.take().valid());
  door->remove("endpoint");
  EXPECT_FALSE(connect().valid());
  EXPECT_TRUE(door->status().empty());
  door->remove("endpoint");
}

TEST_F(FrontDoorTest, RulesAndTargetsAreReplacedWhileSessionsLive) {
  Engine first(folder + "/first"), second(folder + "/second");
  ASSERT_TRUE(door->set(endpoint({"127.0.0.0/8"}, {"first"})).ok());
  const Fd old = connect();
  const Fd served = first.take();
  ASSERT_TRUE(door->set(endpoint({"127.0.0.0/8"}, {"second"})).ok());
  const Fd fresh = connect();
  EXPECT_TRUE(second.take().valid());
  EXPECT_TRUE(first.silent());
  ASSERT_TRUE(door->set(endpoint({}, {"second"})).ok());
  ASSERT_EQ(::write(served.get(), "alive", 5), 5);
  EXPECT_EQ(hear(old), "alive");
}

TEST_F(FrontDoorTest, TakesTheNextTargetWhenOneIsGoneAndTurnsAround) {
  Engine second(folder + "/second"), third(folder + "/third");
  ASSERT_TRUE(door->set(endpoint({"127.0.0.0/8"}, {"gone", "second", "third"})).ok());
  const Fd client = connect();
  EXPECT_TRUE(second.take().valid());
  Endpoint turning = endpoint({"127.0.0.0/8"}, {"second", "third"});
  turning.balance = Balance::round_robin;
  ASSERT_TRUE(door->set(turning).ok());
  const Fd one = connect(), two = connect();
  EXPECT_TRUE(second.take().valid());
  EXPECT_TRUE(third.take().valid());
}

TEST_F(FrontDoorTest, NoEngineMeansResetAndAReport) {
  ASSERT_TRUE(door->set(endpoint({"127.0.0.0/8"}, {"nobody"})).ok());
  const Fd client = connect();
  if (client.valid()) {
    EXPECT_EQ(hear(client), "reset");
  }
  std::unique_lock lock(mutex);
  ASSERT_TRUE(changed.wait_for(lock, 10s, [&] { return !failures.empty(); }));
  EXPECT_EQ(failures[0].endpoint, "endpoint");
  EXPECT_EQ(failures[0].reason, "no engine takes the connection");
}

TEST_F(FrontDoorTest, ClientsWaitForABusyEngineInTheirOrder) {
  Engine engine(folder + "/writer");
  ASSERT_TRUE(door->set(endpoint({"127.0.0.0/8"}, {"writer"})).ok());
  std::vector<Fd> clients;
  for (int i = 0; i < 200; ++i) {  // more than any queue length of a Unix socket in use (10 … 512) or close to it
    clients.push_back(connect());
    ASSERT_TRUE(clients.back().valid());
    const char number = static_cast<char>(i);
    ASSERT_EQ(::write(clients.back().get(), &number, 1), 1);
  }
  for (int i = 0; i < 200; ++i) {
    const Fd served = engine.take();
    ASSERT_TRUE(served.valid()) << i;
    char number = 0;
    pollfd readable{served.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&readable, 1, 10'000), 1);
    ASSERT_EQ(::read(served.get(), &number, 1), 1);
    EXPECT_EQ(number, static_cast<char>(i));
  }
}

TEST_F(FrontDoorTest, ClientsThatWaitForAnEngineThatDiesAreReset) {
  auto engine = std::make_unique<Engine>(folder + "/writer");
  ASSERT_TRUE(door->set(endpoint({"127.0.0.0/8"}, {"writer"})).ok());
  std::vector<Fd> clients;
  for (int i = 0; i < 100; ++i) clients.push_back(connect());
  engine.reset();
  for (const Fd& client : clients) {
    if (!client.valid()) continue;
    const std::string heard = hear(client);
    EXPECT_TRUE(heard == "reset" || heard == "closed") << heard;
  }
}

TEST_F(FrontDoorTest, AnEngineThatComesBackIsFoundAgain) {
  auto engine = std::make_unique<Engine>(folder + "/writer");
  ASSERT_TRUE(door->set(endpoint({"127.0.0.0/8"}, {"writer"})).ok());
  const Fd first = connect();
  EXPECT_TRUE(engine->take().valid());
  engine = std::make_unique<Engine>(folder + "/writer");  // a new socket at the same path
  const Fd second = connect();
  EXPECT_TRUE(engine->take().valid());
}

TEST_F(FrontDoorTest, ATakenAddressIsAStatusAndHealsItself) {
  Engine engine(folder + "/writer");
  auto stranger = open_listener(address, port);
  ASSERT_TRUE(stranger.ok());
  const auto set = door->set(endpoint({"127.0.0.0/8"}, {"writer"}));
  ASSERT_FALSE(set.ok());
  EXPECT_EQ(set.error().code, "EndpointUnavailable");
  EXPECT_NE(set.error().message.find(address.str() + ":5432: Address already in use"), std::string::npos)
      << set.error().message;
  EXPECT_FALSE(door->status()[0].listening);
  EXPECT_FALSE(door->status()[0].problem.empty());
  EXPECT_FALSE(probe(address, port).ok());
  stranger->reset();
  EXPECT_TRUE(probe(address, port).ok());
  EXPECT_TRUE(eventually([&] { return door->status()[0].listening; }, 20ms));
  EXPECT_EQ(door->status()[0].problem, "");
  EXPECT_TRUE(connect().valid());
}

TEST(AddressSlice, IsStableApartAndAwayFromWhatIsUsed) {
  const auto slice = AddressSlice::of_folder("/var/lib/haar");
  EXPECT_EQ(slice.cidr(), AddressSlice::of_folder("/var/lib/haar").cidr());
  EXPECT_NE(slice.cidr(), AddressSlice::of_folder("/home/someone/.local/share/haar").cidr());
  EXPECT_TRUE(slice.contains(slice.at(0)));
  EXPECT_TRUE(slice.contains(slice.at(AddressSlice::size - 1)));
  for (int i = 0; i < 5000; ++i) {
    const auto some = AddressSlice::of_folder("/tmp/" + std::to_string(i));
    const std::uint32_t first = some.at(0).as_v4(), last = some.at(AddressSlice::size - 1).as_v4();
    EXPECT_EQ(first >> 24, 127U);
    EXPECT_EQ(last >> 24, 127U);
    EXPECT_NE((first >> 16) & 0xff, 0U) << "127.0.0.0/16";
    EXPECT_NE((last >> 16) & 0xff, 255U);
  }
}

TEST(AddressSlice, ChoosesTheFirstThatIsFree) {
  const auto slice = AddressSlice::of_folder("/tmp/choose-" + std::to_string(::getpid()));
  const auto listener = open_listener(slice.at(1), 6379);
  ASSERT_TRUE(listener.ok());
  const auto chosen = slice.choose(6379, [&](const IpAddress& address) { return address == slice.at(0); });
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ(*chosen, slice.at(2));  // the first belongs to another endpoint, the second to another program
  const auto none = slice.choose(6379, [](const IpAddress&) { return true; });
  EXPECT_EQ(none.error().code, "InsufficientAddressCapacity");
}

}  // namespace
}  // namespace haar::frontdoor
