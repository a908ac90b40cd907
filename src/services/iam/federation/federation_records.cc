#include "services/iam/federation/federation_records.h"

#include "store/key_space.h"

namespace haar::iam {

const store::KeySpace<SamlProviderRecord> saml_providers{"iam/saml-provider"};
const store::KeySpace<OidcProviderRecord> oidc_providers{"iam/oidc-provider"};
const store::Index<OutboundFederationRecord> outbound_by_issuer{
    "by-issuer", [](const store::Key&, const OutboundFederationRecord& r, store::Terms& out) { out.add(r.issuer_id); }};
const store::KeySpace<OutboundFederationRecord> outbound_federation{"iam/outbound-federation",
                                                                           {&outbound_by_issuer}};
const store::KeySpace<RedeemedAssertionRecord> redeemed_assertions{"sts/redeemed-assertion"};

}  // namespace haar::iam
