import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { DatabaseError } from '../errors.ts'
import { type Binaries, findBinaries } from './binaries.ts'
import { childEnvironment, chooseLauncher, type Launcher, launchers, wrap } from './launcher.ts'
import { lockFolder } from './lock.ts'
import { stopOrphans } from './orphans.ts'
import { giveFolderTo } from './ownership.ts'
import { type Durability, serverArguments } from './settings.ts'
import { makeSocketFolder } from './socket-folder.ts'

export interface ClusterOptions {
  /** Folder for everything of the cluster: `data/`, `socket/`, `lock`. Made when missing. */
  readonly folder: string
  /** Default `full`. */
  readonly durability?: Durability
  /** Called once when PostgreSQL ends without having been told to. */
  readonly onExit?: (sentence: string) => void
}

/** A running PostgreSQL of our own. */
export interface Cluster {
  /** Folder of its socket: the `host` of a connection. */
  readonly host: string
  /** Superuser of the cluster, who owns the databases. */
  readonly owner: string
  readonly launcher: Launcher['name']
  readonly pid: number
  /** Fast shutdown: open transactions are rolled back, everything committed is flushed. */
  close(): Promise<void>
}

const OWNER = 'answerback'
const READY_LIMIT_MS = 60_000
const POLL_MS = 15
const CLOSE_LIMIT_MS = 20_000

/**
 * Starts PostgreSQL on a folder, making the database cluster first when there is none.
 * @throws DatabaseError `in_use`, `wrong_major`, `cannot_run`, `unsupported_platform`, `start_failed`.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const binaries = findBinaries()
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  const folder = realpathSync(options.folder)
  const lock = lockFolder(join(folder, 'lock'), folder)
  try {
    const data = join(folder, 'data')
    refuseOtherMajor(data, binaries.major)
    if (existsSync(data)) await stopOrphans(data)
    const launcher = findLauncher(folder, binaries)
    if (!existsSync(data)) await createCluster(folder, binaries, launcher)
    return await run({ ...options, folder }, binaries, launcher, lock.release)
  } catch (error) {
    lock.release()
    throw error
  }
}

function refuseOtherMajor(data: string, major: number): void {
  const file = join(data, 'PG_VERSION')
  if (!existsSync(file)) return
  const found = readFileSync(file, 'utf8').trim()
  if (found === `${major}`) return
  throw new DatabaseError(
    'wrong_major',
    `The data in ${data} was made by PostgreSQL ${found} and this version brings PostgreSQL ${major}: ` +
      `start a PostgreSQL ${found} on it and set DATABASE_URL, or move the folder away to begin empty.`,
  )
}

function findLauncher(folder: string, binaries: Binaries): Launcher {
  const owner = statSync(existsSync(join(folder, 'data')) ? join(folder, 'data') : folder)
  const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const ways = launchers(self, { uid: owner.uid, gid: owner.gid })
  const launcher = chooseLauncher(ways, binaries, folder, ({ uid, gid }) => {
    if (self.uid === 0) giveFolderTo(folder, uid, gid)
  })
  if (launcher !== undefined) return launcher
  const sentence =
    self.uid === 0
      ? `PostgreSQL does not run as root, and no other user can reach ${folder} and the programs beside it: ` +
        'set ANSWERBACK_DATA to a folder whose parent folders every user may enter, or start as another user.'
      : `PostgreSQL cannot run or cannot write in ${folder}: set ANSWERBACK_DATA to a folder of your own.`
  throw new DatabaseError('cannot_run', sentence)
}

/** Made aside and renamed: an interrupted initdb leaves no half-made cluster behind. */
async function createCluster(folder: string, binaries: Binaries, launcher: Launcher): Promise<void> {
  for (const name of readdirSync(folder)) {
    if (name.startsWith('data.new')) rmSync(join(folder, name), { recursive: true })
  }
  const fresh = join(folder, 'data.new')
  const args = ['-D', fresh, '--data-checksums', '--username', OWNER, '--auth', 'trust', '--encoding', 'UTF8']
  args.push(
    '--locale',
    'C',
    '--locale-provider',
    'builtin',
    '--builtin-locale',
    'C.UTF-8',
    '--no-instructions',
  )
  const [command, ...rest] = wrap(launcher, binaries.initdb, args)
  const child = spawn(command, rest, {
    cwd: '/',
    env: childEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said = tail(child)
  const status = await new Promise((resolve) => child.once('exit', resolve).once('error', resolve))
  if (status !== 0) throw new DatabaseError('start_failed', `PostgreSQL's initdb failed: ${said()}`)
  renameSync(fresh, join(folder, 'data'))
}

async function run(
  options: ClusterOptions,
  binaries: Binaries,
  launcher: Launcher,
  release: () => void,
): Promise<Cluster> {
  const socket = makeSocketFolder(join(options.folder, 'socket'))
  chmodSync(socket.path, 0o700)
  if (process.getuid?.() === 0) chownSync(socket.path, launcher.uid, launcher.gid)
  const args = [
    '-D',
    join(options.folder, 'data'),
    ...serverArguments(socket.path, options.durability ?? 'full'),
  ]
  const [command, ...rest] = wrap(launcher, binaries.postgres, args)
  // Its own session: a Ctrl-C in our terminal must reach us alone, so that we drain before it stops.
  const child = spawn(command, rest, {
    cwd: '/',
    env: childEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  keepAlive(child, false)
  const said = tail(child)
  let closing = false
  const ended = new Promise<void>((resolve) => {
    const finish = () => {
      socket.remove()
      release()
      if (!closing) options.onExit?.(`PostgreSQL stopped unexpectedly: ${said()}`)
      resolve()
    }
    child.once('exit', finish).once('error', finish)
  })
  const close = async () => {
    closing = true
    await stop(child, ended)
  }
  try {
    await ready(socket.path, child, said)
  } catch (error) {
    await close()
    throw error
  }
  return { host: socket.path, owner: OWNER, launcher: launcher.name, pid: child.pid ?? 0, close }
}

async function ready(host: string, child: ChildProcess, said: () => string): Promise<void> {
  for (let waitedMs = 0; waitedMs < READY_LIMIT_MS; waitedMs += POLL_MS) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) break
    if (existsSync(join(host, '.s.PGSQL.5432')) && (await answers(host))) return
    await sleep(POLL_MS)
  }
  throw new DatabaseError('start_failed', `PostgreSQL did not start: ${said()}`)
}

async function answers(host: string): Promise<boolean> {
  const client = new pg.Client({ host, user: OWNER, database: 'postgres', connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** SIGINT is a fast shutdown; SIGQUIT after that ends it at once, and the next start recovers from the log. */
async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  keepAlive(child, true)
  child.kill('SIGINT')
  const late = new AbortController()
  const limit = sleep(CLOSE_LIMIT_MS, undefined, { signal: late.signal, ref: false }).then(
    () => child.kill('SIGQUIT'),
    () => undefined,
  )
  await ended
  late.abort()
  await limit
}

/** A running PostgreSQL is no reason for this process to go on; one that is being stopped is. */
function keepAlive(child: ChildProcess, keep: boolean): void {
  if (keep) child.ref()
  else child.unref()
  const { stderr } = child
  if (stderr instanceof Socket) {
    if (keep) stderr.ref()
    else stderr.unref()
  }
}

/** The last words of a child, kept short: they go into an error sentence. */
function tail(child: ChildProcess): () => string {
  const KEEP_CHARS = 2_000
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-KEEP_CHARS)
  })
  child.once('error', (error) => {
    text = `${text}${error.message}`
  })
  return () => text.trim().split('\n').slice(-3).join(' ') || 'it said nothing'
}
