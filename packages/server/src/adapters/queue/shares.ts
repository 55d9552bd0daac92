/** What the next fetch may ask for. */
export interface Fetch {
  /** At most so many jobs. */
  readonly size: number
  /** Of any account but these. */
  readonly without: readonly string[]
}

/** Of the places of a queue, kept for accounts that hold less than their share. */
export function reserveOf(places: number): number {
  return Math.floor(places / 4)
}

/**
 * Shares the places of a queue between accounts: calls last minutes, so whoever comes second must find a place that is free and
 * not wait for the first one's backlog. The last quarter goes only to accounts below their share; the rest is whoever's comes
 * first, so that nothing lies idle but that quarter.
 *
 * @param running jobs in hand by account
 * @returns what to fetch, in this order; the next only when the one before brought less than it asked for
 */
export function fetchesFor(places: number, running: ReadonlyMap<string, number>): readonly Fetch[] {
  const held = [...running.values()].reduce((sum, count) => sum + count, 0)
  const free = places - held
  if (free <= 0) return []
  const reserve = reserveOf(places)
  // As if one more account came: of two places the second goes to whoever waits and holds none.
  const share = Math.max(1, Math.floor((places - reserve) / (running.size + 1)))
  const full = [...running].filter(([, count]) => count >= share)
  const most = Math.max(0, ...[...running.values()].filter((count) => count < share))
  // One account may be behind all of a batch, so it is no longer than what fits into its share.
  const fair: Fetch = { size: Math.min(free, share - most), without: full.map(([account]) => account) }
  if (full.length === 0 || free <= reserve) return [fair]
  return [fair, { size: free - reserve, without: [] }]
}
