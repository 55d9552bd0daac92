import type { Settings } from './configured-server.ts'
import {
  ago,
  agreement,
  certificate,
  type Deed,
  deletedEntry,
  fence,
  futureCheckpoint,
  heldFax,
  key,
  keysInData,
  looseContract,
  mode,
  moved,
  noCheckpointFile,
  noRetention,
  OWN,
  otherCheckpoint,
  otherKey,
  planted,
  policy,
  provider,
  saved,
  sql,
  stalledLog,
  status,
  stuckPost,
  superuser,
  toothless,
  trunkPort,
  unknownFax,
  webhookInTheClear,
} from './deeds.ts'

/** What an operator, a neighbour on the machine, or an intruder does to a server that runs, and the one line it turns red. */
export const DEEDS: readonly (readonly [line: string, what: string, deed: Deed])[] = [
  ['transport.certificate', 'a certificate that has ended', certificate(-90, -1)],
  ['transport.certificate', 'a certificate that ends this week', certificate(-84, 6)],
  ['transport.certificate', 'a certificate for another host', certificate(-1, 89, 'DNS:fax.clinic.example')],
  ['database.fence', 'a table whose policies are off', sql(fence('fax', 'disable'), fence('fax', 'enable'))],
  [
    'database.fence',
    'a policy that lets everybody through',
    sql('create policy wide on webhook to answerback_app using (true)', 'drop policy wide on webhook'),
  ],
  [
    'database.fence',
    'a policy that forgets the mode',
    sql(policy('document', `current_setting('answerback.account', true) = account_id`), policy('document')),
  ],
  [
    'database.fence',
    'a policy that is gone',
    sql(
      'drop policy tenant on recipient',
      `create policy tenant on recipient to answerback_app using (${OWN}) with check (${OWN})`,
    ),
  ],
  [
    'database.role',
    'a role that owns a table',
    sql('alter table incident owner to answerback_app', 'alter table incident owner to current_user'),
  ],
  ['database.role', 'a superuser in DATABASE_URL', superuser],
  [
    'database.schema',
    'a newer version on the same database',
    sql(
      `insert into schema_migration values (9999, '9999-zebra', 'x')`,
      'delete from schema_migration where number = 9999',
    ),
  ],
  [
    'database.schema',
    'a migration that was edited',
    sql(
      `update schema_migration set checksum = 'x' || checksum where number = 3`,
      `update schema_migration set checksum = substr(checksum, 2) where number = 3`,
    ),
  ],
  ['keys.apart', 'a key folder that is a link into the data', keysInData],
  ['keys.opens', 'a key file that is gone', moved('keys/master.json')],
  ['keys.opens', 'the key file of another installation', otherKey],
  ['keys.modes', 'a key file that everybody reads', mode('keys/master.json', 0o644, 0o600)],
  ['keys.modes', 'a key folder that others enter', mode('keys', 0o711, 0o700)],
  ['files.data', 'a data folder that others enter', mode('data', 0o755, 0o700)],
  ['files.secrets', 'a configuration that everybody reads', mode('config.json', 0o644, 0o600)],
  ['files.secrets', 'the key of a certificate that everybody reads', mode('key.pem', 0o644, 0o600)],
  ['files.credentials', 'keys in clear text', planted('data/credentials.json', '{}')],
  [
    'people.second_factor',
    'an owner without a second factor',
    sql('update person set totp_confirmed_at = null', 'update person set totp_confirmed_at = now()'),
  ],
  [
    'people.owner',
    'an account whose owner is gone',
    sql(`update member set status = 'disabled'`, `update member set status = 'active'`),
  ],
  [
    'people.used',
    'a person who has not come for months',
    sql(`update member set created_at = now() - interval '91 days'`, 'update member set created_at = now()'),
  ],
  [
    'people.break_glass',
    'emergency access that nobody reviewed',
    sql(
      `insert into break_glass (id, account_id, mode, person_id, session_id, reason_sealed, created_at, expires_at)
       select 'bgl_zebra', id, 'live', 'usr_zebra', 'ses_zebra', '', now() - interval '4 days', now() from account`,
      `delete from break_glass where id = 'bgl_zebra'`,
    ),
  ],
  ['api_keys.expiry', 'a live key without an end', key('expires_at = null')],
  ['api_keys.expiry', 'a live key for ten years', key(`expires_at = now() + interval '10 years'`)],
  [
    'api_keys.used',
    'a live key that nobody uses',
    key(`created_at = now() - interval '91 days', last_used_at = null`),
  ],
  [
    'associates.trunks',
    'a carrier whose agreement has ended',
    sql(agreement('trunk_ids', -1), agreement('trunk_ids', null)),
  ],
  [
    'associates.webhooks',
    'a receiver whose agreement has ended',
    sql(agreement('webhook_hosts', -1), agreement('webhook_hosts', null)),
  ],
  ['associates.providers', 'a provider without an agreement', provider],
  [
    'associates.ending',
    'an agreement that ends in a week',
    sql(agreement('trunk_ids', 7), agreement('trunk_ids', null)),
  ],
  [
    'associates.ending',
    'an agreement that has ended, with whom nothing goes to',
    sql(agreement('systems', -1), agreement('systems', null)),
  ],
  ['associates.contracts', 'a contract with open clauses, and no document', looseContract],
  [
    'trunks.acknowledged',
    'a trunk whose media nobody spoke for',
    sql(
      'update trunk set media_protection = null, acknowledged_at = null, acknowledged_by = null',
      `update trunk set media_protection = 'vpn', acknowledged_at = now(), acknowledged_by = 'zebra'`,
    ),
  ],
  ['trunks.working', 'a trunk to a port where no carrier is', trunkPort],
  ['webhooks.https', 'a webhook in the clear', webhookInTheClear],
  [
    'webhooks.signed',
    'a webhook whose secret was replaced in the database',
    saved('webhook', 'secret_sealed', `'\\x00'`),
  ],
  [
    'webhooks.signed',
    'a webhook whose address was replaced in the database',
    saved('webhook', 'url_sealed', `'\\x00'`),
  ],
  [
    'webhooks.alive',
    'a webhook that its receiver gave up',
    sql(
      `update webhook set status = 'disabled', disabled_reason = 'gone'`,
      `update webhook set status = 'enabled', disabled_reason = null`,
    ),
  ],
  [
    'audit.intact',
    'an entry that was changed by whoever owns the database',
    saved('audit_entry', 'detail', `'{"zebra": 1}'`, 'position = (select min(position) from audit_leaf)'),
  ],
  ['audit.intact', 'an entry that was deleted', deletedEntry],
  [
    'audit.intact',
    'a leaf that was changed with its entry',
    saved('audit_leaf', 'hash', `decode(repeat('00', 32), 'hex')`, 'index = 1'),
  ],
  ['audit.intact', 'a log that is another than the kept checkpoints say', otherCheckpoint],
  [
    'audit.append_only',
    'a trigger that is off',
    sql('alter table audit_entry disable trigger user', 'alter table audit_entry enable trigger user'),
  ],
  [
    'audit.append_only',
    'a role that may change entries',
    sql('grant update on audit_entry to answerback_app', 'revoke update on audit_entry from answerback_app'),
  ],
  ['audit.append_only', 'a trigger that refuses nothing any more', toothless],
  ['audit.checkpoint', 'an entry that no process logs', stalledLog],
  ['audit.elsewhere', 'a file of checkpoints that is no file any more', noCheckpointFile],
  ['backups.fresh', 'a backup of last week', status({ lastBackupAt: ago(7) })],
  ['backups.fresh', 'no backup', status({ lastBackupAt: undefined })],
  ['backups.drill', 'a drill that was never run', status({ lastDrillAt: undefined, drills: [] })],
  ['backups.drill', 'a drill of two months ago', status({ lastDrillAt: ago(62), drills: [] })],
  ['backups.drill', 'a drill that failed', status({ drills: [{ at: ago(0), result: 'failed' }] })],
  [
    'backups.drill',
    'a drill of a backup of last year',
    status({ drills: [{ at: ago(0), result: 'passed', backupMadeAt: ago(300) }] }),
  ],
  [
    'backups.destructions',
    'a folder of backups that is not there',
    status({ lastBackupFolder: '/nowhere/backups' }),
  ],
  ['documents.there', 'files that something deletes', moved('data/blobs')],
  ['documents.there', 'a backup that missed documents', status({ lastBackupLost: 2 })],
  [
    'mailboxes.owned',
    'a mailbox that nobody answers for',
    sql(
      `update mailbox set owner = 'admin' where is_default`,
      `update mailbox set owner = 'front-desk' where is_default`,
    ),
  ],
  ['retention.policy', 'no rule of retention', noRetention],
  ['faxes.held', 'a fax that has waited for days', heldFax],
  ['faxes.outcome_unknown', 'a fax nobody has looked into', unknownFax],
  [
    'inbox.taken_up',
    'a received fax nobody has looked at',
    sql(
      `insert into received_fax (id, account_id, mode, status, line, to_sealed, to_hash, started_at, ended_at, mailbox_id, due_at,
         escalated_at, mark)
       select 'inb_zebra', id, 'live', 'failed', 'sip', '', '', now(), now(), 'mbx_zebra', now() - interval '2 days', now(), 'new'
       from account`,
      `delete from received_fax where id = 'inb_zebra'`,
    ),
  ],
  [
    'reconciliation.contradictions',
    'a contradiction that is open',
    sql(
      `insert into contradiction (id, account_id, mode, kind, reference, found_at)
       select 'ctr_zebra', id, 'live', 'unknown_to_us', 'zebra', now() from account`,
      `delete from contradiction where id = 'ctr_zebra'`,
    ),
  ],
  [
    'notices.delivered',
    'a mail that was given up',
    sql(
      `insert into notice (id, account_id, mode, received_fax_id, mailbox_id, kind, occasion, to_sealed, to_hash, status, created_at, ended_at)
       select 'ntc_zebra', id, 'live', 'inb_zebra', 'mbx_zebra', 'arrived', '', '', '', 'failed', now(), now() from account`,
      `delete from notice where id = 'ntc_zebra'`,
    ),
  ],
  ['faxes.moving', 'a post that no worker takes up', stuckPost],
  ['system.clock', 'a clock that was set back', futureCheckpoint],
]

/** Settings that the server starts with, and the one line each turns red. */
export const SETTINGS: readonly (readonly [line: string, what: string, settings: Settings])[] = [
  ['transport.public_url', 'a public address in the clear', { publicUrl: 'http://fax.clinic.example' }],
  [
    'transport.proxies',
    'the Internet as a proxy, in two halves',
    { trustedProxies: ['0.0.0.0/1', '128.0.0.0/1'] },
  ],
  ['transport.metrics', 'metrics for everybody', { metricsFrom: ['0.0.0.0/0', '::/0'] }],
  [
    'transport.database',
    'a database elsewhere, in the clear',
    { databaseUrl: 'postgres://zebra@db.clinic.example/zebra' },
  ],
  [
    'transport.database',
    'a database elsewhere whose certificate nobody checks',
    { databaseUrl: 'postgres://zebra@db.clinic.example/zebra?sslmode=require' },
  ],
  ['associates.gate', 'a gate that only warns', { baaGate: 'warn' }],
  [
    'associates.systems',
    'a mail server of somebody without an agreement',
    { smtpUrl: 'smtps://mail.clinic.example' },
  ],
  ['audit.elsewhere', 'checkpoints in the database alone', { auditCheckpointFile: undefined }],
  ['trunks.working', 'trunks, and no SIP line', { sipListen: undefined, mediaPorts: undefined }],
]

/** Settings that it does not start with, and the one it names. */
export const REFUSED: readonly (readonly [setting: string, what: string, settings: Settings])[] = [
  [
    'ANSWERBACK_HOST',
    'a plain listener on every address',
    { host: '0.0.0.0', tlsCertificate: undefined, tlsKey: undefined },
  ],
  ['ANSWERBACK_TRUSTED_PROXIES', 'everybody as a proxy', { trustedProxies: ['0.0.0.0/0'] }],
  [
    'ANSWERBACK_TRUSTED_PROXIES',
    'a proxy that nobody names',
    { host: '0.0.0.0', tlsCertificate: undefined, tlsKey: undefined, tlsTerminatedByProxy: true },
  ],
  ['ANSWERBACK_SECOND_FACTOR', 'people without a second factor', { secondFactor: 'never' }],
  ['ANSWERBACK_TLS_KEY', 'a certificate without its key', { tlsKey: undefined }],
  ['ANSWERBACK_METRICS_FROM', 'metrics for a name', { metricsFrom: ['monitor.clinic.example'] }],
]
