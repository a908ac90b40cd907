#include "web/sites.h"

#include <utility>

#include "web/schemes/signature.h"
#include "web/schemes/token_in_request.h"
#include "web/sites/documents.h"
#include "web/sites/health.h"
#include "web/sites/places.h"

namespace haar::web {

api::Schemes aws_schemes(const api::Environment& env, const std::set<std::string>& regions) {
  return {std::make_shared<Signature>(Signature::Form::header, env, regions),
          std::make_shared<Signature>(Signature::Form::query, env, regions),
          std::make_shared<TokenInRequest>(env, regions)};
}

// Any Host: a signature, or the token in the request, is what protects it, and neither is sent by a browser on its own.
Site aws_api(const Parts& parts) {
  return {.name = "aws_api",
          .schemes = aws_schemes(parts.env, parts.regions),
          .body_bytes_max = request_body_bytes_max,
          .handle = [&pipeline = parts.pipeline](const Site& site, const Route&, http::Request&& request, http::Respond respond) {
            pipeline.handle(std::move(request), std::move(respond), site.schemes);
          }};
}

std::vector<Site> sites(const Parts& parts) {
  std::vector<Site> all{
      health(),
      documents(parts.db, parts.documents),
  };
  for (Site& place : places(parts.pipeline)) all.push_back(std::move(place));
  return all;
}

}  // namespace haar::web
