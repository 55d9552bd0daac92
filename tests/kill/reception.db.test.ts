import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createBitmap } from '../../packages/protocol/src/t4/bitmap.ts'
import { encodeT6 } from '../../packages/protocol/src/t4/t6.ts'
import { readReceivedPages } from '../../packages/server/src/application/inbox/read-received.ts'
import { endReception } from '../../packages/server/src/application/receiving/receive-fax.ts'
import type { ReceivedPage } from '../../packages/server/src/ports/inbound-calls.ts'
import type { ReceivedFaxRow } from '../../packages/server/src/ports/store/received-store.ts'
import type { Scope } from '../../packages/server/src/ports/store/scope.ts'
import { testDatabase } from '../../packages/server/test/support/database.ts'
import { ACTOR, addAccount } from '../../packages/server/test/support/services.ts'
import { addTrunk } from '../../packages/server/test/support/trunk-line.ts'
import { seededRandom } from '../support/killable-server.ts'
import { type Answered, type Asked, openReceiving } from './reception-process.ts'

const KILLS = Number(process.env.ANSWERBACK_RECEPTION_KILLS ?? 20)
const CALLS_AT_ONCE = 6
const PAGES_MAX = 6
const CARRIER = '192.0.2.10'

const seed = Number(process.env.ANSWERBACK_KILL_SEED ?? Date.now() % 2 ** 31)
const random = seededRandom(seed)

type Question = Asked extends infer Each ? (Each extends Asked ? Omit<Each, 'ask'> : never) : never

/** The process that receives, and the line's end of it. */
class Receiver {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, PromiseWithResolvers<string | undefined>>()
  #asks = 0

  constructor(folder: string, database: object) {
    const script = join(import.meta.dirname, 'reception-process.ts')
    this.#process = fork(script, [folder, JSON.stringify(database)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#waiting.set(0, Promise.withResolvers())
    this.#process.on('message', ({ ask, receptionId, error }: Answered) => {
      const waiting = this.#waiting.get(ask)
      this.#waiting.delete(ask)
      if (error === undefined) waiting?.resolve(receptionId)
      else waiting?.reject(new Error(error))
    })
    this.#process.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Killed())
    })
  }

  get ready(): Promise<unknown> {
    return this.#waiting.get(0)?.promise ?? Promise.resolve()
  }

  ask(question: Question): Promise<string | undefined> {
    if (!this.#process.connected) return Promise.reject(new Killed())
    const ask = ++this.#asks
    const waiting = Promise.withResolvers<string | undefined>()
    this.#waiting.set(ask, waiting)
    this.#process.send({ ...question, ask }, (error) => error && waiting.reject(new Killed()))
    return waiting.promise
  }

  async kill(): Promise<void> {
    const exited = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exited
  }
}

class Killed extends Error {}

/** What the far end of a call was told. */
interface Story {
  readonly to: string
  receptionId: string | undefined
  readonly pages: ReceivedPage[]
  acknowledged: number
  isEndTold: boolean
}

function page(number: number): ReceivedPage {
  const bitmap = createBitmap(1728, 200 + Math.floor(random() * 400))
  for (let i = 0; i < bitmap.words.length; i += 1 + Math.floor(random() * 8))
    bitmap.words[i] = random() * 2 ** 32
  const t6 = encodeT6(bitmap)
  return { number, width: 1728, rows: bitmap.rows, resolution: 'fine', t6, badRows: 0, quality: 'clean' }
}

const folder = await mkdtemp(join(tmpdir(), 'answerback-reception-'))
const database = await testDatabase()
const services = await openReceiving(folder, database)
after(() => rm(folder, { recursive: true, force: true }))

/** Calls one after the other until the process is killed. */
async function keepCalling(receiver: Receiver, trunkId: string, stories: Story[]): Promise<void> {
  try {
    for (;;) {
      const story: Story = {
        to: `+1202666${String(1000 + stories.length)}`,
        receptionId: undefined,
        pages: [],
        acknowledged: 0,
        isEndTold: false,
      }
      stories.push(story)
      const call = { trunkId, to: story.to, from: '+12026669999', sourceAddress: CARRIER }
      story.receptionId = await receiver.ask({ kind: 'accept', call })
      const { receptionId } = story
      assert.ok(receptionId)
      const pageCount = 1 + Math.floor(random() * PAGES_MAX)
      for (let number = 1; number <= pageCount; number += 1) {
        const sent = page(number)
        story.pages.push(sent)
        await receiver.ask({ kind: 'page', receptionId, page: sent })
        story.acknowledged = number
      }
      await receiver.ask({
        kind: 'end',
        receptionId,
        end: { disposition: 'delivered', dataExchanged: 'some', ecm: true },
      })
      story.isEndTold = true
    }
  } catch (error) {
    if (!(error instanceof Killed)) throw error
  }
}

test(`of the pages acknowledged while the receiving process is killed ${KILLS} times none is lost or doubled`, {
  timeout: 60_000 + KILLS * 4_000,
}, async (context) => {
  context.diagnostic(`ANSWERBACK_KILL_SEED=${seed}`)
  const scope: Scope = { ...(await addAccount(services)), mode: 'live' }
  const inbound = { allowedSources: [CARRIER], dids: ['*'] }
  const trunkId = await addTrunk(services, scope, { name: 'in', inbound })
  const stories: Story[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    const receiver = new Receiver(folder, database)
    await receiver.ready
    const calling = Array.from({ length: CALLS_AT_ONCE }, () => keepCalling(receiver, trunkId, stories))
    await sleep(20 + random() * 400)
    await receiver.kill()
    await Promise.all(calling)
  }
  const lost = await endLost(scope)
  const told = { pages: 0, halfTold: 0, lost }
  for (const story of stories) {
    told.pages += story.acknowledged
    if (await checkStory(scope, story)) told.halfTold += 1
  }
  context.diagnostic(
    `${stories.length} calls, ${told.pages} pages acknowledged, ${told.lost} calls cut off by a kill, ` +
      `${told.halfTold} pages stored whose acknowledgement was not heard`,
  )
  assert.ok(told.pages > KILLS, 'kills met calls that were receiving')
  assert.ok(lost > 0, 'some kills cut a call off')
})

/** What the sweep does once leases have run out. @returns how many were cut off */
async function endLost(scope: Scope): Promise<number> {
  const farAhead = new Date(services.clock.now() + services.policy.leaseMs + 60_000)
  let ended = 0
  for (;;) {
    const lost = await services.store.asSystem((tx) => tx.due.lostReceptions(farAhead, 200))
    if (lost.length === 0) return ended
    for (const { id } of lost)
      await endReception(services, { scope, id }, { disposition: 'worker_lost', dataExchanged: 'unknown' })
    ended += lost.length
  }
}

/** @returns whether one page more is there than was acknowledged */
async function checkStory(scope: Scope, story: Story): Promise<boolean> {
  const { receptionId, pages, acknowledged } = story
  // Killed before the call was answered: no page of it was acknowledged, and a row it may have left says that it failed.
  if (receptionId === undefined) return false
  const row = await services.store.asAccount(scope, (tx) => tx.received.get(receptionId))
  assert.ok(row, 'a call that was answered is on record')
  const what = `${row.status} with ${row.pageCount} pages, ${acknowledged} acknowledged of ${pages.length} sent`
  assert.equal(row.status, statusOf(story, row), what)
  assert.ok(row.pageCount >= acknowledged && row.pageCount <= pages.length, what)
  assert.ok(row.pageCount <= acknowledged + 1, what)
  const kept = row.pageCount === 0 ? [] : await readReceivedPages(services, scope, ACTOR, receptionId)
  assert.equal(kept.length, row.pageCount, what)
  for (const [index, { page }] of kept.entries()) {
    assert.ok(
      Buffer.from(page.t6).equals(Buffer.from(pages[index]!.t6)),
      `page ${index + 1} differs: ${what}`,
    )
  }
  return row.pageCount > acknowledged
}

/** A call whose end was told is received; one whose end was on its way may be; any other was cut off. */
function statusOf({ isEndTold }: Story, row: ReceivedFaxRow): ReceivedFaxRow['status'] {
  if (isEndTold || row.disposition === 'delivered') return 'received'
  return row.pageCount > 0 ? 'partially_received' : 'failed'
}
