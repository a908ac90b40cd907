#include "services/iam/principals/instance_profile_records.h"

#include "store/key_space.h"

namespace haar::iam {

const store::Index<InstanceProfileRecord> instance_profile_by_role{
    "by-role", [](const store::Key&, const InstanceProfileRecord& r, store::Terms& out) {
      for (const std::string& id : r.role_ids) out.add(id);
    }};
const store::KeySpace<InstanceProfileRecord> instance_profiles{"iam/instance-profile", {&instance_profile_by_role}};

}  // namespace haar::iam
