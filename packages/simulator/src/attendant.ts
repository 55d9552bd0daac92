import type { ReceivedPage } from '@answerback/protocol/t30/received-page'
import type { Attend } from './call.ts'

export interface AttendantOptions {
  /** How long storing a received page takes, and the records of a sent one; `undefined`: for ever. */
  readonly storeMs: number | undefined
  /** May the fax go to the machine that says it is this one? */
  readonly mayGoTo?: (remoteId: string | undefined) => boolean
}

/** The owner of a simulated terminal: says yes to everything, and keeps the pages that were committed. */
export class Attendant {
  readonly #options: AttendantOptions
  /** In the order the machine handed them over. */
  readonly committed: ReceivedPage[] = []
  readonly announced: number[] = []
  readonly recorded: number[] = []

  constructor(options: AttendantOptions) {
    this.#options = options
  }

  readonly attend: Attend = (question) => {
    const { storeMs, mayGoTo = () => true } = this.#options
    switch (question.kind) {
      case 'check_identity':
        return {
          answer: { kind: 'identity_checked', mayGoOn: mayGoTo(question.remoteId) },
          afterMs: 0,
        }
      case 'announce_page':
        this.announced.push(question.page)
        return storeMs === undefined ? undefined : { answer: { kind: 'page_announced' }, afterMs: storeMs }
      case 'record_page':
        this.recorded.push(question.page)
        return storeMs === undefined ? undefined : { answer: { kind: 'page_recorded' }, afterMs: storeMs }
      case 'commit_page':
        if (storeMs === undefined) return undefined
        this.committed.push(question.page)
        return { answer: { kind: 'page_committed' }, afterMs: storeMs }
    }
  }
}
