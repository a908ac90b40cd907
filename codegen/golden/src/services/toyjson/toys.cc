// The generator reads no more of this than its includes.
#include "model/toyjson/MakeToy.h"
