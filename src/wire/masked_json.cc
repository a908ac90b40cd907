#include "wire/masked_json.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "wire/json_text.h"
#include "wire/value.h"

namespace haar::wire {
namespace {

std::string json_timestamp(Timestamp t) {
  return t.micros % 1'000'000 / 1'000 == 0 ? format_iso8601(t) : format_iso8601_millis(t);
}

// Stops growing soon after the limit, so that a huge value costs no huge text.
class JsonWriter {
 public:
  JsonWriter(std::string& out, bool mask) : out_(out), mask_(mask) {}

  void whole(const Shape& shape, const void* value) { member(Member{.shape = &shape}, value); }

 private:
  void structure(const Shape& shape, const void* value) {
    out_ += '{';
    bool first = true;
    for (const Member& m : shape.members) {
      const void* at = find_value(m, value);
      if (at == nullptr) continue;
      if (!first) out_ += ',';
      first = false;
      append_json_text(out_, lower_camel(m.name));
      out_ += ':';
      member(m, at);
    }
    out_ += '}';
  }

  void member(const Member& m, const void* value) {
    if (mask_ && m.sensitive) return append_json_text(out_, masked_text);
    const Shape& shape = *m.shape;
    switch (shape.kind) {
      case Kind::structure: return structure(shape, value);
      case Kind::list: return list(shape, value);
      case Kind::map: return map(shape, value);
      case Kind::string: return append_json_text(out_, as<std::string>(value));
      case Kind::integer: out_ += std::to_string(as<std::int32_t>(value)); return;
      case Kind::long_integer: out_ += std::to_string(as<std::int64_t>(value)); return;
      case Kind::float_number: return append_json_number(out_, as<float>(value));
      case Kind::double_number: return append_json_number(out_, as<double>(value));
      case Kind::boolean: out_ += as<bool>(value) ? "true" : "false"; return;
      case Kind::timestamp: return append_json_text(out_, json_timestamp(as<Timestamp>(value)));
      case Kind::blob: return append_json_text(out_, to_base64(as<Blob>(value).bytes));
      case Kind::document: out_ += as<Document>(value).json; return;
    }
  }

  void list(const Shape& shape, const void* value) {
    out_ += '[';
    for (std::size_t i = 0; i < shape.list->size(value) && !full(); ++i) {
      if (i > 0) out_ += ',';
      member(*shape.element, shape.list->at(value, i));
    }
    out_ += ']';
  }

  void map(const Shape& shape, const void* value) {
    out_ += '{';
    bool first = true;
    visit_map(shape, value, [&](const std::string& key, const void* element) {
      if (full()) return;
      if (!first) out_ += ',';
      first = false;
      append_json_text(out_, key);
      out_ += ':';
      member(*shape.element, element);
    });
    out_ += '}';
  }

  [[nodiscard]] bool full() const { return mask_ && out_.size() > masked_json_bytes_max; }

  std::string& out_;
  const bool mask_;
};

using Each = std::function<void(std::string_view, std::string_view)>;

void walk_secrets(const Member& m, const void* value, bool sensitive, const std::string& path,
                  const Each& each) {
  const Shape& shape = *m.shape;
  const bool secret = sensitive || m.sensitive;
  if (shape.kind == Kind::structure) {
    for (const Member& inner : shape.members) {
      if (const void* at = find_value(inner, value))
        walk_secrets(inner, at, secret, path + (path.empty() ? "" : ".") + lower_camel(inner.name), each);
    }
  } else if (shape.kind == Kind::list) {
    for (std::size_t i = 0; i < shape.list->size(value); ++i)
      walk_secrets(*shape.element, shape.list->at(value, i), secret, fmt::format("{}.{}", path, i + 1), each);
  } else if (shape.kind == Kind::map) {
    visit_map(shape, value, [&](const std::string& key, const void* element) {
      walk_secrets(*shape.element, element, secret, path + "." + key, each);
    });
  } else if (secret && shape.kind == Kind::string) {
    each(path, as<std::string>(value));
  } else if (secret && shape.kind == Kind::blob) {
    each(path, as<Blob>(value).bytes);
  } else if (secret && shape.kind == Kind::document) {
    each(path, as<Document>(value).json);
  }
}

}  // namespace

std::string lower_camel(std::string_view name) {
  std::string out(name);
  if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] + 32);
  return out;
}

std::string to_json(const Shape& shape, const void* value) {
  std::string out;
  JsonWriter(out, false).whole(shape, value);
  return out;
}

std::string to_masked_json(const Shape& shape, const void* value) {
  std::string out;
  JsonWriter(out, true).whole(shape, value);
  if (out == "{}") return "null";
  if (out.size() <= masked_json_bytes_max) return out;
  return fmt::format(R"({{"omitted":true,"originalSize":{},"reason":"larger than {} bytes"}})", out.size(),
                     masked_json_bytes_max);
}

void for_each_secret(const Shape& shape, const void* value, const Each& each) {
  walk_secrets(Member{.shape = &shape}, value, false, "", each);
}

}  // namespace haar::wire
