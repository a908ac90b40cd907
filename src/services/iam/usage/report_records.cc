#include "services/iam/usage/report_records.h"

#include "store/key_space.h"

namespace haar::iam {

const store::KeySpace<CredentialReportRecord> credential_reports{"iam/credential-report"};

}  // namespace haar::iam
