import { type Kysely, sql } from 'kysely'

/** How long things are kept, what may not be destroyed, what was destroyed, and which key wraps what. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
-- A document whose key and blob are destroyed keeps its row, so that what names it still says so. Its wrapped key is empty then.
alter table document
  add column destroyed_at timestamptz,
  add column key_version integer generated always as (case
    when octet_length(wrapped_key) = 0 then 0
    when get_byte(wrapped_key, 0) = 2 then get_byte(wrapped_key, 1) * 256 + get_byte(wrapped_key, 2)
    else 1 end) stored;
-- What is still wrapped by an older key of its account.
create index document_key on document (account_id, key_version, id) where destroyed_at is null;

-- kept_from: it was held when it was due, and counts as one that ended then, so that a sweep does not look at all that is held each time.
alter table fax
  add column content_deleted_at timestamptz,
  add column shredded_at timestamptz,
  add column kept_from timestamptz;
create index fax_content_due on fax (account_id, mode, (coalesce(kept_from, ended_at)))
  where ended_at is not null and content_deleted_at is null;
create index fax_metadata_due on fax (account_id, mode, (coalesce(kept_from, ended_at)))
  where ended_at is not null and shredded_at is null;
create index fax_source_document on fax_source (document_id);
create index fax_pages_document on fax (pages_document_id) where pages_document_id is not null;

alter table received_fax
  add column content_deleted_at timestamptz,
  add column shredded_at timestamptz,
  add column kept_from timestamptz;
create index received_fax_content_due on received_fax (account_id, mode, (coalesce(kept_from, ended_at)))
  where ended_at is not null and content_deleted_at is null;
create index received_fax_text_due on received_fax (account_id, mode, (coalesce(kept_from, ended_at)))
  where text_document_id is not null;
create index received_fax_metadata_due on received_fax (account_id, mode, (coalesce(kept_from, ended_at)))
  where ended_at is not null and shredded_at is null;

create table retention_policy (
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  rules jsonb not null,
  changed_at timestamptz not null,
  primary key (account_id, mode)
);

create table legal_hold (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  kind text not null check (kind in ('account', 'mailbox', 'fax', 'number', 'patient')),
  -- Id of the mailbox or the fax; a number or a patient is sealed.
  target_id text check ((kind in ('mailbox', 'fax')) = (target_id is not null)),
  target_sealed bytea check ((kind in ('number', 'patient')) = (target_sealed is not null)),
  reason_sealed bytea not null,
  created_at timestamptz not null,
  created_by text not null,
  released_at timestamptz,
  released_by text,
  check ((released_at is null) = (released_by is null))
);
create index legal_hold_list on legal_hold (account_id, mode, id desc);
create index legal_hold_active on legal_hold (account_id, mode, kind, target_id) where released_at is null;

-- Faxes that a hold goes on holding though they were moved or linked elsewhere since.
create table held_fax (
  hold_id text not null references legal_hold,
  subject_id text not null,
  account_id text not null references account,
  primary key (hold_id, subject_id)
);

create function keep_hold_of_mailbox() returns trigger language plpgsql as $$
begin
  insert into held_fax (hold_id, subject_id, account_id)
  select id, old.id, old.account_id from legal_hold
  where account_id = old.account_id and mode = old.mode and kind = 'mailbox' and target_id = old.mailbox_id and released_at is null
  on conflict do nothing;
  return null;
end
$$;
create trigger received_fax_leaves_mailbox after update of mailbox_id on received_fax for each row
  when (old.mailbox_id <> new.mailbox_id) execute function keep_hold_of_mailbox();

create table destruction_certificate (
  id text primary key,
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  made_at timestamptz not null,
  reason text not null check (reason in ('request', 'patient', 'retention')),
  fax_count integer not null,
  document_count integer not null,
  -- The statement, and its signature by the key of the audit log.
  note text not null
);
create index destruction_certificate_list on destruction_certificate (account_id, mode, id desc);
create trigger destruction_certificate_append_only before update or delete or truncate on destruction_certificate
  for each statement execute function refuse_change();

-- Blobs whose keys are destroyed already and that are not deleted yet.
create table doomed_blob (
  blob_key text primary key,
  account_id text not null references account
);

-- Which master key wraps the account's key; null: not noted yet.
alter table account
  add column wrapped_by text,
  -- Where a new version of the account's key stands: when it was made, and since when it wraps.
  add column key_rotated_at timestamptz;
create index account_wrapped_by on account (wrapped_by);

-- One row: the installation's hash key where no key file holds it, wrapped by the master key.
create table installation_key (
  sole boolean primary key default true check (sole),
  wrapped bytea not null,
  created_at timestamptz not null
);

-- The log's private key may be wrapped anew; its public key never changes.
drop trigger audit_key_append_only on audit_key;
create function keep_audit_key() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.public_key = new.public_key and old.created_at = new.created_at then return new; end if;
  raise exception 'the key of the audit log is never replaced' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_key_kept before update or delete on audit_key for each row execute function keep_audit_key();
create trigger audit_key_not_emptied before truncate on audit_key for each statement execute function refuse_change();

update api_key
set scopes = scopes || array['faxes:shred', 'retention:manage', 'keyring:rotate']
where scopes @> array['faxes:write', 'faxes:read', 'faxes:content', 'webhooks:manage', 'events:read', 'audit:read',
  'keys:manage', 'test:control', 'trunks:read', 'trunks:write', 'inbound:read', 'inbound:content', 'inbound:write',
  'numbers:read', 'numbers:write'];

grant select, insert, update on retention_policy, legal_hold, installation_key to answerback_app;
grant select, insert on held_fax, destruction_certificate to answerback_app;
grant select, insert, delete on doomed_blob to answerback_app;
grant update (private_wrapped) on audit_key to answerback_app;
grant delete on received_note to answerback_app;
`
