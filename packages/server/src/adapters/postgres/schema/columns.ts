import type { ColumnType } from 'kysely'

/** A bigint column, read as a number: all stay below 2^53. */
export type BigInteger = ColumnType<number, number | undefined, number>

/** A jsonb column: read as an object, written as its text. */
export type Json = ColumnType<Record<string, unknown>, string, string>

/** What a sealed or hashed field that must not be null holds when what stood in it is destroyed. */
export const NOTHING = Buffer.alloc(0)
