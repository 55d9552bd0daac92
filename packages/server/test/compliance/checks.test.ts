import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHECKS, runChecks } from '../../src/application/compliance/checks.ts'
import type { ComplianceFacts } from '../../src/application/compliance/facts.ts'
import type { InstallationFacts } from '../../src/ports/installation.ts'
import { goodInstallation } from '../support/compliance.ts'

const NOW = new Date('2026-03-10T12:00:00Z')
const DAY = 86_400_000
const ago = (ms: number) => new Date(NOW.getTime() - ms)

/** Something of everything, and nothing wrong with it. */
const GOOD: ComplianceFacts = {
  standard: 'production',
  now: NOW,
  installation: goodInstallation(NOW),
  databaseTime: ago(200),
  gate: 'enforce',
  trunks: [{ id: 'trk_1', acknowledged: true, cover: 'agreement' }],
  providers: [{ id: 'prv_1', cover: 'exception' }],
  webhooks: [
    {
      id: 'whk_1',
      enabled: true,
      disabledByUser: false,
      isHttps: true,
      signs: true,
      carriesPhi: true,
      cover: 'agreement',
    },
  ],
  systems: [{ id: 'smtp', cover: 'agreement' }],
  associates: [{ id: 'asc_1', warning: undefined, openClauses: 0, withoutDocument: 0 }],
  people: [{ id: 'per_1', hasSecondFactor: true }],
  apiKeys: [{ id: 'key_1', createdAt: ago(400 * DAY), expiresAt: ago(-30 * DAY), lastUsedAt: ago(DAY) }],
  audit: { size: 10, checkpoint: { size: 10, madeAt: ago(DAY) } },
  retention: { hasRules: true },
  mailboxes: [{ id: 'mbx_1', owner: 'cardiology-desk' }],
  overdue: {
    held: 0,
    unknownOutcome: 0,
    openContradictions: 0,
    unreviewedBreakGlass: 0,
    failingWebhooks: [],
  },
}

/** The one check that this program cannot judge. */
const NOT_OURS = 'database.at_rest'

const webhook = GOOD.webhooks[0]!
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

/** Each deliberate mis-setting, and the one line it turns red. */
const MISSETTINGS: readonly (readonly [id: string, what: string, wrong: Partial<ComplianceFacts>])[] = [
  [
    'transport.listener',
    'an open listener without TLS',
    installed({ listensOnLoopback: false, tls: 'none' }),
  ],
  [
    'transport.public_url',
    'a public address in the clear',
    installed({ publicUrl: 'http://fax.clinic.example' }),
  ],
  [
    'transport.database',
    'a database in the clear',
    installed({ database: { kind: 'external', transport: 'plain' } }),
  ],
  [
    'transport.database',
    'TLS to the database that is not verified',
    installed({ database: { kind: 'external', transport: 'unverified_tls' } }),
  ],
  ['system.profile', 'the development profile', installed({ profile: 'development' })],
  ['keys.apart', 'keys beside the data', installed({ keysInsideData: true })],
  [
    'keys.modes',
    'a key file that the group reads',
    installed({ keyFiles: [{ what: 'key file 1', mode: 0o640 }] }),
  ],
  [
    'files.data',
    'a data folder others enter',
    installed({ dataFiles: [{ what: 'data folder', mode: 0o701 }] }),
  ],
  [
    'files.credentials',
    'keys in clear text',
    installed({ credentialsFile: { what: 'credentials.json', mode: 0o600 } }),
  ],
  [
    'people.second_factor',
    'a person with a password alone',
    { people: [{ id: 'per_1', hasSecondFactor: false }] },
  ],
  ['people.break_glass', 'emergency access nobody reviewed', overdue({ unreviewedBreakGlass: 1 })],
  ['api_keys.expiry', 'a key without an end', { apiKeys: [{ ...key, expiresAt: null }] }],
  ['api_keys.used', 'a key nobody uses', { apiKeys: [{ ...key, lastUsedAt: ago(91 * DAY) }] }],
  ['api_keys.used', 'an old key that was never used', { apiKeys: [{ ...key, lastUsedAt: null }] }],
  ['associates.gate', 'a gate that only warns', { gate: 'warn' }],
  ['associates.gate', 'no gate', { gate: 'off' }],
  [
    'associates.trunks',
    'a carrier without an agreement',
    { trunks: [{ id: 'trk_1', acknowledged: true, cover: undefined }] },
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
    'an agreement that has ended',
    { associates: [{ ...associate, warning: warning(-1) }] },
  ],
  ['associates.contracts', 'an open clause', { associates: [{ ...associate, openClauses: 1 }] }],
  ['associates.contracts', 'a contract nobody kept', { associates: [{ ...associate, withoutDocument: 1 }] }],
  [
    'trunks.acknowledged',
    'a trunk nobody acknowledged',
    { trunks: [{ id: 'trk_1', acknowledged: false, cover: 'agreement' }] },
  ],
  ['webhooks.https', 'a webhook in the clear', { webhooks: [{ ...webhook, isHttps: false }] }],
  ['webhooks.signed', 'a webhook whose secret is lost', { webhooks: [{ ...webhook, signs: false }] }],
  [
    'webhooks.alive',
    'a webhook its receiver gave up',
    { webhooks: [webhook, { ...webhook, id: 'whk_2', enabled: false }] },
  ],
  ['webhooks.alive', 'a webhook that fails for a day', overdue({ failingWebhooks: ['whk_1'] })],
  ['audit.checkpoint', 'no checkpoint', { audit: { size: 1, checkpoint: null } }],
  [
    'audit.checkpoint',
    'a checkpoint that is left behind',
    { audit: { size: 11, checkpoint: { size: 10, madeAt: ago(31 * 60_000) } } },
  ],
  ['audit.elsewhere', 'checkpoints in the database alone', installed({ keepsCheckpointsElsewhere: false })],
  ['backups.fresh', 'no backup', backups({ lastBackupAt: null })],
  ['backups.fresh', 'an old backup', backups({ lastBackupAt: ago(2 * DAY + 1) })],
  ['backups.fresh', 'a backup of tomorrow', backups({ lastBackupAt: ago(-DAY) })],
  ['backups.drill', 'a restore never tried', backups({ lastDrillAt: null })],
  ['backups.drill', 'a restore tried long ago', backups({ lastDrillAt: ago(32 * DAY) })],
  ['retention.policy', 'no rule of retention', { retention: { hasRules: false } }],
  ['mailboxes.owned', 'a mailbox of nobody', { mailboxes: [{ id: 'mbx_1', owner: 'admin' }] }],
  ['faxes.held', 'a fax held for days', overdue({ held: 1 })],
  ['faxes.outcome_unknown', 'a fax that may have arrived', overdue({ unknownOutcome: 1 })],
  ['reconciliation.contradictions', 'an open contradiction', overdue({ openContradictions: 1 })],
  ['system.clock', 'a clock that is off', { databaseTime: ago(5_001) }],
  ['system.log_level', 'a log that tells too much', installed({ logLevel: 'debug' })],
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
      logLevel: 'warn',
      keepsCheckpointsElsewhere: false,
      credentialsFile: { what: 'credentials.json', mode: 0o600 },
      backups: { lastBackupAt: null, lastDrillAt: null },
    },
    apiKeys: [{ ...key, expiresAt: null }],
    retention: { hasRules: false },
  }
  assert.deepEqual(red(started), [])
  assert.deepEqual(red({ ...started, standard: 'production' }).length, 10)
  const readable = { what: 'credentials.json', mode: 0o644 }
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
    people: [],
    apiKeys: [],
    mailboxes: [],
    audit: { size: 0, checkpoint: null },
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
    cover: undefined,
  }
  assert.deepEqual(red({ ...GOOD, webhooks: [thin, local, off] }), [])
})

test('no more than five offenders are named', () => {
  const mailboxes = Array.from({ length: 7 }, (_, at) => ({ id: `mbx_${at}`, owner: 'admin' }))
  const found = outcomes({ ...GOOD, mailboxes }).find(({ id }) => id === 'mailboxes.owned')
  assert.match(found!.observed, /mbx_4 and 2 more\.$/)
})
