import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from '../client.ts'
import type { CommandLine } from '../command-line.ts'
import { exportAccount } from '../export/export-account.ts'
import { ExportFolder } from '../export/export-folder.ts'
import { Unreachable } from '../failures.ts'
import { machineReadable } from '../machine-readable.ts'
import { findServer } from '../server-address.ts'
import { onePositional } from './command.ts'

/** `answerback export FOLDER`: what the key's account holds in the key's mode, for the customer to keep. */
export async function exportTo(line: CommandLine): Promise<number> {
  const root = resolve(onePositional(line, 'folder'))
  const client = new Client(findServer(line.options, process.env))
  const folder = await ExportFolder.create(root)
  try {
    const exported = await exportAccount(
      client,
      folder,
      (ms) => sleep(ms),
      (id) => {
        if (!line.options.json) process.stdout.write(`${id}\n`)
      },
    )
    await folder.json('export.json', { endedAt: new Date().toISOString(), ...exported })
    await folder.finish()
    const { faxes, received, events, withoutPages } = exported
    process.stdout.write(
      line.options.json
        ? `${machineReadable({ folder: root, ...exported })}\n`
        : `${root}: ${faxes} faxes sent, ${received} received (${withoutPages} without pages), ${events} events, ` +
            `${folder.files} files of ${folder.bytes} bytes\nIt holds patient data in the clear: keep it as such.\n`,
    )
    return 0
  } catch (error) {
    if (error instanceof TypeError) throw new Unreachable('The connection broke before all of it had come.')
    throw error
  }
}
