import { type Kysely, sql } from 'kysely'

/**
 * Accounts, keys, faxes, attempts, the outbox, webhooks, audit and idempotency.
 *
 * Every table but the system ones carries `account_id` (and `mode`), so that row-level security can be switched on over
 * them. `…_sealed` columns hold ciphertext, `…_hash` keyed hashes. `answerback_app` is the role the server runs as.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
create table account (
  id text primary key,
  name text not null,
  wrapped_key bytea not null,
  test_clock_offset_ms bigint not null default 0,
  settings jsonb not null default '{}',
  created_at timestamptz not null
);

create table api_key (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  name text not null,
  hash bytea not null unique,
  hint text not null,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  replaced_by text
);
create index api_key_account on api_key (account_id, mode, id);

create table document (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  purpose text not null check (purpose in ('source', 'pages')),
  media_type text not null,
  byte_count bigint not null,
  page_count integer,
  blob_key text not null,
  wrapped_key bytea not null,
  details_sealed bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz
);
create index document_expiry on document (expires_at) where expires_at is not null;

create table page (
  document_id text not null references document on delete cascade,
  account_id text not null references account,
  number integer not null,
  width integer not null,
  rows integer not null,
  kind text not null,
  resolution text not null,
  byte_offset bigint not null,
  byte_length integer not null,
  estimated_seconds real not null,
  primary key (document_id, number)
);

create sequence fax_job_id as bigint start 1000001;

create table fax (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  job_id bigint not null unique default nextval('fax_job_id'),
  status text not null check (status in ('scheduled', 'queued', 'preparing', 'sending', 'retrying', 'delivered',
    'partially_delivered', 'failed', 'canceled', 'expired', 'outcome_unknown')),
  sequence integer not null default 0,
  priority integer not null,
  to_sealed bytea not null,
  to_hash bytea not null,
  to_slot bytea not null,
  from_sealed bytea,
  details_sealed bytea not null,
  resolution text not null check (resolution in ('standard', 'fine', 'superfine')),
  paper text not null check (paper in ('letter', 'a4', 'legal')),
  render_mode text not null check (render_mode in ('auto', 'text', 'photo')),
  content_hash bytea not null,
  resend_of text references fax,
  tags text[] not null default '{}',
  pages_document_id text references document,
  page_count integer,
  pages_confirmed integer not null default 0,
  estimated_seconds real,
  attempt_count integer not null default 0,
  disposition text,
  code text,
  message text,
  created_at timestamptz not null,
  send_at timestamptz,
  next_action_at timestamptz,
  deadline_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  cancel_requested_at timestamptz,
  waiting_since timestamptz,
  lease_token bigint not null default 0,
  lease_until timestamptz
);
create index fax_list on fax (account_id, mode, id desc);
create index fax_list_status on fax (account_id, mode, status, id desc);
create index fax_list_number on fax (account_id, mode, to_hash, id desc);
create index fax_tags on fax using gin (tags) where tags <> '{}';
create index fax_due on fax (mode, next_action_at) where next_action_at is not null;
create index fax_waiting on fax (to_slot, priority desc, id) where waiting_since is not null;
create index fax_lease on fax (lease_until) where lease_until is not null;

create table fax_source (
  fax_id text not null references fax on delete cascade,
  account_id text not null references account,
  position integer not null,
  document_id text not null references document,
  pages text[],
  primary key (fax_id, position)
);

create table attempt (
  id text primary key,
  account_id text not null references account,
  fax_id text not null references fax on delete cascade,
  number integer not null,
  line text not null,
  first_page integer not null,
  started_at timestamptz not null,
  connected_at timestamptz,
  ended_at timestamptz,
  disposition text,
  pages_confirmed integer not null default 0,
  data_exchanged text check (data_exchanged in ('none', 'some', 'unknown')),
  sip_status integer,
  q850_cause integer,
  t30_result text,
  bit_rate integer,
  ecm boolean,
  remote_id_sealed bytea,
  unique (fax_id, number)
);
create unique index attempt_open on attempt (fax_id) where ended_at is null;

create table attempt_journal (
  attempt_id text not null references attempt on delete cascade,
  account_id text not null references account,
  position integer generated always as identity,
  at timestamptz not null,
  kind text not null check (kind in ('dialing', 'connected', 'page_sending', 'final_page_sending', 'page_confirmed')),
  page integer,
  primary key (attempt_id, position)
);

create table destination_slot (
  slot bytea not null,
  place integer not null,
  fax_id text not null,
  lease_until timestamptz not null,
  primary key (slot, place)
);

create table event (
  position bigint generated always as identity primary key,
  -- The writing transaction: readers see only events that no running transaction can still precede.
  xid xid8 not null default pg_current_xact_id(),
  id text not null unique,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  type text not null,
  subject_id text,
  sequence integer not null,
  data jsonb not null,
  created_at timestamptz not null
);
create index event_list on event (account_id, mode, xid, position);
create unique index event_sequence on event (subject_id, sequence) where subject_id is not null;

create table webhook (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  dialect text not null check (dialect in ('ifax', 'native')),
  url_sealed bytea not null,
  event_types text[] not null,
  include_numbers boolean not null,
  secret_sealed bytea not null,
  previous_secret_sealed bytea,
  previous_secret_until timestamptz,
  basic_auth_sealed bytea,
  status text not null check (status in ('enabled', 'disabled')),
  disabled_reason text,
  description text,
  created_at timestamptz not null
);
create index webhook_account on webhook (account_id, mode, id);

create table webhook_delivery (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  webhook_id text not null references webhook on delete cascade,
  event_id text not null references event (id),
  status text not null check (status in ('pending', 'delivered', 'failed')),
  attempt_count integer not null default 0,
  next_attempt_at timestamptz,
  created_at timestamptz not null,
  ended_at timestamptz,
  replayed_at timestamptz,
  -- Attempts made before the last replay: the retry schedule starts anew after it.
  attempts_before integer not null default 0,
  lease_token bigint not null default 0,
  lease_until timestamptz,
  unique (webhook_id, event_id)
);
create index webhook_delivery_list on webhook_delivery (webhook_id, id desc);
create index webhook_delivery_due on webhook_delivery (mode, next_attempt_at) where next_attempt_at is not null;
create index webhook_delivery_waiting on webhook_delivery (webhook_id, next_attempt_at)
  where next_attempt_at is not null;
create index webhook_delivery_claimed on webhook_delivery (webhook_id) where lease_until is not null;

create table webhook_attempt (
  delivery_id text not null references webhook_delivery on delete cascade,
  account_id text not null references account,
  number integer not null,
  at timestamptz not null,
  duration_ms integer not null,
  response_status integer,
  error_code text,
  primary key (delivery_id, number)
);

create table idempotency_key (
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  key_hash bytea not null,
  request_hash bytea not null,
  state text not null check (state in ('in_flight', 'done')),
  response_status integer,
  response_sealed bytea,
  locked_until timestamptz not null,
  expires_at timestamptz not null,
  primary key (account_id, mode, key_hash)
);
create index idempotency_expiry on idempotency_key (expires_at);

create table audit_entry (
  position bigint generated always as identity primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  at timestamptz not null,
  actor_kind text not null,
  actor_id text not null,
  request_id text,
  action text not null,
  subject_id text,
  detail jsonb not null,
  parties_sealed bytea
);
create index audit_entry_subject on audit_entry (account_id, mode, subject_id, position);
create index audit_entry_list on audit_entry (account_id, mode, position);

-- The server's own role may add audit entries and read them, never change one. The trigger holds for the owner too.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit entries are append-only' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_entry_append_only before update or delete or truncate on audit_entry
  for each statement execute function refuse_change();

grant usage on schema public to answerback_app;
grant select, insert, update, delete on all tables in schema public to answerback_app;
grant usage on all sequences in schema public to answerback_app;
revoke update, delete, truncate on audit_entry from answerback_app;
revoke update, delete on event from answerback_app;
revoke update, delete on attempt_journal from answerback_app;
revoke delete on fax, attempt from answerback_app;
`
