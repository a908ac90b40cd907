// The table of sites: who is served what, one row each.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "api/kit/public_documents.h"
#include "api/pipeline/serve.h"
#include "web/site.h"

namespace haar::web {

// What the sites work with. All of it outlives them.
struct Parts {
  const api::Environment& env;
  api::Pipeline& pipeline;
  store::Db& db;
  const api::PublicDocuments& documents;
  std::set<std::string> regions;  // that regional services are served in
};

// The credentials of AWS's clients, in the order in which they are asked.
api::Schemes aws_schemes(const api::Environment& env, const std::set<std::string>& regions);

// Everything that AWS's SDKs, command line and Terraform ask: the pipeline. Takes what no other site does.
Site aws_api(const Parts& parts);

// All others.
std::vector<Site> sites(const Parts& parts);

}  // namespace haar::web
