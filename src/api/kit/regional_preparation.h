// What slow work may look at beside a Preparation: the region that the request acts in. The pipeline makes each Preparation
// as one of these.
#pragma once

#include "api/kit/row.h"

namespace haar::api {

struct RegionalPreparation : Preparation {
  const Region& region;
};

inline const Region& region_of(const Preparation& at) { return static_cast<const RegionalPreparation&>(at).region; }

}  // namespace haar::api
