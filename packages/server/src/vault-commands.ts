import { openDatabase } from './adapters/database/open.ts'
import { scrubDatabase } from './adapters/database/scrub.ts'
import { removeFileKey, rotateFileKey } from './adapters/keyring/file-keys.ts'
import type { Config } from './config/config.ts'
import { KeyError } from './ports/keyring.ts'

const ALL_SCRUBBED = 'The database was rewritten: what was destroyed is in none of its files any more.'
const TABLES_SCRUBBED =
  'The tables were rewritten: what was destroyed is in none of them any more. It may still be in the write-ahead log, which only a superuser ' +
  'of PostgreSQL can begin anew: wait until its segments were used again, and until archives and replicas have dropped them.'

/**
 * What only who runs the machine may do with keys: `rotate`, `retire KEY`, `scrub`.
 * @returns what to print
 * @throws KeyError, DatabaseError
 */
export async function runVaultCommand(config: Config, command: string): Promise<string> {
  const [action, key = ''] = command.split(' ')
  if (action === 'scrub') return scrub(config)
  if (config.keyProvider.kind !== 'file') {
    const sentence = `Master keys are in ${config.keyProvider.kind}: rotate and retire them there. The server finds out by itself.`
    throw new KeyError('key_unavailable', sentence)
  }
  if (action === 'rotate') return rotate(config)
  if (action === 'retire') {
    await removeFileKey(config.keyFolder, key)
    return `Master key ${key} is gone from the key file. Back-ups of the database from before need the file as it was.`
  }
  throw new Error('No such command.')
}

async function rotate({ keyFolder }: Config): Promise<string> {
  const id = await rotateFileKey(keyFolder)
  return (
    `Master key ${id} wraps from now on. Back up the key file before anything else: ${keyFolder}/master.json\n` +
    'Running servers take it up within a minute and wrap anew what older keys wrap: answerback vault status'
  )
}

async function scrub(config: Config): Promise<string> {
  const ended = (sentence: string) => process.stderr.write(`${sentence}\n`)
  const database = await openDatabase({
    url: config.databaseUrl,
    dataFolder: config.dataFolder,
    onExit: ended,
  })
  try {
    const { log } = await scrubDatabase(database)
    return log === 'begun_anew' ? ALL_SCRUBBED : TABLES_SCRUBBED
  } finally {
    await database.close()
  }
}
