import { Client } from '../client.ts'
import type { CommandLine } from '../command-line.ts'
import { describeAttempt, describeFax } from '../describe.ts'
import type { Attempt, Fax } from '../fax.ts'
import { describeTimeline } from '../ladder.ts'
import { machineReadable } from '../machine-readable.ts'
import { findServer } from '../server-address.ts'
import { onePositional } from './command.ts'

export async function status(line: CommandLine): Promise<number> {
  const id = encodeURIComponent(onePositional(line, 'fax id'))
  const client = new Client(findServer(line.options, process.env))
  const fax = await client.get<Fax>(`/v2/faxes/${id}`)
  const { frames = false } = line.options
  const query = frames ? '?include=frames' : ''
  const attempts = await client.get<{ data: Attempt[] }>(`/v2/faxes/${id}/attempts${query}`)
  const text = line.options.json
    ? `${machineReadable({ ...fax, attempts: attempts.data })}\n`
    : describeFax(fax) + attempts.data.map((attempt) => describe(attempt, frames)).join('')
  process.stdout.write(text)
  return 0
}

function describe(attempt: Attempt, frames: boolean): string {
  return describeAttempt(attempt) + (frames ? describeTimeline(attempt.timeline) : '')
}
