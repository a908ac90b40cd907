#include "services/iam/usage/access_records.h"

#include "store/key_space.h"

namespace haar::iam {

const store::KeySpace<ServiceAccessRecord> service_accesses{"iam/service-access"};
const store::KeySpace<AccessReportRecord> access_reports{"iam/access-report"};

}  // namespace haar::iam
