#include "ProcessControl.h"
