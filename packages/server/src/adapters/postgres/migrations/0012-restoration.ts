import { type Kysely, sql } from 'kysely'

/** What a database needs that came out of a backup: docs/adr/0076. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
create table restoration (
  id text primary key,
  backup_made_at timestamptz not null,
  restored_at timestamptz not null,
  -- Null until every fax that the old server may have sent since is held or ended: no worker begins before.
  settled_at timestamptz
);
create index restoration_unsettled on restoration (id) where settled_at is null;

-- Events of transactions before this one can be shown. A restore replaces it, and the default of event.xid, by ones that count on from
-- where the old database was: another cluster counts its transactions anew, and a reader's cursor must go on being of use.
create function event_horizon() returns xid8 language sql stable as 'select pg_snapshot_xmin(pg_current_snapshot())';

alter table fax drop constraint fax_hold_reason_check;
alter table fax add constraint fax_hold_reason_check
  check (hold_reason in ('first_send', 'near_miss', 'not_confirmed', 'expired', 'suspended', 'restored'));

grant select on restoration to answerback_app;
grant update (settled_at) on restoration to answerback_app;
`
