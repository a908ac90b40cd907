#include "events/blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "events/test_events.h"
#include "store/golden.h"

namespace haar::events {
namespace {

class Blocks : public ::testing::Test {
 protected:
  // Pieces of the events, in bytes that live as long as the test.
  std::vector<Piece> pieces(const std::vector<EventRecord>& events) {
    std::vector<Unit> units;
    for (const EventRecord& event : events) {
      auto& bytes = bytes_.emplace_back(std::make_unique<std::string>());
      write_event(*bytes, event);
      const std::string_view view = *bytes;
      add_units({&view, 1}, units);
    }
    return pieces_of(std::move(units));
  }
  static Timestamp at(std::int64_t micros) { return {test_seconds * 1'000'000 + micros}; }
  static std::vector<std::uint32_t> runs(const Piece& piece, Attribute attribute, std::string_view value) {
    const store::Key key = piece.name.lookup_key({attribute, value});
    for (const auto& [found, record] : piece.lookups) {
      if (found == key) return record.runs;
    }
    return {};
  }
  std::vector<std::unique_ptr<std::string>> bytes_;
};

TEST_F(Blocks, AreOfOneAccountAndRegionInOrderOfTime) {
  const std::vector<Piece> made = pieces({test_event("c", at(3)), test_event("x", at(1), bo), test_event("a", at(1)),
                                          test_event("e", at(2), ana, "eu-west-1"), test_event("b", at(2))});
  ASSERT_EQ(made.size(), 3u);
  const auto of_ana = std::ranges::find_if(
      made, [](const Piece& p) { return p.name.account == ana && p.name.region == "us-east-1"; });
  ASSERT_NE(of_ana, made.end());
  std::vector<std::string> names;
  for (const std::string_view event : of_ana->block.events) names.push_back(read_event(event)->name);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(of_ana->name.newest, at(3));
}

TEST_F(Blocks, AreCutWhenTheyAreFull) {
  std::vector<EventRecord> many;
  for (int i = 0; i < 1100; ++i) many.push_back(test_event("same", at(i)));
  EXPECT_EQ(pieces(many).size(), 3u) << "by the number of events";
  many.clear();
  for (int i = 0; i < 10; ++i) many.push_back(test_event("same", at(i * 400'000)));
  EXPECT_EQ(pieces(many).size(), 4u) << "by time: three within a second";
  many.clear();
  for (int i = 0; i < 20; ++i) {
    many.push_back(test_event("same", at(i)));
    many.back().user_agent = std::string(10'000, 'x');
  }
  EXPECT_EQ(pieces(many).size(), 4u) << "by bytes";
}

TEST_F(Blocks, AreCutBeforeTheyAreMoreThanATransactionHolds) {
  std::vector<EventRecord> many;
  for (int i = 0; i < 400; ++i) {
    many.push_back(test_event("CreateUser", at(i)));
    many.back().request_parameters = R"({"userName":"u)" + std::to_string(i) + "\"}";
  }
  std::size_t events = 0;
  for (const Piece& piece : pieces(many)) {
    EXPECT_LE(1 + piece.lookups.size() + piece.units.size(), 2 * block_operations_max);
    EXPECT_LE(1 + piece.lookups.size(), block_operations_max);
    events += piece.block.events.size();
  }
  EXPECT_EQ(events, 400u);
}

TEST_F(Blocks, AreFoundByRunsOfNeighbours) {
  std::vector<EventRecord> some;
  for (const char* name : {"a", "a", "b", "a", "b", "b", "b"}) {
    some.push_back(test_event(name, at(static_cast<int>(some.size()))));
  }
  const std::vector<Piece> made = pieces(some);
  ASSERT_EQ(made.size(), 1u);
  using Runs = std::vector<std::uint32_t>;
  EXPECT_EQ(runs(made[0], Attribute::event_name, "a"), (Runs{0, 2, 1, 1}));
  EXPECT_EQ(runs(made[0], Attribute::event_name, "b"), (Runs{2, 1, 1, 3}));
  EXPECT_EQ(runs(made[0], Attribute::event_source, "iam.amazonaws.com"), (Runs{0, 7}));
  EXPECT_EQ(runs(made[0], Attribute::user_name, "root"), (Runs{0, 7}));
  EXPECT_EQ(made[0].lookups.size(), 5u) << "and whether they only read";
}

TEST_F(Blocks, LeadFromTheBlockToTheSameLookups) {
  EventRecord event = test_event("CreateAccessKey", at(1));
  event.request_parameters = R"({"userName":"zoe"})";
  event.response_elements = R"({"accessKey":{"accessKeyId":"AKIAX","userName":"zoe"}})";
  const std::vector<Piece> made = pieces({event, test_event("x", at(2))});
  std::vector<store::Key> expected;
  for (const auto& [key, record] : made[0].lookups) expected.push_back(key);
  EXPECT_EQ(lookup_keys(made[0].name, made[0].block), expected);
}

TEST(EventIds, BeginWithTheTimeAndAreFoundByIt) {
  const Timestamp time{1'796'000'123'456'789};
  const std::string id = event_id(time, system_random());
  EXPECT_EQ(id.size(), 36u);
  EXPECT_EQ(id[14], '7');
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
  EXPECT_EQ(milliseconds_of_event_id(id), 1'796'000'123'456);
  EXPECT_NE(id, event_id(time, system_random()));
  EXPECT_EQ(milliseconds_of_event_id(uuid4(system_random())), std::nullopt);
  EXPECT_EQ(milliseconds_of_event_id(""), std::nullopt);
  EXPECT_EQ(milliseconds_of_event_id("0192zzzz-0000-7000-8000-000000000000"), std::nullopt);
}

// The same bytes as an EventBlock's, down to the fields of its events.
struct WholeBlock {
  static constexpr std::string_view record_name = EventBlock::record_name;
  static constexpr std::uint32_t record_version = EventBlock::record_version;
  std::vector<EventRecord> events;
  template <class V>
  void fields(V& v) {
    v(1, events);
  }
};

TEST(EventFormats, OfEveryVersionAreRead) {
  EventRecord event = test_event("CreateUser", Timestamp{1'796'000'123'456'789});
  event.id = "01a22a5a-6a40-7000-8000-000000000001";
  event.request_id = "00000000-0000-4000-8000-000000000002";
  event.identity = {"IAMUser", "AIDAX", "arn:aws:iam::111122223333:user/eve", ana, "AKIAX", "eve", "issuer", "issuer-id",
                    Timestamp{5}, true, "source", "invoked", true, "provider"};
  event.source_ip = "127.0.0.1";
  event.user_agent = "agent";
  event.tls = event.read_only = true;
  event.tls_version = "TLSv1.3";
  event.tls_cipher = "TLS_AES_128_GCM_SHA256";
  event.tls_host = "iam.amazonaws.com";
  event.error_code = "Code";
  event.error_message = "message";
  event.request_parameters = R"({"userName":"zoe"})";
  event.response_elements = "{}";
  event.evaluated = {{"iam:CreateUser", "arn", true, "identity", {"p#s@1:2"}}};
  event.additional = R"({"MFAUsed":"No"})";
  event.from_console = true;
  std::string bytes;
  write_event(bytes, event);
  EXPECT_EQ(store::encode(EventBlock{{bytes, bytes}}), store::encode(WholeBlock{{event, event}}));
  const Result<void> block = store::check_goldens<WholeBlock>({{1, {{event, event}}}});
  EXPECT_TRUE(block.ok()) << block.error().message;
  const Result<void> lookup = store::check_goldens<LookupRecord>({{1, {{0, 2, 5, 1}}}});
  EXPECT_TRUE(lookup.ok()) << lookup.error().message;
  std::string again;
  write_event(again, read_event(bytes).value());
  EXPECT_EQ(again, bytes);
  EXPECT_FALSE(read_event(bytes.substr(0, bytes.size() / 2)).ok());
}

}  // namespace
}  // namespace haar::events
