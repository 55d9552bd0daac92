import assert from 'node:assert/strict'
import { createPublicKey, hash, verify } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SystemClock } from '../../src/adapters/system/clock.ts'
import { addAgreement } from '../../src/application/associates/agreements.ts'
import { keepOnce } from '../../src/application/audit/keep-audit-log.ts'
import { evidenceBundle } from '../../src/application/compliance/bundle.ts'
import { CHECKS } from '../../src/application/compliance/checks.ts'
import { createMailbox } from '../../src/application/inbox/mailboxes.ts'
import { KEEP_ALL } from '../../src/domain/retention/retention.ts'
import type { HttpOut } from '../../src/ports/http-out.ts'
import type { Installation, InstallationFacts } from '../../src/ports/installation.ts'
import { KeyError, type Keyring } from '../../src/ports/keyring.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { addAssociate, agreementFrom } from '../support/associates.ts'
import { goodInstallation } from '../support/compliance.ts'
import { form, type HttpServer, json, testHttpServer } from '../support/http.ts'
import { markedPdf } from '../support/marked-pages.ts'
import { signedIn } from '../support/people.ts'
import { readZip } from '../support/read-zip.ts'
import { ACTOR, TEST_POLICY } from '../support/services.ts'
import { addTrunk } from '../support/trunk-line.ts'

const clock = new SystemClock()
const httpOut: HttpOut = {
  request: async ({ url }) => ({ status: 200, headers: {}, body: Buffer.alloc(0), url }),
  check: async () => undefined,
}
const components = async () => [
  { name: '@example/part', version: '1.2.3', license: 'MIT', integrity: 'sha512-AAEC' },
]
/** An installation whose database and kept checkpoints are the test's own. */
async function look(): Promise<InstallationFacts> {
  const good = goodInstallation(new Date())
  const last = await services.store.asSystem((tx) => tx.auditLog.latestCheckpoint())
  return {
    ...good,
    database: { ...good.database, transport: 'local' },
    keptCheckpoints: { isInsideData: false, last: last ?? null },
  }
}
const installation: Installation = { look, components, destructionList: async () => undefined }
const server: HttpServer = await testHttpServer({
  services: {
    clock,
    httpOut,
    policy: { ...TEST_POLICY, baaGate: 'enforce' },
    installation,
    trunkProbe: { standing: () => ({ isRegistered: true, answers: true, heardAt: new Date() }) },
  } as object,
})
const { services } = server
const live: Scope = { accountId: server.scope.accountId, mode: 'live' }
const tomorrow = new Date(Date.now() + 86_400_000)
const liveKey = await server.makeKey(live, { expiresAt: tomorrow })
const asLive = { headers: { authorization: `Bearer ${liveKey}` } }
const sendLive = (body: unknown) => json(body, asLive.headers)

interface Report {
  readonly ok: boolean
  readonly standard: string
  readonly counts: { readonly fail: number }
  readonly checks: readonly {
    readonly id: string
    readonly outcome: string
    readonly observed: string
    readonly fix: string | null
  }[]
}

async function report(query = ''): Promise<Report> {
  await services.settle()
  await keepOnce(services, undefined, 0)
  const response = await server.fetch(`/v2/compliance${query}`, asLive)
  assert.equal(response.status, 200)
  return (await response.json()) as unknown as Report
}

/** The user of the database is a superuser where tests have no other: `missettings.db.test.ts` makes one of its own. */
const NOT_HERE = 'database.role'
const failing = ({ checks }: Report) =>
  checks.filter(({ id, outcome }) => outcome === 'fail' && id !== NOT_HERE)
const red = async () => failing(await report()).map(({ id }) => id)

async function uploadContract(): Promise<string> {
  const files = [{ fileName: 'baa.pdf', bytes: markedPdf(1, 'Agreement') }]
  return (await (await server.fetch('/v2/uploads', form([], files, asLive.headers))).json()).id
}

/** An installation as an operator should have it, by the calls an operator makes. */
async function configure(): Promise<{ trunkId: string; associateId: string }> {
  const trunkId = await addTrunk(services, live, { name: 'Carrier' })
  const ties = { trunkIds: [trunkId], webhookHosts: ['hooks.example'], systems: ['smtp' as const] }
  const associateId = await addAssociate(services, live, ties)
  const documentId = await uploadContract()
  await addAgreement(services, live, ACTOR, associateId, agreementFrom(services, { documentId }))
  await createMailbox(services, live, ACTOR, { name: 'Cardiology', owner: 'cardiology-desk' })
  await services.store.asAccount(live, async (tx) => {
    const inbox = await tx.mailboxes.default()
    await tx.mailboxes.update(inbox!.id, { owner: 'front-desk', updatedAt: new Date() })
    await tx.retention.putRules(KEEP_ALL, new Date())
  })
  await signedIn(server, live, 'owner')
  await server.fetch('/v2/webhooks', sendLive({ url: 'https://hooks.example/a', includeNumbers: true }))
  return { trunkId, associateId }
}

const { trunkId, associateId } = await configure()

test('an installation that was configured through the API is green by the production standard', async () => {
  const found = await report()
  const { standard, checks } = found
  assert.deepEqual(failing(found), [])
  assert.equal(standard, 'production')
  assert.deepEqual(
    checks.map(({ id }) => id),
    CHECKS.map(({ id }) => id),
  )
  const earned = checks.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id)
  for (const id of ['associates.trunks', 'associates.webhooks', 'associates.systems', 'audit.checkpoint'])
    assert.ok(earned.includes(id), id)
})

test('what goes wrong in the database turns its line red the next time somebody looks', async () => {
  const bare = await addTrunk(services, live, { name: 'Bare' }, { acknowledged: false })
  assert.deepEqual((await red()).sort(), ['associates.trunks', 'trunks.acknowledged'])
  await server.fetch(`/v2/trunks/${bare}`, { method: 'DELETE', ...asLive })
  const forever = await server.makeKey(live)
  assert.deepEqual(await red(), ['api_keys.expiry'])
  const { data: keys } = await (await server.fetch('/v2/api-keys', asLive)).json()
  const { id } = keys.find(({ hint }) => forever.endsWith(hint))!
  await server.fetch(`/v2/api-keys/${id}`, { method: 'DELETE', ...asLive })
  assert.deepEqual(await red(), [])
})

test('a contract counts with its document, and ends on its day', async () => {
  const second = await addAssociate(services, live)
  await addAgreement(services, live, ACTOR, second, agreementFrom(services))
  assert.deepEqual(await red(), ['associates.contracts'])
  const documentId = await uploadContract()
  await addAgreement(services, live, ACTOR, second, agreementFrom(services, { documentId }))
  assert.deepEqual(await red(), [], 'what is added last takes the place of what was added before')
  await server.fetch(`/v2/associates/${second}/end`, { method: 'POST', ...asLive })
  assert.deepEqual(await red(), [])
})

test('every route that a fix names exists', async () => {
  const known = new Set(
    server.app.routeTable.flatMap(({ method, url }) =>
      [method].flat().map((each) => `${each} ${url.replace(/:\w+/g, '{id}')}`),
    ),
  )
  const folder = join(import.meta.dirname, '../../src/application/compliance')
  const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  const named = sources.join('\n').matchAll(/(GET|POST|PUT|PATCH|DELETE) (\/v2\/[\w{}/-]+)/g)
  const missing = [...named].map(([, method, url]) => `${method} ${url}`).filter((route) => !known.has(route))
  assert.deepEqual(missing, [])
})

test('a test key is refused: what is asked about is live', async () => {
  for (const path of ['/v2/compliance', '/v2/compliance/bundle']) {
    const response = await server.fetch(path)
    assert.equal(response.status, 403)
    assert.equal((await response.json()).code, 'compliance.test_key')
  }
})

test('a key without the scope of the audit sees none of it, and each look is audited', async () => {
  const narrow = await server.makeKey(live, { scopes: ['faxes:read'], expiresAt: tomorrow })
  for (const path of [
    '/v2/compliance',
    '/v2/compliance/bundle',
    '/v2/compliance/safeguards',
    '/v2/associates',
  ]) {
    const response = await server.fetch(path, { headers: { authorization: `Bearer ${narrow}` } })
    assert.equal(response.status, 403, path)
  }
  const entries = await services.store.asAccount(live, (tx) => tx.audit.list({ limit: 200 }))
  const looks = entries.filter(({ action }) => action === 'compliance.looked_at')
  assert.ok(looks.length >= 3)
  assert.ok(looks.some(({ detail }) => (detail.failed as string[]).includes('api_keys.expiry')))
})

test('the bundle is signed by the key of the audit log, names the hash of each file, and holds no secret', async () => {
  await services.settle()
  await keepOnce(services, undefined, 0)
  const response = await server.fetch('/v2/compliance/bundle', asLive)
  assert.equal(response.headers.get('content-type'), 'application/zip')
  const files = new Map(
    readZip(Buffer.from(await response.arrayBuffer())).map(({ name, bytes }) => [name, bytes]),
  )
  const note = files.get('manifest.txt')!.toString()
  const [text = '', signatures = ''] = note.split('\n\n')
  for (const [name, bytes] of files) {
    if (!/^(?:manifest|verifier-key)/.test(name))
      assert.ok(text.includes(`${hash('sha256', bytes)}  ${name}`), name)
  }
  const raw = Buffer.from(
    files.get('verifier-key.txt')!.toString().trim().split('+').slice(2).join('+'),
    'base64',
  )
  const key = createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.subarray(1).toString('base64url') },
  })
  const signature = Buffer.from(signatures.trim().split(' ')[2]!, 'base64').subarray(4)
  assert.ok(verify(null, Buffer.from(`${text}\n`), key, signature))
  assert.ok(!verify(null, Buffer.from(`${text}\n `), key, signature))
  const all = [...files.values()].map(String).join('\n')
  assert.ok(!all.includes(liveKey) && !/whsec_|ab_live_[0-9A-Za-z]{40}/.test(all))
  const sbom = JSON.parse(String(files.get('sbom.json')))
  assert.equal(sbom.components[0].purl, 'pkg:npm/%40example/part@1.2.3')
  assert.deepEqual(sbom.components[0].hashes, [{ alg: 'SHA-512', content: '000102' }])
  const agreements = JSON.parse(String(files.get('agreements.json'))) as {
    id: string
    ties: { trunkIds: string[] }
  }[]
  assert.deepEqual(agreements.find(({ id }) => id === associateId)?.ties.trunkIds, [trunkId])
})

test('without the key of the log the manifest is there, and its name says that nothing vouches for it', async () => {
  const keyring: Keyring = Object.create(services.keyring, {
    sign: { value: () => Promise.reject(new KeyError('key_unavailable', 'The key is gone.')) },
  })
  const files = readZip(await evidenceBundle({ ...services, keyring }, live, ACTOR)).map(({ name }) => name)
  assert.ok(files.includes('manifest.unsigned.txt'))
  assert.ok(!files.includes('manifest.txt') && !files.includes('verifier-key.txt'))
})
