#include "web/answer.h"

#include <utility>

#include "web/negotiate.h"

namespace haar::web {

void answer_error(const http::Respond& respond, int status, std::string_view text) {
  http::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  response.body.append(R"({"error":")").append(text).append(R"("})");
  respond(std::move(response));
}

bool only_reads(const http::Request& request, const http::Respond& respond) {
  if (request.method == "GET" || request.method == "HEAD") return true;
  http::Response response;
  response.status = 405;
  response.headers = {{"Content-Type", "application/json"}, {"Allow", "GET, HEAD"}, {"Cache-Control", "no-store"}};
  response.body = R"({"error":"use GET"})";
  respond(std::move(response));
  return false;
}

void answer_document(const Site& site, const http::Request& request, const http::Respond& respond, const Document& document) {
  const bool coded = !document.gzip.empty() || !document.brotli.empty();
  const Coding coding = !coded ? Coding::plain
                               : choose_coding(list_field(request.headers, "accept-encoding"), !document.gzip.empty(),
                                               !document.brotli.empty());
  http::Response response;
  if (document.headers != nullptr) response.headers = *document.headers;
  if (!site.cache_control.empty()) response.headers.emplace_back("Cache-Control", site.cache_control);
  if (coded) response.headers.emplace_back("Vary", "Accept-Encoding");
  if (!document.etag.empty()) {
    // Strong tags are of bytes: each coding has its own (RFC 9110 8.8.3.3).
    std::string etag("\"");
    etag.append(document.etag);
    if (coding != Coding::plain) etag.append("-").append(coding_name(coding));
    etag.append("\"");
    const bool has_it = lists_etag(list_field(request.headers, "if-none-match"), etag);
    response.headers.emplace_back("ETag", std::move(etag));
    if (has_it) {
      response.status = 304;
      return respond(std::move(response));
    }
  }
  response.headers.emplace_back("Content-Type", document.content_type);
  // A browser that guesses a type could run what is meant to be read.
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  if (coding != Coding::plain) response.headers.emplace_back("Content-Encoding", coding_name(coding));
  response.body = coding == Coding::brotli ? document.brotli : coding == Coding::gzip ? document.gzip : document.plain;
  respond(std::move(response));
}

}  // namespace haar::web
