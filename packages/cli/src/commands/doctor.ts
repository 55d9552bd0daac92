import { Client } from '../client.ts'
import type { CommandLine } from '../command-line.ts'
import { type ComplianceReport, describeCompliance } from '../compliance.ts'
import { UsageError } from '../failures.ts'
import { findServer } from '../server-address.ts'

/** `answerback doctor [--production]`: exit code 1 when a check fails. It asks with the live key: the sandbox holds nobody's PHI. */
export async function doctor(line: CommandLine): Promise<number> {
  if (line.positionals.length > 0) throw new UsageError('The doctor takes options only.')
  const query = line.options.production === true ? '?standard=production' : ''
  const client = new Client(findServer({ ...line.options, live: true }, process.env))
  const report = await client.get<ComplianceReport>(`/v2/compliance${query}`)
  process.stdout.write(line.options.json ? `${JSON.stringify(report)}\n` : describeCompliance(report))
  return report.ok ? 0 : 1
}
