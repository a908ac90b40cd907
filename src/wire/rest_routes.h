// restJson: URI templates ("/functions/{Name}/versions/{Rest+}?list") and which operation a method and a path
// mean. The routes of a service are made when they are first asked for. Internal to src/wire and its tests.
// https://smithy.io/2.0/spec/http-bindings.html#uri
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/schema.h"

namespace haar::wire {

struct Segment {
  enum class Kind : std::uint8_t { literal, label, greedy };
  Kind kind = Kind::literal;
  std::string_view text{};  // the literal, or the label's name
};

struct UriTemplate {
  std::vector<Segment> segments;
  std::vector<std::pair<std::string_view, std::string_view>> query;  // constant: name and value
};

UriTemplate parse_template(std::string_view uri);

// Name and decoded value of a label.
using Label = std::pair<std::string_view, std::string>;
// Whether the path (undecoded) is one of the template's; its labels then. A slash at the end does not matter.
bool match_path(const UriTemplate& uri, std::string_view path, std::vector<Label>& labels);

// A template as text again: the path and, if there is one, the constant query ("/a/b?list").
std::string fill_template(const UriTemplate& uri, const std::vector<Label>& labels);

// null: no operation of the service. The most specific template wins: literals before labels before greedy ones,
// then more constant parameters.
const Operation* find_route(const Service& service, std::string_view method, std::string_view path,
                            std::string_view query);

}  // namespace haar::wire
