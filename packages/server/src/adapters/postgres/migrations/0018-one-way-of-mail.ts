import { type Kysely, sql } from 'kysely'

/** What a sweep tells the owners of an account goes the way of the notices about faxes: a row for each addressee, and a job that sends it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
alter table notice
  alter column received_fax_id drop not null,
  alter column mailbox_id drop not null,
  alter column to_sealed drop not null,
  alter column to_hash drop not null,
  add column break_glass_id text references break_glass,
  add column associate_id text references associate,
  -- An owner, whose address is looked up when the mail leaves. With no address either: whoever answers for the associate.
  add column person_id text references person,
  drop constraint notice_kind_check,
  drop constraint notice_status_check,
  drop constraint notice_received_fax_id_kind_occasion_to_hash_key;
alter table notice
  add constraint notice_kind_check check (case kind
    when 'arrived' then received_fax_id is not null
    when 'escalated' then received_fax_id is not null
    when 'break_glass_used' then break_glass_id is not null and person_id is not null
    when 'break_glass_unreviewed' then break_glass_id is not null and person_id is not null
    when 'associate_expiring' then associate_id is not null
    else false end),
  add constraint notice_status_check check (status in ('pending', 'sent', 'failed', 'dropped')),
  add check (num_nonnulls(received_fax_id, break_glass_id, associate_id) = 1),
  -- A fax lies in a mailbox and is told to an address; the rest is of the account.
  add check (num_nonnulls(received_fax_id, mailbox_id, to_sealed, to_hash) in (0, 4)),
  add check (person_id is null or to_sealed is null),
  -- Nobody is told the same thing twice, whichever rules and mailboxes name them.
  add constraint notice_once unique nulls not distinct
    (received_fax_id, break_glass_id, associate_id, kind, occasion, to_hash, person_id);

-- What was due to be mailed still is, to those it had not reached. A mail about emergency access was given up after a day.
insert into notice (id, account_id, mode, break_glass_id, kind, occasion, person_id, status, next_attempt_at, created_at)
select 'ntc_0' || left(md5(held.id || owner.person_id), 25), held.account_id, held.mode, held.id,
  case held.alarms when 0 then 'break_glass_used' else 'break_glass_unreviewed' end,
  case held.alarms when 0 then '' else held.alarms::text end,
  owner.person_id, 'pending', now(), now()
from break_glass held join member owner on owner.account_id = held.account_id
where owner.role = 'owner' and owner.status = 'active' and not owner.person_id = any(held.notified)
  and held.notify_at is not null and coalesce(held.alarmed_at, held.created_at) > now() - interval '1 day';

-- Of an associate a look that follows within a quarter of an hour was one for a mail that had failed: the others follow within hours.
insert into notice (id, account_id, mode, associate_id, kind, occasion, person_id, status, next_attempt_at, created_at)
select 'ntc_0' || left(md5(held.id || coalesce(addressee.person_id, '')), 25), held.account_id, held.mode, held.id,
  'associate_expiring', held.told, addressee.person_id, 'pending', now(), now()
from associate held
  cross join lateral (
    select null as person_id
    union all
    select person_id from member
    where account_id = held.account_id and role = 'owner' and status = 'active'
  ) addressee
where held.told is not null and held.told is distinct from held.mailed
  and held.ended_at is null and held.next_look_at <= now() + interval '15 minutes'
  and not coalesce(addressee.person_id, 'contact') = any(held.mailed_to);

alter table break_glass drop column notify_at, drop column notify_count, drop column notified;
alter table associate drop column mailed, drop column mailed_to;
`
