#include "store/record.h"

#include <gtest/gtest.h>

#include <random>

namespace haar::store {
namespace {

enum class Color : std::uint8_t { red, green = 7 };

struct Inner {
  std::string name;
  std::int32_t n = 0;
  template <class V>
  void fields(V& v) {
    v(1, name);
    v(2, n);
  }
  bool operator==(const Inner&) const = default;
};

struct Everything {
  static constexpr std::string_view record_name = "test.everything";
  static constexpr std::uint32_t record_version = 1;
  std::string text;
  bool flag = true;
  std::int64_t big = 0;
  std::uint8_t small = 0;
  std::uint64_t huge = 0;
  double real = 0;
  Timestamp time;
  AccountId account;
  Color color = Color::red;
  std::optional<std::string> maybe;
  std::optional<Timestamp> maybe_time;
  std::vector<std::string> texts;
  std::vector<bool> bits;
  std::vector<Inner> inners;
  std::vector<std::optional<std::int32_t>> holes;
  std::map<std::string, std::string> tags;
  std::map<std::string, std::vector<Inner>> deep;
  Inner inner;
  std::optional<Inner> maybe_inner;

  template <class V>
  void fields(V& v) {
    v(1, text);
    v(2, flag);
    v(3, big);
    v(4, small);
    v(5, huge);
    v(6, real);
    v(7, time);
    v(8, account);
    v(9, color);
    v(10, maybe);
    v(11, maybe_time);
    v(12, texts);
    v(13, bits);
    v(14, inners);
    v(15, holes);
    v(16, tags);
    v(17, deep);
    v(18, inner);
    v(300, maybe_inner);
  }
  bool operator==(const Everything&) const = default;
};

Everything full() {
  Everything e;
  e.text = std::string("a\0b", 3);
  e.flag = false;
  e.big = std::numeric_limits<std::int64_t>::min();
  e.small = 255;
  e.huge = std::numeric_limits<std::uint64_t>::max();
  e.real = -0.1;
  e.time = Timestamp{-5};
  e.account = AccountId("111122223333");
  e.color = Color::green;
  e.maybe = "";
  e.maybe_time = Timestamp{1'700'000'000'000'000};
  e.texts = {"", "x", std::string(300, 'y')};
  e.bits = {true, false, true};
  e.inners = {{"a", -1}, {"", 0}};
  e.holes = {1, std::nullopt, -3};
  e.tags = {{"k", "v"}, {"", ""}};
  e.deep = {{"d", {{"e", 9}}}};
  e.inner = {std::string(200, 'z'), std::numeric_limits<std::int32_t>::max()};
  e.maybe_inner = Inner{};
  return e;
}

TEST(Record, every_type_comes_back) {
  for (const Everything& e : {Everything{}, full()}) {
    const Result<Everything> back = decode<Everything>(encode(e));
    ASSERT_TRUE(back.ok()) << back.error().message;
    EXPECT_EQ(*back, e);
  }
}

struct Old {
  static constexpr std::string_view record_name = "test.thing";
  static constexpr std::uint32_t record_version = 1;
  std::string name;
  std::string dropped_later = "gone";
  std::int16_t count = 3;
  template <class V>
  void fields(V& v) {
    v(1, name);
    v(2, dropped_later);
    v(4, count);
  }
};

struct New {
  static constexpr std::string_view record_name = "test.thing";
  static constexpr std::uint32_t record_version = 3;
  std::string name;
  std::string added = "default";
  std::int64_t count = 0;
  std::optional<int> added_optional = 5;
  std::uint32_t upgraded_from = 0;
  template <class V>
  void fields(V& v) {
    v(1, name);
    v(3, added);
    v(4, count);
    v(5, added_optional);
  }
  static Result<void> upgrade(std::uint32_t from, New& record) {
    if (record.name == "refuse") return Error{"InternalFailure", "refused", 500, Fault::receiver};
    record.upgraded_from = from;
    return {};
  }
};

TEST(Record, unknown_fields_are_skipped_absent_ones_keep_defaults_and_integers_widen) {
  const Result<New> read = decode<New>(encode(Old{"n", "x", -7}));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->name, "n");
  EXPECT_EQ(read->added, "default");
  EXPECT_EQ(read->count, -7);
  EXPECT_FALSE(read->added_optional.has_value()) << "absent means nullopt, whatever the struct says";
}

TEST(Record, older_versions_are_upgraded_and_the_current_one_is_not) {
  EXPECT_EQ(decode<New>(encode(Old{}))->upgraded_from, 1u);
  EXPECT_EQ(decode<New>(encode(New{}))->upgraded_from, 0u);
  EXPECT_FALSE(decode<New>(encode(Old{"refuse", "", 0})).ok());
}

TEST(Record, a_newer_version_is_refused_by_name) {
  const Result<Old> read = decode<Old>(encode(New{}));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().message,
            "record test.thing version 3 was written by a newer haar; this one reads versions up to 1");
}

TEST(Record, another_records_bytes_are_refused) {
  const Result<Old> read = decode<Old>(encode(full()));
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("test.everything"), std::string::npos) << read.error().message;
}

TEST(Record, a_number_that_does_not_fit_is_damage_not_truncation) {
  Bytes bytes;
  record_detail::write_header(bytes, Old::record_name, Old::record_version);
  Encoder encoder(bytes);
  encoder(4, std::int64_t{40'000});
  EXPECT_FALSE(decode<Old>(bytes.view()).ok());
}

TEST(Record, every_cut_is_refused_or_read_without_harm) {
  const std::string bytes = encode(full());
  std::size_t refused = 0;
  for (std::size_t n = 0; n < bytes.size(); ++n) refused += !decode<Everything>(bytes.substr(0, n)).ok();
  // A cut exactly between two fields of the outermost struct is a record with fewer fields.
  EXPECT_GE(refused, bytes.size() - 20);
}

TEST(Record, damaged_bytes_never_crash) {
  std::mt19937 random(42);
  const std::string good = encode(full());
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (int k = 0; k < 3; ++k) bytes[random() % bytes.size()] = static_cast<char>(random());
    (void)decode<Everything>(bytes);
  }
}

TEST(Record, fields_out_of_order_are_a_mistake_that_encoding_catches) {
  const auto encode_it = [] {
    Bytes out;
    Encoder encoder(out);
    encoder(2, 1);
    encoder(1, 2);
  };
  EXPECT_DEATH(encode_it(), "field numbers ascend");
}

}  // namespace
}  // namespace haar::store
