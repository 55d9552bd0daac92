/** Requests an account may have in hand here while another account is there too. */
const AT_ONCE = 2
/** So long after its last request an account still counts as being there. */
const THERE_MS = 2_000
/** A slow upload of its own must not hold up an account for longer. */
const WAIT_MAX_MS = 100
/** Accounts remembered; beyond that the longest gone are forgotten. */
const ACCOUNTS_MAX = 10_000

export interface FairGate {
  /**
   * Resolves when the request may go on: at once while its account is alone or has little in hand, else when one of the account's
   * own has ended, and after a tenth of a second in any case.
   */
  enter(account: string, nowMs: number): Promise<void>
  /** Once for each `enter` that has resolved. */
  leave(account: string): void
}

interface Held {
  count: number
  readonly waiting: (() => void)[]
}

/**
 * Keeps an account that sends on many connections from filling the process in front of one that sends on one. An account alone
 * is never held back.
 *
 * @param after calls later; returns how to call it off
 */
export function createFairGate(after: (delayMs: number, fn: () => void) => () => void = later): FairGate {
  const accounts = new Map<string, Held>()
  /** The account seen last, and the last one before it that is another. */
  let lastSeen: readonly { readonly account: string; readonly atMs: number }[] = []

  const isAlone = (account: string, nowMs: number): boolean => {
    const seenMs = lastSeen[0]?.account === account ? lastSeen[1]?.atMs : lastSeen[0]?.atMs
    return seenMs === undefined || nowMs - seenMs >= THERE_MS
  }
  const see = (account: string, nowMs: number): Held => {
    const held = accounts.get(account) ?? { count: 0, waiting: [] }
    accounts.delete(account)
    accounts.set(account, held)
    lastSeen = [{ account, atMs: nowMs }, ...lastSeen.filter((each) => each.account !== account)].slice(0, 2)
    if (accounts.size > ACCOUNTS_MAX) forgetIdle(accounts)
    return held
  }

  return {
    async enter(account, nowMs) {
      const held = see(account, nowMs)
      if (held.count >= AT_ONCE && !isAlone(account, nowMs)) {
        await new Promise<void>((resolve) => {
          const go = () => {
            cancel()
            const at = held.waiting.indexOf(go)
            if (at >= 0) held.waiting.splice(at, 1)
            resolve()
          }
          const cancel = after(WAIT_MAX_MS, go)
          held.waiting.push(go)
        })
      }
      held.count += 1
    },
    leave(account) {
      const held = accounts.get(account)
      if (held === undefined) return
      held.count -= 1
      held.waiting[0]?.()
    },
  }
}

function forgetIdle(accounts: Map<string, Held>): void {
  for (const [account, { count, waiting }] of accounts) {
    if (count > 0 || waiting.length > 0) continue
    accounts.delete(account)
    return
  }
}

function later(delayMs: number, fn: () => void): () => void {
  const timer = setTimeout(fn, delayMs)
  return () => clearTimeout(timer)
}
