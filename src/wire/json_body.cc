#include "wire/json_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "base/encoding.h"
#include "wire/json_reader.h"
#include "wire/json_text.h"
#include "wire/json_writer.h"
#include "wire/text.h"
#include "wire/unknown_member.h"
#include "wire/value.h"

namespace haar::wire {
namespace {

using Next = JsonReader::Next;

class Writer : public JsonWriter<Writer> {
 public:
  Writer(std::string& out, const Service& service, Names names = Names::wire) : JsonWriter(out, service), names_(names) {}

  void structure(const Shape& shape, const void* value) {
    out_ += '{';
    bool first = true;
    for (const Member& m : shape.members) {
      const bool shown = names_ == Names::model || m.location == Location::body;
      const void* at = shown ? find_value(m, value) : nullptr;
      if (at == nullptr) continue;
      key(names_ == Names::model ? m.name : m.response_name, first);
      this->value(m, at);
    }
    out_ += '}';
  }

  // A number of seconds unless the model says otherwise.
  void timestamp(const Member& m, const void* at) {
    if (names_ == Names::model) return seconds(m, as<Timestamp>(at));
    Member said = m;
    if (said.timestamp_format == TimestampFormat::protocol_default)
      said.timestamp_format = TimestampFormat::unix_timestamp;
    const bool number = said.timestamp_format == TimestampFormat::unix_timestamp;
    if (!number) out_ += '"';
    write_scalar(out_, service_, said, at);
    if (!number) out_ += '"';
  }

 private:
  const Names names_;
};

template <class T>
bool read_whole(std::string_view text, void* value) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return false;
  *static_cast<T*>(value) = number;
  return true;
}

// AWS's names for the kinds of values, in its errors: "NUMBER_VALUE can not be converted to a String".
std::string_view token_name(Next next) {
  switch (next) {
    case Next::string: return "STRING_VALUE";
    case Next::number: return "NUMBER_VALUE";
    case Next::true_value: return "TRUE_VALUE";
    case Next::false_value: return "FALSE_VALUE";
    default: return "VALUE";
  }
}

std::string_view type_name(Kind kind) {
  switch (kind) {
    case Kind::string: return "a String";
    case Kind::integer: return "an Integer";
    case Kind::long_integer: return "a Long";
    case Kind::float_number: return "a Float";
    case Kind::double_number: return "a Double";
    case Kind::boolean: return "a Boolean";
    case Kind::timestamp: return "a Timestamp";
    case Kind::blob: return "a Blob";
    default: return "a Value";
  }
}

class Reader {
 public:
  Reader(Side side, const Service& service, std::string_view text, std::vector<Missing>& missing, Names names = Names::wire)
      : side_(side), names_(names), service_(service), in_(text), missing_(missing) {}

  Result<void> whole(const Member& m, void* value, const Path& path) {
    TRY(this->value(m, value, path));
    return finish();
  }

  Result<void> whole_structure(const Shape& shape, void* value) {
    TRY(structure(shape, value, {}));
    return finish();
  }

 private:
  // What cannot be read at all is said before what is not known.
  Result<void> finish() {
    if (!in_.finish()) return malformed();
    return unknown_ ? Result<void>(*unknown_) : Result<void>();
  }
  Result<void> structure(const Shape& shape, void* value, const Path& path);
  Result<void> value(const Member& m, void* at, const Path& path);
  Result<void> list(const Member& m, void* at, const Path& path);
  Result<void> map(const Member& m, void* at, const Path& path);
  Result<void> scalar(const Member& m, void* at, Next next);
  Result<void> number(const Member& m, void* at);
  Result<void> text(const Member& m, void* at);
  Result<void> check_union(const Shape& shape, const void* value, int unknown) const;
  bool timestamp(const Member& m, std::string_view text, bool quoted, void* at) const;

  [[nodiscard]] Error malformed() const {
    return serialization_error(side_, "The JSON is malformed: " + in_.problem() + ".");
  }
  // What stands where something else belongs. Measured at AWS: scheduler, sqs, dynamodb.
  [[nodiscard]] Error wrong_type(Kind wanted, Next found) const {
    if (in_.failed()) return malformed();
    if (found == Next::object) return serialization_error(side_, "Start of structure or map found where not expected.");
    if (found == Next::array) return serialization_error(side_, "Start of list found where not expected.");
    if (found == Next::none) return serialization_error(side_, "The JSON is malformed: a value is missing.");
    if (wanted == Kind::list) return serialization_error(side_, "Expected list or null");
    if (wanted == Kind::map) return serialization_error(side_, "Expected map or null");
    if (wanted == Kind::structure) return serialization_error(side_, "Expected null");
    return serialization_error(side_,
                               fmt::format("{} can not be converted to {}", token_name(found), type_name(wanted)));
  }

  // As a request of the service's protocol names it.
  [[nodiscard]] std::string parameter_of(const Path& path) const {
    const bool parameters = service_.protocol == Protocol::query || service_.protocol == Protocol::ec2;
    return names_ == Names::model && parameters ? parameter_path(service_, path) : std::string(path.member->name);
  }

  const Side side_;
  const Names names_;
  const Service& service_;
  JsonReader in_;
  std::vector<Missing>& missing_;
  std::optional<Error> unknown_;  // the first member that the model does not have, on the server's side
};

// Which members have come, for those that a structure may have.
class Seen {
 public:
  explicit Seen(std::size_t members) {
    if (members > 64) more_.resize(members);
  }
  [[nodiscard]] bool has(std::size_t i) const { return more_.empty() ? (few_ >> i & 1) != 0 : more_[i]; }
  void add(std::size_t i) {
    if (more_.empty()) few_ |= std::uint64_t{1} << i;
    else more_[i] = true;
  }

 private:
  std::uint64_t few_ = 0;
  std::vector<bool> more_;
};

std::size_t find_key(const Shape& shape, std::string_view key, Names names) {
  const auto found = std::ranges::find_if(shape.members, [&](const Member& m) {
    return names == Names::model ? m.name == key : m.response_name == key && m.location == Location::body;
  });
  return static_cast<std::size_t>(found - shape.members.begin());
}

Result<void> Reader::structure(const Shape& shape, void* value, const Path& path) {
  const Next next = in_.peek();
  if (next != Next::object) return wrong_type(Kind::structure, next);
  if (!in_.begin_object()) return malformed();
  Seen seen(shape.members.size()), present(shape.members.size());
  int unknown = 0;
  std::string key;
  while (in_.next_key(key)) {
    const std::size_t index = find_key(shape, key, names_);
    if (index == shape.members.size()) {
      if (key != "__type" && in_.peek() != Next::null) {
        ++unknown;
        if (side_ == Side::server && !unknown_) unknown_ = unknown_member(service_, path, key);
      }
      if (!in_.skip()) return malformed();
      continue;
    }
    const Member& m = shape.members[index];
    if (seen.has(index)) return serialization_error(side_, fmt::format("The key '{}' stands twice.", key));
    seen.add(index);
    if (in_.peek() == Next::null) {
      if (!in_.read_literal()) return malformed();
      continue;
    }
    present.add(index);
    TRY(this->value(m, make_value(m, value), {&path, &m}));
  }
  if (in_.failed()) return malformed();
  for (std::size_t i = 0; i < shape.members.size(); ++i) {
    const Member& m = shape.members[i];
    // More than can be told need not be noted: a list of a hundred thousand {} is a small request.
    const bool belongs = names_ == Names::model || m.location == Location::body;
    if (m.required && belongs && !present.has(i) && missing_.size() < violations_max)
      missing_.push_back({constraint_path({&path, &m}), parameter_of({&path, &m})});
  }
  return shape.is_union && !unknown_ ? check_union(shape, value, unknown) : Result<void>();
}

// A client takes a union of which it does not know the member; a server must know it.
Result<void> Reader::check_union(const Shape& shape, const void* value, int unknown) const {
  int set = 0;
  for (const Member& m : shape.members) set += find_value(m, value) != nullptr ? 1 : 0;
  if (set + unknown == 1 && (set == 1 || side_ == Side::client)) return {};
  return serialization_error(side_, fmt::format("Exactly one member of {} must be set, not {}.", shape.name, set + unknown));
}

Result<void> Reader::value(const Member& m, void* at, const Path& path) {
  const Next next = in_.peek();
  switch (m.shape->kind) {
    case Kind::structure: return structure(*m.shape, at, path);
    case Kind::list: return list(m, at, path);
    case Kind::map: return map(m, at, path);
    case Kind::document: {
      std::string json;
      if (!in_.copy(json)) return malformed();
      static_cast<Document*>(at)->json = std::move(json);
      return {};
    }
    default: return scalar(m, at, next);
  }
}

Result<void> Reader::list(const Member& m, void* at, const Path& path) {
  const Next next = in_.peek();
  if (next != Next::array) return wrong_type(Kind::list, next);
  if (!in_.begin_array()) return malformed();
  std::size_t index = 0;
  while (in_.next_element()) {
    ++index;
    if (in_.peek() == Next::null && m.shape->element->shape->kind != Kind::document) {
      if (!in_.read_literal()) return malformed();
      if (side_ == Side::server) return serialization_error(side_, "A list must not hold null.");
      continue;
    }
    TRY(value(*m.shape->element, m.shape->list->append(at), {&path, nullptr, index}));
  }
  return in_.failed() ? Result<void>(malformed()) : Result<void>();
}

Result<void> Reader::map(const Member& m, void* at, const Path& path) {
  const Next next = in_.peek();
  if (next != Next::object) return wrong_type(Kind::map, next);
  if (!in_.begin_object()) return malformed();
  std::string key;
  std::size_t index = 0;
  while (in_.next_key(key)) {
    ++index;
    if (in_.peek() == Next::null && m.shape->element->shape->kind != Kind::document) {
      if (!in_.read_literal()) return malformed();
      if (side_ == Side::server) return serialization_error(side_, "A map must not hold null.");
      continue;
    }
    const std::size_t before = m.shape->map->size(at);
    void* element = m.shape->map->insert(at, key);
    if (m.shape->map->size(at) == before) return serialization_error(side_, "A key of a map stands twice.");
    TRY(value(*m.shape->element, element, {&path, nullptr, index, key}));
  }
  return in_.failed() ? Result<void>(malformed()) : Result<void>();
}

Result<void> Reader::scalar(const Member& m, void* at, Next next) {
  const Kind kind = m.shape->kind;
  const bool is_number = kind == Kind::integer || kind == Kind::long_integer || kind == Kind::float_number ||
                         kind == Kind::double_number || kind == Kind::timestamp;
  if (next == Next::number && is_number) return number(m, at);
  if (next == Next::string && kind != Kind::boolean) return text(m, at);
  if (kind == Kind::boolean && (next == Next::true_value || next == Next::false_value)) {
    if (!in_.read_literal()) return malformed();
    *static_cast<bool*>(at) = next == Next::true_value;
    return {};
  }
  return wrong_type(kind, next);
}

Result<void> Reader::number(const Member& m, void* at) {
  std::string_view text;
  if (!in_.read_number(text)) return malformed();
  bool good = false;
  switch (m.shape->kind) {
    case Kind::integer: good = read_whole<std::int32_t>(text, at); break;
    case Kind::long_integer: good = read_whole<std::int64_t>(text, at); break;
    case Kind::float_number: good = read_whole<float>(text, at); break;
    case Kind::double_number: good = read_whole<double>(text, at); break;
    default: good = timestamp(m, text, false, at); break;
  }
  return good ? Result<void>() : wrong_type(m.shape->kind, Next::number);
}

Result<void> Reader::text(const Member& m, void* at) {
  const Kind kind = m.shape->kind;
  if (kind == Kind::string) return in_.read_string(*static_cast<std::string*>(at)) ? Result<void>() : malformed();
  std::string text;
  if (!in_.read_string(text)) return malformed();
  bool good = false;
  if (kind == Kind::float_number || kind == Kind::double_number) {
    const bool special = text == "NaN" || text == "Infinity" || text == "-Infinity";
    good = special && read_scalar(*m.shape, text, at) == nullptr;
  } else if (kind == Kind::timestamp) {
    good = timestamp(m, text, true, at);
  } else if (kind == Kind::blob) {
    good = read_scalar(*m.shape, text, at) == nullptr;
  }
  return good ? Result<void>() : wrong_type(kind, Next::string);
}

bool Reader::timestamp(const Member& m, std::string_view text, bool quoted, void* at) const {
  const bool number = m.timestamp_format == TimestampFormat::protocol_default ||
                      m.timestamp_format == TimestampFormat::unix_timestamp;
  const TimestampFormat wanted = number ? TimestampFormat::unix_timestamp : m.timestamp_format;
  const bool strict = side_ == Side::server && names_ == Names::wire;
  if (strict && (number == quoted || !has_timestamp_form(wanted, text))) return false;
  const std::optional<Timestamp> t = parse_timestamp(text);
  if (t) *static_cast<Timestamp*>(at) = *t;
  return t.has_value();
}

}  // namespace

void write_json(std::string& out, const Service& service, const Member& member, const void* value) {
  Writer(out, service).value(member, value);
}

void write_json_members(std::string& out, const Service& service, const Shape& shape, const void* value, Names names) {
  Writer(out, service, names).structure(shape, value);
}

Error serialization_error(Side side, std::string message) {
  if (side == Side::client) return {"MalformedResponse", std::move(message), 502, Fault::receiver};
  return {"SerializationException", std::move(message), 400};
}

Error conversion_error(Side side, Kind kind) {
  return serialization_error(side,
                             fmt::format("{} can not be converted to {}", token_name(Next::string), type_name(kind)));
}

Result<void> read_json_members(Side side, const Service& service, const Shape& shape, std::string_view text,
                               void* value, std::vector<Missing>& missing, Names names) {
  return Reader(side, service, text.empty() ? "{}" : text, missing, names).whole_structure(shape, value);
}

Result<void> read_json_value(Side side, const Service& service, const Member& member, std::string_view text, void* value,
                             const Path& path, std::vector<Missing>& missing) {
  return Reader(side, service, text, missing).whole(member, value, path);
}

Result<void> refuse_json_members(const Service& service, std::string_view text) {
  JsonReader in(text);
  std::string key;
  if (!in.begin_object()) return {};
  while (in.next_key(key)) {
    if (key != "__type" && in.peek() != Next::null) return unknown_member(service, {}, key);
    if (!in.skip()) break;
  }
  return {};
}

}  // namespace haar::wire
