import { type Kysely, sql } from 'kysely'

/** Routing that knows what it did, mailboxes that can be given up, and notices to staff by email. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
-- What routing made of a fax. As long as the fax is still that, no person has touched it, and a later pass may move it.
alter table received_fax
  add column routed_mailbox_id text,
  add column routed_assignee text,
  add column routed_mark text check (routed_mark in ('new', 'spam')),
  add column routed_priority text;

-- A refusal stays on record when its rule is deleted.
alter table blocked_call alter column route_id drop not null;
alter table blocked_call drop constraint blocked_call_route_id_fkey;
alter table blocked_call add constraint blocked_call_route_id_fkey
  foreign key (route_id) references inbound_route on delete set null;

create table notice (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  received_fax_id text not null references received_fax,
  mailbox_id text not null references mailbox,
  kind text not null check (kind in ('arrived', 'escalated')),
  -- A fax put back among the new ones may be escalated again: the due time that passed. Empty for an arrival.
  occasion text not null,
  -- One address each, so that one that is refused keeps none of the others from being told.
  to_sealed bytea not null,
  to_hash bytea not null,
  status text not null check (status in ('pending', 'sent', 'failed')),
  attempt_count integer not null default 0,
  error text,
  next_attempt_at timestamptz,
  -- Fencing token: rises with every claim.
  lease_token bigint not null default 0,
  lease_until timestamptz,
  created_at timestamptz not null,
  ended_at timestamptz,
  check ((status = 'pending') = (ended_at is null)),
  -- Nobody is told the same thing of a fax twice, whichever rules and mailboxes name the address.
  unique (received_fax_id, kind, occasion, to_hash)
);
create index notice_list on notice (account_id, mode, mailbox_id, id desc);
create index notice_failed on notice (account_id, mode, id desc) where status = 'failed';
create index notice_due on notice (next_attempt_at) where status = 'pending';

-- To hand over what lies in a mailbox that is given up.
create index phone_number_mailbox on phone_number (mailbox_id) where mailbox_id is not null;

grant delete on mailbox to answerback_app;
grant select, insert, update on notice to answerback_app;
`
