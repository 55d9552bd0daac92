export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** Nearest rank. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN
}

/** Runs `work` `count` times over `clients` concurrent clients. Returns each one's milliseconds and the rate. */
export async function load(
  clients: number,
  count: number,
  work: (index: number) => Promise<unknown>,
): Promise<{ perSecond: number; milliseconds: number[] }> {
  const milliseconds: number[] = []
  let next = 0
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (next < count) {
        const index = next++
        const from = performance.now()
        await work(index)
        milliseconds.push(performance.now() - from)
      }
    }),
  )
  return { perSecond: count / ((performance.now() - startedAt) / 1000), milliseconds }
}
