// Temporary delegation apart from its handlers: templates, states, tokens. For sts and the operator too.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-building-integration.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/keyring.h"
#include "base/ids.h"
#include "base/result.h"
#include "services/iam/delegation/delegation_records.h"
#include "store/reader.h"

namespace haar::iam {

// https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-policy-templates.html
inline constexpr std::size_t delegated_policy_characters_max = 2048;
// haar's own bounds: AWS says none for these.
inline constexpr std::size_t delegation_templates_max = 100, delegation_requests_max = 1000, delegation_notices_max = 1000;

// ---- templates ----------------------------------------------------------------------------------

// Registers a template for a provider's account, or replaces the one of this ARN: the operator's part, since
// AWS onboards providers by hand. Error: a text that is no policy, a bad ARN, too many.
Result<void> register_template(store::Txn& txn, const AccountId& provider, DelegationTemplateRecord record);
// The policy that a template and its parameters make. InvalidInput: a parameter that is missing, not asked for
// or of the wrong type, a result that is no policy or is too long.
// haar knows parameters only; of AWS's conditional statements no public page tells the syntax.
Result<std::string> render_template(std::string_view document, const std::vector<DelegationParameter>& parameters);

// Permissions boundaries that the policy asks of the roles it lets its holder create.
std::vector<std::string> role_boundaries_in(std::string_view policy);

// ---- requests -----------------------------------------------------------------------------------

namespace delegation_state {
inline constexpr std::string_view unassigned = "UNASSIGNED", assigned = "ASSIGNED", pending = "PENDING_APPROVAL",
                                  accepted = "ACCEPTED", finalized = "FINALIZED", rejected = "REJECTED",
                                  expired = "EXPIRED";
}
// As it is now: a state that nobody has moved on for long enough has expired.
std::string_view state_of(const DelegationRequestRecord& request, Timestamp now);
// Puts the request into a state, with that state's time to live.
void enter_state(DelegationRequestRecord& request, std::string_view state, Timestamp now);

struct FoundDelegation {
  const DelegationRequestRecord* record = nullptr;
  AccountId provider;
};
// In whatever account.
FoundDelegation find_delegation(const store::Reader& reader, std::string_view id);

// ---- tokens -------------------------------------------------------------------------------------

// The token of a finalized request; it is derived from the request, so that nothing secret is stored.
std::string trade_in_token(const auth::Keyring& keyring, const AccountId& provider, const DelegationRequestRecord& request);
// The finalized request that a token was sent for; nothing for any other text.
FoundDelegation find_by_token(const store::Reader& reader, const auth::Keyring& keyring, std::string_view token);

// ---- notices ------------------------------------------------------------------------------------

// Leaves a message for the provider; the oldest go.
void leave_notice(store::Txn& txn, const AccountId& provider, const DelegationRequestRecord& request, Timestamp now);

struct DelegationNotice {
  DelegationNoticeRecord record;
  std::string trade_in_token;  // of FINALIZED ones
};
// For the operator, oldest first.
std::vector<DelegationNotice> read_notices(const store::Reader& reader, const auth::Keyring& keyring,
                                           const AccountId& provider);

}  // namespace haar::iam
