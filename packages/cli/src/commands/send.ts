import { randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from '../client.ts'
import type { CommandLine, Options } from '../command-line.ts'
import { describeFax } from '../describe.ts'
import { UnreadableFile, UsageError } from '../failures.ts'
import { type Fax, hasEnded } from '../fax.ts'
import { machineReadable } from '../machine-readable.ts'
import { type Patient, readPatient } from '../patient.ts'
import { ProgressView } from '../progress.ts'
import { findServer } from '../server-address.ts'

const POLL_MS = 250

/** `answerback send FILE… --to NUMBER`. Exit code 0: accepted, or with `--wait` delivered; one that waits for a person is not waited for. */
export async function send(line: CommandLine): Promise<number> {
  const { options, positionals } = line
  if (options.to === undefined) throw new UsageError('Say where to: --to NUMBER.')
  if (positionals.length === 0 && options.cover === undefined && !options['return-code'])
    throw new UsageError('Give a file, or cover fields.')
  const client = new Client(findServer(options, process.env))
  const form = await buildForm(positionals, options, await readPatient(options))
  // One key for this invocation: should the connection break, running into a second fax is impossible.
  const accepted = await client.post<Accepted>('/v2/faxes', form, { 'idempotency-key': randomUUID() })
  if (accepted.hold) process.stderr.write(describeHold(accepted))
  if (!options.wait) {
    process.stdout.write(
      options.json
        ? `${machineReadable(accepted)}\n`
        : `${accepted.id}  ${accepted.status}\nFollow it: npx answerback status ${accepted.id}\n`,
    )
    return 0
  }
  const fax = await follow(client, accepted.id)
  process.stdout.write(options.json ? `${machineReadable(fax)}\n` : describeFax(fax))
  return fax.status === 'delivered' ? 0 : 1
}

/** What `POST /v2/faxes` answers. */
interface Accepted {
  readonly id: string
  readonly status: string
  readonly hold: string | null
}

function describeHold({ id, hold }: Accepted): string {
  return (
    `${id} waits for a person (${hold}): compare the number with the order, then\n` +
    `POST /v2/faxes/${id}/release {"confirm": NUMBER}\n`
  )
}

async function buildForm(
  files: readonly string[],
  options: Options,
  patient: Patient | undefined,
): Promise<FormData> {
  const form = new FormData()
  for (const [field, value] of Object.entries(formFields(options, patient))) {
    if (value !== undefined) form.append(field, value)
  }
  for (const tag of options.tag ?? []) form.append('tags', tag)
  for (const file of files) form.append('file', await openFile(file), basename(file))
  return form
}

function formFields(options: Options, patient: Patient | undefined): Record<string, string | undefined> {
  return {
    to: options.to,
    from: options.from,
    ...coverFields(options.cover ?? []),
    'cover.returnCode': options['return-code'] ? 'true' : undefined,
    sendAt: options.at,
    resolution: options.resolution,
    priority: options.priority,
    'patient.id': patient?.id,
    'patient.display': patient?.display,
    purpose: options.purpose,
    allowDuplicate: options['allow-duplicate'] ? 'true' : undefined,
  }
}

/** Names as `fax-send` of the iFax API spells them, and the form fields they become. */
const COVER_FIELDS: Readonly<Record<string, string>> = {
  subject: 'cover.subject',
  from_name: 'cover.fromName',
  to_name: 'cover.toName',
  message: 'cover.message',
  template: 'cover.templateId',
}

function coverFields(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      const field = COVER_FIELDS[pair.slice(0, at)]
      if (at < 0 || field === undefined) {
        throw new UsageError(
          `--cover takes FIELD=TEXT with a field of ${Object.keys(COVER_FIELDS).join(', ')}.`,
        )
      }
      return [field, pair.slice(at + 1)]
    }),
  )
}

async function openFile(path: string): Promise<Blob> {
  try {
    return await openAsBlob(path)
  } catch {
    throw new UnreadableFile(`Cannot read the file ${path}.`)
  }
}

async function follow(client: Client, id: string): Promise<Fax> {
  const view = new ProgressView(process.stderr)
  try {
    for (;;) {
      const fax = await client.get<Fax>(`/v2/faxes/${encodeURIComponent(id)}`)
      view.show(fax)
      // Nothing goes on until somebody releases it, which may take hours.
      if (hasEnded(fax) || fax.hold) return fax
      await sleep(POLL_MS)
    }
  } finally {
    view.end()
  }
}
