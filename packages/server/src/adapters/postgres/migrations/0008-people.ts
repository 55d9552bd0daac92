import { type Kysely, sql } from 'kysely'

/** People: who they are, what they are in which account, how they sign in, and what they did in an emergency. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
-- A person belongs to no account: what they are in one is a member row of it.
create table person (
  id text primary key,
  -- In lower case. Staff's own address, which is the name they sign in with.
  email text not null unique check (email = lower(email)),
  name text not null,
  status text not null check (status in ('active', 'disabled')),
  password_hash text,
  -- Wrapped by the master key; it counts once a code of it was seen.
  totp_wrapped bytea,
  totp_confirmed_at timestamptz,
  -- Each code works once: the step of the last one.
  totp_step bigint not null default 0,
  created_at timestamptz not null,
  disabled_at timestamptz
);

create table member (
  account_id text not null references account,
  person_id text not null references person,
  role text not null check (role in ('owner', 'admin', 'developer', 'clinician', 'front_desk', 'auditor')),
  -- Null: all.
  departments text[],
  modes text[] not null check (modes <@ '{test,live}' and cardinality(modes) > 0),
  status text not null check (status in ('active', 'disabled')),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (account_id, person_id)
);
create index member_person on member (person_id);

create table invitation (
  id text primary key,
  account_id text not null references account,
  email text not null,
  role text not null check (role in ('owner', 'admin', 'developer', 'clinician', 'front_desk', 'auditor')),
  departments text[],
  modes text[] not null check (modes <@ '{test,live}' and cardinality(modes) > 0),
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  invited_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz
);
create index invitation_list on invitation (account_id, id desc);

create table session (
  id text primary key,
  person_id text not null references person,
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  state text not null check (state in ('pending', 'active')),
  method text not null,
  address text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  second_factor_at timestamptz,
  ended_at timestamptz,
  end_reason text
);
create index session_person on session (person_id, created_at desc) where ended_at is null;

create table passkey (
  id text primary key,
  person_id text not null references person,
  credential_id bytea not null unique,
  public_key bytea not null,
  sign_count bigint not null,
  transports text[] not null,
  name text not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkey_person on passkey (person_id);

create table backup_code (
  person_id text not null references person,
  hash bytea not null,
  used_at timestamptz,
  primary key (person_id, hash)
);

-- A challenge or a state that was given out, by its hash; deleted when it is used.
create table ceremony (
  hash bytea primary key check (octet_length(hash) = 32),
  kind text not null,
  person_id text references person,
  expires_at timestamptz not null
);
create index ceremony_expired on ceremony (expires_at);

-- Guesses by a keyed hash of who is guessed at or who guesses.
create table guess (
  subject bytea primary key check (octet_length(subject) = 32),
  count integer not null,
  since timestamptz not null
);
create index guess_old on guess (since);

-- Somebody an identity provider vouches for.
create table federated_identity (
  issuer text not null,
  subject text not null,
  person_id text not null references person,
  created_at timestamptz not null,
  primary key (issuer, subject)
);

create table break_glass (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  person_id text not null references person,
  session_id text not null references session,
  reason_sealed bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  reviewed_at timestamptz,
  reviewed_by text,
  outcome text check (outcome in ('justified', 'not_justified')),
  note_sealed bytea,
  -- Null once every owner was told.
  notify_at timestamptz,
  notify_count integer not null default 0,
  check ((reviewed_at is null) = (outcome is null))
);
create index break_glass_list on break_glass (account_id, mode, id desc);
create index break_glass_person on break_glass (person_id, expires_at);
create index break_glass_notify on break_glass (notify_at) where notify_at is not null;

alter table api_key
  -- Addresses and CIDR blocks the key works from; null: any.
  add column allowed_addresses text[],
  -- Who made it: a person, a key or the installation.
  add column made_by text;
create index api_key_made_by on api_key (made_by) where made_by is not null;

grant select, insert, update on person, member, invitation, session, break_glass to answerback_app;
grant select, insert, update, delete on passkey, backup_code, ceremony, guess, federated_identity to answerback_app;
`
