#include "services/rds/access/records.h"

#include "store/key_space.h"

namespace haar::rds {

const store::KeySpace<EngineCertificateRecord> engine_certificates{"rds/engine-certificate"};

}  // namespace haar::rds
