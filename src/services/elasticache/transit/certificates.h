// What the certificates of Redis nodes are for. Every node has one, so that encryption in transit needs no restart.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/elasticache/cluster_view.h"
#include "store/reader.h"
#include "tls/names.h"

namespace haar::elasticache {

// The names and addresses under which clients reach this node: its own, and, since it may become the primary or a replica at
// any moment, those of its group. `cluster`: the key of its cluster.
std::vector<tls::Name> certificate_names(const store::Reader& reader, const store::Key& cluster, const ClusterView& view,
                                         std::string_view node);

// Of haar's CA (tls/engine_certificates.h); the simulation has its own.
struct Certificates {
  std::function<bool()> can_make;
  // Key and certificate, in PEM.
  std::function<Result<std::string>(const std::vector<tls::Name>& names)> make;
  // Whether it goes on: it is for these names and no others, and does not end soon.
  std::function<bool(const std::string& pem, const std::vector<tls::Name>& names)> is_good;
};

}  // namespace haar::elasticache
