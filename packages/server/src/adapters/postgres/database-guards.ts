import { sql } from 'kysely'
import type { DatabaseGuards } from '../../ports/store/compliance-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Database } from './connection/connection.ts'

/** Outside the fence by design: hashes under the account's key that lead to nothing but the ids of fenced rows (migration 13). */
const OUTSIDE = 'received_words'
/** What nobody may change, and whose triggers refuse it to the owner of the tables too. */
const APPEND_ONLY = [
  'audit_entry',
  'audit_leaf',
  'audit_subtree',
  'audit_checkpoint',
  'destruction_certificate',
]
/** A row that is somebody else's: no account has this id. */
const STRANGER = 'acc_00000000000000000000000000'

/**
 * What the database itself does for us, as its catalogue and this session say. Policies are not compared with a text but tried out: each is
 * asked about a row of ours and about one that is not.
 */
export async function databaseGuards(database: Database, scope: Scope): Promise<DatabaseGuards> {
  const [role, tables, policies, changeable] = await Promise.all([
    readRole(database),
    readTables(database),
    readPolicies(database),
    readChangeable(database),
  ])
  const verdicts = await tryPolicies(database, scope, policies)
  const unfenced = tables.filter(({ name, fenced, has_mode }) => {
    if (!fenced) return true
    const own = policies.filter((policy) => policy.name === name)
    const said = own.map((policy) => verdicts.get(policy.uses) ?? OPEN)
    const lets = (about: keyof Verdict) => said.some((verdict) => verdict[about])
    return !lets('ours') || lets('strangers') || (has_mode && lets('otherMode'))
  })
  return { ...role, unfenced: unfenced.map(({ name }) => name).sort(), changeable }
}

async function readRole(database: Database): Promise<Omit<DatabaseGuards, 'unfenced' | 'changeable'>> {
  const { rows } = await sql<{ bypasses: boolean; owns: boolean; superuser: boolean; encrypted: boolean }>`
    select role.rolsuper or role.rolbypassrls as bypasses,
      exists (
        select from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
          and pg_has_role(current_user, relowner, 'member')
      ) as owns,
      (select rolsuper from pg_roles where rolname = session_user) as superuser,
      coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as encrypted
    from pg_roles role where role.rolname = current_user`.execute(database)
  const { bypasses, owns, superuser, encrypted } = rows[0]!
  return { bypassesFence: bypasses, ownsTables: owns, userIsSuperuser: superuser, isEncrypted: encrypted }
}

interface FencedTable {
  readonly name: string
  readonly fenced: boolean
  readonly has_mode: boolean
}

async function readTables(database: Database): Promise<FencedTable[]> {
  const { rows } = await sql<FencedTable>`
    select name, fenced, 'mode' = any(columns) as has_mode
    from (
      select relname::text as name, relrowsecurity as fenced, array(
        select attname::text from pg_attribute where attrelid = pg_class.oid and attnum > 0 and not attisdropped
      ) as columns
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
    ) held
    where ('account_id' = any(columns) or name = 'account') and name <> ${OUTSIDE}`.execute(database)
  return rows
}

interface Policy {
  readonly name: string
  /** The condition of rows that are read, or, where there is one, of rows that are written. */
  readonly uses: string
}

/** Those that widen what our role sees; what narrows it further is no danger. */
async function readPolicies(database: Database): Promise<Policy[]> {
  const { rows } = await sql<Policy>`
    select relname::text as name, uses
    from pg_policy
      join pg_class on pg_class.oid = polrelid
      cross join lateral (values (pg_get_expr(polqual, polrelid)), (pg_get_expr(polwithcheck, polrelid))) condition (uses)
    where relnamespace = 'public'::regnamespace and polpermissive and uses is not null
      and exists (
        select from unnest(polroles) granted where granted = 0 or pg_has_role(current_user, granted, 'member')
      )`.execute(database)
  return rows
}

/** Which rows a policy lets through. */
interface Verdict {
  readonly ours: boolean
  readonly strangers: boolean
  readonly otherMode: boolean
}

/** Of a policy that cannot be tried: nobody knows what it lets through. */
const OPEN: Verdict = { ours: true, strangers: true, otherMode: true }

async function tryPolicies(
  database: Database,
  { accountId, mode }: Scope,
  policies: readonly Policy[],
): Promise<Map<string, Verdict>> {
  const other = mode === 'live' ? 'test' : 'live'
  const verdicts = new Map<string, Verdict>()
  // There are a handful of texts: our policies differ in whether a table has a mode.
  for (const uses of new Set(policies.map((policy) => policy.uses))) {
    await sql`savepoint policy`.execute(database)
    try {
      const { rows } = await sql<{ lets: boolean }>`
        select coalesce((${sql.raw(uses)}), false) as lets
        from (values (1, ${accountId}, ${mode}, ${accountId}), (2, ${STRANGER}, ${mode}, ${STRANGER}),
          (3, ${accountId}, ${other}, ${accountId})) held (number, account_id, mode, id)
        order by number`.execute(database)
      const [ours, strangers, otherMode] = rows.map(({ lets }) => lets)
      verdicts.set(uses, { ours: ours!, strangers: strangers!, otherMode: otherMode! })
    } catch {
      // It speaks of columns that no policy of ours speaks of.
      await sql`rollback to savepoint policy`.execute(database)
    }
  }
  return verdicts
}

/** Tables that could be changed: by our role's rights, or because a trigger is gone, off, or does nothing. */
async function readChangeable(database: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name
    from unnest(${APPEND_ONLY}::text[]) name
      left join pg_class on relname = name and relnamespace = 'public'::regnamespace
    where pg_class.oid is null
      or has_table_privilege(pg_class.oid, 'update') or has_table_privilege(pg_class.oid, 'delete')
      or has_table_privilege(pg_class.oid, 'truncate')
      or current_setting('session_replication_role') <> 'origin'
      or not exists (
        select from pg_trigger join pg_proc on pg_proc.oid = tgfoid
        -- Before (2), on delete (8), update (16) and truncate (32): pg_trigger.h.
        where tgrelid = pg_class.oid and tgenabled in ('O', 'A') and tgtype & 58 = 58
          and proname = 'refuse_change' and prosrc ~ '^[[:space:]]*begin[[:space:]]+raise exception '
      )
    order by name`.execute(database)
  return rows.map(({ name }) => name)
}
