import { updateAccount } from '../packages/server/src/application/account/update-account.ts'
import { createRecipient } from '../packages/server/src/application/recipients/add-recipients.ts'
import { sendFax } from '../packages/server/src/application/sending/send-fax.ts'
import type { MisdirectionPolicy } from '../packages/server/src/domain/recipients/misdirection.ts'
import type { Scope } from '../packages/server/src/ports/store/scope.ts'
import { testDatabase } from '../packages/server/test/support/database.ts'
import { ACTOR, createTestServices, type TestServices } from '../packages/server/test/support/services.ts'
import { addTrunk, TrunkLine } from '../packages/server/test/support/trunk-line.ts'
import type { BenchRow } from './row.ts'
import { printTable } from './support/print-table.ts'
import { median } from './support/statistics.ts'

const COMMAND = 'node bench/misdirection.ts'
const RECIPIENTS = 2_000
const ROUNDS = 25
const FAXES = 60
/** More than with the guards off: they must be nobody's reason to switch them off. */
const MORE_MAX_MS = 0.15

const OFF: Partial<MisdirectionPolicy> = { firstSend: 'allow', nearMiss: 'allow' }

/** Processor time of this process to accept a fax: guards off, a confirmed number of a directory of 2,000, and a stranger who is held. */
export async function run(): Promise<BenchRow[]> {
  const services = await createTestServices(await testDatabase(), { lines: [new TrunkLine()] })
  try {
    const open = await account(services, OFF)
    const guarded = await account(services, {})
    const ways = {
      off: () => accept(services, open, known),
      confirmed: () => accept(services, guarded, known),
      stranger: () => accept(services, guarded, stranger),
    }
    for (const way of Object.values(ways)) await way()
    const taken: Record<keyof typeof ways, number[]> = { off: [], confirmed: [], stranger: [] }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const name of ['off', 'confirmed', 'stranger'] as const) taken[name].push(await ways[name]())
    }
    const off = median(taken.off)
    return [
      row('to a confirmed number', median(taken.confirmed), off, MORE_MAX_MS),
      row('to a stranger, which is held', median(taken.stranger), off, Number.POSITIVE_INFINITY),
    ]
  } finally {
    await services.close()
  }
}

let serial = 0
const known = () => `+1202666${String(1_000 + (serial % RECIPIENTS)).padStart(4, '0')}`
const stranger = () => `+1415777${String(serial % 10_000).padStart(4, '0')}`

async function account(services: TestServices, live: Partial<MisdirectionPolicy>): Promise<Scope> {
  const scope: Scope = { ...(await services.addAccount()), mode: 'live' }
  await updateAccount(services, scope, ACTOR, { misdirection: { live } })
  await addTrunk(services, scope, { name: 'Carrier' })
  for (serial = 0; serial < RECIPIENTS; serial += 1) {
    await createRecipient(services, scope, ACTOR, { number: known(), name: 'Clinic', attested: true })
  }
  return scope
}

/** @returns milliseconds of processor time a fax */
async function accept(services: TestServices, scope: Scope, number: () => string): Promise<number> {
  const from = process.cpuUsage()
  for (let count = 0; count < FAXES; count += 1) {
    serial += 1
    await sendFax(services, scope, ACTOR, {
      to: number(),
      documents: [],
      cover: { subject: `Test ${serial}` },
      allowNearMiss: true,
    })
  }
  const { user, system } = process.cpuUsage(from)
  services.queue.waiting.length = 0
  return (user + system) / 1_000 / FAXES
}

function row(what: string, ours: number, off: number, moreMaxMs: number): BenchRow {
  return {
    figure: `accept a fax ${what}, processor time; beside it with the guards off`,
    ours: `${ours.toFixed(2)} ms`,
    peer: `${off.toFixed(2)} ms`,
    ratio: ours / off,
    bar: Number.isFinite(moreMaxMs) ? `≤ ${moreMaxMs} ms more` : '–',
    met: ours - off <= moreMaxMs,
    command: COMMAND,
  }
}

if (import.meta.main) printTable(await run())
