import { monitorEventLoopDelay } from 'node:perf_hooks'
import pg from 'pg'
import { SystemClock } from '../packages/server/src/adapters/system/clock.ts'
import { AuditMemory } from '../packages/server/src/application/audit/audit-memory.ts'
import { readAuditLog } from '../packages/server/src/application/audit/read-audit-log.ts'
import { sequenceAudit } from '../packages/server/src/application/audit/sequence-audit.ts'
import { signCheckpoint } from '../packages/server/src/application/audit/sign-checkpoint.ts'
import { complianceReport } from '../packages/server/src/application/compliance/report.ts'
import type { Scope } from '../packages/server/src/ports/store/scope.ts'
import { testDatabase } from '../packages/server/test/support/database.ts'
import { ACTOR, createTestServices, type TestServices } from '../packages/server/test/support/services.ts'
import type { BenchRow } from './row.ts'
import { writeEntries } from './support/audit-entries.ts'
import { printTable } from './support/print-table.ts'
import { percentile } from './support/statistics.ts'

const SHORT = 200_000
const LONG = 1_000_000
const LOOKS = 15
const LOOK_CPU_MS_MAX = 300
const READ_MINUTES_MAX = 30

/** What `GET /v2/compliance` costs beside a long audit, and how long the reading takes that makes up for it. */
export async function run(): Promise<BenchRow[]> {
  const database = await testDatabase()
  const services = await createTestServices(database, { clock: new SystemClock() as never })
  const owner = new pg.Client(database.owner as pg.ClientConfig)
  await owner.connect()
  try {
    const scope: Scope = { ...(await services.addAccount()), mode: 'live' }
    const rows: BenchRow[] = []
    let size = 0
    for (const wanted of [SHORT, LONG]) {
      await writeEntries(database.owner, scope, wanted - size)
      size = wanted
      await sequenceAudit(services)
      await signCheckpoint(services)
      await owner.query('vacuum analyze audit_leaf')
      rows.push(await lookRow(services, scope, size))
      if (size === SHORT) rows.push(await readRow(services, size, 'in the background', () => undefined))
      rows.push(await readRow(services, size, 'while somebody waits', (memory) => memory.askForWhole()))
    }
    return rows
  } finally {
    await owner.end()
    await services.close()
  }
}

async function lookRow(services: TestServices, scope: Scope, size: number): Promise<BenchRow> {
  const costs: number[] = []
  const times: number[] = []
  let gap = 0
  for (let look = 0; look < LOOKS; look += 1) {
    const spent = await spending(() => complianceReport(services, scope, ACTOR))
    costs.push(spent.cpuMs)
    times.push(spent.ms)
    gap = Math.max(gap, spent.gapMs)
  }
  const cpuMs = percentile(costs, 50)
  return {
    figure: `look at an installation with ${size.toLocaleString('en')} entries in the audit`,
    ours: `${cpuMs.toFixed(0)} ms of CPU, ${percentile(times, 50).toFixed(0)} ms, others wait ${gap.toFixed(0)} ms at most`,
    peer: '-',
    ratio: Number.NaN,
    bar: `<= ${LOOK_CPU_MS_MAX} ms of CPU`,
    met: cpuMs <= LOOK_CPU_MS_MAX,
    command: 'node bench/audit-look.ts',
  }
}

/** By a process that knows nothing yet. */
async function readRow(
  services: TestServices,
  size: number,
  how: string,
  begin: (memory: AuditMemory) => unknown,
): Promise<BenchRow> {
  const auditMemory = new AuditMemory()
  const stopping = new AbortController()
  begin(auditMemory)
  const reading = readAuditLog({ ...services, auditMemory }, stopping.signal)
  const { ms, cpuMs, gapMs } = await spending(async () => {
    while (!auditMemory.whole) await new Promise((resolve) => setTimeout(resolve, 50))
  })
  stopping.abort()
  await reading
  if (auditMemory.whole?.isAltered || (auditMemory.whole?.size ?? 0) < size - 256)
    throw new Error('The log was not read.')
  return {
    figure: `· the whole of ${size.toLocaleString('en')} entries read ${how}`,
    ours: `${(ms / 60_000).toFixed(1)} min, ${(cpuMs / 1000).toFixed(0)} s of CPU, others wait ${gapMs.toFixed(0)} ms at most`,
    peer: '-',
    ratio: Number.NaN,
    bar: `<= ${READ_MINUTES_MAX} min`,
    met: ms <= READ_MINUTES_MAX * 60_000,
    command: '',
  }
}

/** @returns what it took, and for how long the process could do nothing else meanwhile, at most */
async function spending(work: () => Promise<unknown>): Promise<{ ms: number; cpuMs: number; gapMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const from = performance.now()
  const cpu = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  delay.disable()
  return { ms: performance.now() - from, cpuMs: (user + system) / 1000, gapMs: delay.max / 1e6 }
}

if (import.meta.main) printTable(await run())
