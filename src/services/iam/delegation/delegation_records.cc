#include "services/iam/delegation/delegation_records.h"

#include "store/key_space.h"

namespace haar::iam {

const store::KeySpace<DelegationTemplateRecord> delegation_templates{"iam/delegation-template"};
const store::Index<DelegationRequestRecord> delegation_by_id{
    "by-id", [](const store::Key&, const DelegationRequestRecord& r, store::Terms& out) { out.add(r.id); }};
const store::Index<DelegationRequestRecord> delegation_by_workflow{
    "by-workflow", [](const store::Key& key, const DelegationRequestRecord& r, store::Terms& out) {
      out.add(key.account(), r.workflow_id);
    }};
const store::Index<DelegationRequestRecord> delegation_by_owner{
    "by-owner", [](const store::Key&, const DelegationRequestRecord& r, store::Terms& out) {
      if (!r.owner_arn.empty()) out.add(AccountId(r.owner_account));
    }};
const store::KeySpace<DelegationRequestRecord> delegation_requests{
    "iam/delegation-request", {&delegation_by_id, &delegation_by_workflow, &delegation_by_owner}};
const store::KeySpace<DelegationNoticeRecord> delegation_notices{"iam/delegation-notice"};

}  // namespace haar::iam
