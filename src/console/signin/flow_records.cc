#include "console/signin/flow_records.h"

#include "store/key_space.h"

namespace haar::console {

const store::Index<FlowRecord> flow_by_cookie{
    "by-cookie", [](const store::Key&, const FlowRecord& r, store::Terms& out) { out.add(r.cookie_digest); }};
const store::Index<FlowRecord> flow_by_principal{
    "by-principal",
    [](const store::Key& key, const FlowRecord& r, store::Terms& out) { out.add(key.account(), r.principal_id); }};
const store::KeySpace<FlowRecord> flows{"console/flow", {&flow_by_cookie, &flow_by_principal}};

}  // namespace haar::console
