import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../ports/clock.ts'

/** `setTimeout` fires at once for a longer delay than this; 24.8 days. */
const DELAY_MAX_MS = 2_147_483_647

/** The machine's clock. Its timers are no reason for the process to go on. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now()
  }

  setTimer(delayMs: number, fn: () => void): () => void {
    let timer: NodeJS.Timeout
    const arm = (leftMs: number) => {
      const stepMs = Math.min(Math.max(leftMs, 0), DELAY_MAX_MS)
      timer = setTimeout(() => (leftMs > stepMs ? arm(leftMs - stepMs) : fn()), stepMs)
      timer.unref()
    }
    arm(delayMs)
    return () => clearTimeout(timer)
  }

  async sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    let leftMs = Math.max(delayMs, 0)
    do {
      const stepMs = Math.min(leftMs, DELAY_MAX_MS)
      await sleepStep(stepMs, signal)
      leftMs -= stepMs
    } while (leftMs > 0)
  }
}

async function sleepStep(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(delayMs, undefined, { ref: true, ...(signal === undefined ? {} : { signal }) })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
