import { type Kysely, sql } from 'kysely'

/**
 * What is due by retention, found by its index also behind row security: there a condition comes before the policy only when it is
 * leakproof, and `coalesce`, which the indexes of 0007 are over, is not taken for it. `case` is.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
drop index fax_content_due, fax_metadata_due, received_fax_content_due, received_fax_text_due, received_fax_metadata_due;
create index fax_content_due on fax (account_id, mode, (case when kept_from is null then ended_at else kept_from end))
  where ended_at is not null and content_deleted_at is null;
create index fax_metadata_due on fax (account_id, mode, (case when kept_from is null then ended_at else kept_from end))
  where ended_at is not null and shredded_at is null;
create index received_fax_content_due
  on received_fax (account_id, mode, (case when kept_from is null then ended_at else kept_from end))
  where ended_at is not null and content_deleted_at is null;
create index received_fax_text_due
  on received_fax (account_id, mode, (case when kept_from is null then ended_at else kept_from end))
  where text_document_id is not null;
create index received_fax_metadata_due
  on received_fax (account_id, mode, (case when kept_from is null then ended_at else kept_from end))
  where ended_at is not null and shredded_at is null;
`
