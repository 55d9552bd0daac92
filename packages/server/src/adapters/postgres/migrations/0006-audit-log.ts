import { type Kysely, sql } from 'kysely'

/** The audit as a Merkle log (RFC 6962): leaves in the order of commits, signed checkpoints. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
-- The writing transaction: the log takes only entries that no running transaction can still precede. Entries that are there already
-- get the migration's own, and so become the first leaves, by position.
alter table audit_entry
  add column xid xid8 not null default pg_current_xact_id(),
  add column salt uuid not null default gen_random_uuid();
create index audit_entry_log on audit_entry (xid, position);

-- No foreign key to the entry, nor to the account: the log must outlive what it speaks of.
create table audit_leaf (
  index bigint primary key,
  position bigint not null unique,
  account_id text not null,
  mode text not null check (mode in ('test', 'live')),
  -- The leaf before it of the same account and mode.
  previous bigint,
  hash bytea not null check (octet_length(hash) = 32)
);
create index audit_leaf_owner on audit_leaf (account_id, mode, index desc);

-- Roots of complete subtrees of 256 leaves (level 8), 65,536 (16), …: enough to prove anything from a few hundred rows.
create table audit_subtree (
  level smallint not null,
  index bigint not null,
  hash bytea not null check (octet_length(hash) = 32),
  primary key (level, index)
);

-- One row: where the log ends. Entries up to (settled_xid, settled_position) are leaves.
create table audit_tree (
  sole boolean primary key default true check (sole),
  size bigint not null,
  frontier bytea[] not null,
  settled_xid xid8 not null,
  settled_position bigint not null
);
insert into audit_tree (size, frontier, settled_xid, settled_position) values (0, '{}', '0', 0);

create table audit_checkpoint (
  size bigint primary key,
  root bytea not null check (octet_length(root) = 32),
  note text not null,
  made_at timestamptz not null
);

-- One row: the log's Ed25519 key, its private half wrapped by the installation's master key.
create table audit_key (
  sole boolean primary key default true check (sole),
  public_key bytea not null check (octet_length(public_key) = 32),
  private_wrapped bytea not null,
  created_at timestamptz not null
);

create trigger audit_leaf_append_only before update or delete or truncate on audit_leaf
  for each statement execute function refuse_change();
create trigger audit_subtree_append_only before update or delete or truncate on audit_subtree
  for each statement execute function refuse_change();
create trigger audit_checkpoint_append_only before update or delete or truncate on audit_checkpoint
  for each statement execute function refuse_change();
create trigger audit_key_append_only before update or delete or truncate on audit_key
  for each statement execute function refuse_change();

grant select, insert on audit_leaf, audit_subtree, audit_checkpoint, audit_key to answerback_app;
grant select, update on audit_tree to answerback_app;
`
