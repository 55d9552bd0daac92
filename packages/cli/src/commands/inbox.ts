import { writeFile } from 'node:fs/promises'
import type { CommandLine, Options } from '../command-line.ts'
import { UnreadableFile, UsageError } from '../failures.ts'
import { describeInbound, describeInboundLine, type Inbound } from '../inbound.ts'
import { type Command, chosen, clientOf, onePositional, print } from './command.ts'
import { linkReceived } from './link.ts'

const ACTIONS: Readonly<Record<string, Command>> = {
  list,
  search,
  open,
  download,
  assign,
  mark,
  link: linkReceived,
}
const FORMATS = ['pdf', 'tiff', 'png']

/** `answerback inbox [list] | search WORDS | open ID | download ID | assign ID WHO | mark ID MARK | link ID`. */
export function inbox(line: CommandLine): Promise<number> {
  const told = 'Say what to do: inbox list, search, open, download, assign, mark or link.'
  return chosen(line, ACTIONS, 'list', told)
}

async function list(line: CommandLine): Promise<number> {
  if (line.positionals.length > 0) throw new UsageError('A list takes options only.')
  return show(line, queryOf(line.options))
}

async function search(line: CommandLine): Promise<number> {
  if (line.positionals.length === 0) throw new UsageError('Give the words to look for.')
  const query = queryOf(line.options)
  query.set('q', line.positionals.join(' '))
  return show(line, query)
}

function queryOf(options: Options): URLSearchParams {
  const query = new URLSearchParams()
  const filters = {
    status: options.status,
    number: options.to,
    from: options.from,
    mailboxId: options.mailbox,
    assignee: options.assignee,
    mark: options.mark,
    limit: options.limit ?? '20',
  }
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) query.set(name, value)
  return query
}

async function show(line: CommandLine, query: URLSearchParams): Promise<number> {
  const page = await clientOf(line).get<{ data: Inbound[]; nextCursor: string | null }>(
    `/v2/inbound?${query}`,
  )
  const lines = page.data.map(describeInboundLine).join('') || 'No faxes.\n'
  const more =
    page.nextCursor === null
      ? ''
      : 'There are more: raise --limit or narrow with --mark, --mailbox, --from.\n'
  return print(line, page, lines + more)
}

async function open(line: CommandLine): Promise<number> {
  const inbound = await clientOf(line).get<Inbound>(path(line))
  return print(line, inbound, describeInbound(inbound))
}

/** A file that is there already is not written over: it may be somebody's only copy of another fax. */
async function download(line: CommandLine): Promise<number> {
  const { format = 'pdf', page } = line.options
  if (!FORMATS.includes(format)) throw new UsageError(`--format takes ${FORMATS.join(', ')}.`)
  const id = onePositional(line, 'received fax id')
  const query = new URLSearchParams({ format, ...(page === undefined ? {} : { page }) })
  const bytes = await clientOf(line).download(`${path(line)}/content?${query}`)
  const file = line.options.output ?? `${id.replace(/[^0-9A-Za-z_-]/g, '')}.${format}`
  try {
    await writeFile(file, bytes, { flag: 'wx', mode: 0o600 })
  } catch {
    throw new UnreadableFile(`Cannot write the file ${file}: it is there already, or the folder is closed.`)
  }
  return print(line, { id, file, byteCount: bytes.length }, `${file}  ${bytes.length} bytes\n`)
}

/** `--release` leaves it to the mailbox's owner again. */
async function assign(line: CommandLine): Promise<number> {
  const [id, who, ...rest] = line.positionals
  const isReleased = line.options.release === true
  if (id === undefined || rest.length > 0 || (who === undefined) !== isReleased)
    throw new UsageError('Give the id and who shall have it, or the id and --release.')
  const body = { assignee: who ?? null }
  return change({ ...line, positionals: [id] }, 'assign', body)
}

async function mark(line: CommandLine): Promise<number> {
  const [id, mark, ...rest] = line.positionals
  if (id === undefined || mark === undefined || rest.length > 0)
    throw new UsageError('Give the id and the mark: new, in_review, done or spam.')
  const { reason } = line.options
  const body = { mark, ...(reason === undefined ? {} : { reason }) }
  return change({ ...line, positionals: [id] }, 'mark', body)
}

async function change(line: CommandLine, action: string, body: object): Promise<number> {
  const inbound = await clientOf(line).post<Inbound>(`${path(line)}/${action}`, body)
  return print(line, inbound, describeInbound(inbound))
}

function path(line: CommandLine): string {
  return `/v2/inbound/${encodeURIComponent(onePositional(line, 'received fax id'))}`
}
