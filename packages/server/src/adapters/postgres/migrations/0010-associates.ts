import { type Kysely, sql } from 'kysely'

/** Who else gets to see PHI, and under which contract (45 CFR 164.308(b), 164.504(e)). */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
create table associate (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  name text not null,
  kind text not null check (kind in
    ('carrier', 'provider', 'cloud_kms', 'storage', 'email', 'webhook_receiver', 'llm', 'other')),
  -- Who answers for the contract on our side: id or mail address.
  contact text not null,
  trunk_ids text[] not null,
  provider_ids text[] not null,
  webhook_hosts text[] not null,
  systems text[] not null check (systems <@ array['smtp', 'kms', 'storage']),
  exception_until text check (exception_until ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
  exception_at timestamptz,
  exception_by text,
  exception_reason_sealed bytea,
  -- The last warning of an ending cover that was told, as an event and by mail: 'day/threshold'.
  told text,
  mailed text,
  next_look_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  ended_at timestamptz,
  ended_by text,
  check ((exception_until is null) = (exception_at is null)),
  check ((exception_until is null) = (exception_by is null)),
  check ((exception_until is null) = (exception_reason_sealed is null)),
  check ((ended_at is null) = (ended_by is null)),
  check (ended_at is null or next_look_at is null)
);
create index associate_list on associate (account_id, mode, id);
create index associate_due on associate (next_look_at) where next_look_at is not null;

-- A contract is never changed or deleted: a renewal is another one (164.316(b)(2)(i): six years from when it last was in effect).
create table associate_agreement (
  id text primary key,
  account_id text not null references account,
  associate_id text not null references associate,
  signed_on text not null check (signed_on ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
  effective_on text not null check (effective_on ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
  expires_on text check (expires_on ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' and expires_on >= effective_on),
  clauses jsonb not null,
  document_id text references document,
  -- What it covers, and notes on its clauses: sealed JSON.
  notes_sealed bytea not null,
  created_at timestamptz not null,
  created_by text not null
);
create index associate_agreement_of on associate_agreement (associate_id, id);

grant select, insert, update on associate to answerback_app;
grant select, insert on associate_agreement to answerback_app;
`
