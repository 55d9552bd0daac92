import { type Kysely, sql } from 'kysely'

/** Emergency access that nobody reviews, and forgotten passwords. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
alter table break_glass
  -- When it was last told that nobody has reviewed it, and how often.
  add column alarmed_at timestamptz,
  add column alarms integer not null default 0;
create index break_glass_unreviewed on break_glass (created_at) where reviewed_at is null;

-- A person belongs to no account, and neither does a way back in: it is outside the tenancy fence, as sessions are, and reached by its token
-- alone. One for each person: a new one takes the place of the one before.
create table password_reset (
  person_id text primary key references person,
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  expires_at timestamptz not null
);
create index password_reset_expired on password_reset (expires_at);

grant select, insert, update, delete on password_reset to answerback_app;
`
