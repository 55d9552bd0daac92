/** Whose duty a safeguard is. `shared`: the program does a part, and its template or page says which part is left. */
export type SafeguardOwner = 'software' | 'operator' | 'shared'

/** `proposed`: 90 FR 898 of January 6, 2025, which was not final when this was written; look again before relying on it. */
export type SafeguardKind = 'standard' | 'required' | 'addressable' | 'proposed'

export interface Safeguard {
  /** Of 45 CFR part 164. */
  readonly clause: string
  readonly title: string
  readonly kind: SafeguardKind
  readonly owner: SafeguardOwner
  /** What the program does about it; `null`: nothing. */
  readonly feature: string | null
  /** Ids of live checks (`GET /v2/compliance`). */
  readonly checks: readonly string[]
  /** Pages and templates of `docs/`. */
  readonly docs: readonly string[]
}

const T = 'docs/compliance/templates'
const SECURITY = 'docs/compliance/operator-security.md'
const SHARED = 'docs/compliance/shared-responsibility.md'
const AUDIT = 'docs/explanation/audit.md'
const CEREMONY = 'docs/compliance/key-ceremony.md'

type Row = readonly [
  clause: string,
  title: string,
  kind: SafeguardKind,
  owner: SafeguardOwner,
  feature: string | null,
  checks: readonly string[],
  docs: readonly string[],
]

const ADMINISTRATIVE: readonly Row[] = [
  ['164.308(a)(1)(ii)(A)', 'Risk analysis', 'required', 'operator', null, [], [`${T}/risk-analysis.md`]],
  [
    '164.308(a)(1)(ii)(B)',
    'Risk management',
    'required',
    'shared',
    'Unsafe settings keep the server from starting; live checks name what is left.',
    ['system.profile'],
    [SECURITY, `${T}/risk-analysis.md`],
  ],
  ['164.308(a)(1)(ii)(C)', 'Sanction policy', 'required', 'operator', null, [], [`${T}/sanction-policy.md`]],
  [
    '164.308(a)(1)(ii)(D)',
    'Information system activity review',
    'required',
    'shared',
    'Audit of every access; queues of what waits for a person.',
    [
      'faxes.held',
      'faxes.outcome_unknown',
      'reconciliation.contradictions',
      'people.break_glass',
      'webhooks.alive',
    ],
    [AUDIT],
  ],
  [
    '164.308(a)(2)',
    'Assigned security responsibility',
    'standard',
    'operator',
    'Every mailbox has an owner.',
    ['mailboxes.owned'],
    [SHARED],
  ],
  [
    '164.308(a)(3)(ii)(A)',
    'Authorization and supervision',
    'addressable',
    'shared',
    'Roles, departments and modes; nobody changes their own role.',
    [],
    [SECURITY],
  ],
  ['164.308(a)(3)(ii)(B)', 'Workforce clearance', 'addressable', 'operator', null, [], [SHARED]],
  [
    '164.308(a)(3)(ii)(C)',
    'Termination procedures',
    'addressable',
    'shared',
    'Disabling a person ends their sessions; unused keys are pointed out.',
    ['api_keys.used'],
    [SECURITY],
  ],
  [
    '164.308(a)(4)(ii)(B)',
    'Access authorization',
    'addressable',
    'shared',
    'Rights are by role, keys by scope; whatever is not granted is refused.',
    [],
    [SECURITY],
  ],
  [
    '164.308(a)(4)(ii)(C)',
    'Access establishment and modification',
    'addressable',
    'shared',
    'Keys end; changes of roles, keys and scopes are audited.',
    ['api_keys.expiry'],
    [SECURITY],
  ],
  [
    '164.308(a)(5)',
    'Security awareness and training',
    'standard',
    'operator',
    null,
    [],
    [`${T}/training-record.md`],
  ],
  [
    '164.308(a)(5)(ii)(C)',
    'Log-in monitoring',
    'addressable',
    'software',
    'Guesses are counted and soon refused; sign-ins are in the audit.',
    [],
    [SECURITY],
  ],
  [
    '164.308(a)(6)(ii)',
    'Response and reporting of incidents',
    'required',
    'shared',
    'Incident records of misdirected faxes; who read what is in the audit.',
    ['faxes.outcome_unknown'],
    [`${T}/incident-worksheet.md`, AUDIT],
  ],
  [
    '164.308(a)(7)(ii)(A)',
    'Data backup plan',
    'required',
    'shared',
    'Encrypted backups, and a check of how old the last one is.',
    ['backups.fresh'],
    [`${T}/contingency-plan.md`, SECURITY],
  ],
  [
    '164.308(a)(7)(ii)(B)',
    'Disaster recovery plan',
    'required',
    'operator',
    null,
    [],
    [`${T}/contingency-plan.md`],
  ],
  [
    '164.308(a)(7)(ii)(C)',
    'Emergency mode operation plan',
    'required',
    'operator',
    null,
    [],
    [`${T}/contingency-plan.md`],
  ],
  [
    '164.308(a)(7)(ii)(D)',
    'Testing and revision',
    'addressable',
    'shared',
    'Drills that restore and compare, and a check of how old the last one is.',
    ['backups.drill'],
    [`${T}/contingency-plan.md`],
  ],
  ['164.308(a)(8)', 'Evaluation', 'standard', 'shared', 'Live checks and a signed bundle.', [], [SHARED]],
  [
    '164.308(b)(1)',
    'Business associate contracts',
    'standard',
    'shared',
    'Nothing with PHI goes to a party without a current agreement or exception.',
    [
      'associates.gate',
      'associates.trunks',
      'associates.providers',
      'associates.webhooks',
      'associates.systems',
    ],
    [`${T}/baa-checklist.md`],
  ],
  [
    '164.308(b)(3)',
    'Written contract',
    'required',
    'shared',
    'Contracts are kept encrypted with their end; somebody is told 60, 30 and 7 days before.',
    ['associates.contracts', 'associates.ending'],
    [`${T}/baa-checklist.md`],
  ],
]

const PHYSICAL: readonly Row[] = [
  ['164.310(a)(1)', 'Facility access controls', 'standard', 'operator', null, [], [SHARED]],
  ['164.310(b)', 'Workstation use', 'standard', 'operator', null, [], [SHARED]],
  ['164.310(c)', 'Workstation security', 'standard', 'operator', null, [], [SHARED]],
  [
    '164.310(d)(1)',
    'Device and media controls',
    'standard',
    'shared',
    'Files are the server’s alone; their content is encrypted.',
    ['files.data'],
    [`${T}/device-disposal.md`],
  ],
  [
    '164.310(d)(2)(i)',
    'Disposal',
    'required',
    'shared',
    'Destroying a document destroys its key, with a signed certificate.',
    ['retention.policy'],
    [`${T}/device-disposal.md`],
  ],
  ['164.310(d)(2)(ii)', 'Media re-use', 'required', 'operator', null, [], [`${T}/device-disposal.md`]],
]

const TECHNICAL: readonly Row[] = [
  [
    '164.312(a)(1)',
    'Access control',
    'standard',
    'software',
    'Deny by default; each query is bound to one account and mode.',
    ['keys.modes', 'files.data'],
    [SECURITY],
  ],
  [
    '164.312(a)(2)(i)',
    'Unique user identification',
    'required',
    'software',
    'A person, key or worker is named in every entry of the audit.',
    [],
    [AUDIT],
  ],
  [
    '164.312(a)(2)(ii)',
    'Emergency access procedure',
    'required',
    'software',
    'Break-glass: a reason, a second factor, an end, a review.',
    ['people.break_glass'],
    [SECURITY],
  ],
  [
    '164.312(a)(2)(iii)',
    'Automatic logoff',
    'addressable',
    'software',
    'Sessions end after 15 idle minutes and after 12 hours, or sooner as set.',
    [],
    ['docs/reference/configuration.md'],
  ],
  [
    '164.312(a)(2)(iv)',
    'Encryption and decryption',
    'addressable',
    'shared',
    'AES-256-GCM, a key for each document, under a key for each account, under a master key.',
    ['keys.apart', 'keys.modes', 'database.at_rest'],
    ['docs/adr/0004-wrap-keys-in-three-layers.md', CEREMONY],
  ],
  [
    '164.312(b)',
    'Audit controls',
    'standard',
    'software',
    'An append-only Merkle log with signed checkpoints, verified offline.',
    ['audit.checkpoint', 'system.clock', 'system.log_level'],
    [AUDIT],
  ],
  [
    '164.312(c)(1)',
    'Integrity',
    'standard',
    'software',
    'Authenticated encryption; checkpoints kept elsewhere.',
    ['audit.checkpoint', 'audit.elsewhere'],
    [AUDIT],
  ],
  [
    '164.312(c)(2)',
    'Mechanism to authenticate PHI',
    'addressable',
    'software',
    'Every document and field carries a tag; webhooks are signed.',
    ['webhooks.signed'],
    ['docs/guides/webhooks.md'],
  ],
  [
    '164.312(d)',
    'Person or entity authentication',
    'standard',
    'software',
    'Passkeys and one-time codes for people; hashed keys with scopes for programs.',
    ['people.second_factor', 'files.credentials'],
    [SECURITY],
  ],
  [
    '164.312(e)(1)',
    'Transmission security',
    'standard',
    'shared',
    'No plain listener beyond this machine; TLS to webhooks, mail and identity providers.',
    ['transport.listener', 'transport.public_url', 'webhooks.https'],
    [SECURITY],
  ],
  [
    '164.312(e)(2)(ii)',
    'Encryption in transmission',
    'addressable',
    'shared',
    'T.38 is clear text: somebody says for each trunk what protects its path.',
    ['transport.database', 'trunks.acknowledged'],
    ['docs/guides/connect-a-trunk.md'],
  ],
]

const ORGANISATIONAL: readonly Row[] = [
  [
    '164.314(a)(1)',
    'Business associate contracts',
    'standard',
    'shared',
    'The clauses of 164.504(e)(2) and 164.314(a)(2) are gone through one by one.',
    ['associates.contracts'],
    [`${T}/baa-checklist.md`],
  ],
  [
    '164.314(a)(2)(i)(C)',
    'Reports of security incidents by associates',
    'required',
    'shared',
    'The clause is asked for by name.',
    ['associates.contracts'],
    [`${T}/baa-checklist.md`, `${T}/incident-worksheet.md`],
  ],
  ['164.316(a)', 'Policies and procedures', 'standard', 'operator', null, [], [SHARED]],
  [
    '164.316(b)(1)',
    'Documentation',
    'standard',
    'shared',
    'Evidence as a signed file: answerback compliance bundle.',
    [],
    [SHARED],
  ],
  [
    '164.316(b)(2)(i)',
    'Six years',
    'required',
    'shared',
    'Audit, agreements and certificates are never deleted.',
    ['retention.policy'],
    [AUDIT],
  ],
]

const PROPOSED: readonly Row[] = [
  [
    'proposed 164.308(a)(1)',
    'Technology asset inventory and network map',
    'proposed',
    'shared',
    'The bundle lists components, trunks, receivers and settings.',
    [],
    [SHARED],
  ],
  [
    'proposed 164.308(a)(13)',
    'Restore within 72 hours; copies no older than 48; monthly restore tests',
    'proposed',
    'shared',
    'Checks of the last backup and the last drill; restoring takes one command.',
    ['backups.fresh', 'backups.drill'],
    [`${T}/contingency-plan.md`],
  ],
  [
    'proposed 164.308(b)',
    'Yearly verification of business associates',
    'proposed',
    'operator',
    null,
    [],
    [`${T}/baa-checklist.md`],
  ],
  [
    'proposed 164.312(b)(2)',
    'Encryption of all PHI, at rest and in transit',
    'proposed',
    'shared',
    'As 164.312(a)(2)(iv) and (e)(2)(ii).',
    ['keys.apart', 'transport.database', 'trunks.acknowledged'],
    [SECURITY],
  ],
  [
    'proposed 164.312(f)(2)(ii)',
    'Multi-factor authentication',
    'proposed',
    'software',
    'A session in live mode needs a second factor.',
    ['people.second_factor'],
    [SECURITY],
  ],
]

/** Safeguards of 45 CFR 164.308, 310, 312, 314 and 316, what answers each, and whose duty it is. */
export const SAFEGUARDS: readonly Safeguard[] = [
  ...ADMINISTRATIVE,
  ...PHYSICAL,
  ...TECHNICAL,
  ...ORGANISATIONAL,
  ...PROPOSED,
].map(([clause, title, kind, owner, feature, checks, docs]) => ({
  clause,
  title,
  kind,
  owner,
  feature,
  checks,
  docs,
}))
