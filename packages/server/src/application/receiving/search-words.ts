import { searchWords, WORDS_PER_FAX_MAX } from '../../domain/inbox/search-words.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountKeys } from '../account-keys.ts'
import type { Services } from '../services.ts'

/** More narrow a search down no further, and each costs a look-up. */
const QUERY_WORDS_MAX = 16

/**
 * What stands for a word in the index: 32 bits of a keyed hash, so that two words in some thousand million are one. Equal only within
 * one account.
 */
function hashWord(keys: AccountKeys, word: string): number {
  return keys.hash('received.word', word).readInt32BE(0)
}

/**
 * Makes a received fax findable by the words of its pages; what it was findable by before is forgotten. In the transaction of the
 * caller, who says that its text is ready.
 * @param texts what was read, page by page
 */
export async function indexWords(
  services: Services,
  tx: Tx,
  receivedId: string,
  texts: readonly string[],
): Promise<void> {
  const keys = await accountKeys(services, tx)
  const words = new Set<string>()
  for (const text of texts) {
    for (const word of searchWords(text)) {
      if (words.size >= WORDS_PER_FAX_MAX) break
      words.add(word)
    }
  }
  await tx.received.putWords(receivedId, [...new Set([...words].map((word) => hashWord(keys, word)))])
}

/**
 * The words a person looks for, as the index has them.
 * @throws Problem `request.invalid` for a text without a word to look for, and for too many
 */
export function queryWords(keys: AccountKeys, text: string): number[] {
  const words = searchWords(text, QUERY_WORDS_MAX + 1)
  if (words.length === 0) {
    const detail =
      '"q" has no word to look for: one has 2 to 40 letters or digits and is not as common as "the" or "of".'
    throw new Problem('request.invalid', { field: 'q', detail })
  }
  if (words.length > QUERY_WORDS_MAX) {
    throw new Problem('request.invalid', {
      field: 'q',
      detail: `"q" takes at most ${QUERY_WORDS_MAX} words.`,
    })
  }
  return words.map((word) => hashWord(keys, word))
}
