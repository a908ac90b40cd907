// Who may come to a PostgreSQL instance, and how: its TLS, and the rules of pg_hba.conf. Both are files in the instance's
// folder, from which they follow again after any restart.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engines/instance.h"

namespace haar::engines::postgres {

// A running server that was started with a certificate (engines/tls_file.h) reads it again at SIGHUP.
// Lines of postgresql.conf.
std::string tls_config(const InstanceSpec& spec);

// Notes what this program can do, which the rules go by.
Result<void> note_program(const InstanceSpec& spec, const EngineUser& user, const Program& program);
// The rules of a server that is open to tenants, as the parameters in the instance's folder have them (rds.force_ssl).
Result<void> write_open_host_config(const InstanceSpec& spec, const EngineUser& user);
// The rules, as text. `by_haar`: members of rds_iam log in by what haar judges (frontdoor/login_desk.h).
std::string open_host_config(bool only_tls, bool by_haar);

}  // namespace haar::engines::postgres
