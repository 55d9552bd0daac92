import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { CommandLine } from '../command-line.ts'
import { UnreadableFile, UsageError } from '../failures.ts'
import { describeInbound, type Inbound } from '../inbound.ts'
import { clientOf, onePositional, print } from './command.ts'

/** Both callers are numbers of the reserved block, which nobody has (`docs/guides/test-mode.md`). */
const CALLED = '+12025550123'
const CALLING = '+12025550177'

/**
 * `answerback trigger fax.received [--file FILE]`: a simulated machine calls in and faxes it. Any other event name: a sample event goes to
 * the webhooks that want it.
 */
export async function trigger(line: CommandLine): Promise<number> {
  const type = onePositional(line, 'event')
  if (type === 'fax.received' || type === 'inbound.received') return callIn(line)
  if (line.options.file !== undefined) throw new UsageError('--file is for fax.received.')
  const event = await clientOf(line).post<{ id: string; type: string }>('/v2/test/events/trigger', { type })
  return print(line, event, `${event.id}  ${event.type}\n`)
}

async function callIn(line: CommandLine): Promise<number> {
  const { file, to = CALLED, from = CALLING, machine, resolution } = line.options
  const document = file === undefined ? undefined : { data: await readBase64(file), fileName: basename(file) }
  const body = {
    to,
    from,
    ...(document && { document }),
    ...(machine && { machine }),
    ...(resolution && { resolution }),
  }
  const inbound = await clientOf(line).post<Inbound>('/v2/test/inbound', body, {
    'idempotency-key': randomUUID(),
  })
  const next = `Look at it: npx answerback inbox download ${inbound.id}\n`
  print(line, inbound, describeInbound(inbound) + (inbound.pageCount > 0 ? next : ''))
  return inbound.status === 'received' ? 0 : 1
}

async function readBase64(path: string): Promise<string> {
  try {
    return await readFile(path, 'base64')
  } catch {
    throw new UnreadableFile(`Cannot read the file ${path}.`)
  }
}
