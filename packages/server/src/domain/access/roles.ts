import type { Mode } from '../fax/fax.ts'
import { KEY_SCOPES, type KeyScope } from './api-key.ts'

/** What a person is in an account. One person may be different things in different accounts. */
export const ROLES = ['owner', 'admin', 'developer', 'clinician', 'front_desk', 'auditor'] as const

export type Role = (typeof ROLES)[number]

/** What only a person may do, never a key: a key has no second factor and nobody to ask. */
export type PeopleRight = 'people:manage' | 'break_glass:use' | 'break_glass:review'

export type Right = KeyScope | PeopleRight

/** What shows a page, a number in full or text of a fax. */
export const CONTENT_SCOPES: readonly KeyScope[] = ['faxes:content', 'inbound:content']

/** What a break-glass grant opens for its time: reading, of every department. */
export const BREAK_GLASS_SCOPES: readonly KeyScope[] = ['faxes:read', 'inbound:read', ...CONTENT_SCOPES]

/** Reaches beyond any department: whoever is held to some departments does not have it. */
const ACCOUNT_WIDE: readonly Right[] = [
  'audit:read',
  'events:read',
  'keys:manage',
  'webhooks:manage',
  'people:manage',
  'break_glass:review',
  'numbers:write',
  'trunks:write',
  'test:control',
  'faxes:shred',
  'retention:manage',
  'keyring:rotate',
]

const OF_PEOPLE: readonly PeopleRight[] = ['people:manage', 'break_glass:use', 'break_glass:review']

/**
 * Roles as sets. An administrator runs the account and reads no content, nor can anybody reach content by way of that role: keys
 * pass on only what their maker has, and nobody changes their own role (90 FR 898, proposed 164.312(a)(2)(i): a separate
 * identity for administration). A scope that is new belongs to the owner alone until it is named here.
 */
const RIGHTS: Readonly<Record<Role, readonly Right[]>> = {
  owner: [...KEY_SCOPES, ...OF_PEOPLE],
  admin: [
    'faxes:read',
    'recipients:read',
    'recipients:write',
    'inbound:read',
    'events:read',
    'audit:read',
    'keys:manage',
    'webhooks:manage',
    'trunks:read',
    'trunks:write',
    'numbers:read',
    'numbers:write',
    'people:manage',
    'break_glass:review',
  ],
  developer: [
    'faxes:write',
    'faxes:read',
    'recipients:read',
    'inbound:read',
    'events:read',
    'keys:manage',
    'webhooks:manage',
    'trunks:read',
    'numbers:read',
    'test:control',
    'break_glass:use',
  ],
  clinician: [
    'faxes:write',
    'faxes:read',
    'recipients:read',
    'recipients:write',
    'faxes:content',
    'inbound:read',
    'inbound:content',
    'inbound:write',
    'numbers:read',
    'break_glass:use',
  ],
  // Sorts and answers what comes in; what others sent is not theirs to read.
  front_desk: [
    'faxes:write',
    'faxes:read',
    'recipients:read',
    'recipients:write',
    'inbound:read',
    'inbound:content',
    'inbound:write',
    'numbers:read',
    'break_glass:use',
  ],
  auditor: [
    'audit:read',
    'recipients:read',
    'events:read',
    'faxes:read',
    'inbound:read',
    'numbers:read',
    'trunks:read',
    'break_glass:review',
  ],
}

/** Sandbox pages are nobody's, so whoever builds against it sees and changes them. */
const OF_DEVELOPERS_IN_TEST: readonly Right[] = ['faxes:content', 'inbound:content', 'inbound:write']

/** What a member is held to. `departments`: mailboxes they see; `null`: all. */
export interface Membership {
  readonly role: Role
  readonly departments: readonly string[] | null
  readonly modes: readonly Mode[]
}

/** Everything a member may do in a mode; nothing in a mode that is not theirs. */
export function rightsOf(member: Membership, mode: Mode): readonly Right[] {
  if (!member.modes.includes(mode)) return []
  const extra = member.role === 'developer' && mode === 'test' ? OF_DEVELOPERS_IN_TEST : []
  const all = [...RIGHTS[member.role], ...extra]
  return member.departments === null ? all : all.filter((right) => !ACCOUNT_WIDE.includes(right))
}

/** The part of rights that routes open to keys ask for. */
export function scopesOf(rights: readonly Right[]): KeyScope[] {
  return KEY_SCOPES.filter((scope) => rights.includes(scope))
}

/** Only an owner makes, changes or removes an owner: an administrator must not be able to become one. */
export function mayAppoint(actor: Role, from: Role | null, to: Role | null): boolean {
  return actor === 'owner' || (from !== 'owner' && to !== 'owner')
}
