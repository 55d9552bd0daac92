import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createAccount } from './application/account/create-account.ts'
import { authenticate } from './application/api-keys/authenticate.ts'
import { createMember } from './application/people/create-member.ts'
import type { Services } from './application/services.ts'
import { base32 } from './domain/access/totp.ts'

/** What `./start` leaves for scripts in `credentials.json`. The console user is an owner without a second factor yet. */
export interface Credentials {
  readonly baseUrl: string
  readonly testKey: string
  readonly liveKey: string
  readonly consoleUser: string
  readonly consolePassword: string
}

/** On the first run makes an account, its keys and somebody to sign in as; later ones only correct the address. */
export async function prepareCredentials(
  services: Services,
  dataFolder: string,
  baseUrl: string,
): Promise<{ credentials: Credentials; first: boolean }> {
  const path = join(dataFolder, 'credentials.json')
  const known = await readCredentials(path)
  const keys = known ?? (await createAccount(services, 'Development account'))
  const credentials: Credentials = {
    baseUrl,
    testKey: keys.testKey,
    liveKey: keys.liveKey,
    ...(await consoleUser(services, known, keys.testKey)),
  }
  // Written beside and renamed, so that a crash leaves the old file or the new one.
  await writeFile(`${path}.new`, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 })
  await rename(`${path}.new`, path)
  return { credentials, first: known === undefined }
}

/** The one of the last run, or a new one: data folders older than people have none. */
async function consoleUser(
  services: Services,
  known: Partial<Credentials> | undefined,
  testKey: string,
): Promise<Pick<Credentials, 'consoleUser' | 'consolePassword'>> {
  const { consoleUser: held, consolePassword: password } = known ?? {}
  if (held && password) return { consoleUser: held, consolePassword: password }
  const { accountId } = (await authenticate(services, testKey)).scope
  // Somebody of that name may be left of an account whose credentials were deleted.
  const taken = await services.store.asSystem((tx) => tx.people.byEmail(CONSOLE_USER))
  const email = taken ? `owner-${accountId.slice(-8)}@clinic.example` : CONSOLE_USER
  const fresh = base32(services.random.bytes(15))
    .toLowerCase()
    .replace(/(.{6})(?=.)/g, '$1-')
  const given = { email, name: 'Test Owner Zebra', password: fresh }
  const membership = { role: 'owner', departments: null, modes: ['test', 'live'] } as const
  await createMember(services, accountId, given, membership)
  return { consoleUser: email, consolePassword: fresh }
}

async function readCredentials(
  path: string,
): Promise<(Partial<Credentials> & Pick<Credentials, 'testKey' | 'liveKey'>) | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

const CONSOLE_USER = 'owner@clinic.example'

/** The number the sandbox always answers (`docs/guides/test-mode.md`). */
const ANSWERING_NUMBER = '+12025550100'
/** Simulated; any of the block that the sandbox sells will do. */
const OWN_NUMBER = '+12025550150'
const DEMONSTRATION_MS = 30_000
const POLL_MS = 50

interface FaxReply {
  readonly id: string
  readonly status: string
  readonly pageCount: number | null
  readonly pagesConfirmed: number
  readonly endedAt: string | null
}

/**
 * Sends the sample referral through the API as any client would, and returns its story as lines for the terminal.
 * Everything in it was read back from the server.
 */
export async function sendSampleReferral(
  services: Services,
  credentials: Credentials,
  samplePath: string,
): Promise<string[]> {
  const form = new FormData()
  form.append('to', ANSWERING_NUMBER)
  form.append('allowDuplicate', 'true')
  const file = new Uint8Array(await readFile(samplePath))
  form.append('file', new Blob([file], { type: 'application/pdf' }), 'sample-referral.pdf')
  const call = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const headers = { authorization: `Bearer ${credentials.testKey}` }
    const response = await fetch(credentials.baseUrl + path, { ...init, headers })
    if (!response.ok) throw new Error(`The sample fax was refused with HTTP ${response.status}.`)
    return response.json() as Promise<T>
  }
  const accepted = await call<FaxReply>('/v2/faxes', { method: 'POST', body: form })
  const giveUpAt = services.clock.now() + DEMONSTRATION_MS
  let fax = accepted
  while (fax.endedAt == null && services.clock.now() < giveUpAt) {
    await services.clock.sleep(POLL_MS)
    fax = await call<FaxReply>(`/v2/faxes/${accepted.id}`)
  }
  const events = await call<{ data: { type: string; createdAt: string }[] }>(
    `/v2/faxes/${accepted.id}/events`,
  )
  return [
    `  fax ${fax.id} to ${ANSWERING_NUMBER} (sandbox: nothing was dialled)`,
    ...events.data.map((event) => `  ${event.createdAt.slice(11, 23)}  ${event.type}`),
    `  ${fax.status}: ${fax.pagesConfirmed} of ${fax.pageCount ?? '?'} pages confirmed`,
  ]
}

/** Buys a simulated number through the API as any client would, so that faxes can come in from the first minute. */
export async function buyFirstNumber(credentials: Credentials): Promise<string[]> {
  const response = await fetch(`${credentials.baseUrl}/v2/numbers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${credentials.testKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ number: OWN_NUMBER }),
  })
  if (!response.ok) throw new Error(`The sandbox number was refused with HTTP ${response.status}.`)
  const { id, number } = (await response.json()) as { readonly id: string; readonly number: string }
  return [`Your first number: ${number} (${id}, simulated: nobody can call it but the sandbox)`]
}

/** Writes the sample, so that the printed curl has a file to send. */
export async function writeSampleReferral(dataFolder: string): Promise<string> {
  // Loaded here, so that a production server does not keep a PDF writer and its fonts in memory for a sample it never writes.
  const { buildSampleReferral } = await import('@answerback/imaging/sample/referral')
  const path = join(dataFolder, 'sample-referral.pdf')
  await writeFile(path, await buildSampleReferral(), { mode: 0o600 })
  return path
}

/** What a developer reads next: a command that works when pasted, and where to look. */
export function nextSteps(credentials: Credentials, samplePath: string): string[] {
  return [
    'Send it yourself:',
    '',
    `  curl ${credentials.baseUrl}/v2/faxes \\`,
    `    -H 'Authorization: Bearer ${credentials.testKey}' \\`,
    `    -F to=${ANSWERING_NUMBER} -F allowDuplicate=true -F file=@${samplePath}`,
    '',
    'Have a simulated machine fax you:',
    '',
    `  curl ${credentials.baseUrl}/v2/test/inbound \\`,
    `    -H 'Authorization: Bearer ${credentials.testKey}' -H 'content-type: application/json' \\`,
    `    -d '{"to": "${OWN_NUMBER}"}'`,
    '',
    `Console:         ${credentials.baseUrl}/ (in this version a page that says what there is; ${credentials.consoleUser} signs in by the API)`,
    `API reference:   ${credentials.baseUrl}/docs`,
    'On a terminal:   npx answerback list',
  ]
}
