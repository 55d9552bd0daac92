/** Repeatable pseudo-random numbers (xorshift32) for choosing where to damage a fixture. */
export function createDice(seed: number): (sides: number) => number {
  let state = seed | 1
  return (sides) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % sides
  }
}

/** A copy cut at a random byte, or with some bits turned, or with a stretch of other bytes in it. */
export function damage(sound: Uint8Array, dice: (sides: number) => number): Uint8Array {
  if (dice(4) === 0) return sound.slice(0, dice(sound.length + 1))
  const damaged = sound.slice()
  if (damaged.length === 0) return damaged
  if (dice(4) === 0) {
    const start = dice(damaged.length)
    const filler = [0, 0xff, 0x55, dice(256)][dice(4)]!
    damaged.fill(filler, start, start + 1 + dice(16))
    return damaged
  }
  for (let flips = 1 + dice(8); flips > 0; flips--) damaged[dice(damaged.length)]! ^= 1 << dice(8)
  return damaged
}

/** CPU milliseconds, so that a busy machine fails no test. */
export function cpuMs(work: () => void): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}
