"""23:59: the customer-success portal that keeps the minute a contract ends."""

import zoneinfo

# The zone data is the pinned `tzdata` package, in every process: zoneinfo would prefer the
# system's files, which lag behind the law (rule 1). Before anything makes a ZoneInfo.
zoneinfo.reset_tzpath(to=[])
