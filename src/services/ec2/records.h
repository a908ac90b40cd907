// Every record of ec2, a header a room. Keys are (account, region, id); ids are random, so a scan of an account and
// region lists resources in the order of their ids, which is what pagination follows.
// A field's number is its name in stored data: numbers are never reused, new fields get new numbers. Terms of indexes begin
// with account and region, as keys do, where nothing else is said.
#pragma once

#include "services/ec2/addresses/records.h"
#include "services/ec2/endpoints/records.h"
#include "services/ec2/gateways/records.h"
#include "services/ec2/instances/records.h"
#include "services/ec2/interfaces/records.h"
#include "services/ec2/key_pairs/records.h"
#include "services/ec2/network/records.h"
#include "services/ec2/peering/records.h"
#include "services/ec2/security_groups/records.h"
