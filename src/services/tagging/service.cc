#include "services/tagging/operations.h"

#include "model/resourcegroupstaggingapi/service.h"
#include "services/tagging/service.h"

namespace haar::tagging {

const services::Service& manifest() {
  static const services::Service all{
      .model = resourcegroupstaggingapi::service(),
      .rows = {&compliance_operations(), &get_resources_operations(), &names_operations(),
                &tag_resources_operations()},
  };
  return all;
}

}  // namespace haar::tagging
