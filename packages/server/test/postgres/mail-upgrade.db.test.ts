import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { migrate } from '../../src/adapters/database/migrate.ts'
import { testDatabase } from '../support/database.ts'
import { MIGRATIONS } from '../support/test-server.ts'

const database = await testDatabase({ migrated: false })
const owner = new pg.Pool({ ...database.owner, max: 1 })
after(() => owner.end())

test('mails that waited when the server was upgraded still leave, to those alone who had not had theirs', async () => {
  await migrate(database, MIGRATIONS, { upTo: 17 })
  await owner.query(`
    insert into account (id, name, wrapped_key, created_at) values ('acc_1', 'Zebra', '', now());
    insert into person (id, email, name, status, totp_step, created_at)
      select 'usr_' || each, each || '@clinic.example', 'Test Person', 'active', 0, now() from unnest(array['a', 'b', 'desk']) each;
    insert into member (account_id, person_id, role, modes, status, created_at, changed_at)
      select 'acc_1', 'usr_' || each, case each when 'desk' then 'front_desk' else 'owner' end, '{live}', 'active', now(), now()
      from unnest(array['a', 'b', 'desk']) each;
    insert into session (id, token_hash, person_id, state, method, address, created_at, last_seen_at)
      values ('ses_1', sha256('1'), 'usr_desk', 'active', 'password', '', now(), now());
    insert into break_glass (id, account_id, mode, person_id, session_id, reason_sealed, created_at, expires_at, notify_at, notified, alarmed_at, alarms)
      values ('brk_used', 'acc_1', 'live', 'usr_desk', 'ses_1', '', now(), now(), now(), '{usr_a}', null, 0),
        ('brk_late', 'acc_1', 'live', 'usr_desk', 'ses_1', '', now() - interval '9 days', now(), now(), '{}', now(), 2),
        ('brk_told', 'acc_1', 'live', 'usr_desk', 'ses_1', '', now(), now(), null, '{usr_a,usr_b}', null, 0),
        ('brk_old', 'acc_1', 'live', 'usr_desk', 'ses_1', '', now() - interval '9 days', now(), now(), '{}', null, 0);
    insert into associate (id, account_id, mode, name, kind, contact, trunk_ids, provider_ids, webhook_hosts, systems, told, mailed, mailed_to,
        next_look_at, created_at, updated_at)
      select id, 'acc_1', 'live', 'Example Telecom', 'carrier', 'privacy@clinic.example', '{}', '{}', '{}', '{}', '2026-03-01/7', mailed, had,
        now() + next, now(), now()
      from (values ('asc_failed', null, array['usr_a'], interval '10 minutes'), ('asc_told', '2026-03-01/7', array['usr_a', 'usr_b', 'contact'],
        interval '10 minutes'), ('asc_never', null, array[]::text[], interval '5 hours')) each (id, mailed, had, next);
  `)
  assert.deepEqual(await migrate(database, MIGRATIONS, { upTo: 18 }), ['0018-one-way-of-mail'])
  const { rows } = await owner.query(`
    select id, kind, coalesce(break_glass_id, associate_id) as subject, occasion, person_id as person, status, next_attempt_at <= now() as due
    from notice order by subject, person`)
  assert.deepEqual(
    rows.map(({ kind, subject, occasion, person, status, due }) => [
      kind,
      subject,
      occasion,
      person,
      status,
      due,
    ]),
    [
      ['associate_expiring', 'asc_failed', '2026-03-01/7', 'usr_b', 'pending', true],
      ['associate_expiring', 'asc_failed', '2026-03-01/7', null, 'pending', true],
      ['break_glass_unreviewed', 'brk_late', '2', 'usr_a', 'pending', true],
      ['break_glass_unreviewed', 'brk_late', '2', 'usr_b', 'pending', true],
      ['break_glass_used', 'brk_used', '', 'usr_b', 'pending', true],
    ],
  )
  for (const { id } of rows) assert.match(id, /^ntc_[0-9a-hjkmnp-tv-z]{26}$/)
})
