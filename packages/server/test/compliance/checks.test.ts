import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHECKS, runChecks } from '../../src/application/compliance/checks.ts'
import type { ComplianceFacts } from '../../src/application/compliance/facts.ts'
import type { InstallationFacts } from '../../src/ports/installation.ts'
import { closed, goodInstallation } from '../support/compliance.ts'

const NOW = new Date('2026-03-10T12:00:00Z')
const DAY = 86_400_000
const ago = (ms: number) => new Date(NOW.getTime() - ms)

/** Something of everything, and nothing wrong with it. */
const GOOD: ComplianceFacts = {
  standard: 'production',
  now: NOW,
  installation: goodInstallation(NOW),
  databaseTime: ago(200),
  guards: {
    unfenced: [],
    changeable: [],
    bypassesFence: false,
    ownsTables: false,
    userIsSuperuser: false,
    isEncrypted: true,
  },
  keys: { opens: true },
  gate: 'enforce',
  trunks: [{ id: 'trk_1', acknowledged: true, cover: 'agreement', way: 'works' }],
  providers: [{ id: 'prv_1', cover: 'exception' }],
  webhooks: [
    {
      id: 'whk_1',
      enabled: true,
      disabledByUser: false,
      opens: true,
      isHttps: true,
      signs: true,
      carriesPhi: true,
      cover: 'agreement',
    },
  ],
  systems: [{ id: 'smtp', cover: 'agreement' }],
  associates: [
    { id: 'asc_1', warning: undefined, leavesUncovered: false, openClauses: 0, withoutDocument: false },
  ],
  people: [{ id: 'usr_1', isOwner: true, hasSecondFactor: true, isFederated: false, seenAt: ago(DAY) }],
  apiKeys: [{ id: 'key_1', createdAt: ago(400 * DAY), expiresAt: ago(-30 * DAY), lastUsedAt: ago(DAY) }],
  audit: {
    size: 10,
    checkpoint: { size: 10, madeAt: ago(DAY) },
    waitingSince: ago(60_000),
    proof: {
      ...{ looked: 10, before: 0, entries: 4, altered: [], rootHolds: true, keptHolds: true },
      ...{ whole: null, unread: 0 },
    },
    isStillRead: false,
  },
  retention: { hasRules: true },
  mailboxes: [{ id: 'mbx_1', owner: 'cardiology-desk', wantsMail: true }],
  numbers: 1,
  documents: { looked: 20, missing: 0 },
  destructions: { list: 'there', looked: 3, unlisted: 0 },
  overdue: {
    held: 0,
    unknownOutcome: 0,
    openContradictions: 0,
    neglected: 0,
    unreviewedBreakGlass: [],
    failedNotices: 0,
    failingWebhooks: [],
  },
  stuck: { faxes: 0, posts: 0 },
}

/** The one check that this program cannot judge. */
const NOT_OURS = 'database.at_rest'

const webhook = GOOD.webhooks[0]!
const trunk = GOOD.trunks[0]!
const person = GOOD.people[0]!
const mailbox = GOOD.mailboxes[0]!
const key = GOOD.apiKeys[0]!
const associate = GOOD.associates[0]!
const installed = (more: Partial<InstallationFacts>): Partial<ComplianceFacts> => ({
  installation: { ...GOOD.installation, ...more },
})
const overdue = (more: Partial<ComplianceFacts['overdue']>): Partial<ComplianceFacts> => ({
  overdue: { ...GOOD.overdue, ...more },
})
const backups = (more: Partial<InstallationFacts['backups']>) =>
  installed({ backups: { ...GOOD.installation.backups, ...more } })
const warning = (daysLeft: number) => ({ until: '2026-04-01', threshold: 30 as const, daysLeft })
const database = (more: Partial<InstallationFacts['database']>) =>
  installed({ database: { ...GOOD.installation.database, ...more } })
const guards = (more: Partial<ComplianceFacts['guards']>) => ({ guards: { ...GOOD.guards, ...more } })
const certificate = (from: Date, until: Date, fitsAddress: boolean | null = true) =>
  installed({ certificates: [{ what: 'API', seen: { from, until, fitsAddress } }] })
const audit = (more: Partial<ComplianceFacts['audit']>) => ({ audit: { ...GOOD.audit, ...more } })
const proof = (more: Partial<ComplianceFacts['audit']['proof']>) =>
  audit({ proof: { ...GOOD.audit.proof, ...more } })
const read = (more: { beganAt?: Date; holds?: boolean }) => ({
  ...{ size: 768, beganAt: ago(60_000), holds: true },
  ...more,
})
const kept = (more: Partial<NonNullable<InstallationFacts['keptCheckpoints']>>) =>
  installed({ keptCheckpoints: { ...GOOD.installation.keptCheckpoints!, ...more } })

/** Each deliberate mis-setting, and the one line it turns red. */
const MISSETTINGS: readonly (readonly [id: string, what: string, wrong: Partial<ComplianceFacts>])[] = [
  [
    'transport.listener',
    'an open listener without TLS',
    installed({ listensOnLoopback: false, tls: 'none' }),
  ],
  ['transport.certificate', 'a certificate that has ended', certificate(ago(90 * DAY), ago(1))],
  ['transport.certificate', 'a certificate that ends next week', certificate(ago(83 * DAY), ago(-7 * DAY))],
  ['transport.certificate', 'one of six days that nobody renewed', certificate(ago(5 * DAY), ago(-DAY))],
  ['transport.certificate', 'a certificate of tomorrow', certificate(ago(-DAY), ago(-90 * DAY))],
  [
    'transport.certificate',
    'a certificate for another host',
    certificate(ago(30 * DAY), ago(-60 * DAY), false),
  ],
  [
    'transport.certificate',
    'a listener that shows none',
    installed({ certificates: [{ what: 'API', seen: null }] }),
  ],
  [
    'transport.public_url',
    'a public address in the clear',
    installed({ publicUrl: 'http://fax.clinic.example' }),
  ],
  ['transport.proxies', 'half the Internet as a proxy', installed({ trustedProxies: ['0.0.0.0/1'] })],
  ['transport.proxies', 'a whole private network as a proxy', installed({ trustedProxies: ['10.0.0.0/8'] })],
  ['transport.proxies', 'an IPv6 region as a proxy', installed({ trustedProxies: ['2001:db8::/32'] })],
  ['transport.metrics', 'metrics for everybody', installed({ metricsReaders: ['0.0.0.0/0'] })],
  ['transport.metrics', 'metrics for everybody with IPv6', installed({ metricsReaders: ['::/0'] })],
  ['transport.metrics', 'metrics for a public network', installed({ metricsReaders: ['198.51.0.0/16'] })],
  [
    'transport.database',
    'a database in the clear',
    { ...database({ transport: 'plain' }), ...guards({ isEncrypted: false }) },
  ],
  [
    'transport.database',
    'TLS to the database that is not verified',
    database({ transport: 'unverified_tls' }),
  ],
  [
    'transport.database',
    'a session that is not the TLS its address speaks of',
    guards({ isEncrypted: false }),
  ],
  ['database.fence', 'a table without its policy', guards({ unfenced: ['fax'] })],
  ['database.role', 'a role that sees past the policies', guards({ bypassesFence: true })],
  ['database.role', 'a role that owns tables', guards({ ownsTables: true })],
  ['database.role', 'a superuser', guards({ userIsSuperuser: true })],
  ['database.schema', 'a schema of a newer version', database({ schema: 'newer' })],
  ['database.schema', 'a newer program that nobody has started', database({ schema: 'older' })],
  ['database.schema', 'a migration that was edited', database({ schema: 'edited' })],
  ['system.profile', 'the development profile', installed({ profile: 'development' })],
  ['keys.apart', 'keys beside the data', installed({ keysInsideData: true })],
  [
    'keys.opens',
    'a key file that is gone',
    installed({ masterKey: { ...closed('master key'), mode: null } }),
  ],
  ['keys.opens', 'the key file of another installation', { keys: { opens: false } }],
  ['keys.modes', 'a key file that the group reads', installed({ keyFiles: [closed('key file 1', 0o640)] })],
  [
    'keys.modes',
    'a key file that is another user’s',
    installed({ keyFiles: [{ ...closed('key file 1'), isForeign: true }] }),
  ],
  ['files.data', 'a data folder others enter', installed({ dataFiles: [closed('data folder', 0o701)] })],
  [
    'files.secrets',
    'a configuration that everybody reads',
    installed({ secretFiles: [closed('configuration', 0o644)] }),
  ],
  [
    'files.secrets',
    'a certificate’s key that the group writes',
    installed({ secretFiles: [closed('key of the API’s certificate', 0o660)] }),
  ],
  ['files.credentials', 'keys in clear text', installed({ credentialsFile: closed('credentials.json') })],
  [
    'people.second_factor',
    'a person with a password alone',
    { people: [{ ...person, hasSecondFactor: false }] },
  ],
  [
    'people.second_factor',
    'a person whom the identity provider that asks does not know',
    { ...installed({ federatedSecondFactor: true }), people: [{ ...person, hasSecondFactor: false }] },
  ],
  ['people.owner', 'an account that nobody owns', { people: [{ ...person, isOwner: false }] }],
  ['people.owner', 'an account without people', { people: [] }],
  ['people.used', 'a person who no longer comes', { people: [{ ...person, seenAt: ago(91 * DAY) }] }],
  ['people.break_glass', 'emergency access nobody reviewed', overdue({ unreviewedBreakGlass: ['brk_1'] })],
  ['api_keys.expiry', 'a key without an end', { apiKeys: [{ ...key, expiresAt: null }] }],
  [
    'api_keys.expiry',
    'a key that ends in ten years',
    { apiKeys: [{ ...key, expiresAt: ago(-3_650 * DAY) }] },
  ],
  ['api_keys.used', 'a key nobody uses', { apiKeys: [{ ...key, lastUsedAt: ago(91 * DAY) }] }],
  ['api_keys.used', 'an old key that was never used', { apiKeys: [{ ...key, lastUsedAt: null }] }],
  ['associates.gate', 'a gate that only warns', { gate: 'warn' }],
  ['associates.gate', 'no gate', { gate: 'off' }],
  ['associates.trunks', 'a carrier without an agreement', { trunks: [{ ...trunk, cover: undefined }] }],
  [
    'associates.trunks',
    'a carrier whose agreement has ended',
    {
      trunks: [trunk, { ...trunk, id: 'trk_2', cover: undefined }],
      associates: [{ ...associate, warning: warning(-1), leavesUncovered: true }],
    },
  ],
  [
    'associates.providers',
    'a provider without an agreement',
    { providers: [{ id: 'prv_1', cover: undefined }] },
  ],
  [
    'associates.webhooks',
    'a receiver without an agreement',
    { webhooks: [{ ...webhook, cover: undefined }] },
  ],
  [
    'associates.systems',
    'a mail server without an agreement',
    { systems: [{ id: 'smtp', cover: undefined }] },
  ],
  [
    'associates.ending',
    'an agreement that ends in a week',
    { associates: [{ ...associate, warning: warning(7) }] },
  ],
  [
    'associates.ending',
    'an agreement that has ended, of whom nothing goes to',
    { associates: [{ ...associate, warning: warning(-1) }] },
  ],
  ['associates.contracts', 'an open clause', { associates: [{ ...associate, openClauses: 1 }] }],
  [
    'associates.contracts',
    'a contract nobody kept',
    { associates: [{ ...associate, withoutDocument: true }] },
  ],
  ['trunks.acknowledged', 'a trunk nobody acknowledged', { trunks: [{ ...trunk, acknowledged: false }] }],
  ['trunks.working', 'a carrier that does not answer', { trunks: [{ ...trunk, way: 'fails' }] }],
  ['trunks.working', 'a carrier nobody has heard of', { trunks: [{ ...trunk, way: 'unheard' }] }],
  ['trunks.working', 'a trunk without a SIP line', installed({ sipLine: false })],
  ['webhooks.https', 'a webhook in the clear', { webhooks: [{ ...webhook, isHttps: false }] }],
  ['webhooks.signed', 'a webhook whose secret is lost', { webhooks: [{ ...webhook, signs: false }] }],
  [
    'webhooks.signed',
    'a webhook whose address was changed under its seal',
    { webhooks: [webhook, { ...webhook, opens: false, isHttps: false, cover: undefined }] },
  ],
  [
    'webhooks.alive',
    'a webhook its receiver gave up',
    { webhooks: [webhook, { ...webhook, id: 'whk_2', enabled: false }] },
  ],
  ['webhooks.alive', 'a webhook that fails for a day', overdue({ failingWebhooks: ['whk_1'] })],
  ['audit.intact', 'an entry that was changed', proof({ altered: [7] })],
  ['audit.intact', 'a log that was written anew', proof({ rootHolds: false })],
  [
    'audit.intact',
    'a log that nobody signs any more because it does not hold',
    audit({
      size: 90,
      checkpoint: { size: 10, madeAt: ago(DAY) },
      proof: { ...GOOD.audit.proof, rootHolds: false },
    }),
  ],
  ['audit.intact', 'a log that was put back to an older state', proof({ keptHolds: false })],
  ['audit.intact', 'a log that is another than was read before', proof({ whole: read({ holds: false }) })],
  [
    'audit.intact',
    'a log whose beginning nobody has read for a day',
    proof({ before: 900, whole: read({ beganAt: ago(25 * 3_600_000) }) }),
  ],
  ['audit.append_only', 'a trigger that is off', guards({ changeable: ['audit_entry'] })],
  ['audit.checkpoint', 'no checkpoint', audit({ size: 1, checkpoint: null })],
  [
    'audit.checkpoint',
    'a checkpoint that is left behind',
    audit({ size: 11, checkpoint: { size: 10, madeAt: ago(31 * 60_000) } }),
  ],
  ['audit.checkpoint', 'an entry that nobody logs', audit({ waitingSince: ago(31 * 60_000) })],
  ['audit.elsewhere', 'checkpoints in the database alone', installed({ keptCheckpoints: null })],
  ['audit.elsewhere', 'a file of checkpoints beside the data', kept({ isInsideData: true })],
  ['audit.elsewhere', 'a file of checkpoints that is gone', kept({ last: null })],
  ['audit.elsewhere', 'a file of checkpoints that is written no more', kept({ last: { size: 9, note: '' } })],
  ['backups.fresh', 'no backup', backups({ lastBackupAt: null })],
  ['backups.fresh', 'an old backup', backups({ lastBackupAt: ago(2 * DAY + 1) })],
  ['backups.fresh', 'a backup of tomorrow', backups({ lastBackupAt: ago(-DAY) })],
  ['backups.drill', 'a restore never tried', backups({ lastDrillAt: null, lastTry: null })],
  ['backups.drill', 'a restore tried long ago', backups({ lastDrillAt: ago(32 * DAY), lastTry: null })],
  [
    'backups.drill',
    'a restore that failed since one passed',
    backups({ lastTry: { at: ago(DAY), passed: false, backupMadeAt: ago(DAY) } }),
  ],
  [
    'backups.drill',
    'a restore of a backup of last year',
    backups({ lastTry: { at: ago(5 * DAY), passed: true, backupMadeAt: ago(300 * DAY) } }),
  ],
  [
    'backups.destructions',
    'certificates that are in the database alone',
    { destructions: { list: 'unknown', looked: 3, unlisted: 3 } },
  ],
  ['backups.destructions', 'a list that is gone', { destructions: { list: 'gone', looked: 0, unlisted: 0 } }],
  [
    'backups.destructions',
    'a list that is not written any more',
    { destructions: { list: 'there', looked: 3, unlisted: 1 } },
  ],
  ['documents.there', 'files that something deletes', { documents: { looked: 20, missing: 3 } }],
  ['documents.there', 'a backup that missed documents', backups({ lostDocuments: 2 })],
  ['retention.policy', 'no rule of retention', { retention: { hasRules: false } }],
  ['mailboxes.owned', 'a mailbox of nobody', { mailboxes: [{ ...mailbox, owner: 'admin' }] }],
  ['mailboxes.owned', 'a number without any mailbox', { mailboxes: [] }],
  ['faxes.held', 'a fax held for days', overdue({ held: 1 })],
  ['inbox.taken_up', 'a received fax nobody looks at', overdue({ neglected: 1 })],
  ['faxes.outcome_unknown', 'a fax that may have arrived', overdue({ unknownOutcome: 1 })],
  ['reconciliation.contradictions', 'an open contradiction', overdue({ openContradictions: 1 })],
  ['faxes.moving', 'faxes nobody takes up', { stuck: { faxes: 2, posts: 0 } }],
  ['faxes.moving', 'posts nobody takes up', { stuck: { faxes: 0, posts: 1 } }],
  ['notices.delivered', 'mails that were given up', overdue({ failedNotices: 1 })],
  [
    'notices.delivered',
    'a mailbox that is to tell by mail, without a mail server',
    { ...installed({ systems: [] }), systems: [] },
  ],
  ['system.clock', 'a clock that is off', { databaseTime: ago(5_001) }],
  ['system.clock', 'a clock that was set back', audit({ checkpoint: { size: 10, madeAt: ago(-DAY) } })],
  ['system.disk', 'a disk that is nearly full', installed({ disk: { freeBytes: 2 ** 29, bytes: 2 ** 40 } })],
]

const outcomes = (facts: ComplianceFacts) => runChecks(facts)
const red = (facts: ComplianceFacts) =>
  outcomes(facts)
    .filter(({ outcome }) => outcome === 'fail')
    .map(({ id }) => id)

test('a well configured installation is green, and every green was earned: nothing is let off but what no program can see', () => {
  const results = outcomes(GOOD)
  for (const { id, outcome, observed, fix } of results) {
    assert.equal(outcome, id === NOT_OURS ? 'not_applicable' : 'pass', `${id}: ${observed}`)
    assert.equal(fix, null)
    assert.match(observed, /^\S.*\.$/, id)
  }
})

for (const [id, what, wrong] of MISSETTINGS) {
  test(`${what} turns ${id} red, and no other line`, () => {
    assert.deepEqual(red({ ...GOOD, ...wrong }), [id])
    const { fix } = outcomes({ ...GOOD, ...wrong }).find((check) => check.id === id)!
    assert.match(fix ?? '', /^\S.*\.$/)
  })
}

test('every check has its mis-setting, an id of its own and a citation', () => {
  const ids = CHECKS.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  const covered = new Set([NOT_OURS, ...MISSETTINGS.map(([id]) => id)])
  assert.deepEqual([...covered].sort(), [...ids].sort())
  for (const { id, citations } of CHECKS) assert.ok(citations.length > 0, id)
})

test('a developer’s machine is let off what only production must have', () => {
  const started: ComplianceFacts = {
    ...GOOD,
    standard: 'development',
    gate: 'warn',
    installation: {
      ...GOOD.installation,
      profile: 'development',
      keysInsideData: true,
      secretFiles: [closed('configuration', 0o644)],
      disk: { freeBytes: 0, bytes: 2 ** 40 },
      keptCheckpoints: null,
      credentialsFile: closed('credentials.json'),
      backups: { lastBackupAt: null, lostDocuments: 0, lastDrillAt: null, lastTry: null },
    },
    guards: { ...GOOD.guards, userIsSuperuser: true },
    people: [],
    apiKeys: [{ ...key, expiresAt: null }],
    retention: { hasRules: false },
  }
  assert.deepEqual(red(started), [])
  assert.deepEqual(red({ ...started, standard: 'production' }).length, 13)
  const readable = closed('credentials.json', 0o644)
  const open = { ...started, installation: { ...started.installation, credentialsFile: readable } }
  assert.deepEqual(red(open), ['files.credentials'])
})

test('what is not there is not judged', () => {
  const bare: ComplianceFacts = {
    ...GOOD,
    trunks: [],
    providers: [],
    webhooks: [],
    systems: [],
    associates: [],
    apiKeys: [],
    mailboxes: [],
    numbers: 0,
    documents: { looked: 0, missing: 0 },
    destructions: { list: 'unknown', looked: 0, unlisted: 0 },
    audit: {
      size: 0,
      checkpoint: null,
      waitingSince: null,
      proof: { ...GOOD.audit.proof, looked: 0, entries: 0 },
      isStillRead: false,
    },
    installation: {
      ...GOOD.installation,
      certificates: [],
      trustedProxies: [],
      secretFiles: [],
      keyFiles: [],
    },
  }
  assert.deepEqual(red(bare), [])
  const let_off = outcomes(bare).filter(({ outcome }) => outcome === 'not_applicable')
  assert.ok(let_off.length >= 10)
})

test('a thin webhook needs no agreement, one on this machine no TLS, and one that was switched off is not dead', () => {
  const thin = { ...webhook, carriesPhi: false, cover: undefined }
  const local = { ...webhook, isHttps: false, cover: 'same_machine' as const }
  const off = {
    ...webhook,
    enabled: false,
    disabledByUser: true,
    isHttps: false,
    signs: false,
    opens: false,
    cover: undefined,
  }
  assert.deepEqual(red({ ...GOOD, webhooks: [thin, local, off] }), [])
})

test('no more than five offenders are named', () => {
  const mailboxes = Array.from({ length: 7 }, (_, at) => ({
    id: `mbx_${at}`,
    owner: 'admin',
    wantsMail: false,
  }))
  const found = outcomes({ ...GOOD, mailboxes }).find(({ id }) => id === 'mailboxes.owned')
  assert.match(found!.observed, /mbx_4 and 2 more\.$/)
})
