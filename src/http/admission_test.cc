// Who is let in, and who goes for it: the book-keeping by itself.
#include "http/admission.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <string>

#include "http/descriptors.h"

namespace haar::http {
namespace {

struct Visitor final : Guest {
  void make_way() override { ++asked; }
  int asked = 0;
  Admission::Seat* seat = nullptr;
};
using Visitors = std::vector<std::shared_ptr<Visitor>>;

SourceKey source(const std::string& address) {
  sockaddr_storage storage{};
  auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
  if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
  } else {
    EXPECT_EQ(inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr), 1) << address;
    v6.sin6_family = AF_INET6;
  }
  return source_of(reinterpret_cast<const sockaddr&>(storage));
}

class Door : public ::testing::Test {
 protected:
  using Verdict = Admission::Verdict;

  Verdict enter(const std::string& from, Admission::Ticks idle_since = Admission::never) {
    const auto entry = admission.enter(source(from), now);
    for (const auto& guest : entry.leave) {
      if (guest) guest->make_way();
    }
    if (entry.seat != nullptr) {
      visitors.push_back(std::make_shared<Visitor>());
      visitors.back()->seat = entry.seat;
      entry.seat->guest = visitors.back();
      entry.seat->idle_since = idle_since;
    }
    return entry.verdict;
  }
  // Those who have been asked leave; their numbers, in order of arrival.
  std::vector<std::size_t> asked_leave() {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < visitors.size(); ++i) {
      if (visitors[i]->asked == 0 || visitors[i]->seat == nullptr) continue;
      admission.leave(*visitors[i]->seat);
      visitors[i]->seat = nullptr;
      numbers.push_back(i);
    }
    return numbers;
  }

  Admission admission;
  Visitors visitors;
  Admission::Ticks now = 1000;
};

using Numbers = std::vector<std::size_t>;

TEST_F(Door, TheOneThatHasBeenIdleForTheLongestGoes) {
  admission.set_limit(3);
  enter("127.0.0.1", 30);
  enter("127.0.0.1", 10);
  enter("127.0.0.1", 20);
  EXPECT_TRUE(asked_leave().empty());
  EXPECT_EQ(enter("127.0.0.1"), Verdict::admitted);
  EXPECT_EQ(asked_leave(), Numbers{1});
  EXPECT_EQ(enter("127.0.0.1"), Verdict::admitted);
  EXPECT_EQ(asked_leave(), Numbers{2});
  EXPECT_EQ(admission.open(), 3U);
}

TEST_F(Door, WhoIsBusyOrNotYetIdleStays) {
  admission.set_limit(2);
  enter("127.0.0.1");
  enter("127.0.0.1", now + 1);
  EXPECT_EQ(enter("127.0.0.1"), Verdict::refused);
  EXPECT_TRUE(asked_leave().empty());
  ++now;
  EXPECT_EQ(enter("127.0.0.1"), Verdict::admitted);
  EXPECT_EQ(asked_leave(), Numbers{1});
}

TEST_F(Door, OneThatIsLeavingIsNotAskedAgain) {
  admission.set_limit(2);
  enter("127.0.0.1", 1);
  enter("127.0.0.1", 2);
  EXPECT_EQ(enter("127.0.0.1"), Verdict::admitted);
  EXPECT_EQ(enter("127.0.0.1"), Verdict::admitted);
  EXPECT_EQ(enter("127.0.0.1"), Verdict::refused);
  EXPECT_EQ(asked_leave(), (Numbers{0, 1}));
  EXPECT_EQ(visitors[0]->asked, 1);
}

TEST_F(Door, WhenOneStaysTheNextNewcomerTakesTwo) {
  admission.set_limit(2);
  enter("127.0.0.1", 1);
  enter("127.0.0.1", 2);
  enter("127.0.0.1", 3);
  ASSERT_EQ(visitors[0]->asked, 1);
  visitors[0]->seat->idle_since = Admission::never;  // a request has come
  admission.stay(*visitors[0]->seat);
  visitors[0]->asked = 0;
  EXPECT_EQ(enter("127.0.0.1"), Verdict::admitted);
  EXPECT_EQ(asked_leave(), (Numbers{1, 2}));
  EXPECT_EQ(admission.open(), 2U);
}

TEST_F(Door, TheRefusedTakeNobodysPlaceAndAreFew) {
  admission.set_limit(1);
  enter("127.0.0.1");
  for (std::size_t i = 0; i < Admission::max_refused; ++i) EXPECT_EQ(enter("127.0.0.1"), Verdict::refused);
  EXPECT_EQ(enter("127.0.0.1"), Verdict::dropped);
  admission.leave(*visitors[0]->seat);
  EXPECT_EQ(enter("127.0.0.1"), Verdict::admitted);
}

TEST_F(Door, TheSourceWithTheMostConnectionsPaysFirst) {
  admission.set_limit(5);
  enter("192.0.2.1", 1);  // the oldest of all, and alone
  enter("192.0.2.2", 2);
  enter("192.0.2.2", 3);
  enter("127.0.0.1", 4);
  enter("127.0.0.1", 5);
  EXPECT_EQ(enter("192.0.2.3"), Verdict::admitted);
  EXPECT_EQ(asked_leave(), Numbers{1});
  EXPECT_EQ(enter("192.0.2.3"), Verdict::admitted);
  EXPECT_EQ(asked_leave(), Numbers{3});
}

TEST_F(Door, ASourceHasAShareAndThisMachineHasAll) {
  admission.set_limit(4);
  enter("192.0.2.1");
  enter("192.0.2.1");
  EXPECT_EQ(enter("192.0.2.1"), Verdict::refused);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(enter("127.0.0.1"), Verdict::admitted);
  Admission other;
  other.set_limit(4);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(other.enter(source("127.0.0.9"), now).verdict, Verdict::admitted);
}

TEST_F(Door, BeyondItsShareASourcePaysItself) {
  admission.set_limit(4);
  enter("127.0.0.1", 1);
  enter("192.0.2.1", 3);
  enter("192.0.2.1", 2);
  EXPECT_EQ(enter("192.0.2.1"), Verdict::admitted);
  EXPECT_EQ(asked_leave(), Numbers{2});
}

TEST_F(Door, IsCrowdedWhileManyAreLeaving) {
  admission.set_limit(Admission::max_leaving);
  for (std::size_t i = 0; i < Admission::max_leaving; ++i) enter("127.0.0.1", 1);
  for (std::size_t i = 0; i < Admission::max_leaving; ++i) {
    EXPECT_FALSE(admission.crowded());
    enter("127.0.0.1", 2);
  }
  EXPECT_TRUE(admission.crowded());
  asked_leave();
  EXPECT_FALSE(admission.crowded());
}

TEST_F(Door, MakesRoomWhenAsked) {
  admission.set_limit(10);
  EXPECT_EQ(admission.make_room(now), nullptr);
  enter("127.0.0.1", 2);
  enter("127.0.0.1", 1);
  EXPECT_EQ(admission.make_room(now), visitors[1]);
}

TEST(Source, OneClientIsOneSource) {
  EXPECT_EQ(source("127.0.0.1"), source("127.255.0.9"));
  EXPECT_EQ(source("127.0.0.1"), source("::1"));
  EXPECT_EQ(source("127.0.0.1"), source("::ffff:127.0.0.1"));
  EXPECT_TRUE(is_this_machine(source("127.0.0.1")));
  EXPECT_EQ(source("192.0.2.1"), source("::ffff:192.0.2.1"));
  EXPECT_NE(source("192.0.2.1"), source("192.0.2.2"));
  EXPECT_EQ(source("2001:db8:0:1::1"), source("2001:db8:0:1:ffff::2"));
  EXPECT_NE(source("2001:db8:0:1::1"), source("2001:db8:0:2::1"));
  EXPECT_FALSE(is_this_machine(source("::2")));
}

TEST(Descriptors, LeaveRoomForTheRestOfTheProcess) {
  EXPECT_EQ(connections_within(20'000, 4096), 4096U);
  EXPECT_EQ(connections_within(1'024, 4096), 256U);  // what an ordinary session has
  EXPECT_EQ(connections_within(256, 4096), 64U);
  EXPECT_EQ(connections_within(128, 4096), 0U);
  EXPECT_EQ(connections_within(0, 4096), 0U);
  for (std::size_t files = 256; files < 20'000; files += 7) {
    const std::size_t fits = connections_within(files, 4096);
    EXPECT_LE(fits, files / 2);
    EXPECT_GE(fits, 32U);
  }
}

}  // namespace
}  // namespace haar::http
