import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Options } from './command-line.ts'
import { Unreachable } from './failures.ts'

export interface ServerAddress {
  readonly baseUrl: string
  readonly key: string
}

/**
 * Where to send requests: the options, then the environment, then the local server's `credentials.json`, which `./start`
 * writes on its first run.
 * @throws Unreachable when none of them names a key
 */
export function findServer(options: Options, environment: NodeJS.ProcessEnv): ServerAddress {
  const key = options.key ?? environment.ANSWERBACK_KEY
  const url = options.url ?? environment.ANSWERBACK_URL
  const local = key === undefined || url === undefined ? readCredentials(environment) : undefined
  const localKey = options.live ? local?.liveKey : local?.testKey
  const chosenKey = key ?? localKey
  if (chosenKey === undefined) {
    throw new Unreachable(
      'No key: run ./start first, or give --url and --key (ANSWERBACK_URL, ANSWERBACK_KEY) of a production server.',
    )
  }
  const port = environment.ANSWERBACK_PORT
  const localUrl = port === undefined ? local?.baseUrl : `http://127.0.0.1:${port}`
  return { baseUrl: (url ?? localUrl ?? 'http://127.0.0.1:8480').replace(/\/+$/, ''), key: chosenKey }
}

interface Credentials {
  readonly baseUrl?: string
  readonly testKey?: string
  readonly liveKey?: string
}

function readCredentials(environment: NodeJS.ProcessEnv): Credentials | undefined {
  const path = join(environment.ANSWERBACK_DATA ?? '.data', 'credentials.json')
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // Not there, or not ours to read: the caller says what to do about a missing key.
    return undefined
  }
}
