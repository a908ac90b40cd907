#include "wire/rest_routes.h"

#include <algorithm>
#include <memory>
#include <mutex>

#include "base/encoding.h"

namespace haar::wire {
namespace {

// Pieces between `separator`s; of "" there is none.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// "/a/b/" -> {"a", "b"}; an empty piece in between stays, and no label takes it.
std::vector<std::string_view> path_pieces(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  return split(path, '/');
}

Segment parse_segment(std::string_view text) {
  if (!text.starts_with('{') || !text.ends_with('}')) return {Segment::Kind::literal, text};
  text = text.substr(1, text.size() - 2);
  if (!text.ends_with('+')) return {Segment::Kind::label, text};
  return {Segment::Kind::greedy, text.substr(0, text.size() - 1)};
}

struct Route {
  const Operation* operation;
  UriTemplate uri;
};
using Routes = std::vector<Route>;

bool more_specific(const Route& a, const Route& b) {
  const auto kind = [](const Segment& s) { return s.kind; };
  const auto &left = a.uri.segments, &right = b.uri.segments;
  const std::size_t common = std::min(left.size(), right.size());
  for (std::size_t i = 0; i < common; ++i)
    if (kind(left[i]) != kind(right[i])) return kind(left[i]) < kind(right[i]);
  if (left.size() != right.size()) return left.size() > right.size();
  return a.uri.query.size() > b.uri.query.size();
}

std::unique_ptr<Routes> make_routes(const Service& service) {
  auto routes = std::make_unique<Routes>();
  for (const Operation& operation : service.operations)
    routes->push_back({&operation, parse_template(operation.http_uri)});
  std::stable_sort(routes->begin(), routes->end(), more_specific);
  return routes;
}

const Routes& routes_of(const Service& service) {
  if (const void* made = service.routes.load(std::memory_order_acquire)) return *static_cast<const Routes*>(made);
  static std::mutex making;  // once per service of the program
  const std::lock_guard lock(making);
  if (const void* made = service.routes.load(std::memory_order_acquire)) return *static_cast<const Routes*>(made);
  const Routes* made = make_routes(service).release();  // lives as long as the service: for ever
  service.routes.store(made, std::memory_order_release);
  return *made;
}

bool has_constants(const UriTemplate& uri, std::string_view query) {
  if (uri.query.empty()) return true;
  const std::vector<std::string_view> pairs = split(query, '&');
  return std::all_of(uri.query.begin(), uri.query.end(), [&](const auto& wanted) {
    return std::any_of(pairs.begin(), pairs.end(), [&](std::string_view pair) {
      const std::size_t equals = std::min(pair.find('='), pair.size());
      const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
      return percent_decode(pair.substr(0, equals), true) == std::string(wanted.first) &&
             percent_decode(value, true) == std::string(wanted.second);
    });
  });
}

}  // namespace

UriTemplate parse_template(std::string_view uri) {
  UriTemplate out;
  const std::size_t mark = uri.find('?');
  for (const std::string_view piece : path_pieces(uri.substr(0, mark))) out.segments.push_back(parse_segment(piece));
  if (mark == std::string_view::npos) return out;
  for (const std::string_view pair : split(uri.substr(mark + 1), '&')) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    out.query.emplace_back(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
  }
  return out;
}

bool match_path(const UriTemplate& uri, std::string_view path, std::vector<Label>& labels) {
  const std::vector<std::string_view> pieces = path_pieces(path);
  labels.clear();
  std::size_t at = 0;
  for (std::size_t i = 0; i < uri.segments.size(); ++i) {
    const Segment& segment = uri.segments[i];
    const std::size_t after = uri.segments.size() - i - 1;  // segments that must still find a piece
    if (at + after >= pieces.size()) return false;
    std::string_view raw = pieces[at++];
    if (segment.kind == Segment::Kind::greedy) {
      const std::string_view last = pieces[pieces.size() - after - 1];
      raw = {raw.data(), static_cast<std::size_t>(last.data() + last.size() - raw.data())};
      at = pieces.size() - after;
    }
    std::optional<std::string> text = percent_decode(raw, false);
    if (!text || text->empty()) return false;
    if (segment.kind == Segment::Kind::literal) {
      if (*text != segment.text) return false;
    } else {
      labels.emplace_back(segment.text, std::move(*text));
    }
  }
  return at == pieces.size();
}

std::string fill_template(const UriTemplate& uri, const std::vector<Label>& labels) {
  std::string out;
  for (const Segment& segment : uri.segments) {
    out += '/';
    if (segment.kind == Segment::Kind::literal) {
      out += segment.text;
      continue;
    }
    for (const auto& [name, value] : labels)
      if (name == segment.text) out += percent_encode(value, segment.kind == Segment::Kind::greedy);
  }
  if (uri.segments.empty()) out += '/';
  char mark = '?';
  for (const auto& [name, value] : uri.query) {
    ((out += mark) += name);
    if (!value.empty()) (out += '=') += value;
    mark = '&';
  }
  return out;
}

const Operation* find_route(const Service& service, std::string_view method, std::string_view path,
                            std::string_view query) {
  std::vector<Label> labels;
  for (const Route& route : routes_of(service)) {
    if (route.operation->http_method == method && match_path(route.uri, path, labels) &&
        has_constants(route.uri, query))
      return route.operation;
  }
  return nullptr;
}

}  // namespace haar::wire
