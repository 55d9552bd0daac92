import { Client } from '../client.ts'
import type { CommandLine } from '../command-line.ts'
import { describeFax } from '../describe.ts'
import type { Fax } from '../fax.ts'
import { machineReadable } from '../machine-readable.ts'
import { findServer } from '../server-address.ts'
import { onePositional } from './command.ts'

export async function cancel(line: CommandLine): Promise<number> {
  const id = encodeURIComponent(onePositional(line, 'fax id'))
  const client = new Client(findServer(line.options, process.env))
  const fax = await client.post<Fax>(`/v2/faxes/${id}/cancel`, {})
  process.stdout.write(line.options.json ? `${machineReadable(fax)}\n` : describeFax(fax))
  return 0
}
