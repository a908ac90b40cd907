// The request parser, and the only file that includes Boost.Beast. It is included by connection.h alone.
#pragma once

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/message.h"
#include "http/plain_head.h"
#include "http/server.h"

namespace haar::http {

using boost::system::error_code;
namespace beast_http = boost::beast::http;

constexpr std::size_t max_body_reserve_bytes = 64 * 1024;  // a promise of more is believed as it arrives

struct Refusal {
  int status = 400;
  std::string_view text = "malformed request";
};

// A field continued on the next line. Readers differ on what it means (RFC 9112 5.2), so it is refused.
inline bool has_folded_line(std::string_view head) {
  for (std::size_t at = head.find('\n'); at + 1 < head.size(); at = head.find('\n', at + 1)) {
    if (head[at + 1] == ' ' || head[at + 1] == '\t') return true;
  }
  return false;
}

// Fills a Request in place, reusing its strings, and refuses what a second reader of the same bytes
// could understand in another way (request smuggling, RFC 9112 11.2).
class FullParser final : public beast_http::basic_parser<true> {
 public:
  FullParser(Request& request, const Options& options) : request_(request), options_(options) {
    header_limit(static_cast<std::uint32_t>(options.max_head_bytes));
    body_limit(options.max_body_bytes);
  }

  Refusal refusal;
  bool expects_continue = false;

  void refuse(error_code& ec, int status, std::string_view text) {
    refusal = {status, text};
    ec = beast_http::error::bad_value;
  }

 private:
  using string_view = boost::beast::string_view;

  void on_request_impl(beast_http::verb, string_view method, string_view target, int version,
                       error_code& ec) override {
    http11_ = version == 11;
    request_.method.assign(method.data(), method.size());
    request_.target.assign(target.data(), target.size());
    if (!split_target(request_.target, request_.path, request_.query, authority_)) {
      refuse(ec, 400, "the request target is neither a path nor an absolute URI");
    }
  }

  void on_field_impl(beast_http::field field, string_view name, string_view value, error_code& ec) override {
    if (head_done_) return;  // trailers: nothing here trusts them
    if (fields_ == options_.max_headers) return refuse(ec, 431, "too many header fields");
    if (fields_ == request_.headers.size()) request_.headers.emplace_back();
    auto& [to_name, to_value] = request_.headers[fields_++];
    to_name.assign(name.data(), name.size());
    to_value.assign(value.data(), value.size());
    check_field(field, to_value, ec);
  }

  void check_field(beast_http::field field, const std::string& value, error_code& ec) {
    using Field = beast_http::field;
    const auto repeated = [](bool& seen) { return std::exchange(seen, true); };
    switch (field) {
      case Field::content_length:
        if (repeated(has_length_) || value.find_first_not_of("0123456789") != value.npos) {
          refuse(ec, 400, "Content-Length must be one number, once");
        }
        break;
      case Field::transfer_encoding:
        if (!http11_ || repeated(has_encoding_) || !equal_ignoring_case(value, "chunked")) {
          refuse(ec, 400, "Transfer-Encoding can only be: chunked");
        }
        break;
      case Field::host:
        if (repeated(has_host_)) refuse(ec, 400, "Host must be given once");
        break;
      case Field::content_encoding:
        if (!equal_ignoring_case(value, "identity"))
          refuse(ec, 415, "send the body without a content encoding");
        break;
      case Field::expect:
        if (!equal_ignoring_case(value, "100-continue")) refuse(ec, 417, "only 100-continue can be expected");
        expects_continue = http11_;
        break;
      default: break;
    }
  }

  void on_header_impl(error_code& ec) override {
    head_done_ = true;
    request_.headers.resize(fields_);
    if (http11_ && !has_host_) return refuse(ec, 400, "Host is missing");
    // The host of a target in absolute form counts, whatever the field says (RFC 9112 3.2.2).
    if (!authority_.empty()) set_header(request_.headers, "Host", authority_);
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length) request_.body.reserve(std::min<std::uint64_t>(*length, max_body_reserve_bytes));
  }
  std::size_t on_body_impl(string_view part, error_code&) override {
    request_.body.append(part.data(), part.size());
    return part.size();
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view part, error_code& ec) override {
    return on_body_impl(part, ec);
  }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_finish_impl(error_code&) override {}

  Request& request_;
  const Options& options_;
  std::string_view authority_;  // of request_.target
  std::size_t fields_ = 0;
  bool http11_ = true;
  bool head_done_ = false;
  bool has_length_ = false;
  bool has_encoding_ = false;
  bool has_host_ = false;
};

// One request as it arrives: its head at once, then its body in pieces.
class RequestParser {
 public:
  RequestParser(Request& request, const Options& options) : request_(request), options_(options) {}

  void read_head(std::string_view head, error_code& ec) {
    if (const std::optional<PlainHead> plain = read_plain_head(head, request_, options_)) {
      body_left_ = plain->content_length;
      keep_alive_ = plain->keep_alive;
      request_.body.reserve(std::min<std::uint64_t>(body_left_, max_body_reserve_bytes));
      return;
    }
    full_.emplace(request_, options_);
    if (has_folded_line(head)) return full_->refuse(ec, 400, "folded header fields are obsolete");
    full_->put(boost::asio::const_buffer(head.data(), head.size()), ec);
    full_->eager(true);
  }
  // Returns how much of the part belongs to the body.
  std::size_t read_body(std::string_view part, error_code& ec) {
    if (full_) return full_->put(boost::asio::const_buffer(part.data(), part.size()), ec);
    const std::size_t taken = std::min<std::uint64_t>(part.size(), body_left_);
    request_.body.append(part.substr(0, taken));
    body_left_ -= taken;
    return taken;
  }
  [[nodiscard]] bool is_done() const { return full_ ? full_->is_done() : body_left_ == 0; }
  [[nodiscard]] bool keep_alive() const { return full_ ? full_->keep_alive() : keep_alive_; }
  [[nodiscard]] bool expects_continue() const { return full_ && full_->expects_continue; }
  [[nodiscard]] Refusal refusal() const { return full_ ? full_->refusal : Refusal{}; }

 private:
  Request& request_;
  const Options& options_;
  std::optional<FullParser> full_;  // of what is not plain
  std::uint64_t body_left_ = 0;
  bool keep_alive_ = true;
};

}  // namespace haar::http
