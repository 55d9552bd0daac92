/** Calls once the time is over. @returns how to call it off */
export function later(delayMs: number, fn: () => void): () => void {
  const timer = setTimeout(fn, delayMs)
  return () => clearTimeout(timer)
}
