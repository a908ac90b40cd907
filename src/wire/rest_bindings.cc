#include "wire/rest_bindings.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/encoding.h"
#include "wire/codecs.h"
#include "wire/text.h"
#include "wire/unknown_member.h"
#include "wire/value.h"

namespace haar::wire {
namespace {

// The format of a timestamp that is the bound member `outer` or its element.
TimestampFormat format_in(const Member& outer, const Member& m) {
  if (m.timestamp_format != TimestampFormat::protocol_default) return m.timestamp_format;
  if (outer.timestamp_format != TimestampFormat::protocol_default) return outer.timestamp_format;
  return outer.location == Location::header ? TimestampFormat::rfc822 : TimestampFormat::iso8601;
}

// One value; `outer` is the bound member, `m` itself or its element.
Result<void> read_one(Side side, const Member& outer, const Member& m, std::string_view text, void* value) {
  const Kind kind = m.shape->kind;
  const bool good_boolean = kind != Kind::boolean || text == "true" || text == "false";
  if (!is_scalar(kind) || !good_boolean) return conversion_error(side, kind);
  if (kind == Kind::string) {
    std::string plain(text);
    if (m.json_value && outer.location == Location::header) {
      std::optional<std::string> decoded = from_base64(text);
      if (!decoded) return conversion_error(side, Kind::blob);
      plain = std::move(*decoded);
    }
    if (!is_utf8(plain)) return serialization_error(side, "A value is not UTF-8.");
    *static_cast<std::string*>(value) = std::move(plain);
    return {};
  }
  if (side == Side::server && kind == Kind::timestamp && !has_timestamp_form(format_in(outer, m), text))
    return conversion_error(side, kind);
  if (read_scalar(*m.shape, text, value) != nullptr) return conversion_error(side, kind);
  return {};
}

std::string write_one(const Service& service, const Member& outer, const Member& m, const void* value) {
  std::string out;
  if (m.json_value && outer.location == Location::header) return to_base64(as<std::string>(value));
  Member said = m;
  said.timestamp_format = format_in(outer, m);
  write_scalar(out, service, said, value);
  return out;
}

// --- headers ------------------------------------------------------------------------------------------------

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// One element of a list and what is left of it; nullopt where a quote is not closed.
std::optional<std::string> next_in_list(std::string_view& rest, bool http_dates) {
  rest = trimmed(rest);
  std::string out;
  if (rest.starts_with('"')) {
    std::size_t i = 1;
    for (; i < rest.size() && rest[i] != '"'; ++i) {
      if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
      out += rest[i];
    }
    if (i >= rest.size()) return {};
    rest = trimmed(rest.substr(i + 1));
    if (!rest.empty() && rest.front() != ',') return {};
    rest.remove_prefix(std::min<std::size_t>(1, rest.size()));
    return out;
  }
  std::size_t comma = rest.find(',');
  if (http_dates && comma != std::string_view::npos) comma = rest.find(',', comma + 1);  // "Mon, 16 Dec …"
  comma = std::min(comma, rest.size());
  out = trimmed(rest.substr(0, comma));
  rest.remove_prefix(std::min(comma + 1, rest.size()));
  return out;
}

Result<void> read_header_list(Side side, const Member& m, std::string_view text, void* value) {
  const Member& element = *m.shape->element;
  const bool http_dates =
      element.shape->kind == Kind::timestamp && format_in(m, element) == TimestampFormat::rfc822;
  for (std::string_view rest = trimmed(text); !rest.empty();) {
    const std::optional<std::string> one = next_in_list(rest, http_dates);
    if (!one) return serialization_error(side, "A quote in a header is not closed.");
    TRY(read_one(side, m, element, *one, m.shape->list->append(value)));
  }
  return {};
}

std::string header_list(const Service& service, const Member& m, const void* value) {
  std::string out;
  const bool dates = m.shape->element->shape->kind == Kind::timestamp;
  for (std::size_t i = 0; i < m.shape->list->size(value); ++i) {
    std::string one = write_one(service, m, *m.shape->element, m.shape->list->at(value, i));
    if (!dates && one.find_first_of(",\"") != std::string::npos) {
      std::string quoted = "\"";
      for (const char c : one) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
      }
      one = quoted + '"';
    }
    if (i > 0) out += ", ";
    out += one;
  }
  return out;
}

Result<void> read_prefix_headers(Side side, const Member& m, std::span<const Header> headers, void* structure) {
  const std::string prefix = to_lower(bound_name(m));
  void* map = nullptr;
  for (const Header& header : headers) {
    if (!to_lower(header.first).starts_with(prefix)) continue;
    if (map == nullptr) map = make_value(m, structure);
    void* element = m.shape->map->insert(map, header.first.substr(prefix.size()));
    TRY(read_one(side, m, *m.shape->element, header.second, element));
  }
  return {};
}

// --- the query ----------------------------------------------------------------------------------------------

struct Parameter {
  std::string name, value;
};

Result<std::vector<Parameter>> parse_query(std::string_view query) {
  std::vector<Parameter> out;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::optional<std::string> name = percent_decode(pair.substr(0, equals), true);
    std::optional<std::string> value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value || out.size() == parameters_max)
      return serialization_error(Side::server, "The query string is malformed.");
    if (!is_signature_parameter(*name)) out.push_back({std::move(*name), std::move(*value)});
  }
  return out;
}

// Every parameter goes into the map, those that have members of their own too.
Result<void> read_query_map(const Member& m, const std::vector<Parameter>& parameters, void* structure) {
  void* map = nullptr;
  const Member& element = *m.shape->element;
  const bool lists = element.shape->kind == Kind::list;
  for (const Parameter& p : parameters) {
    if (map == nullptr) map = make_value(m, structure);
    void* slot = m.shape->map->insert(map, p.name);
    if (lists) slot = element.shape->list->append(slot);
    TRY(read_one(Side::server, m, lists ? *element.shape->element : element, p.value, slot));
  }
  return {};
}

void append_parameter(std::string& uri, std::string_view name, std::string_view value) {
  uri += uri.find('?') == std::string::npos ? '?' : '&';
  ((uri += percent_encode(name)) += '=') += percent_encode(value);
}

void write_query_map(std::string& uri, const Service& service, const Member& m, const void* map,
                     const std::set<std::string_view>& taken) {
  visit_map(*m.shape, map, [&](const std::string& name, const void* value) {
    if (taken.contains(name)) return;
    const Member& element = *m.shape->element;
    if (element.shape->kind != Kind::list) return append_parameter(uri, name, write_one(service, m, element, value));
    for (std::size_t i = 0; i < element.shape->list->size(value); ++i)
      append_parameter(uri, name, write_one(service, m, *element.shape->element, element.shape->list->at(value, i)));
  });
}

}  // namespace

Result<void> read_labels(const Shape& shape, const std::vector<Label>& labels, void* value, Came& came) {
  for (const Member& m : shape.members) {
    if (m.location != Location::uri) continue;
    for (const auto& [name, text] : labels) {
      if (name != bound_name(m)) continue;
      TRY(read_one(Side::server, m, m, text, make_value(m, value)));
      came.push_back(&m);
    }
  }
  return {};
}

Result<void> read_query(const Shape& shape, std::string_view query, void* value, Came& came) {
  const std::vector<Parameter> parameters = TRY(parse_query(query));
  for (const Member& m : shape.members) {
    if (m.location != Location::query) continue;
    if (m.shape->kind == Kind::map) {
      TRY(read_query_map(m, parameters, value));
      if (!parameters.empty()) came.push_back(&m);
      continue;
    }
    void* at = nullptr;
    for (const Parameter& p : parameters) {
      if (p.name != bound_name(m)) continue;
      const bool list = m.shape->kind == Kind::list;
      if (at != nullptr && !list) return serialization_error(Side::server, "A parameter stands twice.");
      if (at == nullptr) {
        at = make_value(m, value);
        came.push_back(&m);
      }
      TRY(read_one(Side::server, m, list ? *m.shape->element : m, p.value, list ? m.shape->list->append(at) : at));
    }
  }
  return {};
}

Result<void> refuse_unknown_parameters(const Service& service, const Shape& shape, const UriTemplate& uri,
                                       std::string_view query) {
  const std::vector<Parameter> parameters = TRY(parse_query(query));
  for (const Parameter& p : parameters) {
    const bool constant = std::any_of(uri.query.begin(), uri.query.end(), [&](const auto& c) { return c.first == p.name; });
    const bool known = std::any_of(shape.members.begin(), shape.members.end(), [&](const Member& m) {
      return m.location == Location::query && (m.shape->kind == Kind::map || bound_name(m) == p.name);
    });
    if (!constant && !known) return unknown_member(service, {}, p.name);
  }
  return {};
}

Result<void> read_headers(Side side, const Shape& shape, std::span<const Header> headers, void* value, Came& came) {
  for (const Member& m : shape.members) {
    if (m.location == Location::headers) TRY(read_prefix_headers(side, m, headers, value));
    if (m.location != Location::header) continue;
    const std::string_view* text = find_header(headers, bound_name(m));
    if (text == nullptr) continue;
    void* at = make_value(m, value);
    came.push_back(&m);
    if (m.shape->kind == Kind::list) TRY(read_header_list(side, m, *text, at));
    else TRY(read_one(side, m, m, *text, at));
  }
  return {};
}

std::vector<Label> write_labels(const Service& service, const Shape& shape, const void* value) {
  std::vector<Label> labels;
  for (const Member& m : shape.members) {
    const void* at = m.location == Location::uri ? find_value(m, value) : nullptr;
    if (at != nullptr) labels.emplace_back(bound_name(m), write_one(service, m, m, at));
  }
  return labels;
}

void write_query(std::string& uri, const Service& service, const Shape& shape, const void* value) {
  std::set<std::string_view> taken;
  for (const Member& m : shape.members) {
    const void* at = m.location == Location::query && m.shape->kind != Kind::map ? find_value(m, value) : nullptr;
    if (at == nullptr) continue;
    taken.insert(bound_name(m));
    if (m.shape->kind != Kind::list) {
      append_parameter(uri, bound_name(m), write_one(service, m, m, at));
      continue;
    }
    for (std::size_t i = 0; i < m.shape->list->size(at); ++i)
      append_parameter(uri, bound_name(m), write_one(service, m, *m.shape->element, m.shape->list->at(at, i)));
  }
  for (const Member& m : shape.members) {
    const void* at = m.location == Location::query && m.shape->kind == Kind::map ? find_value(m, value) : nullptr;
    if (at != nullptr) write_query_map(uri, service, m, at, taken);
  }
}

void write_headers(OwnHeaders& headers, const Service& service, const Shape& shape, const void* value) {
  for (const Member& m : shape.members) {
    if (m.location != Location::header && m.location != Location::headers) continue;
    const void* at = find_value(m, value);
    if (at == nullptr) continue;
    if (m.location == Location::headers) {
      visit_map(*m.shape, at, [&](const std::string& name, const void* element) {
        headers.emplace_back(std::string(bound_name(m)) + name, write_one(service, m, *m.shape->element, element));
      });
    } else if (m.shape->kind == Kind::list) {
      headers.emplace_back(bound_name(m), header_list(service, m, at));
    } else {
      headers.emplace_back(bound_name(m), write_one(service, m, m, at));
    }
  }
}

}  // namespace haar::wire
