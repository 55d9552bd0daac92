import { type Kysely, sql } from 'kysely'

/**
 * Whose papers a sent fax is, and why it was sent; and how a patient's faxes are found without opening each. The hash needs the account's key, so links
 * of received faxes that are there already are hashed by the server (`application/patients/hash-links.ts`), and have none until then.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEMA).execute(db)
}

const SCHEMA = `
alter table fax
  add column patient_sealed bytea,
  -- Keyed hash of the patient's id; equal for received faxes of the same patient.
  add column patient_hash bytea,
  -- A code of HL7 v3 PurposeOfUse; null: nobody said.
  add column purpose text check (purpose ~ '^[A-Z]{3,12}$'),
  add constraint fax_patient_whole check ((patient_sealed is null) = (patient_hash is null));
create index fax_patient on fax (account_id, mode, patient_hash, id desc) where patient_hash is not null;
-- Who repeats a fax has its papers too.
create index fax_resend on fax (resend_of) where resend_of is not null;

alter table received_fax
  add column patient_hash bytea,
  add constraint received_fax_patient_whole check (patient_hash is null or patient_sealed is not null);
create index received_fax_patient on received_fax (account_id, mode, patient_hash, id desc) where patient_hash is not null;
-- Empty once they are hashed.
create index received_fax_unhashed on received_fax (account_id, mode, id) where patient_sealed is not null and patient_hash is null;
`
