import { type Kysely, sql } from 'kysely'

/** Whose numbers are known to be theirs, faxes that wait for a person's second look, and what went to the wrong place. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
create table recipient (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  number_sealed bytea not null,
  -- The hash faxes are found by: a fax meets its recipient without either being opened.
  number_hash bytea not null,
  -- Name, organisation, department: sealed JSON.
  details_sealed bytea not null,
  source text not null check (source in ('typed', 'imported', 'ehr', 'nppes', 'fax')),
  -- 'expired' is not stored: it comes with time.
  state text not null check (state in ('unverified', 'pending', 'confirmed', 'suspended')),
  confirmed_how text check (confirmed_how in ('test_fax', 'person', 'attested')),
  confirmed_by text,
  confirmed_at timestamptz,
  last_delivered_at timestamptz,
  suspended_why text check (suspended_why in ('by_person', 'misdirected', 'voice_answered', 'identity_changed', 'number_changed')),
  suspended_at timestamptz,
  -- Answers in a row by something that is no fax machine.
  voice_answers integer not null default 0,
  -- What the far end called itself: sealed JSON.
  identities_sealed bytea,
  -- The test fax under way, and a keyed hash of the code it carries.
  code_fax_id text references fax,
  code_hash bytea,
  code_tries_left integer not null default 0,
  code_expires_at timestamptz,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((state = 'suspended') = (suspended_at is not null)),
  check (state <> 'confirmed' or (confirmed_at is not null and confirmed_how is not null)),
  unique (account_id, mode, number_hash)
);
create index recipient_list on recipient (account_id, mode, id desc);

alter table fax
  add column hold_reason text check (hold_reason in ('first_send', 'near_miss', 'not_confirmed', 'expired', 'suspended')),
  add column held_at timestamptz,
  -- Ids of confirmed recipients whose number is a slip away.
  add column hold_neighbours text[];
create index fax_held on fax (account_id, mode, id desc) where hold_reason is not null;

create table incident (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  fax_id text not null references fax,
  recipient_id text not null references recipient,
  note_sealed bytea not null,
  -- The four factors of 45 CFR 164.402(2): sealed JSON.
  worksheet_sealed bytea,
  outcome text check (outcome in ('low_probability', 'breach')),
  reported_by text not null,
  discovered_at timestamptz not null,
  closed_by text,
  closed_at timestamptz,
  created_at timestamptz not null,
  check ((outcome is null) = (closed_at is null))
);
create index incident_list on incident (account_id, mode, id desc);
create index incident_recipient on incident (recipient_id);
create unique index incident_open on incident (fax_id) where outcome is null;

grant select, insert, update, delete on recipient to answerback_app;
grant select, insert, update on incident to answerback_app;

-- Keys that might do everything may do this too.
update api_key
set scopes = scopes || array['recipients:read', 'recipients:write']
where scopes @> array['faxes:write', 'faxes:read', 'faxes:content', 'webhooks:manage', 'events:read', 'audit:read',
  'keys:manage', 'test:control', 'trunks:read', 'trunks:write', 'inbound:read', 'inbound:content', 'inbound:write',
  'numbers:read', 'numbers:write'];
`
