// The certificate with which an engine serves TLS by itself, as a file in the instance's folder: <conf>/server.pem, the key
// and the certificate in one, so that no program ever sees one without the other. haar writes it (tls/engine_certificates.h),
// the engine reads it, and nobody else can.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engines/instance.h"

namespace haar::engines {

std::string tls_file(const InstanceSpec& spec);
bool has_tls_file(const InstanceSpec& spec);
// Empty: there is none, or it cannot be read.
std::string read_tls_file(const InstanceSpec& spec);
// Whole or not at all. A running engine is told by whoever knows how.
Result<void> write_tls_file(const Supervisor& supervisor, const InstanceSpec& spec, std::string_view pem);

}  // namespace haar::engines
