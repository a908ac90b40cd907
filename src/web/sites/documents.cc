#include "web/sites/documents.h"

#include <optional>
#include <string>

#include "web/answer.h"
#include "web/embedded_file.h"
#include "web/negotiate.h"

namespace haar::web {
namespace {

// Keys of an issuer change seldom, and relying parties may look again whenever they meet one that they do not know.
constexpr std::string_view cache_five_minutes = "public, max-age=300";

bool answer_page(const Site& site, const http::Request& request, const http::Respond& respond) {
  for (const EmbeddedFile& page : pages()) {
    if (page.path != request.path) continue;
    answer_document(site, request, respond, {page.content_type, page.plain, page.gzip, page.brotli, page.etag});
    return true;
  }
  return false;
}

}  // namespace

// Any Host: everybody may read them, and relying parties know this server by names of their own.
Site documents(store::Db& db, const api::PublicDocuments& published) {
  Site site{.name = "documents", .routes = {{.path = api::public_documents_path}}, .cache_control = cache_five_minutes};
  for (const EmbeddedFile& page : pages()) site.routes.push_back({.path = page.path});
  site.handle = [&db, &published](const Site& self, const Route&, http::Request&& request, const http::Respond& respond) {
    if (!only_reads(request, respond) || answer_page(self, request, respond)) return;
    const std::optional<std::string> document = published.find(store::Reader(db.local_snapshot()), request.path);
    if (!document) return answer_error(respond, 404, "not found");
    answer_document(self, request, respond,
                    {.content_type = "application/json", .plain = *document, .etag = etag_of(*document)});
  };
  return site;
}

}  // namespace haar::web
