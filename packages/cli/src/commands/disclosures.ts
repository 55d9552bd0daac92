import { open, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../client.ts'
import type { CommandLine, Options } from '../command-line.ts'
import { type Disclosure, describeDisclosure, describeSum, describeUnlinked } from '../disclosure.ts'
import { UnreadableFile, UsageError } from '../failures.ts'
import { readYesOrNo } from '../flags.ts'
import { patiently } from '../patience.ts'
import { readPatient } from '../patient.ts'
import { clientOf, noPositional, print } from './command.ts'

const PATH = '/v2/disclosures/search'
const ROWS = 100
/** RFC 3339, as the API takes it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i

type Question = Readonly<Record<string, string | number | boolean>>

interface Page {
  readonly data: readonly Disclosure[]
  readonly nextCursor: string | null
  readonly unlinked: number | null
}

/**
 * `answerback disclosures`: what left, to whom and why; with a patient, their account of disclosures. It goes on to the last page: an account
 * that is too short is a violation. The question stands in the body, where no log of an address sees it.
 */
export async function disclosures(line: CommandLine): Promise<number> {
  noPositional(line, 'The list of disclosures')
  const { output, unlinked = false } = line.options
  const limit = readLimit(line.options.limit)
  const question = await questionOf(line.options)
  if (unlinked && (question.patient !== undefined || output !== undefined))
    throw new UsageError("--unlinked lists what is nobody's: it goes without a patient and --output.")
  if (output !== undefined && limit !== Number.POSITIVE_INFINITY)
    throw new UsageError('--output writes all of it: it goes without --limit.')
  return output === undefined ? list(line, question, limit) : writeTable(line, question, output)
}

async function questionOf(options: Options): Promise<Question> {
  const { to, reference, accountable, since, until } = options
  if (options['patient-name'] !== undefined)
    throw new UsageError('Patients are found by id: --patient ID or --patient-file FILE.')
  const patient = await readPatient(options)
  return {
    ...(patient && { patient: patient.id }),
    ...(to !== undefined && { to }),
    ...(reference !== undefined && { reference }),
    ...(accountable !== undefined && { accountable: readYesOrNo('accountable', accountable) }),
    ...(since !== undefined && { from: readTime('since', since) }),
    ...(until !== undefined && { until: readTime('until', until) }),
  }
}

async function list(line: CommandLine, question: Question, limit: number): Promise<number> {
  const wanted = (row: Disclosure) => !line.options.unlinked || row.patientId === null
  const shown: Disclosure[] = []
  let unlinked: number | null = null
  let isAll = true
  for await (const page of pages(clientOf(line), question)) {
    unlinked ??= page.unlinked
    const rows = page.data.filter(wanted)
    const taken = rows.slice(0, limit - shown.length)
    shown.push(...taken)
    isAll = page.nextCursor === null && taken.length === rows.length
    if (!line.options.json) process.stdout.write(taken.map(describeDisclosure).join(''))
    if (shown.length >= limit) break
  }
  return print(
    line,
    { data: shown, unlinked, isAll },
    (shown.length > 0 ? '\n' : '') + describeSum(shown.length, unlinked, isAll),
  )
}

async function* pages(client: Client, question: Question): AsyncGenerator<Page> {
  for (let body: Question = { ...question, limit: ROWS }; ; ) {
    const page = await patiently(sleep, () => client.post<Page>(PATH, body))
    yield page
    if (page.nextCursor === null) return
    body = { ...body, cursor: page.nextCursor }
  }
}

/** As the API writes a table. A file that is there already is not written over, and one that is not whole does not stay. */
async function writeTable(line: CommandLine, question: Question, file: string): Promise<number> {
  const handle = await open(file, 'wx', 0o600).catch(() => {
    throw new UnreadableFile(`Cannot write the file ${file}: it is there already, or the folder is closed.`)
  })
  let [byteCount, unlinked]: [number, number | null] = [0, null]
  try {
    for await (const table of tables(clientOf(line), question)) {
      await handle.appendFile(table.text)
      byteCount += Buffer.byteLength(table.text)
      unlinked ??= table.unlinked
    }
    await handle.close()
  } catch (error) {
    await handle.close()
    await rm(file)
    throw error
  }
  const told = unlinked === null ? '' : describeUnlinked(unlinked)
  return print(line, { file, byteCount, unlinked }, `${file}  ${byteCount} bytes\n${told}`)
}

/** Each page has the header of the table: only that of the first is kept. */
async function* tables(
  client: Client,
  question: Question,
): AsyncGenerator<{ readonly text: string; readonly unlinked: number | null }> {
  for (let body: Question = { ...question, limit: ROWS }; ; ) {
    const { text, headers } = await patiently(sleep, () => client.postForText(PATH, body, 'text/csv'))
    const unlinked = headers.get('x-unlinked')
    yield {
      text: body.cursor === undefined ? text : text.slice(text.indexOf('\r\n') + 2),
      unlinked: unlinked === null ? null : Number(unlinked),
    }
    const cursor = headers.get('x-next-cursor')
    if (cursor === null) return
    body = { ...body, cursor }
  }
}

function readLimit(limit: string | undefined): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY
  if (!/^[1-9]\d{0,8}$/.test(limit)) throw new UsageError('--limit takes a number from 1 on.')
  return Number(limit)
}

function readTime(name: string, time: string): string {
  if (!TIME.test(time))
    throw new UsageError(`--${name} takes a time of RFC 3339, such as 2026-01-01T00:00:00Z.`)
  return time
}
