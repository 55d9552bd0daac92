import { ApiProblem } from './failures.ts'

/** The server limits requests: what is refused for that is asked again. */
const PATIENCE_MS = 5_000
const TRIES = 60

/** @param wait sleeps that many milliseconds */
export async function patiently<T>(wait: (ms: number) => Promise<void>, ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (error) {
      const isLimited = error instanceof ApiProblem && error.problem.status === 429
      if (!isLimited || tries === TRIES) throw error
      await wait(PATIENCE_MS)
    }
  }
}
