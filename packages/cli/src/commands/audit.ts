import { createReadStream, createWriteStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describeVerdict } from '../audit-verify/describe-verdict.ts'
import { readKeptCheckpoints } from '../audit-verify/kept-checkpoints.ts'
import { readLines } from '../audit-verify/read-lines.ts'
import { type OpenedCheckpoint, parseVerifierKey, type VerifierKey } from '../audit-verify/signed-note.ts'
import type { VerifyOptions } from '../audit-verify/verdict.ts'
import { verifyExport } from '../audit-verify/verify-export.ts'
import type { CommandLine } from '../command-line.ts'
import { Unreachable, UnreadableFile, UsageError } from '../failures.ts'
import { type Command, chosen, clientOf, onePositional, print } from './command.ts'

const ACTIONS: Readonly<Record<string, Command>> = { export: exportTo, verify, checkpoint }

/** `answerback audit export FILE | verify FILE | checkpoint`. */
export async function audit(line: CommandLine): Promise<number> {
  return chosen(
    line,
    ACTIONS,
    '',
    'Say what to do: audit export FILE, audit verify FILE or audit checkpoint.',
  )
}

/** A file that is there already is not written over: it may be the only copy of what the log once was. */
async function exportTo(line: CommandLine): Promise<number> {
  const file = onePositional(line, 'file to write')
  const handle = await open(file, 'wx', 0o600).catch(() => {
    throw new UnreadableFile(`Cannot write the file ${file}: it is there already, or the folder is closed.`)
  })
  await handle.close()
  try {
    const body = await clientOf(line).stream('/v2/audit/export')
    await pipeline(Readable.from(body), createWriteStream(file, { flags: 'r+', flush: true }))
  } catch (error) {
    await rm(file)
    if (error instanceof TypeError) throw new Unreachable('The connection broke before all of it had come.')
    throw error
  }
  print(line, { file }, `${file}\nVerify it, also without this server: npx answerback audit verify ${file}\n`)
  return 0
}

async function verify(line: CommandLine): Promise<number> {
  const file = onePositional(line, 'exported file')
  const { key, checkpoints } = line.options
  const given = key === undefined ? undefined : parseVerifierKey(key)
  if (key !== undefined && !given)
    throw new UsageError('--key takes the key of the log here, such as name+0a1b2c3d+….')
  if (checkpoints !== undefined && !given)
    throw new UsageError('--checkpoints needs --key: the one that was kept with them.')
  const kept = checkpoints === undefined || !given ? undefined : await keptIn(checkpoints, given)
  const options: VerifyOptions = { ...(key === undefined ? {} : { key }), ...(kept ? { kept } : {}) }
  const verdict = await reading(file, verifyExport(readLines(createReadStream(file)), options))
  print(line, verdict, describeVerdict(verdict, options))
  return verdict.isIntact ? 0 : 1
}

async function keptIn(file: string, key: VerifierKey): Promise<readonly OpenedCheckpoint[]> {
  const { checkpoints, badLines } = await reading(
    file,
    readKeptCheckpoints(readLines(createReadStream(file)), key),
  )
  if (badLines.length > 0)
    process.stderr.write(
      `${file}: ${badLines.length} lines hold no checkpoint of this key, the first is ${badLines[0]}.\n`,
    )
  return checkpoints
}

async function reading<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw new UnreadableFile(`Cannot read the file ${file}.`)
    throw error
  }
}

async function checkpoint(line: CommandLine): Promise<number> {
  if (line.positionals.length > 0) throw new UsageError('A checkpoint takes options only.')
  const found = await clientOf(line).get<{ note: string; verifierKey: string }>('/v2/audit/checkpoint')
  print(line, found, `${found.note}\nverifier key  ${found.verifierKey}\n`)
  return 0
}
