// Structures -> parameters: the client's direction of query_decode.cc.
#include <fmt/format.h>

#include "base/encoding.h"
#include "wire/query.h"
#include "wire/text.h"
#include "wire/value.h"

namespace haar::wire {
namespace {

class Encoder {
 public:
  Encoder(std::string& out, const Service& service)
      : out_(out), service_(service), ec2_(service.protocol == Protocol::ec2) {}

  void structure(const Shape& shape, const void* value, const std::string& prefix) {
    for (const Member& m : shape.members) {
      const void* at = find_value(m, value);
      if (at != nullptr) member(m, at, join(prefix, m.request_name));
    }
  }

 private:
  static std::string join(const std::string& prefix, std::string_view name) {
    return prefix.empty() ? std::string(name) : fmt::format("{}.{}", prefix, name);
  }

  void pair(const std::string& name, std::string_view value) {
    out_ += '&';
    out_ += percent_encode(name);
    out_ += '=';
    out_ += percent_encode(value);
  }

  void member(const Member& m, const void* value, const std::string& name) {
    if (m.shape->kind == Kind::structure) return structure(*m.shape, value, name);
    if (m.shape->kind == Kind::list) return list(m, value, name);
    if (m.shape->kind == Kind::map) return map(m, value, name);
    std::string text;
    write_scalar(text, service_, m, value);
    pair(name, text);
  }

  // awsQuery tells an empty list from an absent one by `Name=`; ec2 cannot.
  void list(const Member& m, const void* value, const std::string& name) {
    const std::size_t size = m.shape->list->size(value);
    if (size == 0 && !ec2_) pair(name, "");
    const bool flat = ec2_ || m.flattened;
    const std::string prefix = flat ? name : join(name, m.shape->element->request_name);
    for (std::size_t i = 0; i < size; ++i)
      member(*m.shape->element, m.shape->list->at(value, i), fmt::format("{}.{}", prefix, i + 1));
  }

  void map(const Member& m, const void* value, const std::string& name) {
    const std::string prefix = m.flattened ? name : join(name, "entry");
    std::size_t index = 0;
    visit_map(*m.shape, value, [&](const std::string& key, const void* element) {
      const std::string entry = fmt::format("{}.{}", prefix, ++index);
      pair(join(entry, m.shape->key->request_name), key);
      member(*m.shape->element, element, join(entry, m.shape->element->request_name));
    });
  }

  std::string& out_;
  const Service& service_;
  const bool ec2_;
};

}  // namespace

void encode_params(std::string& out, const Service& service, const Shape& shape, const void* input) {
  Encoder(out, service).structure(shape, input, "");
}

}  // namespace haar::wire
