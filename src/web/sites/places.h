// Places that are kept for sites which are not built: AWS serves them without a signature, to portal, OIDC, sign-in and
// metadata clients that carry tokens or codes of their own. Each route answers NotImplemented by its name, in the protocol
// that its client reads, so that nothing else ever takes its place. Whoever builds one gives its row a `handle` of its
// own, and its hosts and schemes.
#pragma once

#include <vector>

#include "api/pipeline/serve.h"
#include "web/site.h"

namespace haar::web {

std::vector<Site> places(api::Pipeline& pipeline);

}  // namespace haar::web
