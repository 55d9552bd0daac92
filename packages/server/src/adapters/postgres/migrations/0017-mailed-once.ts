import { type Kysely, sql } from 'kysely'

/** Whom a mail to several has reached: one whose mail fails has nobody else mailed again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
alter table break_glass
  -- Ids of people; none again with each alarm.
  add column notified text[] not null default '{}';
alter table associate
  -- Ids of people, and 'contact'; none again with each warning.
  add column mailed_to text[] not null default '{}';
`
