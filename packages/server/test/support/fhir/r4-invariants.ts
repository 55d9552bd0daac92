import type { Json } from './r4-validator.ts'

interface Entry extends Json {
  readonly fullUrl?: string
  readonly resource?: { readonly meta?: { readonly versionId?: string } }
}

type Invariant = readonly [key: string, holds: (value: Json) => boolean]

/** Absolute, as systems of codes and identifiers are: a scheme and something after it. */
const isAbsolute = (uri: unknown) => typeof uri !== 'string' || /^[a-z][a-z0-9+.-]*:\S+$/i.test(uri)
const entriesOf = (bundle: Json) => (Array.isArray(bundle.entry) ? (bundle.entry as Entry[]) : [])
const isOneOf = (value: unknown, ...all: string[]) => all.includes(value as string)

/** Rules that reach over more than one element, under the keys R4 gives them; those of the text have none. */
const INVARIANTS: Readonly<Record<string, readonly Invariant[]>> = {
  AuditEvent: [
    ['dom-2 to dom-5 (what is contained is not looked at)', ({ contained }) => contained === undefined],
  ],
  'AuditEvent.entity': [
    ['sev-1', (entity) => entity.name === undefined || !('query' in entity || '_query' in entity)],
  ],
  Bundle: [
    ['bdl-1', ({ total, type }) => total === undefined || isOneOf(type, 'searchset', 'history')],
    ['bdl-2', (bundle) => bundle.type === 'searchset' || entriesOf(bundle).every(({ search }) => !search)],
    [
      'bdl-3',
      (bundle) =>
        entriesOf(bundle).every(
          ({ request }) =>
            (request !== undefined) === isOneOf(bundle.type, 'batch', 'transaction', 'history'),
        ),
    ],
    [
      'bdl-4',
      (bundle) =>
        entriesOf(bundle).every(
          ({ response }) =>
            (response !== undefined) ===
            isOneOf(bundle.type, 'batch-response', 'transaction-response', 'history'),
        ),
    ],
    [
      'bdl-7',
      (bundle) => {
        const names = entriesOf(bundle)
          .filter(({ fullUrl }) => fullUrl !== undefined)
          .map(({ fullUrl, resource }) => `${fullUrl} ${resource?.meta?.versionId}`)
        return bundle.type === 'history' || new Set(names).size === names.length
      },
    ],
    // https://hl7.org/fhir/R4/bundle.html#bundle-unique: "Except for transactions and batches, each entry in a Bundle must have a fullUrl".
    [
      'fullUrl of each entry',
      (bundle) =>
        isOneOf(bundle.type, 'transaction', 'batch') ||
        entriesOf(bundle).every(({ fullUrl }) => fullUrl !== undefined),
    ],
  ],
  'Bundle.entry': [
    ['bdl-5', (entry) => 'resource' in entry || 'request' in entry || 'response' in entry],
    ['bdl-8', ({ fullUrl }) => !String(fullUrl ?? '').includes('/_history/')],
    ['fullUrl absolute', ({ fullUrl }) => isAbsolute(fullUrl)],
  ],
  Coding: [['system absolute', ({ system }) => isAbsolute(system)]],
  Extension: [
    [
      'ext-1',
      (extension) =>
        'extension' in extension !== Object.keys(extension).some((key) => /^_?value[A-Z]/.test(key)),
    ],
    ['url absolute', ({ url }) => isAbsolute(url)],
  ],
  Identifier: [['system absolute', ({ system }) => isAbsolute(system)]],
  Period: [
    [
      'per-1',
      ({ start, end }) =>
        start === undefined || end === undefined || Date.parse(String(start)) <= Date.parse(String(end)),
    ],
  ],
  Reference: [['ref-1 (nothing is contained)', ({ reference }) => !String(reference ?? '').startsWith('#')]],
}

export function invariantFaults(value: Json, type: string): string[] {
  return (INVARIANTS[type] ?? []).filter(([, holds]) => !holds(value)).map(([key]) => key)
}
