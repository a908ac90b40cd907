#include "json_value.h"

#include <cmath>
#include <limits>
#include <stdexcept>

#include "wire/value.h"

namespace haar::protocol_tests {
namespace {

using wire::Kind;

template <class T>
T real(const boost::json::value& json) {
  if (!json.is_string()) return json.to_number<T>();
  if (json.get_string() == "NaN") return std::numeric_limits<T>::quiet_NaN();
  if (json.get_string() == "Infinity") return std::numeric_limits<T>::infinity();
  if (json.get_string() == "-Infinity") return -std::numeric_limits<T>::infinity();
  throw std::runtime_error("not a number");
}

Timestamp timestamp(const boost::json::value& json) {
  if (json.is_string()) return parse_timestamp(std::string_view(json.get_string())).value();
  return {std::llround(json.to_number<double>() * 1e6)};
}

void fill_structure(const wire::Shape& shape, const boost::json::object& json, void* value) {
  for (const auto& [key, inner] : json) {
    const wire::Member* m = wire::find_member(shape, std::string_view(key));
    if (m == nullptr) throw std::runtime_error("the shape has no member " + std::string(key));
    if (inner.is_null() && m->shape->kind != Kind::document) continue;  // absent
    fill_from_json(*m->shape, inner, wire::make_value(*m, value));
  }
}

}  // namespace

void fill_from_json(const wire::Shape& shape, const boost::json::value& json, void* value) {
  switch (shape.kind) {
    case Kind::structure: return fill_structure(shape, json.as_object(), value);
    case Kind::list:
      for (const auto& inner : json.as_array())
        fill_from_json(*shape.element->shape, inner, shape.list->append(value));
      return;
    case Kind::map:
      for (const auto& [key, inner] : json.as_object())
        fill_from_json(*shape.element->shape, inner, shape.map->insert(value, std::string_view(key)));
      return;
    case Kind::string: *static_cast<std::string*>(value) = std::string(json.as_string()); return;
    case Kind::integer: *static_cast<std::int32_t*>(value) = json.to_number<std::int32_t>(); return;
    case Kind::long_integer: *static_cast<std::int64_t*>(value) = json.to_number<std::int64_t>(); return;
    case Kind::float_number: *static_cast<float*>(value) = real<float>(json); return;
    case Kind::double_number: *static_cast<double*>(value) = real<double>(json); return;
    case Kind::boolean: *static_cast<bool*>(value) = json.as_bool(); return;
    case Kind::timestamp: *static_cast<Timestamp*>(value) = timestamp(json); return;
    case Kind::document: static_cast<wire::Document*>(value)->json = boost::json::serialize(json); return;
    case Kind::blob: static_cast<wire::Blob*>(value)->bytes = std::string(json.as_string()); return;
  }
}

}  // namespace haar::protocol_tests
