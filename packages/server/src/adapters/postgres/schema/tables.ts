import type { AccountTables } from './account-tables.ts'
import type { AssociateTables } from './associate-tables.ts'
import type { AuditTables } from './audit-tables.ts'
import type { EventTables } from './event-tables.ts'
import type { FaxTables } from './fax-tables.ts'
import type { InboxTables } from './inbox-tables.ts'
import type { NoticeTables } from './notice-tables.ts'
import type { PeopleTables } from './people-tables.ts'
import type { ProviderTables } from './provider-tables.ts'
import type { ReceivedTables } from './received-tables.ts'
import type { RecipientTables } from './recipient-tables.ts'
import type { RetentionTables } from './retention-tables.ts'
import type { TrunkTables } from './trunk-tables.ts'

/** The schema as kysely sees it; `migrations/` is its truth. */
export interface Tables
  extends AccountTables,
    AssociateTables,
    AuditTables,
    EventTables,
    FaxTables,
    InboxTables,
    NoticeTables,
    PeopleTables,
    ProviderTables,
    ReceivedTables,
    RecipientTables,
    RetentionTables,
    TrunkTables {}
