// What haar puts into a server beside its tenant's data: an administrator whom the tenant cannot be, AWS's role, the master
// user.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engines/mysql.h"

namespace haar::engines::mysql {

// Grows when what goes into a template changes.
inline constexpr int recipe = 1;

// What a new template gets after the server's own tables: nobody can log in, AWS's role is there.
std::string template_sql(Engine engine);
// What the server does at each start before anybody can connect (init_file): the administrator is there, with this
// password and every privilege, whatever was done to it.
std::string start_sql(std::string_view admin_verifier, bool read_only);

Result<void> put_master(Connection& admin, const Master& master);

}  // namespace haar::engines::mysql
