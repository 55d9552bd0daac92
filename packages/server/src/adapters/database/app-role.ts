import type pg from 'pg'
import { DatabaseError, errorCode } from './errors.ts'

/**
 * The role the server runs as. It owns nothing, so what the owner does not grant is beyond it: it cannot
 * change the schema, nor edit what is append-only. In our own PostgreSQL it logs in as itself; through
 * `DATABASE_URL` every session of the given user steps down into it.
 */
export const APP_ROLE = 'answerback_app'

/** duplicate_object, unique_violation, and "tuple concurrently updated": another process did the same now. */
const SOMEBODY_ELSE_DID = new Set(['42710', '23505', 'XX000'])
const INSUFFICIENT_PRIVILEGE = '42501'
const TRIES = 5

/**
 * Makes the role when missing and lets the current user step down into it. Roles belong to the whole
 * cluster, so several databases may race here; every step can be repeated.
 * @throws DatabaseError `role_missing` with the SQL an administrator must run.
 */
export async function ensureAppRole(client: pg.ClientBase, options: { login: boolean }): Promise<void> {
  for (let attempt = 1; !(await usable(client, options)); attempt += 1) {
    try {
      await client.query(`create role ${APP_ROLE} nologin`).catch(ignoreRace)
      await client.query(`grant ${APP_ROLE} to current_user`)
      if (options.login) await client.query(`alter role ${APP_ROLE} login`)
    } catch (error) {
      const code = errorCode(error)
      if (code === INSUFFICIENT_PRIVILEGE) throw await roleMissing(client, error)
      if (attempt === TRIES || !SOMEBODY_ELSE_DID.has(code ?? '')) throw error
    }
  }
}

function ignoreRace(error: unknown): void {
  if (!SOMEBODY_ELSE_DID.has(errorCode(error) ?? '')) throw error
}

async function usable(client: pg.ClientBase, options: { login: boolean }): Promise<boolean> {
  const { rows } = await client.query<{ login: boolean; member: boolean }>(
    `select rolcanlogin as login, pg_has_role(current_user, oid, 'member') as member
       from pg_roles where rolname = $1`,
    [APP_ROLE],
  )
  const role = rows[0]
  if (!role?.member || (options.login && !role.login)) return false
  return canStepDown(client)
}

/** PostgreSQL 16 split membership from the right to SET ROLE, so the only sure test is to do it. */
async function canStepDown(client: pg.ClientBase): Promise<boolean> {
  await client.query('begin')
  try {
    await client.query(`set local role ${APP_ROLE}`)
    return true
  } catch (error) {
    if (errorCode(error) === INSUFFICIENT_PRIVILEGE) return false
    throw error
  } finally {
    await client.query('rollback')
  }
}

async function roleMissing(client: pg.ClientBase, cause: unknown): Promise<DatabaseError> {
  const { rows } = await client.query<{ user: string }>('select quote_ident(current_user) as "user"')
  const user = rows[0]?.user ?? 'the user of DATABASE_URL'
  return new DatabaseError(
    'role_missing',
    `The database user ${user} may not create the role ${APP_ROLE}. As an administrator run: ` +
      `CREATE ROLE ${APP_ROLE} NOLOGIN; GRANT ${APP_ROLE} TO ${user};`,
    { cause },
  )
}
