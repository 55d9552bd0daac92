import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FaxStatus, isTerminal } from '../../packages/server/src/domain/fax/fax.ts'
import { testDatabase } from '../../packages/server/test/support/database.ts'
import { freePort, KillableServer, seededRandom } from '../support/killable-server.ts'

const SENDS = 200
const KILLS = 30
const READY = 'answerback ready'
const FIRST_RUN_DONE = 'On a terminal:'
const SETTLE_MS = 120_000
/** Answered at once, slow, busy twice, dropped in the second page: by the last digit of the fax's index. */
const CODES = ['00', '00', '07', '00', '07', '06', '00', '07', '00', '05']

const seed = Number(process.env.ANSWERBACK_KILL_SEED ?? Date.now() % 2 ** 31)
const random = seededRandom(seed)

interface Sent {
  readonly index: number
  readonly id: string
}

interface Attempt {
  readonly number: number
  readonly disposition: string | null
  readonly endedAt: string | null
  readonly journal: readonly { readonly kind: string; readonly page: number | null }[]
}

const folder = await mkdtemp(join(tmpdir(), 'answerback-kill-'))
const database = await testDatabase({ migrated: false })
// Our own PostgreSQL is started by the server and left behind by its death; an external one lives on regardless.
const environment = {
  ...(database.kind === 'external' ? { DATABASE_URL: database.owner.connectionString } : {}),
  // A start costs most of the test's time, and warming render workers most of a start.
  ANSWERBACK_RENDER_WORKERS: '1',
}
const server = new KillableServer(folder, await freePort(), environment)
const stop = new AbortController()
after(async () => {
  stop.abort()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

test(`of ${SENDS} faxes sent while the server is killed ${KILLS} times none is lost and none is sent twice without record`, {
  timeout: 560_000,
}, async (context) => {
  context.diagnostic(`ANSWERBACK_KILL_SEED=${seed}`)
  assert.ok(await server.start(FIRST_RUN_DONE), server.errors)
  const key = await server.testKey()
  const sample = await server.sample()
  const sends: Promise<Sent>[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    const upTo = Math.ceil(((kill + 1) * SENDS) / KILLS)
    while (sends.length < upTo) {
      const sending = send(sends.length, key, sample)
      sends.push(sending)
      // Looked at in the end; until then a test that gave up would leave it to nobody.
      sending.catch(() => undefined)
    }
    await killOnce()
  }
  const sent = await Promise.all(sends)
  assert.equal(
    new Set(sent.map(({ id }) => id)).size,
    SENDS,
    'one fax for each request, however often it was repeated',
  )
  const statuses = await settle(key)
  assert.equal(statuses.size, SENDS + 1, 'the sample and what was sent, nothing more')
  const tally = new Map<string, number>()
  for (const { id, index } of sent) {
    const status = statuses.get(id)
    assert.ok(status, `fax ${index} is lost`)
    assert.ok(isTerminal(status), `fax ${index} is still ${status}`)
    const attempts = await attemptsOf(id, key)
    checkAttempts(index, status, attempts)
    for (const word of [status, ...attempts.map(({ disposition }) => `attempt ${disposition}`)]) {
      tally.set(word, (tally.get(word) ?? 0) + 1)
    }
  }
  context.diagnostic([...tally].map(([word, count]) => `${word}: ${count}`).join(', '))
  assert.ok((tally.get('attempt worker_lost') ?? 0) > 0, 'some kills met a call')
  assert.equal(await server.stop(), 0, 'the server still stops cleanly')
})

/** Grows with every request answered; a life of the server is worth ending once it has done something. */
let answered = 0

/** Kills at a random moment: most often at work, sometimes while it starts. */
async function killOnce(): Promise<void> {
  if (random() < 0.1) {
    await sleep(random() * 300)
    await server.kill()
    const starting = server.start(READY)
    await sleep(100 + random() * 900)
    await server.kill()
    await starting
  } else {
    const before = answered
    for (let waitedMs = 0; answered === before && waitedMs < 4_000; waitedMs += 20) await sleep(20)
    await sleep(random() * 2_500)
    await server.kill()
  }
  assert.ok(await server.start(READY), server.errors)
}

/** What a careful client does: the same request with the same key, until it is answered. */
async function send(index: number, key: string, sample: Buffer): Promise<Sent> {
  const number = `+1${200 + index}55501${CODES[index % CODES.length]}`
  for (;;) {
    stop.signal.throwIfAborted()
    const form = new FormData()
    form.append('to', number)
    form.append('file', new Blob([new Uint8Array(sample)], { type: 'application/pdf' }), 'referral.pdf')
    try {
      const response = await fetch(`${server.url}/v2/faxes`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'idempotency-key': `kill-${seed}-${index}` },
        body: form,
        signal: AbortSignal.any([stop.signal, AbortSignal.timeout(20_000)]),
      })
      const body = (await response.json()) as { id: string; code?: string }
      answered += 1
      if (response.status === 202) return { index, id: body.id }
      assert.ok(response.status === 409 || response.status >= 500, `HTTP ${response.status} ${body.code}`)
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error
    }
    await sleep(100)
  }
}

/** Moves the test clock on until no fax has anything left to do. */
async function settle(key: string): Promise<Map<string, FaxStatus>> {
  const giveUpAt = Date.now() + SETTLE_MS
  for (;;) {
    await api('/v2/test/advance', key, { seconds: 200 })
    await sleep(1_000)
    const statuses = await listStatuses(key)
    if ([...statuses.values()].every(isTerminal) || Date.now() > giveUpAt) return statuses
  }
}

async function listStatuses(key: string): Promise<Map<string, FaxStatus>> {
  const statuses = new Map<string, FaxStatus>()
  let cursor = ''
  do {
    const page = await api<{ data: { id: string; status: FaxStatus }[]; nextCursor: string | null }>(
      `/v2/faxes?limit=100${cursor && `&cursor=${cursor}`}`,
      key,
    )
    for (const { id, status } of page.data) statuses.set(id, status)
    cursor = page.nextCursor ?? ''
  } while (cursor !== '')
  return statuses
}

async function attemptsOf(id: string, key: string): Promise<readonly Attempt[]> {
  return (await api<{ data: Attempt[] }>(`/v2/faxes/${id}/attempts`, key)).data
}

async function api<T>(path: string, key: string, body?: unknown): Promise<T> {
  const response = await fetch(server.url + path, {
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
  assert.ok(response.ok, `${path}: HTTP ${response.status}`)
  return response.json() as Promise<T>
}

/** Each attempt is on record from before it dialled; once the closing page may have arrived there is no further one. */
function checkAttempts(index: number, status: FaxStatus, attempts: readonly Attempt[]): void {
  const story = `fax ${index} is ${status}: ${attempts.map(tell).join(' | ')}`
  assert.deepEqual(
    attempts.map(({ number }) => number),
    attempts.map((_, position) => position + 1),
    story,
  )
  assert.ok(
    attempts.every(({ endedAt, journal }) => endedAt !== null && journal[0]?.kind === 'dialing'),
    story,
  )
  const mayHaveArrived = attempts.filter((attempt) =>
    ['delivered', 'outcome_unknown'].includes(attempt.disposition ?? ''),
  )
  assert.ok(mayHaveArrived.length <= 1, `sent twice: ${story}`)
  if (mayHaveArrived.length === 1) assert.equal(mayHaveArrived[0], attempts.at(-1), `sent again: ${story}`)
  const closed = attempts.some(({ journal }) => closingConfirmed(journal))
  assert.equal(
    status === 'delivered',
    closed,
    `delivered exactly when the closing page was confirmed: ${story}`,
  )
  if (status === 'outcome_unknown')
    assert.equal(attempts.at(-1)?.journal.at(-1)?.kind, 'final_page_sending', story)
}

function closingConfirmed(journal: Attempt['journal']): boolean {
  const closing = journal.find(({ kind }) => kind === 'final_page_sending')
  return journal.some(({ kind, page }) => kind === 'page_confirmed' && page === closing?.page)
}

function tell({ number, disposition, journal }: Attempt): string {
  return `${number} ${disposition} (${journal.map(({ kind, page }) => kind + (page ?? '')).join(' ')})`
}
