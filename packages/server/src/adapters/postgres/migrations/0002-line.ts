import { type Kysely, sql } from 'kysely'

/**
 * The SIP line: trunks, what was learnt about them, the evidence a call leaves, and faxes that were received.
 *
 * `trunk_call` and `trunk_pace` are nobody's, as `destination_slot` is: they hold ids and times alone.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
create table trunk (
  id text primary key,
  account_id text not null references account,
  -- A test key never leaves the sandbox, so there is nothing a test trunk could be.
  mode text not null check (mode = 'live'),
  settings jsonb not null,
  secret_sealed bytea,
  media_protection text check (media_protection in ('none', 'vpn', 'private_interconnect')),
  acknowledged_at timestamptz,
  acknowledged_by text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (num_nulls(media_protection, acknowledged_at, acknowledged_by) in (0, 3))
);
create index trunk_account on trunk (account_id, mode, id);

create table trunk_call (
  trunk_id text not null,
  place integer not null,
  fax_id text not null,
  lease_until timestamptz not null,
  primary key (trunk_id, place)
);
create index trunk_call_fax on trunk_call (fax_id);

create table trunk_pace (
  trunk_id text primary key,
  next_call_at timestamptz not null
);

create table route_memory (
  account_id text not null references account,
  number_hash bytea not null,
  trunk_id text not null references trunk on delete cascade,
  succeeded_at timestamptz,
  failed_at timestamptz,
  failure text,
  t38_refused_at timestamptz,
  t38_mode text check (t38_mode in ('offer', 'wait')),
  ecm boolean,
  bit_rate integer,
  primary key (account_id, number_hash, trunk_id)
);
create index route_memory_trunk on route_memory (trunk_id);

-- An ended attempt outlives its trunk, so the id is no foreign key.
alter table attempt
  add column trunk_id text,
  add column failed_over boolean not null default false,
  add column remote_nsf_sealed bytea,
  add column answered_after_ms integer,
  add column timeline_sealed bytea;

alter table fax add column waiting_trunks text[];
create index fax_waiting_trunks on fax using gin (waiting_trunks) where waiting_trunks is not null;

alter table document drop constraint document_purpose_check;
alter table document add constraint document_purpose_check check (purpose in ('source', 'pages', 'received'));

create sequence received_transaction_id as bigint start 5000001;

-- Numbered by the same sequence as faxes sent: an iFax client has one kind of jobId.
create table received_fax (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  job_id bigint not null unique default nextval('fax_job_id'),
  transaction_id bigint not null unique default nextval('received_transaction_id'),
  status text not null check (status in ('receiving', 'received', 'partially_received', 'failed')),
  sequence integer not null default 0,
  line text not null,
  trunk_id text,
  to_sealed bytea not null,
  to_hash bytea not null,
  from_sealed bytea,
  from_hash bytea,
  page_count integer not null default 0,
  bad_rows integer not null default 0,
  disposition text,
  code text,
  message text,
  sip_status integer,
  q850_cause integer,
  t30_result text,
  bit_rate integer,
  ecm boolean,
  remote_id_sealed bytea,
  remote_nsf_sealed bytea,
  timeline_sealed bytea,
  started_at timestamptz not null,
  ended_at timestamptz,
  lease_until timestamptz
);
create index received_fax_list on received_fax (account_id, mode, id desc);
create index received_fax_list_number on received_fax (account_id, mode, to_hash, id desc);
create index received_fax_lease on received_fax (lease_until) where lease_until is not null;

create table received_page (
  received_fax_id text not null references received_fax on delete cascade,
  account_id text not null references account,
  number integer not null,
  document_id text not null references document,
  width integer not null,
  rows integer not null,
  resolution text not null check (resolution in ('standard', 'fine', 'superfine')),
  bad_rows integer not null,
  quality text not null check (quality in ('clean', 'usable', 'poor')),
  received_at timestamptz not null,
  primary key (received_fax_id, number)
);
create index received_page_document on received_page (document_id);

-- A key that may do everything there was may do everything there is now; nobody could grant it otherwise.
update api_key
set scopes = scopes || array['trunks:read', 'trunks:write', 'inbound:read', 'inbound:content']
where scopes @> array['faxes:write', 'faxes:read', 'faxes:content', 'webhooks:manage', 'events:read', 'audit:read',
  'keys:manage', 'test:control'];

grant select, insert, update, delete on trunk, trunk_call, trunk_pace, route_memory to answerback_app;
grant select, insert, update on received_fax to answerback_app;
grant select, insert on received_page to answerback_app;
grant usage on sequence received_transaction_id to answerback_app;
`
