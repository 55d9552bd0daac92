import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLines } from '../packages/cli/src/audit-verify/read-lines.ts'
import { verifyExport } from '../packages/cli/src/audit-verify/verify-export.ts'
import { exportLine } from '../packages/server/src/adapters/http/views/audit-view.ts'
import { exportAudit } from '../packages/server/src/application/audit/export-audit.ts'
import { proveEntry } from '../packages/server/src/application/audit/read-checkpoint.ts'
import { sequenceAudit } from '../packages/server/src/application/audit/sequence-audit.ts'
import { signCheckpoint } from '../packages/server/src/application/audit/sign-checkpoint.ts'
import type { Scope } from '../packages/server/src/ports/store/scope.ts'
import { testDatabase } from '../packages/server/test/support/database.ts'
import { ACTOR, createTestServices, type TestServices } from '../packages/server/test/support/services.ts'
import type { BenchRow } from './row.ts'
import { writeEntries } from './support/audit-entries.ts'
import { printTable } from './support/print-table.ts'
import { percentile } from './support/statistics.ts'

const COMMAND = 'node bench/audit.ts'
const LEAVES = 1_000_000
const VERIFY_SECONDS_MAX = 30
const PROOFS = 200
const HASHES_MAX = 20

/** One account's audit of 1,000,000 entries: into the log, out as an export, and verified as `answerback audit verify` does. */
export async function run(): Promise<BenchRow[]> {
  const database = await testDatabase()
  const services = await createTestServices(database)
  const folder = await mkdtemp(join(tmpdir(), 'answerback-audit-'))
  const file = join(folder, 'audit.jsonl')
  try {
    const scope = await services.addAccount()
    await writeEntries(database.owner, scope, LEAVES)
    const sequencing = await timed(() => sequenceAudit(services))
    await signCheckpoint(services)
    const proofs = await proofRow(services, scope)
    const exporting = await timed(() => writeExport(services, scope, file))
    const verifying = await timed(async () => {
      const verdict = await verifyExport(readLines(createReadStream(file)))
      if (!verdict.isIntact || verdict.ownCount < LEAVES) throw new Error('The export is not intact.')
    })
    const bytes = (await stat(file)).size
    return [
      verifyRow(verifying, bytes),
      proofs,
      rateRow('entries into the log', sequencing),
      rateRow(`export, ${Math.round(bytes / LEAVES)} bytes an entry`, exporting),
    ]
  } finally {
    await services.close()
    await rm(folder, { recursive: true })
  }
}

interface Timed {
  readonly seconds: number
  readonly cpuSeconds: number
}

async function timed(work: () => Promise<unknown>): Promise<Timed> {
  const from = performance.now()
  const cpu = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { seconds: (performance.now() - from) / 1000, cpuSeconds: (user + system) / 1e6 }
}

async function writeExport(services: TestServices, scope: Scope, path: string): Promise<void> {
  const handle = await open(path, 'wx')
  try {
    for await (const page of await exportAudit(services, scope, ACTOR))
      await handle.write(page.map(exportLine).join(''))
  } finally {
    await handle.close()
  }
}

async function proofRow(services: TestServices, scope: Scope): Promise<BenchRow> {
  const milliseconds: number[] = []
  let hashes = 0
  for (let index = 0; index < PROOFS; index += 1) {
    const from = performance.now()
    const { path } = await proveEntry(services, scope, ACTOR, 1 + ((index * 7919) % LEAVES))
    milliseconds.push(performance.now() - from)
    hashes = Math.max(hashes, path.length)
  }
  const [p50, p99] = [percentile(milliseconds, 50), percentile(milliseconds, 99)]
  return {
    figure: `inclusion proof among ${LEAVES.toLocaleString('en')} leaves`,
    ours: `${hashes} hashes; p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
    peer: '-',
    ratio: Number.NaN,
    bar: `<= ${HASHES_MAX} hashes`,
    met: hashes <= HASHES_MAX,
    command: COMMAND,
  }
}

function verifyRow({ seconds, cpuSeconds }: Timed, bytes: number): BenchRow {
  const peak = process.resourceUsage().maxRSS / 1024
  return {
    figure: `verify ${LEAVES.toLocaleString('en')} leaves offline, every entry the account's own (${Math.round(bytes / 1e6)} MB)`,
    ours: `${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of CPU), ${Math.round(peak)} MB with all that was measured before`,
    peer: '-',
    ratio: Number.NaN,
    bar: `<= ${VERIFY_SECONDS_MAX} s`,
    met: seconds <= VERIFY_SECONDS_MAX,
    command: COMMAND,
  }
}

function rateRow(figure: string, { seconds, cpuSeconds }: Timed): BenchRow {
  return {
    figure,
    ours: `${Math.round(LEAVES / seconds).toLocaleString('en')}/s, ${((cpuSeconds / LEAVES) * 1e6).toFixed(1)} µs of CPU each`,
    peer: '-',
    ratio: Number.NaN,
    bar: 'none',
    met: true,
    command: COMMAND,
  }
}

if (import.meta.main) printTable(await run())
