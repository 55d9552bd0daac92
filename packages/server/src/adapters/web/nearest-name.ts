/** Words other fax APIs use for what has one name here. */
const SYNONYMS: Readonly<Record<string, string>> = {
  faxnumber: 'to',
  number: 'to',
  phone: 'to',
  recipient: 'to',
  tonumber: 'to',
  callerid: 'from',
  fromnumber: 'from',
  sender: 'from',
  faxdata: 'documents',
  files: 'documents',
  file: 'documents',
  attachments: 'documents',
  faxquality: 'resolution',
  quality: 'resolution',
  coverpage: 'cover',
  scheduledat: 'sendAt',
  filedata: 'data',
  content: 'data',
  fileurl: 'url',
  name: 'fileName',
  reference: 'clientReference',
}

/**
 * The known name a person most likely meant, or `undefined` when none is near: at most a third of its letters differ
 * (letter case, `_` and `-` do not count).
 */
export function nearestName(unknown: string, known: readonly string[]): string | undefined {
  const wanted = fold(unknown)
  const synonym = SYNONYMS[wanted]
  if (synonym !== undefined && known.includes(synonym)) return synonym
  let nearest: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const name of known) {
    const distance = editDistance(wanted, fold(name))
    if (distance < least && distance <= Math.max(1, Math.floor(name.length / 3))) {
      least = distance
      nearest = name
    }
  }
  return nearest
}

function fold(name: string): string {
  return name.slice(0, 64).toLowerCase().replace(/[_-]/g, '')
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let best = Math.min(substituted, last[j]! + 1, row[j - 1]! + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforeLast[j - 2]! + 1)
      }
      row.push(best)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
