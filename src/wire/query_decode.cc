// Parameters -> structures. The rules for names are in the tables; the rules for lists and maps are here:
//   awsQuery  Tags.member.1.Key=a  (or Tags.<locationName>.1)   Map.entry.1.key=a&Map.entry.1.value=b
//   flattened Tags.1.Key=a                                      Map.1.key=a&Map.1.value=b
//   ec2       Tag.1.Key=a          (every list is flattened)
// Elements come in the order of their indexes; gaps close up, as on AWS.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "wire/masked_json.h"
#include "wire/query.h"
#include "wire/text.h"
#include "wire/unknown_member.h"
#include "wire/value.h"

namespace haar::wire {
namespace {

inline constexpr std::size_t members_max = 512;  // of one structure; EC2's largest has about a hundred

// Parameters of the envelope and of signatures, in all their versions.
bool is_envelope(std::string_view name) {
  static constexpr std::array<std::string_view, 10> names{
      "Action",           "Version",   "AWSAccessKeyId", "Signature",     "SignatureMethod",
      "SignatureVersion", "Timestamp", "Expires",        "SecurityToken", "ContentType"};
  return std::find(names.begin(), names.end(), name) != names.end() || is_signature_parameter(name);
}

class Decoder {
 public:
  Decoder(const Service& service, std::vector<Missing>& missing)
      : service_(service), ec2_(service.protocol == Protocol::ec2), missing_(missing) {}

  Result<void> structure(const Shape& shape, const Node& node, void* value, const Path& path);

 private:
  Result<void> member(const Member& m, const Node& node, void* value, const Path& path);
  Result<void> list(const Member& m, const Node& node, void* value, const Path& path);
  Result<void> elements(const Member& m, const Node& node, void* value, const Path& path);
  Result<void> map(const Member& m, const Node& node, void* value, const Path& path);
  Result<void> entry(const Member& m, const Node& node, void* value, const Path& path, std::size_t index);
  [[nodiscard]] Error wrong_value(const Member& m, std::string_view text, const char* expected,
                                  const Path& path) const;
  [[nodiscard]] Error wrong_form(const char* coral, const Path& path) const;

  const Service& service_;
  const bool ec2_;
  std::vector<Missing>& missing_;
};

// An awsQuery service built on Coral says what it stumbled over, but not where; EC2 names the parameter.
Error Decoder::wrong_form(const char* coral, const Path& path) const {
  if (!ec2_) return {"MalformedInput", coral};
  return {"InvalidParameterValue",
          fmt::format("Invalid value for parameter {}", parameter_path(service_, path))};
}

Error Decoder::wrong_value(const Member& m, std::string_view text, const char* expected,
                           const Path& path) const {
  const bool echo = !m.sensitive && text.size() <= echoed_bytes_max && is_xml_text(text);
  const std::string name = parameter_path(service_, path);
  if (ec2_) {
    return {"InvalidParameterValue",
            echo ? fmt::format("Value ({}) for parameter {} is invalid. Expecting {}.", text, name, expected)
                 : fmt::format("The value for parameter {} is invalid. Expecting {}.", name, expected)};
  }
  return {"MalformedInput", echo ? fmt::format("The value '{}' of {} is not {}.", text, name, expected)
                                 : fmt::format("The value of {} is not {}.", name, expected)};
}

Result<void> Decoder::structure(const Shape& shape, const Node& node, void* value, const Path& path) {
  std::array<bool, members_max> seen{};
  Result<void> done;
  for_each_child(node, [&](std::string_view segment, const Node& child) {
    if (!done.ok()) return;
    const auto at = std::find_if(shape.members.begin(), shape.members.end(),
                                 [&](const Member& m) { return m.request_name == segment; });
    if (at == shape.members.end()) {
      if (node.depth > 0 || !is_envelope(segment)) done = unknown_member(service_, path, segment);
      return;
    }
    seen[static_cast<std::size_t>(at - shape.members.begin())] = true;
    done = member(*at, child, make_value(*at, value), {&path, &*at});
  });
  if (!done.ok()) return done;
  for (std::size_t i = 0; i < shape.members.size(); ++i) {
    const Member& m = shape.members[i];
    if (!m.required || seen[i]) continue;
    const Path at{&path, &m};
    missing_.push_back({constraint_path(at), parameter_path(service_, at)});
  }
  return {};
}

Result<void> Decoder::member(const Member& m, const Node& node, void* value, const Path& path) {
  const Shape& shape = *m.shape;
  const std::string_view* text = node.value();
  if (shape.kind == Kind::list) return list(m, node, value, path);
  if (shape.kind == Kind::map) return map(m, node, value, path);
  if (shape.kind == Kind::structure) {
    if (text != nullptr && !text->empty()) return wrong_form("Unexpected complex element termination", path);
    return structure(shape, node, value, path);
  }
  if (node.has_children()) return wrong_form("Start of structure or map found where not expected", path);
  if (const char* expected = read_scalar(shape, *text, value)) return wrong_value(m, *text, expected, path);
  return {};
}

Result<void> Decoder::list(const Member& m, const Node& node, void* value, const Path& path) {
  const std::string_view* text = node.value();
  if (text != nullptr && !text->empty()) return wrong_form("Unexpected list element termination", path);
  if (ec2_ || m.flattened) return elements(m, node, value, path);
  Result<void> done;
  for_each_child(node, [&](std::string_view segment, const Node& child) {
    if (!done.ok()) return;
    if (segment == "member" || segment == m.shape->element->request_name)
      done = elements(m, child, value, path);
    else
      done = wrong_form("Unexpected list element termination", path);
  });
  return done;
}

std::optional<std::uint64_t> index_of(std::string_view segment) {
  std::uint64_t index = 0;
  const auto [end, error] = std::from_chars(segment.data(), segment.data() + segment.size(), index);
  if (error != std::errc{} || end != segment.data() + segment.size()) return {};
  return index;
}

struct Indexed {
  std::uint64_t index;
  Node node;
};

// The children of a list or map by index; nullopt if one is no number.
std::optional<std::vector<Indexed>> indexed_children(const Node& node) {
  std::vector<Indexed> found;
  bool good = true;
  for_each_child(node, [&](std::string_view segment, const Node& child) {
    const std::optional<std::uint64_t> index = index_of(segment);
    good = good && index;
    if (index) found.push_back({*index, child});
  });
  if (!good) return {};
  std::sort(found.begin(), found.end(), [](const Indexed& a, const Indexed& b) { return a.index < b.index; });
  return found;
}

Result<void> Decoder::elements(const Member& m, const Node& node, void* value, const Path& path) {
  const std::optional<std::vector<Indexed>> found = indexed_children(node);
  if (!found) return wrong_form("Unexpected list element termination", path);
  for (std::size_t i = 0; i < found->size(); ++i)
    TRY(member(*m.shape->element, (*found)[i].node, m.shape->list->append(value), {&path, nullptr, i + 1}));
  return {};
}

Result<void> Decoder::map(const Member& m, const Node& node, void* value, const Path& path) {
  const std::string_view* text = node.value();
  if (text != nullptr && !text->empty()) return wrong_form("Unexpected complex element termination", path);
  Result<void> done;
  const auto entries = [&](const Node& below) -> Result<void> {
    const std::optional<std::vector<Indexed>> found = indexed_children(below);
    if (!found) return wrong_form("Unexpected complex element termination", path);
    for (std::size_t i = 0; i < found->size(); ++i) TRY(entry(m, (*found)[i].node, value, path, i + 1));
    return {};
  };
  if (m.flattened) return entries(node);
  for_each_child(node, [&](std::string_view segment, const Node& child) {
    if (!done.ok()) return;
    if (segment == "entry")
      done = entries(child);
    else
      done = wrong_form("Unexpected complex element termination", path);
  });
  return done;
}

Result<void> Decoder::entry(const Member& m, const Node& node, void* value, const Path& path,
                            std::size_t index) {
  const Member &key = *m.shape->key, &element = *m.shape->element;
  std::string name;
  bool has_key = false;
  std::optional<Node> content;
  Result<void> done;
  for_each_child(node, [&](std::string_view segment, const Node& child) {
    if (!done.ok()) return;
    if (segment == key.request_name) {
      has_key = true;
      done = member(key, child, &name, {&path, nullptr, index});
    } else if (segment == element.request_name) {
      content = child;
    } else {
      done = unknown_member(service_, {&path, nullptr, index}, segment);
    }
  });
  if (!done.ok()) return done;
  if (!has_key || !content)
    return wrong_form("Unexpected complex element termination", {&path, nullptr, index});
  return member(element, *content, m.shape->map->insert(value, name), {&path, nullptr, index, name});
}

}  // namespace

Result<void> decode_params(const Service& service, const Shape& shape, const Params& params, void* input,
                           std::vector<Missing>& missing) {
  return Decoder(service, missing).structure(shape, root_of(params), input, {});
}

}  // namespace haar::wire
