import { Problem } from '../../domain/problem/problem.ts'
import type { NoteRow } from '../../ports/store/received-note-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { assertCursor } from '../page-cursor.ts'
import { recordAudit } from '../record-change.ts'
import { openNote, receivedParties, sealNote } from '../sealed/received-secrets.ts'
import type { Services } from '../services.ts'
import { type HeldReceived, holdReceived, tellReceived } from './change-received.ts'

/** A note in the clear. Never log one. */
export interface OpenNote extends Omit<NoteRow, 'textSealed'> {
  readonly text: string
}

export interface NoteHooks {
  /** Runs last in the transaction that writes it. */
  readonly inTransaction?: (tx: Tx, note: OpenNote) => Promise<void>
}

/** Writes something about a received fax; a note is never changed. @throws Problem `inbound.not_found` */
export async function noteReceived(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  text: string,
  hooks: NoteHooks = {},
): Promise<OpenNote> {
  return services.store.asAccount(scope, async (tx) => {
    const note = await addNote(services, tx, actor, await holdReceived(services, tx, id), text)
    await hooks.inTransaction?.(tx, note)
    return note
  })
}

/** A note about a fax that is held already. */
export async function addNote(
  services: Services,
  tx: Tx,
  actor: Actor,
  held: HeldReceived,
  text: string,
): Promise<OpenNote> {
  const { received, account } = held
  const note = { id: services.random.id('not'), author: actor.id, createdAt: account.now }
  const textSealed = sealNote(account.keys, note.id, text)
  await tx.receivedNotes.add(received.id, { ...note, textSealed })
  await tellReceived(services, tx, actor, held, 'inbound.noted', { noteId: note.id })
  return { ...note, text }
}

/**
 * What was written about a received fax, newest first. Each call is an entry of the audit.
 * @throws Problem `inbound.not_found`, `request.invalid` for a cursor that cannot be one
 */
export async function listNotes(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  page: { readonly cursor?: string; readonly limit: number },
): Promise<{ readonly notes: readonly OpenNote[]; readonly nextCursor: string | null }> {
  const { cursor, limit } = page
  assertCursor('not', cursor)
  return services.store.asAccount(scope, async (tx) => {
    const received = await tx.received.get(id)
    if (!received) throw new Problem('inbound.not_found')
    const { keys } = await readAccount(services, tx)
    const rows = await tx.receivedNotes.list(id, cursor, limit + 1)
    const shown = rows.slice(0, limit)
    const parties = receivedParties(keys, received)
    await recordAudit(services, tx, actor, 'inbound.notes.read', id, { notes: shown.length }, parties)
    return {
      notes: shown.map(({ textSealed, ...note }) => ({
        ...note,
        text: openNote(keys, { id: note.id, textSealed }),
      })),
      nextCursor: rows.length > limit ? shown.at(-1)!.id : null,
    }
  })
}
