#include "services/tagging/operations.h"

#include "model/resourcegroupstaggingapi/service.h"


namespace haar::tagging {

void register_tagging(api::Registry& registry) {
  registry.add(resourcegroupstaggingapi::service(),
               {&compliance_operations(), &get_resources_operations(), &names_operations(), &tag_resources_operations()});
}

}  // namespace haar::tagging
