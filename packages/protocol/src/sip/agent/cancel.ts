import { EMPTY_BODY, Headers, type SipRequest } from '../message/sip-message.ts'
import type { InviteClientTransaction } from '../transaction/invite-client.ts'
import type { Core } from './core.ts'

/**
 * Cancels an INVITE that got a provisional response (RFC 3261 §9.1). The peer ends it with a final response, mostly 487; one
 * that never does is forgotten after 64·T1 and `onSilence` is called.
 */
export function cancelInvite(core: Core, transaction: InviteClientTransaction, onSilence: () => void): void {
  const { request, to } = transaction
  core.startRequest(cancelOf(request), to, { onFinal: () => undefined, onFailure: () => undefined })
  core.alarms.set(core.nowMs + 64 * core.timers.t1Ms, () => {
    if (!transaction.isPending) return
    transaction.abandon()
    onSilence()
  })
}

/** Repeats what names the INVITE, branch included. */
function cancelOf(invite: SipRequest): SipRequest {
  const kept = invite.headers.lines.filter(([name]) =>
    ['via', 'max-forwards', 'route', 'from', 'to', 'call-id'].includes(name),
  )
  const cseq = invite.headers.get('cseq')!.replace(/\S+$/, 'CANCEL')
  return {
    kind: 'request',
    method: 'CANCEL',
    uri: invite.uri,
    headers: new Headers([...kept, ['cseq', cseq]]),
    body: EMPTY_BODY,
  }
}
