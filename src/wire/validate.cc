#include "wire/validate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/clock.h"
#include "wire/masked_json.h"
#include "wire/pattern.h"
#include "wire/text.h"
#include "wire/value.h"

namespace haar::wire {
namespace {

// Characters as Smithy counts them: Unicode scalar values.
std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

double number_of(Kind kind, const void* value) {
  switch (kind) {
    case Kind::integer: return as<std::int32_t>(value);
    case Kind::long_integer: return static_cast<double>(as<std::int64_t>(value));
    case Kind::float_number: return static_cast<double>(as<float>(value));
    default: return as<double>(value);
  }
}

// What `min` and `max` bound; nullopt for kinds that they do not bound.
std::optional<double> measure(const Shape& shape, const void* value) {
  switch (shape.kind) {
    case Kind::string: return static_cast<double>(length_of(as<std::string>(value)));
    case Kind::blob: return static_cast<double>(as<Blob>(value).bytes.size());
    case Kind::list: return static_cast<double>(shape.list->size(value));
    case Kind::map: return static_cast<double>(shape.map->size(value));
    case Kind::integer:
    case Kind::long_integer:
    case Kind::float_number:
    case Kind::double_number: return number_of(shape.kind, value);
    default: return {};
  }
}

std::string bound(const Shape& shape, const char* which, double limit) {
  const bool number = shape.kind != Kind::string && shape.kind != Kind::blob && shape.kind != Kind::list &&
                      shape.kind != Kind::map;
  return fmt::format("Member must have {} {} than or equal to {}", number ? "value" : "length", which, limit);
}

// The constraints of a shape in the order AWS tells them.
enum class Rule : std::uint8_t { max, min, pattern, enumeration };
constexpr std::array all_rules{Rule::max, Rule::min, Rule::pattern, Rule::enumeration};

bool has_rule(const Shape& shape, Rule rule) {
  switch (rule) {
    case Rule::max: return shape.has_max;
    case Rule::min: return shape.has_min;
    case Rule::pattern: return shape.pattern != nullptr;
    case Rule::enumeration: return !shape.enumeration.empty();
  }
  return false;
}

bool breaks(const Shape& shape, Rule rule, const void* value) {
  if (!has_rule(shape, rule)) return false;
  switch (rule) {
    case Rule::max: return measure(shape, value).value_or(shape.max) > shape.max;
    case Rule::min: return !(measure(shape, value).value_or(shape.min) >= shape.min);  // NaN breaks it
    case Rule::pattern: return !matches(*shape.pattern, as<std::string>(value));
    case Rule::enumeration: {
      const auto& known = shape.enumeration;
      return std::find(known.begin(), known.end(), as<std::string>(value)) == known.end();
    }
  }
  return false;
}

std::string describe(const Shape& shape, Rule rule) {
  switch (rule) {
    case Rule::max: return bound(shape, "less", shape.max);
    case Rule::min: return bound(shape, "greater", shape.min);
    case Rule::pattern: {
      const std::string_view shown =
          shape.pattern->shown.empty() ? shape.pattern->text : shape.pattern->shown;
      return fmt::format("Member must satisfy regular expression pattern: {}", shown);
    }
    case Rule::enumeration:
      return fmt::format("Member must satisfy enum value set: [{}]", fmt::join(shape.enumeration, ", "));
  }
  return {};
}

// The texts of Organizations for InvalidInputException's reasons.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html
struct Reason {
  std::string_view name, text;
};
constexpr Reason input_required{"INPUT_REQUIRED", "You must include a value for all required parameters."};
constexpr Reason invalid_list_member{
    "INVALID_LIST_MEMBER", "You provided a list to a parameter that contains at least one invalid value."};

Reason reason_of(const Shape& shape, Rule rule) {
  const bool number = shape.kind == Kind::integer || shape.kind == Kind::long_integer ||
                      shape.kind == Kind::float_number || shape.kind == Kind::double_number;
  switch (rule) {
    case Rule::max:
      if (number)
        return {"MAX_VALUE_EXCEEDED", "You provided a numeric parameter that has a larger value than allowed."};
      return {"MAX_LENGTH_EXCEEDED", "You provided a string parameter that is longer than allowed."};
    case Rule::min:
      if (number)
        return {"MIN_VALUE_EXCEEDED", "You provided a numeric parameter that has a smaller value than allowed."};
      return {"MIN_LENGTH_EXCEEDED", "You provided a string parameter that is shorter than allowed."};
    case Rule::pattern: return {"INVALID_PATTERN", "You provided a value that does not match the required pattern."};
    case Rule::enumeration: return {"INVALID_ENUM", "You specified an invalid value."};
  }
  return {};
}

Error told_by_reason(const Service& service, Reason reason) {
  Error error{std::string(service.validation_code), std::string(reason.text)};
  error.details.emplace_back("Reason", reason.name);
  return error;
}

bool breaks_any(const Shape& shape, const void* value) {
  return std::any_of(all_rules.begin(), all_rules.end(), [&](Rule r) { return breaks(shape, r, value); });
}

std::string describe_all(const Shape& shape) {
  std::vector<std::string> texts;
  for (const Rule rule : all_rules)
    if (has_rule(shape, rule)) texts.push_back(describe(shape, rule));
  return fmt::format("Member must satisfy constraint: [{}]", fmt::join(texts, ", "));
}

// A value as Java prints it: `abc`, `[a, b]`, cut where it is long.
std::string shown(const Service& service, const Member& m, const void* value) {
  std::string out;
  if (is_scalar(m.shape->kind)) {
    write_scalar(out, service, m, value);
  } else if (m.shape->kind == Kind::list && is_scalar(m.shape->element->shape->kind)) {
    out = "[";
    for (std::size_t i = 0; i < m.shape->list->size(value) && out.size() <= echoed_bytes_max; ++i) {
      if (i > 0) out += ", ";
      write_scalar(out, service, *m.shape->element, m.shape->list->at(value, i));
    }
    out += "]";
  } else {
    out = to_masked_json(*m.shape, value);
  }
  if (out.size() <= echoed_bytes_max) return out;
  std::size_t cut = echoed_bytes_max;  // not inside a character
  while ((static_cast<unsigned char>(out[cut]) & 0xC0) == 0x80) --cut;
  return out.substr(0, cut) + "...";
}

class Validator {
 public:
  Validator(const Service& service, std::span<const Missing> missing)
      : service_(service), missing_(missing) {}

  void structure(const Shape& shape, const void* value, const Path& path) {
    for (const Member& m : shape.members) {
      const void* at = find_value(m, value);
      const Path here{&path, &m};
      if (at != nullptr && !(m.required && is_missing(here))) member(m, at, here);
    }
  }

  std::vector<std::string> problems;  // in AWS's aggregated form
  Result<void> first;                 // in the form of services that tell of one problem only

 private:
  // A plain T that did not come holds a default value, which is not the client's to answer for.
  [[nodiscard]] bool is_missing(const Path& path) const {
    if (missing_.empty()) return false;
    const std::string name = constraint_path(path);
    return std::any_of(missing_.begin(), missing_.end(), [&](const Missing& m) { return m.path == name; });
  }

  void member(const Member& m, const void* value, const Path& path) {
    const Shape& shape = *m.shape;
    if (problems.size() >= violations_max) return;
    for (const Rule rule : all_rules)
      if (breaks(shape, rule, value)) tell(m, value, path, rule);
    if (shape.kind == Kind::structure) {
      structure(shape, value, path);
    } else if (shape.kind == Kind::list) {
      list(m, value, path);
    } else if (shape.kind == Kind::map) {
      std::size_t index = 0;
      visit_map(shape, value, [&](const std::string& key, const void* element) {
        member(*shape.element, element, {&path, nullptr, ++index, key});
      });
    }
  }

  // AWS tells of a scalar in a list by showing the whole list and all constraints of its elements.
  void list(const Member& m, const void* value, const Path& path) {
    const Member& element = *m.shape->element;
    const std::size_t size = m.shape->list->size(value);
    if (!is_scalar(element.shape->kind) || service_.wording == Wording::ec2) {
      for (std::size_t i = 0; i < size; ++i)
        member(element, m.shape->list->at(value, i), {&path, nullptr, i + 1});
      return;
    }
    for (std::size_t i = 0; i < size; ++i) {
      if (!breaks_any(*element.shape, m.shape->list->at(value, i))) continue;
      if (service_.wording != Wording::reason) return tell_aggregated(m, value, path, describe_all(*element.shape));
      if (first.ok()) first = told_by_reason(service_, invalid_list_member);
      return;
    }
  }

  void tell(const Member& m, const void* value, const Path& path, Rule rule) {
    if (service_.wording == Wording::ec2) return tell_ec2(m, value, path);
    if (service_.wording != Wording::reason) return tell_aggregated(m, value, path, describe(*m.shape, rule));
    if (first.ok()) first = told_by_reason(service_, reason_of(*m.shape, rule));
  }

  void tell_aggregated(const Member& m, const void* value, const Path& path, const std::string& constraint) {
    const std::string what = m.sensitive ? "Value" : fmt::format("Value '{}'", shown(service_, m, value));
    problems.push_back(
        fmt::format("{} at '{}' failed to satisfy constraint: {}", what, constraint_path(path), constraint));
  }

  void tell_ec2(const Member& m, const void* value, const Path& path) {
    if (!first.ok()) return;
    const Shape& shape = *m.shape;
    std::string expecting;
    if (const std::optional<double> size = measure(shape, value);
        size && is_scalar(shape.kind) && shape.kind != Kind::string) {
      if (shape.has_max && *size > shape.max)
        expecting = fmt::format(". Expecting a value less than or equal to {}.", shape.max);
      if (shape.has_min && *size < shape.min)
        expecting = fmt::format(". Expecting a value greater than or equal to {}.", shape.min);
    }
    const std::string name =
        path.member != nullptr ? lower_camel(path.member->name) : parameter_path(service_, path);
    first = Error{"InvalidParameterValue", fmt::format("Value ( {} ) for parameter {} is invalid{}",
                                                           m.sensitive ? "" : shown(service_, m, value), name,
                                                           expecting.empty() ? "." : expecting)};
  }

  const Service& service_;
  const std::span<const Missing> missing_;
};

}  // namespace

std::string constraint_path(const Path& path) {
  if (path.parent == nullptr) return {};
  const std::string before = constraint_path(*path.parent);
  const std::string own = path.member != nullptr ? lower_camel(path.member->name)
                          : !path.key.empty()    ? std::string(path.key)
                                                 : fmt::format("{}.member", path.index);
  return before.empty() ? own : before + "." + own;
}

std::string parameter_path(const Service& service, const Path& path) {
  if (path.parent == nullptr) return {};
  const std::string before = parameter_path(service, *path.parent);
  if (path.member != nullptr)
    return before.empty() ? std::string(path.member->request_name)
                          : before + "." + std::string(path.member->request_name);
  const Member* holder = path.parent->member;  // null for a list within a list
  const bool flat = service.protocol == Protocol::ec2 || (holder != nullptr && holder->flattened);
  const bool of_map = holder != nullptr && holder->shape->kind == Kind::map;
  return fmt::format("{}{}.{}", before, flat ? "" : of_map ? ".entry" : ".member", path.index);
}

Result<void> validate_request(const Service& service, const Operation& operation, const void* input,
                              std::span<const Missing> missing) {
  if (service.wording == Wording::ec2 && !missing.empty())
    return Error{"MissingParameter",
                 fmt::format("The request must contain the parameter {}", missing[0].parameter)};
  if (service.wording == Wording::missing_parameter && !missing.empty())
    return Error{"MissingParameter",
                 fmt::format("The request must contain the parameter {}.", missing[0].parameter)};
  if (service.wording == Wording::reason && !missing.empty()) return told_by_reason(service, input_required);
  if (operation.input == nullptr) return {};
  Validator validator(service, missing);
  for (const Missing& m : missing.first(std::min(missing.size(), violations_max))) {
    validator.problems.push_back(
        fmt::format("Value null at '{}' failed to satisfy constraint: Member must not be null", m.path));
  }
  // With so many told, a walk could add nothing; it would only compare every member with every missing one.
  if (missing.size() < violations_max) validator.structure(*operation.input, input, {});
  if (!validator.first.ok()) return validator.first;
  const std::vector<std::string>& problems = validator.problems;
  if (problems.empty()) return {};
  return Error{std::string(service.validation_code),
               fmt::format("{} validation error{} detected: {}", problems.size(),
                                              problems.size() == 1 ? "" : "s", fmt::join(problems, "; "))};
}

}  // namespace haar::wire
