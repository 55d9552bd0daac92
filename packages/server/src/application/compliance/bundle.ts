import { hash } from 'node:crypto'
import type { ClauseName } from '../../domain/associates/associate.ts'
import { coverOf, currentAgreements, openClauses } from '../../domain/associates/associate.ts'
import { logName, publicKeyPem, signedNote, verifierKey } from '../../domain/audit/checkpoint.ts'
import { SAFEGUARDS } from '../../domain/compliance/safeguards.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { dayOf } from '../../domain/time/calendar-day.ts'
import { KeyError } from '../../ports/keyring.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { readCheckpoint } from '../audit/read-checkpoint.ts'
import { AUDIT_KEY_PURPOSE, auditKey } from '../audit/sign-checkpoint.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { README } from './bundle-readme.ts'
import { reportText } from './bundle-report.ts'
import type { AuditLook, Standard } from './facts.ts'
import { complianceReport } from './report.ts'
import { writeZip, type ZipEntry } from './zip.ts'

/**
 * Everything an assessor asks for of one moment, as a zip: the checks, the settings without secrets, safeguards, agreements, the audit's
 * checkpoint and the parts list. `manifest.txt` names the SHA-256 of each file and is signed with the key of the audit log. Holds no PHI.
 */
export async function evidenceBundle(
  services: Services,
  scope: Scope,
  actor: Actor,
  standard?: Standard,
  look?: AuditLook,
): Promise<Buffer> {
  const report = await complianceReport(services, scope, actor, standard, look)
  const installation = await services.installation.look()
  const { settings, version, nodeVersion, profile } = installation
  const files = [
    text('README.txt', README),
    text('report.txt', reportText(report, await account(services, scope))),
    json('checks.json', report),
    json('settings.json', settings),
    json('safeguards.json', SAFEGUARDS),
    json('agreements.json', await agreements(services, scope)),
    await checkpointFile(services),
    json('versions.json', { answerback: version, node: nodeVersion, profile }),
    json('sbom.json', sbom(version, await services.installation.components())),
  ]
  const at = new Date(services.clock.now())
  const sums = files.map(({ name, bytes }) => `${hash('sha256', bytes)}  ${name}\n`).join('')
  const manifest = `answerback-evidence/1\naccount ${scope.accountId}\ntime ${at.toISOString()}\n${sums}`
  const signed = await signature(services, manifest)
  const bundle = writeZip([...files, ...signed], at)
  await services.store.asAccount(scope, (tx) =>
    recordAudit(services, tx, actor, 'compliance.bundle_made', null, {
      manifest: hash('sha256', manifest),
      signed: signed.length > 1,
    }),
  )
  return bundle
}

/** Without the key the manifest stands there unsigned, and the file's name says so. */
async function signature(services: Services, manifest: string): Promise<ZipEntry[]> {
  try {
    const { publicKey, privateWrapped } = await auditKey(services)
    const name = logName(publicKey)
    const signed = await services.keyring.sign(AUDIT_KEY_PURPOSE, privateWrapped, Buffer.from(manifest))
    return [
      text('manifest.txt', signedNote(manifest, name, publicKey, signed)),
      text('verifier-key.txt', `${verifierKey(name, publicKey)}\n`),
      text('verifier-key.pem', publicKeyPem(publicKey)),
    ]
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    services.log.error('compliance.not_signed', { error })
    return [text('manifest.unsigned.txt', manifest)]
  }
}

function account({ store }: Services, scope: Scope) {
  return store.asAccount(scope, async (tx) => {
    const { id, name } = await tx.accounts.get()
    return { id, name }
  })
}

async function checkpointFile(services: Services): Promise<ZipEntry> {
  try {
    return text('audit-checkpoint.txt', (await readCheckpoint(services)).note)
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'audit.not_logged') throw error
    return text('audit-checkpoint.txt', 'No checkpoint was signed yet.\n')
  }
}

/** Whom, since when and until when; what people wrote about it stays sealed. */
async function agreements(services: Services, scope: Scope) {
  const today = dayOf(new Date(services.clock.now()))
  const live: Scope = { accountId: scope.accountId, mode: 'live' }
  const rows = await services.store.asAccount(live, (tx) => tx.associates.list())
  return rows.map((row) => ({
    ...{ id: row.id, name: row.name, kind: row.kind, ties: row.ties },
    cover: coverOf(row, today) ?? null,
    exceptionUntil: row.exception?.until ?? null,
    endedAt: row.endedAt,
    agreements: row.agreements.map((agreement) => ({
      id: agreement.id,
      signedOn: agreement.signedOn,
      effectiveOn: agreement.effectiveOn,
      expiresOn: agreement.expiresOn,
      isCurrent: currentAgreements(row, today).includes(agreement),
      documentId: agreement.documentId,
      clauses: agreement.clauses,
      openClauses: openClauses(agreement) satisfies ClauseName[],
    })),
  }))
}

/** CycloneDX 1.6, as far as a lockfile knows. */
function sbom(version: string, components: Awaited<ReturnType<Services['installation']['components']>>) {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name: 'answerback', version } },
    components: components.map(({ name, version, license, integrity }) => ({
      type: 'library',
      name,
      version,
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      ...(license === null ? {} : { licenses: [{ expression: license }] }),
      ...(integrity === null ? {} : { hashes: hashesOf(integrity) }),
    })),
  }
}

/** Subresource Integrity, `sha512-base64`, as CycloneDX writes it. */
function hashesOf(integrity: string) {
  const [algorithm = '', value = ''] = integrity.split('-')
  const content = Buffer.from(value, 'base64').toString('hex')
  return [{ alg: algorithm.toUpperCase().replace('SHA', 'SHA-'), content }]
}

function json(name: string, value: unknown): ZipEntry {
  return text(name, `${JSON.stringify(value, null, 2)}\n`)
}

function text(name: string, content: string): ZipEntry {
  return { name, bytes: Buffer.from(content) }
}
