#include "events/lookup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "events/test_events.h"

namespace haar::events {
namespace {

class LookUp : public TestLog {
 protected:
  Query here(std::vector<Condition> conditions = {}) {
    return {.account = ana, .region = "us-east-1", .conditions = std::move(conditions)};
  }
  Names by(Attribute attribute, const std::string& value) { return found(here({{attribute, value}})); }

  static EventRecord user_event(const std::string& name, Timestamp time, const std::string& user) {
    EventRecord out = test_event(name, time);
    out.identity.type = "IAMUser";
    out.identity.user_name = user;
    out.identity.arn = "arn:aws:iam::" + ana + ":user/" + user;
    out.identity.access_key_id = "AKIA" + user;
    return out;
  }
};

TEST_F(LookUp, FindsByEachAttributeAndByNothingElse) {
  EventRecord made = user_event("CreateUser", at(1), "eve");
  made.request_parameters = R"({"userName":"zoe"})";
  EventRecord read = user_event("DescribeVpcs", at(2), "kim");
  read.source = "ec2.amazonaws.com";
  read.read_only = true;
  record_and_flush({made, read});
  EXPECT_EQ(by(Attribute::event_id, made.id), (Names{"CreateUser"}));
  EXPECT_EQ(by(Attribute::event_name, "DescribeVpcs"), (Names{"DescribeVpcs"}));
  EXPECT_EQ(by(Attribute::read_only, "false"), (Names{"CreateUser"}));
  EXPECT_EQ(by(Attribute::user_name, "kim"), (Names{"DescribeVpcs"}));
  EXPECT_EQ(by(Attribute::resource_type, "AWS::IAM::User"), (Names{"CreateUser"}));
  EXPECT_EQ(by(Attribute::resource_name, "zoe"), (Names{"CreateUser"}));
  EXPECT_EQ(by(Attribute::event_source, "ec2.amazonaws.com"), (Names{"DescribeVpcs"}));
  EXPECT_EQ(by(Attribute::access_key_id, "AKIAeve"), (Names{"CreateUser"}));
  for (const Attribute attribute : {Attribute::event_name, Attribute::user_name, Attribute::resource_name}) {
    for (const char* value : {"", "Create", "CreateUser2", "KIM", "*"}) EXPECT_EQ(by(attribute, value), Names{}) << value;
  }
  EXPECT_EQ(by(Attribute::event_id, "11111111-1111-4111-8111-111111111111"), Names{});
  EXPECT_EQ(by(Attribute::event_id, "nonsense"), Names{});
}

TEST_F(LookUp, StaysWithinTheAccountAndTheRegion) {
  record_and_flush({test_event("mine", at(1)), test_event("elsewhere", at(2), ana, "eu-west-1"),
                    test_event("others", at(3), bo)});
  const Condition root{Attribute::user_name, "root"};
  EXPECT_EQ(found(here({root})), (Names{"mine"}));
  EXPECT_EQ(found(here()), (Names{"mine"}));
  EXPECT_EQ(found({.account = ana, .conditions = {root}}), (Names{"elsewhere", "mine"})) << "of every region";
  EXPECT_EQ(found({.region = "us-east-1"}), (Names{"others", "mine"}));
  EXPECT_EQ(found({.conditions = {root}}), (Names{"others", "elsewhere", "mine"}));
  EXPECT_EQ(found({.account = "1111"}), Names{}) << "an account whose number begins so";
  EXPECT_EQ(found({.account = ana, .region = "us-east"}), Names{});
}

TEST_F(LookUp, KeepsToTheTimeAndShowsTheNewestFirst) {
  for (int i = 0; i < 10; ++i) record_and_flush({test_event(std::to_string(i), at(i * 700))});
  Query some = here();
  EXPECT_EQ(found(some), (Names{"9", "8", "7", "6", "5", "4", "3", "2", "1", "0"}));
  some.from = at(1400);
  some.to = at(3500);
  EXPECT_EQ(found(some), (Names{"5", "4", "3", "2"})) << "both ends included";
  some.conditions = {{Attribute::user_name, "root"}};
  EXPECT_EQ(found(some), (Names{"5", "4", "3", "2"}));
  some.to = at(1399);
  EXPECT_EQ(found(some), Names{});
  some.from = {};
  some.to = {};
  EXPECT_EQ(found(some), Names{});
}

TEST_F(LookUp, CrossesDays) {
  constexpr std::int64_t day = 86'400'000;
  for (int i = 0; i < 5; ++i) record_and_flush({test_event(std::to_string(i), at(i * 3 * day))});
  EXPECT_EQ(by(Attribute::user_name, "root"), (Names{"4", "3", "2", "1", "0"}));
  Query some = here({{Attribute::user_name, "root"}});
  some.from = at(2 * day);
  some.to = at(10 * day);
  EXPECT_EQ(found(some), (Names{"3", "2", "1"}));
}

TEST_F(LookUp, ComparesWhatElseIsAskedFor) {
  record_and_flush({user_event("CreateUser", at(1), "eve"), user_event("DeleteUser", at(2), "eve"),
                    user_event("CreateUser", at(3), "kim")});
  EXPECT_EQ(found(here({{Attribute::event_name, "CreateUser"}, {Attribute::user_name, "eve"}})), (Names{"CreateUser"}));
  EXPECT_EQ(found(here({{Attribute::event_name, "DeleteUser"}, {Attribute::user_name, "kim"}})), Names{});
}

TEST_F(LookUp, FindsLongValuesWhole) {
  const std::string first(500, 'x'), second = std::string(499, 'x') + "y";
  record_and_flush({user_event("a", at(1), first), user_event("b", at(2), second)});
  EXPECT_EQ(by(Attribute::user_name, first), (Names{"a"}));
  EXPECT_EQ(by(Attribute::user_name, second), (Names{"b"}));
  EXPECT_EQ(by(Attribute::user_name, first.substr(0, 200)), Names{});
}

TEST_F(LookUp, RefusesAMarkerThatIsNone) {
  for (const char* marker : {"x", "1/2/3", "1/2/3/x/a/b"}) {
    const Result<Page> page = log_->look_up({.after = marker});
    ASSERT_FALSE(page.ok()) << marker;
    EXPECT_EQ(page.error().code, "InvalidMarker");
  }
}

TEST_F(LookUp, TheLastPageSaysThatItIsTheLast) {
  for (int i = 0; i < 4; ++i) log_->record(test_event(std::to_string(i), at(i)));
  log_->flush_now();
  std::size_t pages = 0;
  EXPECT_EQ(found_in_pages(here(), 2, pages), (Names{"3", "2", "1", "0"}));
  EXPECT_EQ(pages, 2u);
}

// Random events in random flushes, against a plain list of them.
TEST_F(LookUp, IsTheSameAsLookingAtEveryEvent) {
  std::mt19937 random(20261130);
  const auto pick = [&](std::size_t n) { return random() % n; };
  std::vector<EventRecord> all;
  for (int flush = 0; flush < 60; ++flush) {
    for (std::size_t i = pick(40); i > 0; --i) {
      // Flushes overlap in time, and some times are equal.
      EventRecord event = user_event("n" + std::to_string(all.size()), at(flush * 300 + static_cast<int>(pick(900))),
                                     "u" + std::to_string(pick(4)));
      event.account = pick(3) == 0 ? bo : ana;
      event.region = pick(3) == 0 ? "eu-west-1" : "us-east-1";
      event.read_only = pick(2) == 0;
      event.request_parameters = R"({"roleName":"r)" + std::to_string(pick(200)) + "\"}";
      if (pick(4) == 0) append_now({event});
      else log_->record(event);
      all.push_back(std::move(event));
    }
    log_->flush_now();
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.time > b.time; });
  const std::vector<Condition> conditions[] = {{}, {{Attribute::user_name, "u1"}}, {{Attribute::read_only, "true"}},
                                               {{Attribute::resource_name, "r7"}}, {{Attribute::resource_type, "AWS::IAM::Role"}},
                                               {{Attribute::user_name, "u2"}, {Attribute::read_only, "false"}}};
  for (const auto& some : conditions) {
    for (const std::string& account : {ana, std::string()}) {
      for (const std::string& region : {std::string("us-east-1"), std::string()}) {
        Query query{.account = account, .region = region, .conditions = some, .from = at(2000), .to = at(15'000)};
        std::vector<std::int64_t> expected, got;
        std::multiset<std::string> expected_names, got_names;
        for (const EventRecord& event : all) {
          std::string bytes;
          write_event(bytes, event);
          const EventView view = view_event(bytes).value();
          const bool wanted = (account.empty() || event.account == account) && (region.empty() || event.region == region) &&
                              event.time >= query.from && event.time <= query.to &&
                              std::ranges::all_of(some, [&](const Condition& c) { return matches(view, c.attribute, c.value); });
          if (!wanted) continue;
          expected.push_back(event.time.micros);
          expected_names.insert(event.name);
        }
        query.limit = 7;
        for (int pages = 0; pages < 1000; ++pages) {
          const Page page = log_->look_up(query).value();
          for (const EventRecord& event : page.events) {
            got.push_back(event.time.micros);
            got_names.insert(event.name);
          }
          if (page.next.empty()) break;
          query.after = page.next;
        }
        EXPECT_EQ(got, expected) << "in order";
        EXPECT_EQ(got_names, expected_names) << "each once";
        EXPECT_GT(expected.size(), 0u);
      }
    }
  }
}

}  // namespace
}  // namespace haar::events
