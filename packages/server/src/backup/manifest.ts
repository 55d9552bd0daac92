import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { damaged } from './backup-error.ts'

const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
/** Names of tables, columns and sequences go into SQL, quoted. */
const Name = Type.String({ pattern: '^[a-z_][a-z0-9_]{0,62}$' })

const PartHead = Type.Union([
  Type.Object({ part: Type.Literal('table'), name: Name, columns: Type.Array(Name, { maxItems: 1600 }) }),
  Type.Object({ part: Type.Literal('blob'), key: Type.String({ maxLength: 600 }) }),
])
/** What a part is: the rows of a table as PostgreSQL's COPY writes them, or a blob as it lies in its file. */
export type PartHead = Static<typeof PartHead>

const PartEnd = Type.Object({ bytes: Count, sha256: Sha256 })
export type PartEnd = Static<typeof PartEnd>

const Manifest = Type.Object({
  /** Time of the snapshot, by the database's clock. */
  madeAt: Type.String({ maxLength: 40 }),
  program: Type.String({ maxLength: 40 }),
  /** The migrations that had been applied. */
  schema: Type.Array(
    Type.Object({ number: Count, name: Type.String({ maxLength: 200 }), checksum: Sha256 }),
    { maxItems: 9999, minItems: 1 },
  ),
  tables: Type.Array(Type.Object({ name: Name, rows: Count, bytes: Count, rowHash: Sha256 }), {
    maxItems: 2000,
  }),
  sequences: Type.Array(Type.Object({ name: Name, last: Type.String({ pattern: '^-?[0-9]{1,20}$' }) }), {
    maxItems: 2000,
  }),
  blobs: Type.Object({
    count: Count,
    bytes: Count,
    /** `RowHash` of the lines `key sha256`. */
    hash: Sha256,
    /** That the snapshot names, and that retention destroyed while the backup was made. */
    destroyedMeanwhile: Count,
    /** That the snapshot names, and that are gone though nobody destroyed them. */
    lost: Count,
  }),
  /** The audit log: number of its leaves, and the RFC 6962 root over them. */
  audit: Type.Object({ size: Count, root: Sha256 }),
})
/** The last frame: what the backup holds, to compare what was read with. */
export type Manifest = Static<typeof Manifest>

/** @throws BackupError `damaged` */
export function parsePartHead(bytes: Buffer): PartHead {
  return parse(PartHead, bytes)
}

/** @throws BackupError `damaged` */
export function parsePartEnd(bytes: Buffer): PartEnd {
  return parse(PartEnd, bytes)
}

/** @throws BackupError `damaged` */
export function parseManifest(bytes: Buffer): Manifest {
  return parse(Manifest, bytes)
}

function parse<Schema extends typeof PartHead | typeof PartEnd | typeof Manifest>(
  schema: Schema,
  bytes: Buffer,
): Static<Schema> {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw damaged('a description in it is no JSON', cause)
  }
  if (!Value.Check(schema, value)) throw damaged('a description in it has another form')
  return value as Static<Schema>
}
