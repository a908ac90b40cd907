// IAM Access Analyzer: policies checked and proved, findings, policies made from activity.
// https://docs.aws.amazon.com/access-analyzer/latest/APIReference/Welcome.html
#pragma once

#include "services/manifest/service.h"

namespace haar::accessanalyzer {

const services::Service& manifest();

}  // namespace haar::accessanalyzer
