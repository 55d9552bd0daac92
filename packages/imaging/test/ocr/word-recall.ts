export interface Recall {
  readonly found: number
  readonly all: number
}

/** How many of the true words were read, each counted as often as it is there; letters and digits only, any case. */
export function wordRecall(truth: readonly string[], read: readonly { readonly text: string }[]): Recall {
  const left = new Map<string, number>()
  for (const word of wordsOf(read.map(({ text }) => text))) left.set(word, (left.get(word) ?? 0) + 1)
  const words = wordsOf(truth)
  let found = 0
  for (const word of words) {
    const count = left.get(word) ?? 0
    if (count === 0) continue
    found++
    left.set(word, count - 1)
  }
  return { found, all: words.length }
}

function wordsOf(texts: readonly string[]): readonly string[] {
  return (
    texts
      .join(' ')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  )
}
