import type { Client } from '../client.ts'
import { ApiProblem } from '../failures.ts'
import { patiently } from '../patience.ts'
import type { ExportFolder } from './export-folder.ts'

/** What became of an export. */
export interface Exported {
  readonly faxes: number
  readonly received: number
  readonly events: number
  /** Faxes without pages to give: not rendered yet, destroyed by retention, or none received. */
  readonly withoutPages: number
}

interface Row {
  readonly id: string
}

interface Page<T> {
  readonly data: readonly T[]
  readonly nextCursor: string | null
}

const ROWS = 100
const ID = /^[a-z]{2,5}_[0-9A-Za-z]{1,60}$/
const FORMATS = ['pdf', 'tiff'] as const
const NO_PAGES = new Set([
  'fax.content_not_ready',
  'fax.content_deleted',
  'inbound.no_pages',
  'inbound.content_deleted',
])

/**
 * Everything of one account and mode that the API gives: what was sent and received as PDF/A and TIFF-F, what is known of each as JSON,
 * settings, events, and the audit with its proof. Each look at pages is an entry of the account's audit.
 * @param wait sleeps that many milliseconds
 * @param told is shown each fax that was written
 * @throws ApiProblem, Unreachable; UnreadableFile
 */
export async function exportAccount(
  client: Client,
  folder: ExportFolder,
  wait: (ms: number) => Promise<void>,
  told: (id: string) => void,
): Promise<Exported> {
  const patient = new PatientClient(client, wait)
  await folder.json('account.json', await patient.get('/v2/account'))
  for (const name of ['numbers', 'mailboxes', 'routes', 'webhooks', 'recipients']) {
    await folder.json(`${name}.json`, await all(patient, `/v2/${name}`))
  }
  let withoutPages = 0
  const count = async (path: string, place: string, details: readonly string[]) => {
    let rows = 0
    for await (const row of listed<Row>(patient, path)) {
      if (!ID.test(row.id)) throw new ApiProblem({ title: 'The server names a fax in an impossible way.' })
      const own = `${place}/${row.id}`
      await folder.json(`${own}/fax.json`, row)
      for (const detail of details) {
        await folder.json(`${own}/${detail}.json`, await all(patient, `${path}/${row.id}/${detail}`))
      }
      if (!(await pages(patient, folder, `${path}/${row.id}`, own))) withoutPages += 1
      rows += 1
      told(row.id)
    }
    return rows
  }
  const faxes = await count('/v2/faxes', 'faxes', ['attempts', 'events'])
  const received = await count('/v2/inbound', 'received', ['notes'])
  const seen = { events: 0 }
  await folder.write('events.jsonl', lines(patient, '/v2/events', seen))
  await folder.write('audit.jsonl', await patient.stream('/v2/audit/export'))
  return { faxes, received, events: seen.events, withoutPages }
}

/** @returns whether there were any */
async function pages(
  client: PatientClient,
  folder: ExportFolder,
  path: string,
  place: string,
): Promise<boolean> {
  for (const format of FORMATS) {
    try {
      await folder.write(`${place}/pages.${format}`, await client.stream(`${path}/content?format=${format}`))
    } catch (error) {
      if (error instanceof ApiProblem && NO_PAGES.has(error.problem.code ?? '')) return false
      throw error
    }
  }
  return true
}

async function all(client: PatientClient, path: string): Promise<unknown[]> {
  const rows: unknown[] = []
  for await (const row of listed(client, path)) rows.push(row)
  return rows
}

/** Some lists come whole, without pages. */
async function* listed<T>(client: PatientClient, path: string): AsyncGenerator<T> {
  for (let query = ''; ; ) {
    const page = await client.get<Page<T>>(path + query)
    yield* page.data
    if (page.nextCursor === null || page.nextCursor === undefined) return
    query = `?${new URLSearchParams({ limit: `${ROWS}`, cursor: page.nextCursor })}`
  }
}

async function* lines(client: PatientClient, path: string, seen: { events: number }): AsyncGenerator<Buffer> {
  for await (const row of listed(client, path)) {
    seen.events += 1
    yield Buffer.from(`${JSON.stringify(row)}\n`)
  }
}

class PatientClient {
  readonly #client: Client
  readonly #wait: (ms: number) => Promise<void>

  constructor(client: Client, wait: (ms: number) => Promise<void>) {
    this.#client = client
    this.#wait = wait
  }

  get<T>(path: string): Promise<T> {
    return patiently(this.#wait, () => this.#client.get<T>(path))
  }

  stream(path: string): Promise<AsyncIterable<Uint8Array>> {
    return patiently(this.#wait, () => this.#client.stream(path))
  }
}
