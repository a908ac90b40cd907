#include "wire/params.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace haar::wire {
namespace {

// A dot sorts before everything else, so that `A.B` follows `A` and stands before `A-B` and `AB`.
int rank(char c) { return c == '.' ? 0 : static_cast<unsigned char>(c) + 1; }

bool before(const Param& a, const Param& b) {
  return std::lexicographical_compare(a.name.begin(), a.name.end(), b.name.begin(), b.name.end(),
                                      [](char x, char y) { return rank(x) < rank(y); });
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_form(const RequestParts& request) {
  for (const auto& [name, value] : request.headers) {
    if (name.size() != 12 || !std::equal(name.begin(), name.end(), "content-type", [](char a, char b) {
          return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b;
        }))
      continue;
    const std::string_view type = value.substr(0, value.find(';'));
    return type.substr(0, type.find_last_not_of(" \t") + 1) == "application/x-www-form-urlencoded";
  }
  return true;  // no content type: AWS reads the body as a form
}

// IAM's page of common errors gives MalformedQueryString the status 404; EC2's errors are all 400.
Error malformed(const Service& service, std::string message) {
  return {"MalformedQueryString", std::move(message), service.protocol == Protocol::ec2 ? 400 : 404};
}

}  // namespace

Result<void> Params::read(const Service& service, const RequestParts& request) {
  const bool body = request.method == "POST" && is_form(request);
  list_.clear();
  used_ = 0;
  text_.reset(new char[request.query.size() + (body ? request.body.size() : 0) + 1]);
  if (!append(request.query) || (body && !append(request.body)))
    return malformed(service, "The query string contains a syntax error.");
  if (list_.size() > parameters_max)
    return malformed(service, fmt::format("The request has more than {} parameters.", parameters_max));
  for (const Param& p : list_) {
    if (p.name.size() > parameter_name_bytes_max)
      return malformed(service,
                       fmt::format("A parameter's name is longer than {} bytes.", parameter_name_bytes_max));
    if (static_cast<std::size_t>(std::count(p.name.begin(), p.name.end(), '.')) >= nesting_max)
      return malformed(service, fmt::format("A parameter is nested more than {} levels deep.", nesting_max));
  }
  std::sort(list_.begin(), list_.end(), before);
  const auto twice = std::adjacent_find(list_.begin(), list_.end(),
                                        [](const Param& a, const Param& b) { return a.name == b.name; });
  if (twice != list_.end())
    return Error{"InvalidQueryParameter",
                 fmt::format("The parameter {} is given more than once.", twice->name)};
  known_ = true;
  return {};
}

bool Params::append(std::string_view encoded) {
  const auto more = static_cast<std::size_t>(std::count(encoded.begin(), encoded.end(), '&')) + 1;
  list_.reserve(list_.size() + std::min(more, parameters_max + 1));
  while (!encoded.empty()) {
    const std::string_view pair = encoded.substr(0, encoded.find('&'));
    encoded.remove_prefix(std::min(pair.size() + 1, encoded.size()));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    Param p;
    if (!decode(pair.substr(0, equals), p.name)) return false;
    if (equals != std::string_view::npos && !decode(pair.substr(equals + 1), p.value)) return false;
    if (list_.size() <= parameters_max) list_.push_back(p);
  }
  return true;
}

// Decoded text is never longer than the encoded one, so the buffer always has room.
bool Params::decode(std::string_view encoded, std::string_view& out) {
  char* const start = text_.get() + used_;
  if (encoded.find('+') == std::string_view::npos && encoded.find('%') == std::string_view::npos) {
    std::copy(encoded.begin(), encoded.end(), start);
    out = {start, encoded.size()};
    used_ += out.size();
    return true;
  }
  char* at = start;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded[i] == '+') {
      *at++ = ' ';
    } else if (encoded[i] != '%') {
      *at++ = encoded[i];
    } else {
      const int high = i + 2 < encoded.size() ? hex(encoded[i + 1]) : -1;
      const int low = i + 2 < encoded.size() ? hex(encoded[i + 2]) : -1;
      if (high < 0 || low < 0) return false;
      *at++ = static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  out = {start, static_cast<std::size_t>(at - start)};
  used_ += out.size();
  return true;
}

const Param* Params::find(std::string_view name) const {
  const auto at = std::lower_bound(list_.begin(), list_.end(), Param{name, {}}, before);
  return at != list_.end() && at->name == name ? &*at : nullptr;
}

const std::string_view* Node::value() const {
  const Param& first = (*list)[begin];
  return first.name.size() == depth ? &first.value : nullptr;
}

bool Node::has_children() const { return end - begin > (value() != nullptr ? 1 : 0); }

}  // namespace haar::wire
