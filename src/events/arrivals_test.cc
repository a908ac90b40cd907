#include "events/arrivals.h"

#include "events/blocks.h"
#include "events/test_events.h"
#include "store/golden.h"

namespace haar::events {
namespace {

class Arrivals : public TestLog {
 protected:
  Names between(std::int64_t after, std::int64_t until, const Shelf& shelf = {ana, "us-east-1"}) {
    Names out;
    EXPECT_TRUE(for_each_arrival(*db_, shelf, after, until, [&](const ArrivedBlock& block) -> Result<void> {
                  for (const std::string_view event : block.events) out.emplace_back(view_event(event)->name);
                  return {};
                }).ok());
    return out;
  }
};

TEST_F(Arrivals, AreInTheOrderInWhichBlocksCameWhateverTheirTime) {
  const std::int64_t start = settle(*log_);
  log_->record(test_event("new", at(60'000)));
  append_now({test_event("other region", at(60'000), ana, "eu-west-1")});
  const std::int64_t middle = settle(*log_);
  log_->record(test_event("late", at(1)));
  const std::int64_t end = settle(*log_);
  EXPECT_EQ(between(start, middle), Names{"new"});
  EXPECT_EQ(between(middle, end), Names{"late"});
  EXPECT_EQ(between(start, end), (Names{"new", "late"}));
  EXPECT_EQ(between(start, end, {ana, "eu-west-1"}), Names{"other region"});
  EXPECT_EQ(between(end, end + 1), Names{});
}

TEST_F(Arrivals, AreReadInPages) {
  const std::int64_t start = settle(*log_);
  for (int i = 0; i < 150; ++i) log_->record(test_event(std::to_string(i), at(i * 2000)));
  const Names found = between(start, settle(*log_));
  ASSERT_EQ(found.size(), 150u);
  EXPECT_EQ(found.front(), "0");
  EXPECT_EQ(found.back(), "149");
}

TEST_F(Arrivals, GoOnBeyondTheNumbersOfAnEarlierProcess) {
  const std::int64_t far = next_sequence() + 1'000'000;
  continue_after(far);
  EXPECT_GT(next_sequence(), far);
  continue_after(far - 5);
  EXPECT_GT(next_sequence(), far + 1) << "and never back";
}

TEST(ArrivalFormats, OfEveryVersionAreRead) {
  const Result<void> read = store::check_goldens<ArrivalRecord>({{1, {Timestamp{1'796'000'123'456'789}}}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::events
