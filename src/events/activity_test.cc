#include "events/activity.h"

#include "events/test_events.h"

namespace haar::events {
namespace {

const std::string role = "arn:aws:iam::111122223333:role/app/deployer", user = "arn:aws:iam::111122223333:user/eve";

class Activities : public TestLog {
 protected:
  static EventRecord by_role(const std::string& name, Timestamp time, const std::string& session,
                             const std::string& region = "us-east-1") {
    EventRecord out = test_event(name, time, ana, region);
    out.identity.type = "AssumedRole";
    out.identity.arn = "arn:aws:sts::111122223333:assumed-role/deployer/" + session;
    out.identity.issuer_arn = role;
    out.evaluated = {{"iam:" + name, "arn:of:" + name, true, "identity", {"p#s@1:2"}}, {"iam:PassRole", "*", false, "", {}}};
    return out;
  }
  static EventRecord by_user(const std::string& name, Timestamp time) {
    EventRecord out = test_event(name, time);
    out.identity.type = "IAMUser";
    out.identity.arn = user;
    return out;
  }
  Names seen(const ActivityQuery& query) {
    Names out;
    EXPECT_TRUE(for_each_activity(*db_, query, [&](const Activity& one) {
                  out.emplace_back(one.name);
                  return true;
                }).ok());
    std::ranges::sort(out);
    return out;
  }
};

TEST_F(Activities, AreThoseOfAllSessionsOfARoleInAllRegions) {
  record_and_flush({by_role("a", at(1), "one"), by_role("b", at(2), "two", "eu-west-1"), by_user("c", at(3)),
                    test_event("d", at(4)), by_role("e", at(90'000'000), "one")});
  EXPECT_EQ(seen({ana, role}), (Names{"a", "b", "e"})) << "days apart";
  EXPECT_EQ(seen({ana, role, "eu-west-1"}), Names{"b"});
  EXPECT_EQ(seen({ana, role, "", at(2), at(5)}), Names{"b"}) << "both ends included";
  EXPECT_EQ(seen({ana, user}), Names{"c"});
  EXPECT_EQ(seen({bo, role}), Names{});
  EXPECT_EQ(seen({ana, "arn:aws:iam::111122223333:role/app/deploy"}), Names{}) << "the whole ARN";
}

TEST_F(Activities, TellWhatWasDecided) {
  EventRecord refused = by_role("a", at(1), "one");
  refused.error_code = "AccessDenied";
  record_and_flush({refused});
  int count = 0;
  ASSERT_TRUE(for_each_activity(*db_, {ana, role}, [&](const Activity& one) {
                ++count;
                EXPECT_EQ(one.source, "iam.amazonaws.com");
                EXPECT_EQ(one.region, "us-east-1");
                EXPECT_EQ(one.error_code, "AccessDenied");
                EXPECT_EQ(one.time, at(1));
                EXPECT_EQ(one.decided.size(), 2u);
                if (one.decided.size() != 2) return false;
                EXPECT_EQ(one.decided[0].action, "iam:a");
                EXPECT_EQ(one.decided[0].resource, "arn:of:a");
                EXPECT_TRUE(one.decided[0].allowed);
                EXPECT_FALSE(one.decided[1].allowed);
                return true;
              }).ok());
  EXPECT_EQ(count, 1);
}

TEST_F(Activities, EndWhenEnoughWasSeen) {
  std::vector<EventRecord> many;
  for (int i = 0; i < 2000; ++i) many.push_back(by_user("a", at(i)));
  record_and_flush(many);
  int count = 0;
  ASSERT_TRUE(for_each_activity(*db_, {ana, user}, [&](const Activity&) { return ++count < 700; }).ok());
  EXPECT_EQ(count, 700);
  EXPECT_EQ(seen({ana, user}).size(), 2000u);
}

}  // namespace
}  // namespace haar::events
