#include "store/load.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "store/memory_backend.h"
#include "store/test_people.h"

namespace haar::store {
namespace {

// More than several threads take at a time, so that all ways of decoding are gone.
constexpr int many = 6000;

std::string named(int number) { return fmt::format("person {:05}", number); }

Person inhabitant(int number) {
  Person out{named(number), "city " + std::to_string(number % 7)};
  if (number % 3 == 0) out.groups = {"third", "all", "third"};
  return out;
}

Write put(const std::string& name, std::string value) { return {"test/person", person(name).bytes(), std::move(value)}; }

std::unique_ptr<Backend> backend_with(const std::vector<Write>& writes) {
  std::unique_ptr<Backend> out = make_memory_backend();
  for (const Write& write : writes) {
    Transaction transaction;
    transaction.writes = {write};
    EXPECT_EQ(out->commit(transaction).outcome, Outcome::committed);
  }
  return out;
}

std::vector<Write> everybody() {
  std::vector<Write> out;
  for (int i = 0; i < many; ++i) out.push_back(put(named(i), encode(inhabitant(i))));
  return out;
}

std::shared_ptr<const Layout> layout() {
  return std::make_shared<const Layout>(std::vector<const SpaceBase*>{&numbers, &people, &notes});
}

TEST(Load, ReadsAllOfALargeStateWithItsIndexes) {
  std::vector<Write> writes = everybody();
  writes.push_back({"test/number", key_of(account, global, "one").bytes(), encode(Note{1})});
  const std::unique_ptr<Backend> backend = backend_with(writes);
  const Result<Snapshot> read = load(*backend, layout());
  ASSERT_TRUE(read.ok()) << read.error().message;
  const Reader reader(*read);
  EXPECT_EQ(reader.revision(), Revision{many + 1});
  EXPECT_EQ(reader.get(numbers, key_of(account, global, "one"))->number, 1);
  int next = 0;
  for (const auto& [key, record] : reader.scan(people, prefix_of())) {
    ASSERT_EQ(key, person(named(next)));
    ASSERT_EQ(record.city, inhabitant(next).city);
    ASSERT_EQ(record.groups, inhabitant(next).groups);
    ++next;
  }
  EXPECT_EQ(next, many);
  for (int city = 0; city < 7; ++city) {
    int expected = city;
    for (const auto& [key, record] : reader.find(people, by_city, "city " + std::to_string(city))) {
      ASSERT_EQ(record.name, named(expected));
      expected += 7;
    }
    EXPECT_GE(expected, many);
  }
  int third = 0;
  for (const auto& [key, record] : reader.find(people, by_group, join(account, "third"))) {
    ASSERT_EQ(record.name, named(third));
    third += 3;
  }
  EXPECT_EQ(third, many);
}

TEST(Load, TheFirstRecordThatCannotBeReadIsNamed) {
  for (const auto& [broken, first] : std::vector<std::pair<std::vector<int>, int>>{
           {{5990, 700}, 700}, {{4000, 3999, 5000}, 3999}, {{0, 5999}, 0}, {{5999}, 5999}}) {
    std::vector<Write> writes = everybody();
    for (const int number : broken) writes[static_cast<std::size_t>(number)].value = "no record";
    const std::unique_ptr<Backend> backend = backend_with(writes);
    const Result<Snapshot> read = load(*backend, layout());
    ASSERT_FALSE(read.ok());
    EXPECT_NE(read.error().message.find(person(named(first)).text()), std::string::npos) << read.error().message;
  }
}

// A space that cannot be read to its end is an error, whatever was read of it.
TEST(Load, AScanThatFailsIsAnError) {
  class Ending final : public Backend {
   public:
    explicit Ending(std::unique_ptr<Backend> real) : real_(std::move(real)) {}
    [[nodiscard]] Limits limits() const override { return real_->limits(); }
    [[nodiscard]] bool exclusive() const override { return true; }
    [[nodiscard]] std::string describe() const override { return "a disk that ends"; }
    Result<Revision> revision() override { return real_->revision(); }
    Result<std::optional<Entry>> get(std::string_view s, std::string_view k) override { return real_->get(s, k); }
    Result<Revision> scan(std::string_view s, std::string_view p, const EntryFn& f) override {
      TRY(real_->scan(s, p, f));
      if (s == "test/person") return Error{"InternalFailure", "the disk ends here", 500};
      return Revision{1};
    }
    CommitResult commit(const Transaction& t) override { return real_->commit(t); }
    Result<Changes> changes(std::string_view s, std::string_view p, Revision a, std::size_t n) override {
      return real_->changes(s, p, a, n);
    }
    Revision wait_beyond(Revision a, std::chrono::milliseconds t) override { return real_->wait_beyond(a, t); }
    Result<std::vector<Entry>> read_log(const LogRange& r) override { return real_->read_log(r); }
    Result<LogUsage> log_usage(std::string_view s) override { return real_->log_usage(s); }
    [[nodiscard]] BackendStats stats() const override { return real_->stats(); }

   private:
    std::unique_ptr<Backend> real_;
  };
  Ending backend(backend_with(everybody()));
  const Result<Snapshot> read = load(backend, layout());
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().message, "the disk ends here");
}

}  // namespace
}  // namespace haar::store
