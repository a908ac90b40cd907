// What the JSON of every protocol is written with: values of the schema tables' kinds. Which members a structure shows
// and how it says a time differs, and is Own's: structure(shape, value) and timestamp(member, value).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "wire/json_text.h"
#include "wire/text.h"
#include "wire/value.h"

namespace haar::wire {

template <class Own>
class JsonWriter {
 public:
  JsonWriter(std::string& out, const Service& service) : out_(out), service_(service) {}

  void value(const Member& m, const void* at) {
    const Shape& shape = *m.shape;
    switch (shape.kind) {
      case Kind::structure: return own().structure(shape, at);
      case Kind::list: return list(shape, at);
      case Kind::map: return map(shape, at);
      case Kind::float_number: return append_json_number(out_, as<float>(at));
      case Kind::double_number: return append_json_number(out_, as<double>(at));
      case Kind::string: return append_json_text(out_, as<std::string>(at));
      case Kind::timestamp: return own().timestamp(m, at);
      case Kind::blob: ((out_ += '"') += to_base64(as<Blob>(at).bytes)) += '"'; return;
      case Kind::integer:
      case Kind::long_integer:
      case Kind::boolean:
      case Kind::document: return write_scalar(out_, service_, m, at);
    }
  }

 protected:
  void key(std::string_view name, bool& first) {
    if (!first) out_ += ',';
    first = false;
    append_json_text(out_, name);
    out_ += ':';
  }

  // Seconds since 1970, as precise as the service says times in its own protocol.
  void seconds(const Member& m, Timestamp t) {
    Member said = m;
    said.timestamp_format = TimestampFormat::unix_timestamp;
    const std::int64_t unit = service_.fraction == Fraction::never ? 1'000'000 : 1'000;
    std::int64_t rest = t.micros % unit;
    if (rest < 0) rest += unit;
    t.micros -= rest;
    write_scalar(out_, service_, said, &t);
  }

  std::string& out_;
  const Service& service_;

 private:
  Own& own() { return static_cast<Own&>(*this); }

  void list(const Shape& shape, const void* at) {
    out_ += '[';
    for (std::size_t i = 0; i < shape.list->size(at); ++i) {
      if (i > 0) out_ += ',';
      value(*shape.element, shape.list->at(at, i));
    }
    out_ += ']';
  }

  void map(const Shape& shape, const void* at) {
    out_ += '{';
    bool first = true;
    visit_map(shape, at, [&](const std::string& name, const void* element) {
      key(name, first);
      value(*shape.element, element);
    });
    out_ += '}';
  }
};

}  // namespace haar::wire
