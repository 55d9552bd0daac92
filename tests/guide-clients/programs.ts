import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** A client of the guide's: its program, and how to see whether this machine can run it. */
export interface Client {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Ends with 0 where the interpreter and the library are there. */
  readonly probe: readonly [command: string, ...args: string[]]
  /** What to install. */
  readonly needs: string
}

const program = (file: string) => join(import.meta.dirname, 'clients', file)

export const CLIENTS: readonly Client[] = [
  {
    name: 'curl, without a Content-Type',
    command: 'sh',
    args: [program('fax-list.sh')],
    probe: ['curl', '--version'],
    needs: 'curl',
  },
  {
    name: 'Ruby with rest-client',
    command: 'ruby',
    args: [program('fax_list.rb')],
    probe: ['ruby', '-e', 'require "rest-client"'],
    needs: 'ruby and ruby-rest-client',
  },
  {
    name: 'Node with axios',
    command: process.execPath,
    args: [program('fax-list.cjs')],
    probe: [process.execPath, '-e', 'require("axios")'],
    needs: 'axios (npm ci)',
  },
  {
    name: 'Java with HttpURLConnection',
    command: 'java',
    args: [program('FaxList.java')],
    // Running a source file needs the compiler.
    probe: ['javac', '-version'],
    needs: 'default-jdk-headless',
  },
  {
    name: 'PHP with curl',
    command: 'php',
    args: [program('fax-list.php')],
    probe: ['php', '-r', 'exit(function_exists("curl_init") ? 0 : 1);'],
    needs: 'php-cli and php-curl',
  },
  {
    name: 'Python with requests',
    command: 'python3',
    args: [program('fax_list.py')],
    probe: ['python3', '-c', 'import requests'],
    needs: 'python3-requests',
  },
]

/** `false`, or why the client cannot be run here. */
export function missing({ probe: [command, ...args], needs }: Client): string | false {
  return spawnSync(command, args, { cwd: import.meta.dirname }).status === 0 ? false : `needs ${needs}`
}

export interface Outcome {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

/** Loopback is not reached through a proxy, whatever this machine's settings say. */
const DIRECT = { NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' }

export function run(
  { command, args }: Client,
  environment: Readonly<Record<string, string>>,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...environment, ...DIRECT },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let errors = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output, errors }))
  })
}
