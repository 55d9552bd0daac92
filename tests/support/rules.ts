import type { Import, Module } from './modules.ts'

/** What the offender is told, and where. */
export interface Violation {
  readonly rule: string
  readonly path: string
  readonly target: string
}

interface Rule {
  readonly name: string
  /** The files it speaks of. */
  readonly where: RegExp
  readonly allows: (imported: Import, from: string) => boolean
}

/** Built-ins that compute and touch nothing outside the process. */
const PURE_BUILT_INS = [
  'node:buffer',
  'node:crypto',
  'node:stream',
  'node:stream/promises',
  'node:util',
  'node:zlib',
]
/** Adapters that others build on: the database connection, the HTTP server under the two APIs, random bytes, and who may be dialled. */
const SHARED_ADAPTERS = ['database', 'web', 'entropy', 'addresses']

const within =
  (...folders: string[]) =>
  (target: string) =>
    folders.some((folder) => target.startsWith(folder))
const server = (...layers: string[]) => within(...layers.map((layer) => `packages/server/src/${layer}/`))
const isPackage = (target: string) => !target.startsWith('packages/') && !target.startsWith('node:')
const isPure = ({ target, clause }: Import) =>
  PURE_BUILT_INS.includes(target) ||
  // isIP and BlockList are arithmetic; the rest of node:net is the network.
  (target === 'node:net' && /^\{\s*(?:(?:isIP|BlockList)\b[\s,]*)+\}/.test(clause.trim()))
const pageTypes = ({ target, typeOnly }: Import) =>
  typeOnly && within('packages/protocol/src/', 'packages/imaging/src/')(target)

/** Parts of imaging that only compute. Rendering takes workers and time, so it stands behind the rasteriser port. */
const PAGE_ARITHMETIC = within(
  'packages/protocol/src/t4/',
  ...[
    'page.ts',
    'digest/',
    'intake/refusal.ts',
    'intake/sniff.ts',
    'intake/page-selection.ts',
    'drawing/target.ts',
    'tiff/write-tiff.ts',
    'cover/template.ts',
    'cover/check-fields.ts',
    'tti/',
  ].map((part) => `packages/imaging/src/${part}`),
)

export const RULES: readonly Rule[] = [
  {
    name: 'protocol imports nothing outside itself: pass bytes and time in, return effects',
    where: /^packages\/protocol\//,
    allows: ({ target }) => within('packages/protocol/src/')(target),
  },
  {
    name: 'imaging knows the protocol and no other package of ours',
    where: /^packages\/imaging\//,
    allows: ({ target }) =>
      within('packages/imaging/src/', 'packages/protocol/src/')(target) || !target.startsWith('packages/'),
  },
  {
    name: 'the simulator knows the protocol and no other package of ours',
    where: /^packages\/simulator\//,
    allows: ({ target }) =>
      within('packages/simulator/src/', 'packages/protocol/src/')(target) || !target.startsWith('packages/'),
  },
  {
    name: 'clients know the HTTP API, not the code behind it',
    where: /^packages\/(?:sdk|console|cli)\//,
    allows: ({ target }, from) =>
      !target.startsWith('packages/') ||
      within(from.slice(0, from.indexOf('/src/')), 'packages/sdk/src/')(target),
  },
  {
    name: 'domain knows fax words, not SQL, HTTP or SIP',
    where: /^packages\/server\/src\/domain\//,
    allows: (imported) => server('domain')(imported.target) || pageTypes(imported) || isPure(imported),
  },
  {
    name: 'a port is a shape in the words of the domain',
    where: /^packages\/server\/src\/ports\//,
    allows: (imported) =>
      server('domain', 'ports')(imported.target) || pageTypes(imported) || isPure(imported),
  },
  {
    name: 'application asks for a port and lets main.ts choose',
    where: /^packages\/server\/src\/application\//,
    allows: (imported) =>
      server('domain', 'ports', 'application')(imported.target) ||
      PAGE_ARITHMETIC(imported.target) ||
      pageTypes(imported) ||
      isPure(imported),
  },
  {
    name: 'two adapters meet in application',
    where: /^packages\/server\/src\/adapters\//,
    allows: ({ target }, from) => {
      const adapter = adapterOf(target)
      return adapter === undefined || adapter === adapterOf(from) || SHARED_ADAPTERS.includes(adapter)
    },
  },
  {
    name: 'only the files beside main.ts wire: nothing below imports them',
    where: /^packages\/server\/src\/[a-z-]+\//,
    allows: ({ target }) => !/^packages\/server\/src\/[a-z-]+\.ts$/.test(target),
  },
  {
    name: 'sources import no test',
    where: /^packages\//,
    allows: ({ target }) => !/^packages\/[a-z]+\/test\//.test(target) && !target.startsWith('tests/'),
  },
  {
    name: 'a package of ours is imported by its name, a file of the same package by its path',
    where: /^packages\//,
    allows: ({ target }) =>
      !target.startsWith('..') &&
      (isPackage(target) || target.startsWith('node:') || /\.(?:tsx?|json)$/.test(target)),
  },
]

export function violations(modules: readonly Module[], rules: readonly Rule[] = RULES): Violation[] {
  return modules.flatMap((module) =>
    module.imports.flatMap((imported) =>
      rules
        .filter((rule) => rule.where.test(module.path) && !rule.allows(imported, module.path))
        .map((rule) => ({ rule: rule.name, path: module.path, target: imported.target })),
    ),
  )
}

/** Files that import each other in a ring at run time, each ring once. */
export function cycles(modules: readonly Module[]): string[][] {
  return rings(
    new Map(
      modules.map((module) => [
        module.path,
        module.imports.filter((each) => !each.typeOnly).map((each) => each.target),
      ]),
    ),
  )
}

/** Rooms within a folder, such as `application/sending`, that know each other in a ring, types included. */
export function roomCycles(modules: readonly Module[], folder: string): string[][] {
  const roomOf = (path: string) =>
    path.startsWith(`${folder}/`) ? /^([^/]+)\//.exec(path.slice(folder.length + 1))?.[1] : undefined
  const known = new Map<string, string[]>()
  for (const { path, imports } of modules) {
    const room = roomOf(path)
    if (room === undefined) continue
    const targets = imports.flatMap(({ target }) => roomOf(target) ?? []).filter((each) => each !== room)
    known.set(room, [...(known.get(room) ?? []), ...targets])
  }
  return rings(known)
}

function rings(targets: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>()
  const found: string[][] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) found.push([...trail.slice(at), path])
    if (at >= 0 || done.has(path)) return
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of targets.keys()) visit(path, [])
  return found
}

function adapterOf(path: string): string | undefined {
  return /^packages\/server\/src\/adapters\/([^/]+)\//.exec(path)?.[1]
}
