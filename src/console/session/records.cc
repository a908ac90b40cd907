#include "console/session/records.h"

#include "store/key_space.h"

namespace haar::console {

const store::Index<SessionRecord> session_by_cookie{
    "by-cookie", [](const store::Key&, const SessionRecord& r, store::Terms& out) { out.add(r.cookie_digest); }};
const store::Index<SessionRecord> session_by_principal{
    "by-principal",
    [](const store::Key& key, const SessionRecord& r, store::Terms& out) { out.add(key.account(), r.principal_id); }};
const store::KeySpace<SessionRecord> sessions{"console/session", {&session_by_cookie, &session_by_principal}};

}  // namespace haar::console
