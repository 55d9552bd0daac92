/** What somebody wrote about a received fax; never changed. */
export interface NoteRow {
  readonly id: string
  /** Id of the key or user. */
  readonly author: string
  readonly textSealed: Buffer
  readonly createdAt: Date
}

export interface ReceivedNoteRepository {
  add(receivedId: string, note: NoteRow): Promise<void>
  /** Newest first. */
  list(receivedId: string, afterId: string | undefined, limit: number): Promise<NoteRow[]>
  count(receivedId: string): Promise<number>
}
