// Documents that anybody may read: what accounts publish as issuers of tokens (JWKS, OpenID configuration), made from the
// state when asked for, and pages that are embedded in the program.
#pragma once

#include "api/kit/public_documents.h"
#include "store/db.h"
#include "web/site.h"

namespace haar::web {

Site documents(store::Db& db, const api::PublicDocuments& published);

}  // namespace haar::web
