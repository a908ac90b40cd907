// What haar puts into a volume beside its tenant's data: AWS's roles, the functions that AWS's drivers ask, an
// administrator whom the tenant cannot become. The template gets it when it is made; a volume of an older haar when it
// is next started, before anybody can connect to it.
#pragma once

#include <string>

#include "base/result.h"
#include "engines/postgres_admin.h"

namespace haar::engines::postgres {

// Grows when what setup.cc puts in changes: volumes of a lower one are repaired.
inline constexpr int recipe = 3;

// Into a new template: by rdsadmin, whose server takes nobody else.
// `admin`: a session in the database postgres.
Result<void> fill_template(AdminConnection& admin, const InstanceSpec& spec, int major);

// <folder>/recipe, haar's own.
int recipe_of(const InstanceSpec& spec);
Result<void> note_recipe(const InstanceSpec& spec, int number);

// Whether the administrator has a secret of this instance's.
bool has_secret(const InstanceSpec& spec);
// Whether the server may take tenants from its start: the administrator has a secret, and the recipe is today's.
bool is_set_up(const InstanceSpec& spec);
// Gives the administrator a secret if it has none, repairs the volume if it is of a lower recipe. May be asked again
// after any failure. The server runs and takes nobody but haar.
Result<void> set_up(AdminConnection& admin, const InstanceSpec& spec, const AdminConnection::Target& within);

}  // namespace haar::engines::postgres
