import { type Kysely, sql } from 'kysely'

/** Buckets of requests that all processes share, and what the quotas of an account are counted by. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

// Unlogged: a bucket that a crash empties is a full one, and nobody waits for the disk.
const SCHEMA = `
create unlogged table rate_bucket (
  caller text primary key,
  tokens double precision not null,
  quota double precision not null,
  per_second double precision not null,
  at timestamptz not null
);
create index rate_bucket_idle on rate_bucket (at);

create index document_taken on document (account_id, mode, created_at) where purpose = 'source';

grant select, insert, update, delete on rate_bucket to answerback_app;
`
