// The generator reads no more of this than its includes.
#include "model/toy/DeleteToy.h"
#include "model/toy/MakeToy.h"
#include "model/toy/PingToys.h"
#include "model/other/UnusedOperation.h"
