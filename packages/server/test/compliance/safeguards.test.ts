import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CHECKS } from '../../src/application/compliance/checks.ts'
import { CLAUSE_NAMES, CLAUSES } from '../../src/domain/associates/associate.ts'
import { SAFEGUARDS } from '../../src/domain/compliance/safeguards.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const FOLDER = join(ROOT, 'docs/compliance')

test('every safeguard names checks and pages that are there', () => {
  const ids = CHECKS.map(({ id }) => id)
  for (const { clause, checks, docs } of SAFEGUARDS) {
    for (const check of checks) assert.ok(ids.includes(check), `${clause}: ${check}`)
    for (const page of docs) assert.ok(existsSync(join(ROOT, page)), `${clause}: ${page}`)
  }
})

test('every safeguard has somebody who does something about it', () => {
  assert.equal(new Set(SAFEGUARDS.map(({ clause }) => clause)).size, SAFEGUARDS.length)
  for (const { clause, owner, feature, checks, docs } of SAFEGUARDS) {
    assert.ok(docs.length > 0, clause)
    if (owner !== 'operator') assert.ok(feature, clause)
    // What no program does, no check of a program proves.
    if (feature === null) assert.deepEqual([owner, checks], ['operator', []], clause)
  }
})

test('every check answers a safeguard', () => {
  const named = new Set(SAFEGUARDS.flatMap(({ checks }) => checks))
  assert.deepEqual(
    CHECKS.map(({ id }) => id).filter((id) => !named.has(id)),
    [],
  )
})

test('every standard of 164.308 to 164.316 has a row, and what is only proposed says so', () => {
  for (const section of [308, 310, 312, 314, 316]) {
    const rows = SAFEGUARDS.filter(({ clause }) => clause.startsWith(`164.${section}`))
    assert.ok(rows.length >= 2, `${section}`)
    assert.ok(rows.every(({ kind }) => kind !== 'proposed'))
  }
  for (const { clause, kind } of SAFEGUARDS) assert.equal(kind === 'proposed', clause.startsWith('proposed '))
})

function pages(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? pages(join(folder, entry.name)) : [join(folder, entry.name)],
  )
}

test('no page claims a certificate that does not exist', () => {
  for (const path of pages(FOLDER)) {
    const claims = readFileSync(path, 'utf8').match(/HIPAA[- ](?:certified|compliant)/gi) ?? []
    assert.deepEqual(claims, [], path)
  }
})

test('every template is somebody’s duty', () => {
  const used = new Set(SAFEGUARDS.flatMap(({ docs }) => docs))
  for (const path of pages(join(FOLDER, 'templates'))) {
    assert.ok(used.has(path.slice(ROOT.length + 1)), path)
  }
})

test('the checklist of an agreement has every clause the registry asks about', () => {
  const checklist = readFileSync(join(FOLDER, 'templates/baa-checklist.md'), 'utf8')
  for (const name of CLAUSE_NAMES) {
    assert.ok(checklist.includes(`\`${name}\``), name)
    assert.ok(checklist.includes(CLAUSES[name].citation), name)
  }
})

test('a check stands in the row of every clause it cites', () => {
  for (const { id, citations } of CHECKS)
    for (const { clause, checks } of SAFEGUARDS)
      if (citations.includes(clause)) assert.ok(checks.includes(id), `${id}: ${clause}`)
})

test('the table of SP 800-66 has a row for every safeguard, with the same owner and checks', () => {
  const table = readFileSync(join(FOLDER, '800-66r2.md'), 'utf8')
  for (const { clause, owner, checks } of SAFEGUARDS) {
    const row = table.split('\n').find((line) => line.startsWith(`| ${clause} |`))
    assert.ok(row, clause)
    assert.ok(row.includes(`| ${owner} |`), clause)
    const named = [...row.matchAll(/`([\w.]+)`/g)].map(([, id]) => id)
    assert.deepEqual(named, [...checks], clause)
  }
})
