import { type Kysely, sql } from 'kysely'

/**
 * Providers: faxes that somebody else's line carries for us, those they received for us, and what comes of comparing their
 * records with ours.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
create table provider (
  id text primary key,
  account_id text not null references account,
  -- A test key never leaves the sandbox.
  mode text not null check (mode = 'live'),
  settings jsonb not null,
  key_sealed bytea not null,
  hook_token_hash bytea not null unique,
  hook_auth_sealed bytea,
  sent_seen_at timestamptz,
  received_seen_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index provider_account on provider (account_id, mode, id);

-- An ended attempt outlives its provider, so the id is no foreign key. A reference is one attempt's at most: a fax of theirs
-- cannot be taken for two of ours.
alter table attempt
  add column provider_id text,
  add column upstream_ref text,
  add column upstream_code integer,
  add column upstream_cause text;
create unique index attempt_upstream on attempt (provider_id, upstream_ref) where upstream_ref is not null;
create index attempt_provider on attempt (provider_id, started_at) where provider_id is not null;

alter table attempt_journal drop constraint attempt_journal_kind_check;
alter table attempt_journal add constraint attempt_journal_kind_check check (kind in ('dialing', 'connected', 'page_sending',
  'final_page_sending', 'page_confirmed', 'handing_over', 'handed_over', 'page_reported'));

-- Exactly one received fax for each that a provider received.
alter table received_fax
  add column provider_id text,
  add column upstream_ref text;
create unique index received_fax_upstream on received_fax (provider_id, upstream_ref) where upstream_ref is not null;

-- Ids that a webhook or a list told us, until the fax is fetched.
create table upstream_notice (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode = 'live'),
  provider_id text not null references provider on delete cascade,
  reference text not null,
  transaction_id text,
  status text not null check (status in ('pending', 'fetched', 'refused')),
  received_fax_id text references received_fax,
  tries integer not null default 0,
  next_try_at timestamptz,
  created_at timestamptz not null,
  unique (provider_id, reference)
);
create index upstream_notice_due on upstream_notice (next_try_at) where next_try_at is not null;

create table reconciliation (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  started_at timestamptz not null,
  -- While it is running: until when no other process begins one.
  claimed_until timestamptz,
  ended_at timestamptz,
  counts jsonb,
  error text
);
create index reconciliation_list on reconciliation (account_id, mode, id desc);
create unique index reconciliation_running on reconciliation (account_id, mode) where claimed_until is not null;

create table contradiction (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  kind text not null check (kind in ('outcome_differs', 'pages_differ', 'unknown_to_us', 'unknown_to_provider',
    'not_fetched')),
  provider_id text,
  reference text not null,
  fax_id text references fax,
  attempt_id text references attempt,
  received_fax_id text references received_fax,
  ours text,
  theirs text,
  our_pages integer,
  their_pages integer,
  found_at timestamptz not null,
  resolved_at timestamptz,
  resolved_by text,
  check (num_nulls(resolved_at, resolved_by) in (0, 2))
);
create unique index contradiction_once on contradiction (account_id, mode, provider_id, reference, kind);
create index contradiction_list on contradiction (account_id, mode, id desc);

grant select, insert, update, delete on provider, upstream_notice to answerback_app;
grant select, insert, update, delete on reconciliation to answerback_app;
grant select, insert, update on contradiction to answerback_app;
`
