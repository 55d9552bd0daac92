import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createScryptHasher } from '../../src/adapters/auth/scrypt.ts'
import { webauthn } from '../../src/adapters/auth/webauthn.ts'
import { openFileBlobs } from '../../src/adapters/blobs/file-blobs.ts'
import { SANDBOX_CARRIER_SOURCE } from '../../src/adapters/carriers/sandbox-carrier.ts'
import { openFileKeyring } from '../../src/adapters/keyring/file-keys.ts'
import { createCallingMachines } from '../../src/adapters/lines/sandbox/calling-machines.ts'
import { createSandboxLine } from '../../src/adapters/lines/sandbox/sandbox-line.ts'
import { createPool } from '../../src/adapters/postgres/connection/connection.ts'
import { createPostgresStore } from '../../src/adapters/postgres/store.ts'
import { advanceFax } from '../../src/application/attempts/advance-fax.ts'
import { AuditMemory } from '../../src/application/audit/audit-memory.ts'
import { sendNotice } from '../../src/application/notices/send-notice.ts'
import { examineReceived } from '../../src/application/receiving/examine-received.ts'
import { readReceivedText } from '../../src/application/receiving/read-text.ts'
import type { Policy, Services } from '../../src/application/services.ts'
import { DEFAULT_PEOPLE_POLICY } from '../../src/domain/access/session.ts'
import { DEFAULT_RETRY_POLICY } from '../../src/domain/attempts/retry-policy.ts'
import { type HttpOut, HttpOutError } from '../../src/ports/http-out.ts'
import type { Actor, Scope } from '../../src/ports/store/scope.ts'
import { VirtualClock } from './clock.ts'
import { testInstallation } from './compliance.ts'
import { recordingLogger } from './log.ts'
import { MarkedPages } from './marked-pages.ts'
import { MemoryQueue } from './memory-queue.ts'
import { PlannedReader } from './planned-reader.ts'
import { SeededRandom } from './random.ts'
import type { TestDatabaseFaces } from './test-server.ts'
import { untilSettled } from './until-settled.ts'

export const ACTOR: Actor = { kind: 'key', id: 'key_test', requestId: 'req_test' }

export const TEST_POLICY: Policy = {
  retry: DEFAULT_RETRY_POLICY,
  callsPerDestination: 1,
  faxLifetimeMs: 24 * 3_600_000,
  callDurationMaxMs: 90 * 60_000,
  leaseMs: 20_000,
  duplicateGuardMs: 5 * 60_000,
  documentBytesMax: 5 * 1_048_576,
  documentsPerFaxMax: 20,
  pagesPerFaxMax: 500,
  uploadLifetimeMs: 24 * 3_600_000,
  fetchTimeoutMs: 5_000,
  loopbackWebhooks: true,
  baaGate: 'off',
  allowedPrivateHosts: [],
  people: DEFAULT_PEOPLE_POLICY,
  limits: { quotas: {}, destinations: {}, premiumDestinations: false },
}

export interface TestServices extends Services {
  readonly queue: MemoryQueue
  readonly clock: VirtualClock
  readonly rasteriser: MarkedPages
  readonly pageReader: PlannedReader
  readonly log: Services['log']
  /** Every line logged, as text. */
  readonly logText: () => string
  /** A new account; its test-mode scope. */
  addAccount(): Promise<Scope>
  /** Runs due jobs, and the time they wait for, until none is due. Returns how many ran. */
  runDue(): Promise<number>
  /** `runDue`, then on to the time of the next job, until `limitMs` from now or nothing waits. */
  runFor(limitMs: number): Promise<void>
  /** Until events and audit entries written so far are there for those who read them in the order of commits. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** Real store, blobs, keyring, sandbox line and use cases over a test database, on a virtual clock. */
export async function createTestServices(
  database: TestDatabaseFaces,
  overrides: Partial<Services> = {},
): Promise<TestServices> {
  const folder = await mkdtemp(join(tmpdir(), 'answerback-services-'))
  const pool = createPool(database.app, () => undefined)
  const clock = new VirtualClock()
  const random = new SeededRandom(clock, folder)
  const queue = new MemoryQueue()
  const { log, text } = recordingLogger()
  const given = {
    store: createPostgresStore(pool),
    queue,
    blobs: await openFileBlobs(join(folder, 'blobs'), clock.now()),
    keyring: await openFileKeyring(join(folder, 'keys'), { create: true }),
    clock,
    random,
    rasteriser: new MarkedPages(),
    pageReader: new PlannedReader(),
    lines: [createSandboxLine(clock)],
    carriers: [SANDBOX_CARRIER_SOURCE],
    callingMachines: createCallingMachines(clock),
    httpOut: NO_NETWORK,
    // A guess costs a millisecond here, and eighty where it counts.
    passwords: createScryptHasher({ log2N: 8, r: 8, p: 1 }),
    passkeys: webauthn,
    installation: testInstallation(),
    auditMemory: new AuditMemory(),
    log,
    policy: TEST_POLICY,
    ...overrides,
  } as Services & Pick<TestServices, 'queue' | 'clock' | 'rasteriser' | 'pageReader'>
  const services = { ...given, store: holding(clock, given.store) }
  const idle = new AbortController()
  const handle = (subjectId: string, scope: Scope) =>
    advanceFax(services, { scope, faxId: subjectId }, idle.signal)
  queue.handlers.set('advance-fax', (job) => handle(job.subjectId, job.scope))
  queue.handlers.set('send-notice', (job) => sendNotice(services, job.scope, job.subjectId))
  queue.handlers.set('examine-received', (job) =>
    examineReceived(services, job.scope, job.subjectId, idle.signal),
  )
  queue.handlers.set('read-text', (job) => readReceivedText(services, job.scope, job.subjectId, idle.signal))
  return {
    ...services,
    logText: text,
    addAccount: () => addAccount(services),
    runDue: () => runDue(queue, clock),
    runFor: (limitMs) => runFor(queue, clock, limitMs),
    settle: () => untilSettled(database.owner),
    async close() {
      await pool.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The same, but virtual time stands still while one of its promises is pending: a slow database must not cost a lease. */
function holding<Port extends object>(clock: VirtualClock, port: Port): Port {
  return new Proxy(port, {
    get(target, name) {
      const member = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        const result = member.apply(target, args)
        if (result instanceof Promise) result.finally(clock.hold()).catch(() => undefined)
        return result
      }
    },
  })
}

const noNetwork = () => Promise.reject(new HttpOutError('connect', 'Tests have no network.'))
const NO_NETWORK: HttpOut = { request: noNetwork, check: noNetwork }

export async function addAccount(services: Services): Promise<Scope> {
  const id = services.random.id('acc')
  const wrappedKey = await services.keyring.createAccountKey(id)
  const createdAt = new Date(services.clock.now())
  const account = {
    id,
    name: 'Zebra Example Clinic',
    wrappedKey,
    testClockOffsetMs: 0,
    settings: {},
    createdAt,
  }
  await services.store.asSystem((tx) => tx.accounts.create(account))
  return { accountId: id, mode: 'test' }
}

async function runDue(queue: MemoryQueue, clock: VirtualClock): Promise<number> {
  for (let ran = 0; ; ran += 1) {
    const job = queue.take(clock.now())
    if (!job) return ran
    const handler = queue.handlers.get(job.name)
    if (handler) await whileTimePasses(clock, handler(job, new AbortController().signal))
  }
}

/**
 * Lets virtual time pass until `work` ends: slowly at first and after anything real, then up to half a second at a time. It
 * stands still while the clock is held.
 */
export async function whileTimePasses<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  const state = { ended: false }
  const end = () => {
    state.ended = true
  }
  work.then(end, end)
  for (let step = 1; !state.ended; ) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    if (state.ended) break
    if (clock.isHeld) {
      step = 1
      continue
    }
    await clock.advance(Math.floor(step))
    step = Math.min(step * 1.2, 500)
  }
  return work
}

/** Lets a little virtual time pass until something can be seen. */
export async function until(clock: VirtualClock, condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    await clock.advance(1)
  }
}

async function runFor(queue: MemoryQueue, clock: VirtualClock, limitMs: number): Promise<void> {
  const limit = clock.now() + limitMs
  for (;;) {
    await runDue(queue, clock)
    const next = queue.nextDueMs()
    if (next === undefined || next > limit) return
    await clock.advanceTo(Math.max(next, clock.now()))
  }
}
