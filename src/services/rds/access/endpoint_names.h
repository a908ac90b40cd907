// The names and addresses under which clients reach the engines of a DB cluster: what their certificates are for, and what
// a token may be signed for.
#pragma once

#include <string>
#include <vector>

#include "services/rds/records.h"
#include "store/reader.h"
#include "tls/names.h"

namespace haar::rds {

struct EndpointHost {
  std::string name;     // "shop.cluster-….us-east-1.rds.amazonaws.com"; "*.cluster-custom-…" for all custom endpoints
  std::string address;  // of this machine; empty: of several
};
// Writer, reader, custom and instance endpoints. `cluster_key`: the cluster's.
std::vector<EndpointHost> endpoint_hosts(const store::Reader& reader, const store::Key& cluster_key,
                                         const ClusterRecord& cluster);

// For the certificate of any engine of the cluster: which of them serves which endpoint changes.
std::vector<tls::Name> certificate_names(const std::vector<EndpointHost>& hosts);
// "name:port", "address:port"
std::vector<std::string> login_hosts(const std::vector<EndpointHost>& hosts, std::int32_t port);

}  // namespace haar::rds
