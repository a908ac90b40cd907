// Records: plain structs with a name, a version and numbered fields, written as compact
// tag-length-value bytes.
//
//   struct UserRecord {
//     static constexpr std::string_view record_name = "iam.user";
//     static constexpr std::uint32_t record_version = 1;
//     std::string name;
//     std::optional<Timestamp> password_last_used;
//     template <class V> void fields(V& v) { v(1, name); v(2, password_last_used); }
//   };
//
// Rules for fields(): numbers ascend, are stable and are never reused (asserted when encoding). Adding
// a field needs no new version: where it is absent it keeps its default. Dropping one leaves a gap;
// its number in old bytes is skipped. What cannot be said so (a field that changes its meaning or its
// type) raises record_version and declares
//     static Result<void> upgrade(std::uint32_t from, UserRecord& record);
// which is called after decoding bytes of an older version. Without upgrade() older versions are read
// as they are. An absent optional is nullopt whatever the struct's default says.
//
// Types: std::string, std::string_view (into the bytes that were decoded), Named<>, bool, integers, double, Timestamp,
// enums (as their integers), std::optional, std::vector, std::map, and structs with fields(). Widening an integer is
// compatible.
#pragma once

#include <bit>
#include <cassert>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/names.h"
#include "base/result.h"
#include "store/bytes.h"

namespace haar::store {

// The number of the encoding itself, first byte of every record.
inline constexpr std::uint8_t record_format = 1;
// Longest single string, list or nested struct, so that a damaged length cannot ask for the moon.
inline constexpr std::size_t record_bytes_max = 64u << 20;

enum class WireType : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2 };

namespace record_detail {

template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
template <class T> inline constexpr bool is_vector = false;
template <class T> inline constexpr bool is_vector<std::vector<T>> = true;
template <class T> inline constexpr bool is_map = false;
template <class K, class T> inline constexpr bool is_map<std::map<K, T>> = true;
template <class T> inline constexpr bool is_named = false;
template <class Tag> inline constexpr bool is_named<Named<Tag>> = true;
template <class T> inline constexpr bool never = false;

struct AnyVisitor {
  template <class T>
  void operator()(std::uint32_t, T&) {}
};
template <class T>
concept Struct = std::is_class_v<T> && requires(T& t, AnyVisitor& v) { t.fields(v); };

template <class T>
bool holds_nothing(const T& field) {
  if constexpr (std::is_same_v<T, Timestamp>) return field.micros == 0;
  else if constexpr (std::is_integral_v<T>) return field == 0;
  else if constexpr (requires { field.empty(); }) return field.empty();
  else return false;
}

inline constexpr std::size_t varint_bytes_max = 10;

// Returns where it ends.
inline char* put_varint(char* at, std::uint64_t n) {
  for (; n >= 0x80; n >>= 7) *at++ = static_cast<char>(n | 0x80);
  *at++ = static_cast<char>(n);
  return at;
}

template <class T>
constexpr WireType wire_type() {
  if constexpr (std::is_same_v<T, double>) {
    return WireType::fixed64;
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T> || std::is_same_v<T, Timestamp>) {
    return WireType::varint;
  } else {
    return WireType::bytes;
  }
}

}  // namespace record_detail

template <class R>
concept Record = record_detail::Struct<R> && requires {
  { R::record_name } -> std::convertible_to<std::string_view>;
  { R::record_version } -> std::convertible_to<std::uint32_t>;
};

// Whether fields that hold nothing (empty, zero, false) are written. What leaves them out must have nothing as their default.
enum class Empty : std::uint8_t { written, left_out };

// Empty, and this thread's own until it asks for it again: what is encoded is copied once, at its size.
Bytes& scratch();

// The visitor that writes; encode() below is the way in.
class Encoder {
 public:
  explicit Encoder(Bytes& out, Empty empty = Empty::written) : out_(out), empty_(empty) {}

  template <class T>
  void operator()(std::uint32_t number, const T& field) {
    assert(number > last_number_ && "field numbers ascend and are never reused");
    last_number_ = number;
    if (empty_ == Empty::left_out && record_detail::holds_nothing(field)) return;
    if constexpr (record_detail::is_optional<T>) {
      if (!field.has_value()) return;
      tag(number, record_detail::wire_type<typename T::value_type>());
      value(*field);
    } else {
      tag(number, record_detail::wire_type<T>());
      value(field);
    }
  }

  void varint(std::uint64_t n) {
    out_.wrote(record_detail::put_varint(out_.room(record_detail::varint_bytes_max), n));
  }
  void bytes(std::string_view text) {
    varint(text.size());
    out_.append(text);
  }

 private:
  void tag(std::uint32_t number, WireType type) {
    varint(std::uint64_t{number} << 2 | static_cast<std::uint64_t>(type));
  }
  void zigzag(std::int64_t n) { varint(static_cast<std::uint64_t>(n) << 1 ^ static_cast<std::uint64_t>(n >> 63)); }
  void fixed64(std::uint64_t n);
  // Writes the length in front of what was appended since `start`.
  void close(std::size_t start);

  template <class T>
  void value(const T& field) {
    using namespace record_detail;
    if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
      bytes(field);
    } else if constexpr (is_named<T>) {
      bytes(field.value);
    } else if constexpr (std::is_same_v<T, Timestamp>) {
      zigzag(field.micros);
    } else if constexpr (std::is_same_v<T, double>) {
      fixed64(std::bit_cast<std::uint64_t>(field));
    } else if constexpr (std::is_enum_v<T>) {
      value(static_cast<std::underlying_type_t<T>>(field));
    } else if constexpr (std::is_integral_v<T>) {
      if constexpr (std::is_signed_v<T>) zigzag(field);
      else varint(field);
    } else if constexpr (is_optional<T>) {  // an element of a list or map
      const std::size_t start = out_.size();
      if (field.has_value()) value(*field);
      close(start);
    } else if constexpr (is_vector<T>) {
      const std::size_t start = out_.size();
      varint(field.size());
      for (const typename T::value_type& element : field) value(element);
      close(start);
    } else if constexpr (is_map<T>) {
      const std::size_t start = out_.size();
      varint(field.size());
      for (const auto& [key, element] : field) {
        value(key);
        value(element);
      }
      close(start);
    } else if constexpr (Struct<T>) {
      const std::size_t start = out_.size();
      Encoder nested(out_, empty_);
      const_cast<T&>(field).fields(nested);  // fields() serves reading and writing; the Encoder only reads
      close(start);
    } else {
      static_assert(never<T>, "not a type that records can hold");
    }
  }

  Bytes& out_;
  const Empty empty_;
  std::uint32_t last_number_ = 0;
};

// The visitor that reads; decode() below is the way in. Latches the first failure.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  // Reads the first tag; call before fields().
  void begin() { next(); }
  template <class T>
  void operator()(std::uint32_t number, T& field) {
    while (number_ < number) skip();  // a field this build does not know
    if (number_ != number) {
      if constexpr (record_detail::is_optional<T>) field.reset();
      return;
    }
    if constexpr (record_detail::is_optional<T>) {
      if (!expect(record_detail::wire_type<typename T::value_type>())) return;
      value(field.emplace());
    } else {
      if (!expect(record_detail::wire_type<T>())) return;
      value(field);
    }
    next();
  }
  // Skips what is left; call after fields().
  void end() {
    while (number_ != no_number) skip();
  }

  [[nodiscard]] const char* failure() const { return failure_; }  // nullptr if none
  [[nodiscard]] std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }
  std::uint64_t varint() {
    if (at_ < end_ && static_cast<unsigned char>(*at_) < 0x80) return static_cast<unsigned char>(*at_++);
    return long_varint();
  }
  std::string_view bytes();
  void fail(const char* why);

 private:
  static constexpr std::uint32_t no_number = std::numeric_limits<std::uint32_t>::max();

  void next();
  void skip();
  bool expect(WireType type);
  std::uint64_t long_varint();
  std::uint64_t fixed64();
  std::int64_t zigzag() {
    const std::uint64_t n = varint();
    return static_cast<std::int64_t>(n >> 1 ^ (~(n & 1) + 1));
  }
  void adopt(const Decoder& nested) {
    if (nested.failure_ != nullptr) fail(nested.failure_);
  }
  // The count in front of a list; every element takes at least one byte.
  std::size_t count() {
    const std::uint64_t n = varint();
    if (n <= rest().size()) return static_cast<std::size_t>(n);
    fail("a list is longer than its bytes");
    return 0;
  }

  template <class T>
  void integer(T& field) {
    if constexpr (std::is_signed_v<T>) {
      const std::int64_t n = zigzag();
      if (n < std::numeric_limits<T>::min() || n > std::numeric_limits<T>::max()) return fail("a number is too large");
      field = static_cast<T>(n);
    } else {
      const std::uint64_t n = varint();
      if (n > std::numeric_limits<T>::max()) return fail("a number is too large");
      field = static_cast<T>(n);
    }
  }

  template <class T>
  void value(T& field) {
    using namespace record_detail;
    if constexpr (std::is_same_v<T, std::string_view>) {
      field = bytes();
    } else if constexpr (std::is_same_v<T, std::string>) {
      field.assign(bytes());
    } else if constexpr (is_named<T>) {
      field.value.assign(bytes());
    } else if constexpr (std::is_same_v<T, Timestamp>) {
      field.micros = zigzag();
    } else if constexpr (std::is_same_v<T, double>) {
      field = std::bit_cast<double>(fixed64());
    } else if constexpr (std::is_enum_v<T>) {
      std::underlying_type_t<T> number{};
      integer(number);
      field = static_cast<T>(number);
    } else if constexpr (std::is_integral_v<T>) {
      integer(field);
    } else if constexpr (is_optional<T>) {
      Decoder nested(bytes());
      if (nested.rest().empty()) {
        field.reset();
      } else {
        nested.value(field.emplace());
      }
      adopt(nested);
    } else if constexpr (is_vector<T>) {
      Decoder nested(bytes());
      const std::size_t n = nested.count();
      field.clear();
      field.reserve(n);
      for (std::size_t i = 0; i < n && nested.failure_ == nullptr; ++i) {
        typename T::value_type element{};
        nested.value(element);
        field.push_back(std::move(element));
      }
      adopt(nested);
    } else if constexpr (is_map<T>) {
      Decoder nested(bytes());
      const std::size_t n = nested.count();
      field.clear();
      for (std::size_t i = 0; i < n && nested.failure_ == nullptr; ++i) {
        typename T::key_type key{};
        nested.value(key);
        nested.value(field.emplace_hint(field.end(), std::move(key), typename T::mapped_type{})->second);
      }
      adopt(nested);
    } else if constexpr (Struct<T>) {
      Decoder nested(bytes());
      nested.begin();
      field.fields(nested);
      nested.end();
      adopt(nested);
    } else {
      static_assert(never<T>, "not a type that records can hold");
    }
  }

  const char* at_;
  const char* end_;
  std::uint32_t number_ = 0;  // of the field whose value comes next; no_number at the end
  WireType type_ = WireType::varint;
  const char* failure_ = nullptr;
};

// What a record's first bytes say.
struct RecordHeader {
  std::string_view name;
  std::uint32_t version = 0;
  std::string_view body;
};
Result<RecordHeader> read_header(std::string_view bytes);

namespace record_detail {
void write_header(Bytes& out, std::string_view name, std::uint32_t version);
// Refuses another record's bytes and, by name, a version newer than `version`.
Result<RecordHeader> check_header(std::string_view bytes, std::string_view name, std::uint32_t version);
Error damaged(std::string_view name, const char* why);
}  // namespace record_detail

template <Record R>
std::string encode(const R& record) {
  Bytes& out = scratch();
  record_detail::write_header(out, R::record_name, R::record_version);
  Encoder encoder(out);
  const_cast<R&>(record).fields(encoder);  // fields() serves reading and writing; the Encoder only reads
  return std::string(out.view());
}

// Reads into a default-made record. Errors have code "InternalFailure", status 500, and name the record.
template <Record R>
Result<void> decode_into(std::string_view bytes, R& record) {
  const RecordHeader header = TRY(record_detail::check_header(bytes, R::record_name, R::record_version));
  Decoder decoder(header.body);
  decoder.begin();
  record.fields(decoder);
  decoder.end();
  if (decoder.failure() != nullptr) return record_detail::damaged(R::record_name, decoder.failure());
  if constexpr (requires { { R::upgrade(std::uint32_t{}, record) } -> std::same_as<Result<void>>; }) {
    if (header.version < R::record_version) TRY(R::upgrade(header.version, record));
  }
  return {};
}

template <Record R>
Result<R> decode(std::string_view bytes) {
  R record{};
  TRY(decode_into(bytes, record));
  return record;
}

}  // namespace haar::store
