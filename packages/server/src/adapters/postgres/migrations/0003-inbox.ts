import { type Kysely, sql } from 'kysely'

/**
 * The inbox: numbers, mailboxes, routing rules, and what people do with a fax that came in.
 *
 * A received fax lies in exactly one mailbox from the moment the call is answered, and a mailbox has an owner, so nothing is unowned.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
create table mailbox (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  is_default boolean not null,
  name text not null,
  department text,
  -- Who answers for what lies here: ids or addresses of the customer's own people.
  owner text not null,
  escalate_to text,
  urgent_minutes integer not null check (urgent_minutes > 0),
  normal_minutes integer not null check (normal_minutes > 0),
  -- Addresses of staff that are told by email that a fax came; sealed JSON.
  notify_sealed bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index mailbox_default on mailbox (account_id, mode) where is_default;
create index mailbox_account on mailbox (account_id, mode, id);

create sequence phone_number_id as bigint start 70001;
-- iFax's orderId is a string of digits above 2^53; ours keeps the shape.
create sequence phone_number_order as bigint start 9100000000000000001;

-- The account's own numbers, in the clear: they are on its letterhead.
create table phone_number (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  number_id bigint not null unique default nextval('phone_number_id'),
  order_id text not null unique default nextval('phone_number_order')::text,
  number text not null,
  carrier text not null check (carrier in ('sandbox', 'sip', 'ifax')),
  -- How the carrier names it; null when by the number itself.
  carrier_ref jsonb,
  trunk_id text,
  mailbox_id text references mailbox,
  settings jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  released_at timestamptz
);
create unique index phone_number_owned on phone_number (account_id, mode, number) where released_at is null;
create index phone_number_list on phone_number (account_id, mode, id);
-- Orders whose outcome is not stored yet stand in place of the reference.
create index phone_number_ordering on phone_number ((carrier_ref #>> '{ordering,since}'))
  where released_at is null and carrier_ref -> 'ordering' is not null;

create table inbound_route (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  position integer not null,
  name text not null,
  enabled boolean not null,
  -- null: for calls to every number
  number_id text references phone_number,
  -- Callers' numbers and names stand in them; sealed JSON.
  conditions_sealed bytea not null,
  actions jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index inbound_route_account on inbound_route (account_id, mode, position, id);

-- Calls refused for their caller, told by count and time only.
create table blocked_call (
  route_id text not null references inbound_route on delete cascade,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  id text primary key,
  number_id text,
  reason text not null,
  from_sealed bytea,
  at timestamptz not null
);
create index blocked_call_list on blocked_call (account_id, mode, id desc);

alter table webhook add column number_ids text[];

alter table document drop constraint document_purpose_check;
alter table document add constraint document_purpose_check
  check (purpose in ('source', 'pages', 'received', 'text'));

alter table received_fax
  add column number_id text references phone_number,
  add column mailbox_id text references mailbox,
  add column origin text not null default 'call' check (origin in ('call', 'split', 'merge')),
  -- The faxes whose pages these are, when they were split or merged.
  add column origin_ids text[] not null default '{}',
  add column assignee text,
  add column mark text not null default 'new' check (mark in ('new', 'in_review', 'done', 'spam')),
  add column marked_at timestamptz,
  add column spam_reason text,
  add column priority text not null default 'normal' check (priority in ('normal', 'urgent')),
  -- When somebody must have taken it up; null once somebody has.
  add column due_at timestamptz,
  add column escalated_at timestamptz,
  add column route_id text,
  -- Keyed hash over its pages: equal for the same fax sent twice.
  add column content_hash bytea,
  add column duplicate_of text references received_fax,
  -- The fax it answers, known by the code on its cover sheet.
  add column reply_to text references fax,
  add column patient_sealed bytea,
  add column examined_at timestamptz,
  add column text_state text not null default 'none' check (text_state in ('none', 'waiting', 'ready', 'failed')),
  add column text_document_id text references document;

insert into mailbox (id, account_id, mode, is_default, name, owner, urgent_minutes, normal_minutes, created_at, updated_at)
select 'mbx_' || substr(md5(account_id || mode || random()::text), 1, 26), account_id, mode, true, 'Inbox', 'admin', 60, 1440,
  now(), now()
from (select distinct account_id, mode from received_fax) held;
update received_fax set mailbox_id = mailbox.id, examined_at = coalesce(ended_at, started_at)
from mailbox where mailbox.account_id = received_fax.account_id and mailbox.mode = received_fax.mode;
alter table received_fax alter column mailbox_id set not null;

create index received_fax_mailbox on received_fax (account_id, mode, mailbox_id, mark, id desc);
create index received_fax_mark on received_fax (account_id, mode, mark, id desc);
create index received_fax_assignee on received_fax (account_id, mode, assignee, id desc) where assignee is not null;
create index received_fax_number on received_fax (account_id, mode, number_id, started_at desc, id desc);
create index received_fax_started on received_fax (account_id, mode, started_at desc, id desc);
create index received_fax_whole on received_fax (account_id, mode, ended_at desc, id desc) where ended_at is not null and page_count > 0;
create index received_fax_content on received_fax (account_id, mode, content_hash, id) where content_hash is not null;
create index received_fax_due on received_fax (due_at) where due_at is not null and escalated_at is null;
create index received_fax_unexamined on received_fax (ended_at) where examined_at is null and ended_at is not null;
create index received_fax_text_waiting on received_fax (ended_at) where text_state = 'waiting';

alter table received_page
  add column rotation smallint not null default 0 check (rotation in (0, 90, 180, 270)),
  -- What stood in its barcodes; sealed JSON.
  add column barcodes_sealed bytea;

create table received_note (
  id text primary key,
  account_id text not null references account,
  received_fax_id text not null references received_fax,
  author text not null,
  text_sealed bytea not null,
  created_at timestamptz not null
);
create index received_note_fax on received_note (received_fax_id, id);

-- Full-text search: keyed hashes of the words read on a fax's pages, 32 bits each.
create table received_words (
  received_fax_id text primary key references received_fax,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  words integer[] not null
);
-- What is new goes into the index at once, not into a list that every search would read first.
create index received_words_words on received_words using gin (words) with (fastupdate = off);

update api_key
set scopes = scopes || array['inbound:write', 'numbers:read', 'numbers:write']
where scopes @> array['faxes:write', 'faxes:read', 'faxes:content', 'webhooks:manage', 'events:read', 'audit:read',
  'keys:manage', 'test:control', 'trunks:read', 'trunks:write', 'inbound:read', 'inbound:content'];

grant select, insert, update on mailbox, phone_number to answerback_app;
grant select, insert, update, delete on inbound_route, received_words to answerback_app;
grant select, insert on received_note, blocked_call to answerback_app;
grant update on received_page to answerback_app;
grant usage on sequence phone_number_id, phone_number_order to answerback_app;

-- Posts of the iFax dialect as a form with the pages as a file, for receivers of old.
alter table webhook add column multipart boolean not null default false;

-- What the inbox is listed by, each in the order of the list: whatever share of the faxes a filter lets through, and wherever in the
-- years they lie, the first page is walked and nothing sorted.
create index received_fax_list_caller on received_fax (account_id, mode, from_hash, id desc) where from_hash is not null;
create index received_fax_list_status on received_fax (account_id, mode, status, id desc);
create index received_fax_list_mailbox on received_fax (account_id, mode, mailbox_id, id desc);
create index received_fax_list_number_id on received_fax (account_id, mode, number_id, id desc) where number_id is not null;
create index received_fax_list_unassigned on received_fax (account_id, mode, id desc) where assignee is null;
create index received_fax_list_urgent on received_fax (account_id, mode, id desc) where priority = 'urgent';
create index received_fax_list_due on received_fax (account_id, mode, id desc) where due_at is not null;
create index received_fax_list_replies on received_fax (account_id, mode, id desc) where reply_to is not null;
create index received_fax_list_duplicates on received_fax (account_id, mode, id desc) where duplicate_of is not null;
create index received_fax_origin on received_fax using gin (origin_ids) where origin <> 'call';
`
