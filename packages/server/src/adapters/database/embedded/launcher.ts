import { spawnSync } from 'node:child_process'
import type { Binaries } from './binaries.ts'

/**
 * A way to run PostgreSQL as somebody who is not root. PostgreSQL refuses root, and as somebody else it
 * must still reach its programs and its data folder, whose parents may be closed (`/root` is 0700).
 */
export interface Launcher {
  readonly name: 'same-user' | 'drop' | 'drop-read-search' | 'drop-override' | 'user-namespace'
  /** Words put before the program and its arguments. */
  readonly prefix: readonly string[]
  /** Who must own the data folder, as this process sees it. */
  readonly uid: number
  readonly gid: number
}

/** `nobody`: initdb insists on a user that has a name, and this one is everywhere. */
const NOBODY = 65534

/** Ways to try, from the one with the fewest rights on. */
export function launchers(
  self: { uid: number; gid: number },
  owner: { uid: number; gid: number },
): Launcher[] {
  const dieWithUs = setprivWorks() ? ['setpriv', '--no-new-privs', '--pdeathsig', 'INT', '--'] : []
  if (self.uid !== 0) return [{ name: 'same-user', prefix: dieWithUs, ...self }]
  const target = owner.uid === 0 ? { uid: NOBODY, gid: NOBODY } : owner
  return [
    { name: 'drop', prefix: drop(target), ...target },
    { name: 'drop-read-search', prefix: drop(target, 'dac_read_search'), ...target },
    // Containers grant root dac_override by default, dac_read_search rarely.
    { name: 'drop-override', prefix: drop(target, 'dac_override'), ...target },
    // Inside the namespace the process is `nobody`; outside it is still the owner of root's folders.
    {
      name: 'user-namespace',
      prefix: ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--', ...dieWithUs],
      ...self,
    },
  ]
}

/** The first way in which `postgres` runs and can write in `folder`, or `undefined`. */
export function chooseLauncher(
  candidates: readonly Launcher[],
  binaries: Binaries,
  folder: string,
  prepare: (launcher: Launcher) => void,
): Launcher | undefined {
  const script = 'cd "$1" && : >.reachable && rm -f .reachable && exec "$2" --version'
  return candidates.find((launcher) => {
    prepare(launcher)
    const [command, ...args] = wrap(launcher, '/bin/sh', ['-c', script, 'sh', folder, binaries.postgres])
    return spawnSync(command, args, { stdio: 'ignore', env: childEnvironment() }).status === 0
  })
}

export function wrap(launcher: Launcher, command: string, args: readonly string[]): [string, ...string[]] {
  const [first = command, ...rest] = [...launcher.prefix, command]
  return [first, ...rest, ...args]
}

/** Nothing of our environment reaches PostgreSQL: a stray `PGOPTIONS` or locale must not change it. */
export function childEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}

/**
 * `--pdeathsig INT` asks the kernel to send PostgreSQL a fast shutdown when we die, however we die.
 * A kept capability needs `no_setuid_fixup`: access(2), which PostgreSQL calls on its own programs, drops
 * the capabilities of a real user that is not root unless that bit is set.
 */
function drop(target: { uid: number; gid: number }, capability?: string): string[] {
  const words = ['setpriv', '--reuid', `${target.uid}`, '--regid', `${target.gid}`, '--clear-groups']
  words.push('--no-new-privs', '--pdeathsig', 'INT')
  if (capability !== undefined) {
    words.push('--securebits', '+no_setuid_fixup,+no_setuid_fixup_locked')
    words.push('--inh-caps', `-all,+${capability}`, '--ambient-caps', `-all,+${capability}`)
    words.push('--bounding-set', `-all,+${capability}`)
  }
  return [...words, '--']
}

function setprivWorks(): boolean {
  return (
    spawnSync('setpriv', ['--no-new-privs', '--pdeathsig', 'INT', '--', 'true'], { stdio: 'ignore' })
      .status === 0
  )
}
