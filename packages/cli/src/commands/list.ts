import { Client } from '../client.ts'
import type { CommandLine } from '../command-line.ts'
import type { Fax } from '../fax.ts'
import { machineReadable } from '../machine-readable.ts'
import { findServer } from '../server-address.ts'

export async function list(line: CommandLine): Promise<number> {
  const { options } = line
  const query = new URLSearchParams()
  if (options.status !== undefined) query.set('status', options.status)
  if (options.to !== undefined) query.set('number', options.to)
  if (options.tag?.[0] !== undefined) query.set('tag', options.tag[0])
  query.set('limit', options.limit ?? '20')
  const client = new Client(findServer(options, process.env))
  const page = await client.get<{ data: Fax[]; nextCursor: string | null }>(`/v2/faxes?${query}`)
  if (options.json) {
    process.stdout.write(`${machineReadable(page)}\n`)
    return 0
  }
  if (page.data.length === 0) process.stdout.write('No faxes.\n')
  for (const fax of page.data) {
    const pages = `${fax.pagesConfirmed}/${fax.pageCount ?? '?'} pages`
    process.stdout.write(
      `${fax.id}  ${fax.createdAt}  ${fax.status.padEnd(19)}  ${pages.padEnd(13)}  ${fax.to}\n`,
    )
  }
  if (page.nextCursor !== null)
    process.stdout.write('There are more: raise --limit or narrow with --status.\n')
  return 0
}
