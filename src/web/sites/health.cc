#include "web/sites/health.h"

#include "web/answer.h"

namespace haar::web {

// A client that sends a credential with everything is answered too.
Site health() {
  return {.name = "health",
          .routes = {{.path = "/_haar/health"}},
          .heeds_no_credential = true,
          .cache_control = "no-store",
          .handle = [](const Site& site, const Route&, http::Request&& request, const http::Respond& respond) {
            if (!only_reads(request, respond)) return;
            answer_document(site, request, respond, {.content_type = "application/json", .plain = R"({"status":"ok"})"});
          }};
}

}  // namespace haar::web
