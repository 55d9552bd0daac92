import { writeFile } from 'node:fs/promises'
import { Client } from '../client.ts'
import type { CommandLine } from '../command-line.ts'
import { UnreadableFile, UsageError } from '../failures.ts'
import { machineReadable } from '../machine-readable.ts'
import { findServer } from '../server-address.ts'
import { onePositional } from './command.ts'

/** `answerback compliance bundle FILE [--production]`. A file that is there already is not written over: it is evidence. */
export async function compliance(line: CommandLine): Promise<number> {
  const [name, ...positionals] = line.positionals
  if (name !== 'bundle') throw new UsageError('Say what to do: compliance bundle FILE.')
  const file = onePositional({ ...line, positionals }, 'file to write')
  const standard = line.options.production === true ? '&standard=production' : ''
  const client = new Client(findServer({ ...line.options, live: true }, process.env))
  const bundle = await client.download(`/v2/compliance/bundle?audit=whole${standard}`)
  try {
    await writeFile(file, bundle, { flag: 'wx', mode: 0o600 })
  } catch {
    throw new UnreadableFile(`Cannot write the file ${file}: it is there already, or the folder is closed.`)
  }
  const said = { file, bytes: bundle.length }
  process.stdout.write(
    line.options.json ? `${machineReadable(said)}\n` : `${file}  (${bundle.length} bytes)\n`,
  )
  return 0
}
