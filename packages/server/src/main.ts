import { mkdir, readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { createAccount } from './application/account/create-account.ts'
import { invitePerson } from './application/people/invite-person.ts'
import { runBackupCommand } from './backup-commands.ts'
import { type CloseOptions, closeCommand } from './close-command.ts'
import type { Config } from './config/config.ts'
import { ConfigError, type Profile } from './config/misconfiguration.ts'
import { readConfig } from './config/read-config.ts'
import { holdsSecret } from './config/settings.ts'
import { tellCrashes } from './crash.ts'
import { keepCertificates } from './destructions.ts'
import {
  buyFirstNumber,
  nextSteps,
  prepareCredentials,
  sendSampleReferral,
  writeSampleReferral,
} from './development.ts'
import { assertSetUp, operatorSentence } from './operator-sentence.ts'
import { type RunningServer, startServer } from './server.ts'
import { runVaultCommand } from './vault-commands.ts'

/** Reads the command line, starts the server, and ends it on a signal. `server.ts` wires the adapters. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      profile: { type: 'string', default: 'development' },
      config: { type: 'string' },
      setup: { type: 'string' },
      owner: { type: 'string' },
      account: { type: 'string' },
      backup: { type: 'string' },
      recipient: { type: 'string', multiple: true },
      restore: { type: 'string' },
      drill: { type: 'string' },
      identity: { type: 'string' },
      destroyed: { type: 'string' },
      scratch: { type: 'string' },
      'recovery-key': { type: 'string' },
      'close-account': { type: 'string' },
      exported: { type: 'string', default: '' },
      shred: { type: 'boolean', default: false },
      vault: { type: 'string' },
    },
  })
  assertSetUp(values)
  const profile: Profile = values.profile === 'production' ? 'production' : 'development'
  const file = await readConfigFile(values.config)
  const config = readConfig(profile, file, process.env)
  // A recovery key belongs to no installation, so none is begun for it.
  if (values['recovery-key'] === undefined) await mkdir(config.dataFolder, { recursive: true, mode: 0o700 })
  if (values.vault !== undefined) return print(await runVaultCommand(config, values.vault))
  if (values.setup !== undefined) return setUp(config, values.setup, values.owner)
  if (values.account !== undefined) return inviteAnother(config, values.account, values.owner ?? '')
  const { 'close-account': accountId, exported, shred } = values
  const exitCode =
    accountId === undefined
      ? await runBackupCommand(config, values, print)
      : await closeBeside(config, { accountId, exported, shred })
  if (exitCode !== undefined) {
    process.exitCode = exitCode
    return
  }
  const secretConfig = holdsSecret(file) ? values.config : undefined
  const server = await startServer(config, { onDatabaseExit: endAtOnce, secretConfig })
  stopOnSignals(server, config)
  process.on('SIGHUP', () => void server.reload())
  print(`answerback ready ${server.url}`)
  if (profile === 'development') await demonstrate(server, config)
}

/**
 * Makes the master key and the first account of a production server, and prints its keys once.
 * @param owner mail address of the first person, whom nobody could invite otherwise
 */
async function setUp(config: Config, name: string, owner: string | undefined): Promise<void> {
  const server = await startServer(config, { onDatabaseExit: endAtOnce, createMasterKey: true, serve: false })
  try {
    const account = await createAccount(server.services, name)
    print(`account   ${account.accountId}`)
    print(`test key  ${account.testKey}`)
    print(`live key  ${account.liveKey}`)
    print('Keep the keys now: only their hashes are stored.')
    if (owner !== undefined) print(await inviteOwner(server, account.accountId, owner, config))
  } finally {
    await server.close()
  }
}

/** For an account whose owners are all gone, or cannot sign in any more: the operator's way in, beside a server that runs. */
async function inviteAnother(config: Config, accountId: string, owner: string): Promise<void> {
  const server = await startServer(config, { onDatabaseExit: endAtOnce, serve: false, isBeside: true })
  try {
    const accounts = await server.services.store.asSystem((tx) => tx.accounts.list())
    if (accounts.some(({ id }) => id === accountId)) {
      print(await inviteOwner(server, accountId, owner, config))
      return
    }
    process.stderr.write(`There is no such account; there are: ${accounts.map(({ id }) => id).join(', ')}\n`)
    process.exitCode = 1
  } finally {
    await server.close()
  }
}

/** Beside the server that serves the account, or without it. */
async function closeBeside(config: Config, options: CloseOptions): Promise<number> {
  const started = { onDatabaseExit: endAtOnce, serve: false, isBeside: true }
  const server = await startServer(config, started)
  const { queue } = server.services
  try {
    await queue.start()
    const exitCode = await closeCommand(server.services, options, print)
    // No server may be running to do it.
    await keepCertificates(server.services, config, AbortSignal.abort())
    return exitCode
  } finally {
    await queue.stop(0)
    await server.close()
  }
}

async function inviteOwner(
  { services }: RunningServer,
  accountId: string,
  email: string,
  config: Config,
): Promise<string> {
  const actor = { kind: 'system', id: 'setup', requestId: null } as const
  const wanted = { email, role: 'owner', departments: null, modes: ['test', 'live'] } as const
  const { token } = await invitePerson(services, { actor, role: 'owner', accountId }, wanted)
  const scheme = config.transport.tls ? 'https' : 'http'
  return `owner     ${config.publicUrl ?? `${scheme}://${config.host}:${config.port}`}/invitation#${token}`
}

/** The first run shows a fax from acceptance to its end; later runs only say where things are. */
async function demonstrate(server: RunningServer, config: Config): Promise<void> {
  const { credentials, first } = await prepareCredentials(server.services, config.dataFolder, server.url)
  const samplePath = await writeSampleReferral(config.dataFolder)
  if (first) {
    print('', 'The sample referral, through the sandbox:')
    print(...(await sendSampleReferral(server.services, credentials, samplePath)), '')
    print(...(await buyFirstNumber(credentials)), '')
    print(`Sign in as ${credentials.consoleUser} with the password ${credentials.consolePassword}`, '')
  }
  print(...nextSteps(credentials, samplePath))
}

/** The first signal drains: no new request, calls may end. A second one does not wait. */
function stopOnSignals(server: RunningServer, config: Config): void {
  let stopping = false
  const stop = async () => {
    if (stopping) process.exit(1)
    stopping = true
    // The database and the clock's timers must not outlive a drain that hangs.
    setTimeout(() => process.exit(1), config.drainMs + 15_000).unref()
    await server.close()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function endAtOnce(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

async function readConfigFile(path: string | undefined): Promise<Record<string, unknown>> {
  if (path === undefined) return {}
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    const fix = 'Name a readable JSON file, or leave --config out.'
    throw new ConfigError([{ setting: '--config', sentence: 'The configuration file cannot be read.', fix }])
  }
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

tellCrashes()
try {
  await main()
} catch (error) {
  process.stderr.write(`${operatorSentence(error)}\n`)
  process.exit(1)
}
