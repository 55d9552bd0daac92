// Keeps your own table of faxes equal to the server's, whatever became of webhooks. Run it every few minutes:
//
//     ANSWERBACK_URL=https://fax.clinic.example ANSWERBACK_KEY=ab_live_… node reconcile.mjs
//
// It reads every event since the last run, in an order no later event can precede, so that none is missed and none is seen twice.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'

/** Statuses that never change again. */
const ENDED = ['delivered', 'partially_delivered', 'failed', 'canceled', 'expired', 'outcome_unknown']
const PAGE = 100

/**
 * @param ask `(path) => Promise<object>`: GET, authenticated
 * @param state `{ cursor, faxes }` of the last run; `faxes` is what you know: id → status
 * @param tell called for each fax whose status you did not know
 * @returns the new state, to be stored
 */
export async function reconcile(ask, state, tell) {
  const faxes = { ...state.faxes }
  let { cursor } = state
  for (;;) {
    const after = cursor === null ? '' : `&after=${encodeURIComponent(cursor)}`
    const page = await ask(`/v2/events?limit=${PAGE}${after}`)
    for (const event of page.data) {
      cursor = event.cursor
      if (event.type === 'reconciliation.contradiction') await tell({ kind: 'look', ...event.data })
      const { faxId, status } = event.data
      // Events of one fax come in the order of their sequence, so the last one counts; an ended fax stays as it ended.
      if (faxId === undefined || status === undefined || ENDED.includes(faxes[faxId])) continue
      if (faxes[faxId] === status) continue
      faxes[faxId] = status
      await tell({ kind: 'status', faxId, status })
    }
    if (page.nextCursor === null) return { cursor, faxes }
  }
}

async function main() {
  const { ANSWERBACK_URL: url, ANSWERBACK_KEY: key, RECONCILE_STATE: path = 'reconcile.json' } = process.env
  const ask = async (route) => {
    const response = await fetch(url + route, { headers: { authorization: `Bearer ${key}` } })
    if (!response.ok) throw new Error(`${route}: HTTP ${response.status}`)
    return response.json()
  }
  const state = await readFile(path, 'utf8').then(JSON.parse, () => ({ cursor: null, faxes: {} }))
  const next = await reconcile(ask, state, (news) => console.log(JSON.stringify(news)))
  // Written beside and renamed: a crash leaves the old file, and the next run tells the same news again.
  await writeFile(`${path}.new`, JSON.stringify(next), { mode: 0o600 })
  await rename(`${path}.new`, path)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
