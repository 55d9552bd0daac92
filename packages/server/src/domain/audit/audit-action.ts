/**
 * What an action does to its subject. `send` and `receive` carry pages of a fax out of the account or into it; `execute` is
 * whatever is none of the others.
 */
export type Deed =
  | 'create'
  | 'read'
  | 'search'
  | 'update'
  | 'delete'
  | 'execute'
  | 'send'
  | 'receive'
  | 'sign_in'
  | 'sign_out'

/** Every action the audit can hold, and what it does. The compiler lets nothing else be written. */
export const AUDIT_ACTIONS = {
  'account.changed': 'update',
  'account.closed': 'delete',
  'account.wound_down': 'execute',
  'api_key.changed': 'update',
  'api_key.created': 'create',
  'api_key.revoked': 'update',
  'api_key.rotated': 'update',
  'associate.agreement_added': 'create',
  'associate.agreement_read': 'read',
  'associate.changed': 'update',
  'associate.created': 'create',
  'associate.ended': 'update',
  'associate.expiring': 'execute',
  'audit.collected': 'read',
  'audit.exported': 'read',
  'audit.proved': 'read',
  'audit.read': 'read',
  'break_glass.reviewed': 'update',
  'break_glass.unreviewed': 'execute',
  'break_glass.used': 'create',
  'compliance.bundle_made': 'read',
  'compliance.looked_at': 'read',
  'content.destroyed': 'delete',
  'contradiction.resolved': 'update',
  'cover_page.changed': 'update',
  'cover_page.created': 'create',
  'cover_page.deleted': 'delete',
  'disclosures.read': 'read',
  'document.deleted': 'delete',
  'document.uploaded': 'create',
  'fax.accepted': 'create',
  'fax.cancel_requested': 'update',
  'fax.canceled': 'send',
  'fax.content.read': 'read',
  'fax.delivered': 'send',
  'fax.expired': 'send',
  'fax.failed': 'send',
  'fax.forwards_received': 'update',
  'fax.held': 'update',
  'fax.linked': 'update',
  'fax.outcome_found': 'update',
  'fax.outcome_unknown': 'send',
  'fax.partially_delivered': 'send',
  'fax.preparing': 'execute',
  'fax.queued': 'execute',
  'fax.released': 'update',
  'fax.retrying': 'execute',
  'fax.scheduled': 'execute',
  'fax.sending': 'execute',
  'hold.created': 'create',
  'hold.released': 'update',
  'inbound.assigned': 'update',
  'inbound.blocked': 'execute',
  'inbound.content.read': 'read',
  'inbound.escalated': 'update',
  'inbound.failed': 'receive',
  'inbound.forwarded': 'update',
  'inbound.linked': 'update',
  'inbound.marked': 'update',
  'inbound.merged': 'update',
  'inbound.noted': 'update',
  'inbound.notes.read': 'read',
  'inbound.partially_received': 'receive',
  'inbound.read': 'read',
  'inbound.received': 'receive',
  'inbound.receiving': 'execute',
  'inbound.routed': 'update',
  'inbound.searched': 'search',
  'inbound.split': 'update',
  'inbound.text_ready': 'execute',
  'incident.changed': 'update',
  'incident.closed': 'update',
  'incident.exported': 'read',
  'incident.opened': 'create',
  'installation.restored': 'execute',
  'keyring.rotated': 'update',
  'mailbox.changed': 'update',
  'mailbox.created': 'create',
  'mailbox.deleted': 'delete',
  'notice.failed': 'execute',
  'notice.sent': 'execute',
  'number.adopted': 'create',
  'number.changed': 'update',
  'number.ordered': 'create',
  'number.released': 'update',
  'person.changed': 'update',
  'person.disabled': 'update',
  'person.invitation_revoked': 'update',
  'person.invited': 'create',
  'person.joined': 'create',
  'person.passkey_added': 'create',
  'person.passkey_removed': 'delete',
  'person.password_changed': 'update',
  'person.password_forgotten': 'execute',
  'person.totp_added': 'update',
  'person.totp_removed': 'update',
  'provider.changed': 'update',
  'provider.created': 'create',
  'provider.deleted': 'delete',
  'provider.hook_rotated': 'update',
  'provider.tested': 'execute',
  'recipient.changed': 'update',
  'recipient.code_refused': 'update',
  'recipient.confirmed': 'update',
  'recipient.created': 'create',
  'recipient.deleted': 'delete',
  'recipient.suspended': 'update',
  'reconciliation.contradiction': 'execute',
  'reconciliation.run': 'execute',
  'retention.changed': 'update',
  'route.changed': 'update',
  'route.created': 'create',
  'route.deleted': 'delete',
  'session.begun': 'sign_in',
  'session.confirmed': 'sign_in',
  'session.ended': 'sign_out',
  'test.called_in': 'create',
  'test.event_triggered': 'execute',
  'test.time_advanced': 'execute',
  'trunk.acknowledged': 'update',
  'trunk.changed': 'update',
  'trunk.created': 'create',
  'trunk.deleted': 'delete',
  'trunk.tested': 'execute',
  'webhook.changed': 'update',
  'webhook.created': 'create',
  'webhook.deleted': 'delete',
  'webhook.disabled': 'update',
  'webhook.pinged': 'execute',
  'webhook.replayed': 'execute',
  'webhook.secret_rotated': 'update',
} as const satisfies Readonly<Record<string, Deed>>

export type AuditAction = keyof typeof AUDIT_ACTIONS

/** Actions that tell of something that was not done, or not wholly. */
const FAILURES: readonly string[] = [
  'fax.expired',
  'fax.failed',
  'fax.outcome_unknown',
  'fax.partially_delivered',
  'inbound.blocked',
  'inbound.failed',
  'inbound.partially_received',
  'notice.failed',
  'recipient.code_refused',
] satisfies AuditAction[]

/** Of an entry as it is stored, which an older version may have written. */
export function deedOf(action: string): Deed {
  return Object.hasOwn(AUDIT_ACTIONS, action) ? AUDIT_ACTIONS[action as AuditAction] : 'execute'
}

export function tellsFailure(action: string): boolean {
  return FAILURES.includes(action)
}
