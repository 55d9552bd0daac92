import { later } from './later.ts'

const MIB = 1024 * 1024
/** Of bodies that are held in memory whole, in this process. */
const BYTES_MAX = 512 * MIB
/** Of one account's: two of the largest, so that three accounts that stall leave room for a fourth. */
const ACCOUNT_BYTES_MAX = 144 * MIB
/** Who would wait for longer is refused. */
const WAIT_MAX_MS = 20_000

/** Call it once, when the request has been answered. */
export type Release = () => void

/**
 * Memory for bodies. JSON is read whole before it is parsed, and whoever sends most of a body and then nothing keeps it there until
 * the request times out: without a bound, forty connections of one key hold three gigabytes.
 */
export interface BodyBudget {
  /** Resolves when there is room for the body: nothing of it is read before. `undefined`: there was none for too long. */
  take(account: string, bytes: number): Promise<Release | undefined>
}

interface Waiter {
  readonly account: string
  readonly bytes: number
  readonly admit: () => void
}

/** @param after calls later; returns how to call it off */
export function createBodyBudget(after: (delayMs: number, fn: () => void) => () => void = later): BodyBudget {
  const held = new Map<string, number>()
  const waiting = new Set<Waiter>()
  let total = 0
  const of = (account: string) => held.get(account) ?? 0
  const hold = (account: string, bytes: number) => {
    total += bytes
    const left = of(account) + bytes
    if (left > 0) held.set(account, left)
    else held.delete(account)
  }
  // One that is alone always fits, however large it is.
  const fits = ({ account, bytes }: Pick<Waiter, 'account' | 'bytes'>) =>
    (of(account) === 0 || of(account) + bytes <= ACCOUNT_BYTES_MAX) &&
    (total === 0 || total + bytes <= BYTES_MAX)
  const enter = (account: string, bytes: number): Release => {
    hold(account, bytes)
    return () => {
      hold(account, -bytes)
      // In their order, but one that does not fit yet keeps no smaller one from going on.
      for (const waiter of waiting) if (fits(waiter)) waiter.admit()
    }
  }
  return {
    async take(account, bytes) {
      if (fits({ account, bytes })) return enter(account, bytes)
      return new Promise((resolve) => {
        const leave = (release: Release | undefined) => {
          waiting.delete(waiter)
          cancel()
          resolve(release)
        }
        const waiter = { account, bytes, admit: () => leave(enter(account, bytes)) }
        const cancel = after(WAIT_MAX_MS, () => leave(undefined))
        waiting.add(waiter)
      })
    },
  }
}
