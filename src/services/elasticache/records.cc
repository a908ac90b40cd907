#include "services/elasticache/records.h"

#include "store/key_space.h"

namespace haar::elasticache {

const store::KeySpace<ClusterRecord> clusters{"elasticache/cluster"};
const store::KeySpace<SubnetGroupRecord> subnet_groups{"elasticache/subnet-group"};
const store::KeySpace<DomainRecord> domains{"elasticache/domain"};

}  // namespace haar::elasticache
